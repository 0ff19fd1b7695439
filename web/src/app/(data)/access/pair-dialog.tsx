"use client";
// Shows the code that gives one device a key of its own.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type DeviceKind, refreshAccess } from "@/api/access";
import { api, unwrap } from "@/api/client";
import { useCameras } from "@/api/queries";
import { CAMERA_ID } from "@/kiosk/settings";
import { texts } from "@/texts";
import { useNow } from "@/ui/now";
import { Failure, Field, Modal, Notice, Segments } from "@/ui/parts";

function Code({ kind, code, until }: { kind: DeviceKind; code: string; until: number }) {
  const left = Math.max(0, Math.ceil((until - useNow(1_000)) / 1_000));
  const words = texts.access;
  if (left === 0) return <Notice tone="warn">{words.codeOver}</Notice>;
  return (
    <div className="form">
      <p>{kind === "kiosk" ? words.kioskSteps(`${window.location.origin}/ui/kiosk`) : words.codeFor.edge}</p>
      <code className="secret pairing-code" aria-label={words.codeFor[kind]}>
        {kind === "kiosk" ? code : words.edgeCommand(code)}
      </code>
      <p className="soft small-text">
        {words.codeLasts(Math.floor(left / 60), String(left % 60).padStart(2, "0"))}
      </p>
    </div>
  );
}

export function PairDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const cameras = useCameras();
  const [kind, setKind] = useState<DeviceKind>("kiosk");
  const [camera, setCamera] = useState("");
  const [pin, setPin] = useState("");
  const pairing = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/pairings", {
          body: { kind, cameras: [camera], ...(kind === "kiosk" && pin ? { pin } : {}) },
        }),
      ),
  });
  const close = () => {
    // The device may have been paired by now.
    void refreshAccess(queries);
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    pairing.mutate();
  };
  const words = texts.access;
  return (
    <Modal open onClose={close} title={words.pairTitle} lede={words.pairLede}>
      {pairing.data ? (
        <>
          <Code kind={kind} code={pairing.data.code} until={Date.parse(pairing.data.expires_at)} />
          <footer>
            <button type="button" className="button" onClick={() => pairing.mutate()}>
              {words.again}
            </button>
            <button type="button" className="button primary" onClick={close}>
              {texts.common.done}
            </button>
          </footer>
        </>
      ) : (
        <form className="form" onSubmit={submit}>
          <Segments label={words.kind} options={words.kinds} value={kind} onChange={setKind} />
          <Field label={words.entrance} hint={words.entranceHint}>
            {(ids) => (
              <>
                <input
                  {...ids}
                  className="input"
                  required
                  pattern={CAMERA_ID}
                  autoComplete="off"
                  list={`${ids.id}-known`}
                  value={camera}
                  onChange={(event) => setCamera(event.target.value)}
                />
                <datalist id={`${ids.id}-known`}>
                  {cameras.data?.items.map(({ id }) => (
                    <option key={id} value={id} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
          {kind === "kiosk" && (
            <Field label={words.pin} hint={words.pinHint}>
              {(ids) => (
                <input
                  {...ids}
                  className="input"
                  inputMode="numeric"
                  pattern="[0-9]{4,12}"
                  autoComplete="off"
                  value={pin}
                  onChange={(event) => setPin(event.target.value)}
                />
              )}
            </Field>
          )}
          {pairing.error && <Failure error={pairing.error} />}
          <footer>
            <button type="button" className="button" onClick={close}>
              {texts.common.cancel}
            </button>
            <button type="submit" className="button primary" disabled={pairing.isPending}>
              {words.showCode}
            </button>
          </footer>
        </form>
      )}
    </Modal>
  );
}
