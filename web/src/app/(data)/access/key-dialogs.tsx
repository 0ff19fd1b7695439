"use client";
// Making, changing, rotating and revoking a key.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Copy, Trash2 } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { type AccessKey, type MadeKey, refreshAccess, type Role, ROLES } from "@/api/access";
import { api, unwrap } from "@/api/client";
import { texts } from "@/texts";
import { dayValue, parseDay, startOfDay } from "@/ui/format";
import { Failure, Field, Modal, Notice } from "@/ui/parts";
import { useSay } from "@/ui/toasts";

/** "a, b" as a list; null if it is empty. */
export function namesOf(text: string): string[] | null {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.length > 0 ? names : null;
}

/** The last day counts in full. */
const endOf = (day: string): string | null => {
  const date = parseDay(day);
  return date ? startOfDay(date, 1).toISOString() : null;
};
const lastDayOf = (ends: string | null): string =>
  ends === null ? "" : dayValue(new Date(Date.parse(ends) - 1));

/** Shown once: the server cannot show it again. */
function ShownKey({ made, onClose }: { made: MadeKey; onClose: () => void }) {
  const say = useSay();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.key);
      say(texts.access.copied);
    } catch {
      say(texts.access.notCopied);
    }
  };
  return (
    <Modal open onClose={onClose} title={texts.access.shown(made.name)}>
      <Notice tone="warn">{texts.access.shownOnce}</Notice>
      <code className="secret">{made.key}</code>
      <footer>
        <button type="button" className="button" onClick={() => void copy()}>
          <Copy aria-hidden />
          {texts.access.copy}
        </button>
        <button type="button" className="button primary" onClick={onClose}>
          {texts.common.done}
        </button>
      </footer>
    </Modal>
  );
}

function Buttons({ onClose, busy, children }: { onClose: () => void; busy: boolean; children: ReactNode }) {
  return (
    <footer>
      <button type="button" className="button" onClick={onClose}>
        {texts.common.cancel}
      </button>
      <button type="submit" className="button primary" disabled={busy}>
        {children}
      </button>
    </footer>
  );
}

const submitting = (send: () => void) => (event: FormEvent) => {
  event.preventDefault();
  send();
};

function NameAndEnd({
  name,
  onName,
  lastDay,
  onLastDay,
}: {
  name: string;
  onName: (name: string) => void;
  lastDay: string;
  onLastDay: (day: string) => void;
}) {
  return (
    <div className="two">
      <Field label={texts.access.name} hint={texts.access.nameHint}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            required
            maxLength={100}
            dir="auto"
            autoComplete="off"
            value={name}
            onChange={(event) => onName(event.target.value)}
          />
        )}
      </Field>
      <Field label={texts.access.ends} hint={texts.access.endsHint}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            type="date"
            value={lastDay}
            onChange={(event) => onLastDay(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}

export function MakeKeyDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [cameras, setCameras] = useState("");
  const [lastDay, setLastDay] = useState("");
  const making = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/keys", {
          body: {
            name,
            role,
            cameras: role === "device" ? namesOf(cameras) : null,
            expires_at: endOf(lastDay),
          },
        }),
      ),
    onSettled: () => refreshAccess(queries),
  });
  if (making.data) return <ShownKey made={making.data} onClose={onClose} />;
  return (
    <Modal open onClose={onClose} title={texts.access.make}>
      <form className="form" onSubmit={submitting(making.mutate)}>
        <NameAndEnd name={name} onName={setName} lastDay={lastDay} onLastDay={setLastDay} />
        <Field label={texts.access.role} hint={texts.access.rolesHint[role]}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={role}
              onChange={(event) => setRole(event.target.value as Role)}
            >
              {ROLES.map((known) => (
                <option key={known} value={known}>
                  {texts.access.roles[known]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {role === "device" && (
          <Field label={texts.access.columns.cameras} hint={texts.access.camerasHint}>
            {(ids) => (
              <input
                {...ids}
                className="input"
                autoComplete="off"
                value={cameras}
                onChange={(event) => setCameras(event.target.value)}
              />
            )}
          </Field>
        )}
        {making.error && <Failure error={making.error} />}
        <Buttons onClose={onClose} busy={making.isPending}>
          {texts.access.make}
        </Buttons>
      </form>
    </Modal>
  );
}

interface OfKey {
  of: AccessKey;
  onClose: () => void;
}

export function EditKeyDialog({ of: key, onClose }: OfKey) {
  const queries = useQueryClient();
  const say = useSay();
  const [name, setName] = useState(key.name);
  const [lastDay, setLastDay] = useState(lastDayOf(key.expires_at));
  const changing = useMutation({
    mutationFn: () =>
      unwrap(
        api.PATCH("/api/v1/keys/{key_id}", {
          params: { path: { key_id: key.id } },
          body: {
            name,
            // Unchanged, it keeps its time of day.
            ...(lastDay === lastDayOf(key.expires_at) ? {} : { expires_at: endOf(lastDay) }),
          },
        }),
      ),
    onSuccess: () => {
      say(texts.access.saved(name));
      onClose();
    },
    onSettled: () => refreshAccess(queries),
  });
  return (
    <Modal open onClose={onClose} title={texts.access.editTitle(key.name)}>
      <form className="form" onSubmit={submitting(changing.mutate)}>
        <NameAndEnd name={name} onName={setName} lastDay={lastDay} onLastDay={setLastDay} />
        {changing.error && <Failure error={changing.error} />}
        <Buttons onClose={onClose} busy={changing.isPending}>
          {texts.common.save}
        </Buttons>
      </form>
    </Modal>
  );
}

export function RotateDialog({ of: key, onClose }: OfKey) {
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState<keyof typeof texts.access.overlaps>("86400");
  const rotating = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/keys/{key_id}/rotate", {
          params: { path: { key_id: key.id } },
          body: { overlap_seconds: Number(overlap) },
        }),
      ),
    onSettled: () => refreshAccess(queries),
  });
  if (rotating.data) return <ShownKey made={rotating.data} onClose={onClose} />;
  return (
    <Modal open onClose={onClose} title={texts.access.rotateTitle(key.name)} lede={texts.access.rotateLede}>
      <form className="form" onSubmit={submitting(rotating.mutate)}>
        <Field label={texts.access.overlap}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={overlap}
              onChange={(event) => setOverlap(event.target.value as typeof overlap)}
            >
              {Object.entries(texts.access.overlaps).map(([seconds, words]) => (
                <option key={seconds} value={seconds}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        {rotating.error && <Failure error={rotating.error} />}
        <Buttons onClose={onClose} busy={rotating.isPending}>
          {texts.access.rotate}
        </Buttons>
      </form>
    </Modal>
  );
}

export function RevokeDialog({ of: key, onClose }: OfKey) {
  const queries = useQueryClient();
  const say = useSay();
  const revoking = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: key.id } } })),
    onSuccess: () => {
      say(texts.access.revoked(key.name));
      onClose();
    },
    onSettled: () => refreshAccess(queries),
  });
  return (
    <Modal open onClose={onClose} title={texts.access.revokeTitle(key.name)} lede={texts.access.revokeLede}>
      {revoking.error && <Failure error={revoking.error} />}
      <footer>
        <button type="button" className="button" onClick={onClose}>
          {texts.common.cancel}
        </button>
        <button
          type="button"
          className="button danger"
          disabled={revoking.isPending}
          onClick={() => revoking.mutate()}
        >
          <Trash2 aria-hidden />
          {texts.access.revoke}
        </button>
      </footer>
    </Modal>
  );
}
