"use client";
// Enrols a new person, or adds faces to an existing one.
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ApiError, type Person, unwrap } from "@/api/client";
import { refreshPeople } from "@/api/queries";
import { useEdge } from "@/edge/use-edge";
import { texts } from "@/texts";
import { score } from "@/ui/format";
import { Failure, Field, Modal, Notice } from "@/ui/parts";
import { useSay } from "@/ui/toasts";
import { FaceTaker } from "./face-taker";
import { facesOf, isGood, type Shot } from "./shots";

interface Duplicate {
  id?: string;
  words: string;
}

function duplicateOf(error: unknown): Duplicate | undefined {
  if (!(error instanceof ApiError) || error.code !== "duplicate_face") return undefined;
  const { name, code, similarity, person_id: id } = error.details;
  const words =
    typeof name === "string" && typeof code === "string"
      ? texts.people.duplicateFace(name, code, score(Number(similarity), texts.numbers.notMeasured))
      : error.message;
  return { words, id: typeof id === "string" ? id : undefined };
}

export function EnrolDialog({
  person,
  onClose,
  onOpen,
}: {
  /** The person to add faces to; undefined to enrol a new one. */
  person?: Person;
  onClose: () => void;
  onOpen: (id: string) => void;
}) {
  const queries = useQueryClient();
  const say = useSay();
  const { state, start } = useEdge();
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const [shots, setShots] = useState<Shot[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const [duplicate, setDuplicate] = useState<Duplicate>();

  const good = shots.filter(isGood);
  const send = async (allowDuplicate: boolean) => {
    setBusy(true);
    setProblem(undefined);
    setDuplicate(undefined);
    try {
      const faces = (of: Shot[]) => (state.kind === "ready" ? facesOf(state.edge, of) : []);
      if (person) {
        for (const shot of good) {
          for (const face of faces([shot]))
            await unwrap(
              api.POST("/api/v1/persons/{id}/faces", {
                params: { path: { id: person.id } },
                body: { ...face, allow_duplicate: allowDuplicate },
              }),
            );
          // Do not send a stored face again if a later one causes a warning.
          setShots((left) => left.filter((other) => other !== shot));
        }
        say(texts.people.faceAdded);
      } else {
        await unwrap(
          api.POST("/api/v1/persons", {
            body: { code, name, faces: faces(shots), allow_duplicate: allowDuplicate },
          }),
        );
        say(texts.people.enrolled(name));
      }
      onClose();
    } catch (failure) {
      const found = duplicateOf(failure);
      if (found) setDuplicate(found);
      else setProblem(failure as Error);
    }
    await refreshPeople(queries);
    setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(false);
  };

  return (
    <Modal
      open
      wide
      onClose={onClose}
      title={person ? texts.people.addFacesTitle(person.name) : texts.people.enrolTitle}
    >
      <form className="form" onSubmit={submit}>
        {!person && (
          <div className="two">
            <Field label={texts.people.name}>
              {(ids) => (
                <input
                  {...ids}
                  className="input"
                  required
                  maxLength={200}
                  dir="auto"
                  autoComplete="off"
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
            <Field label={texts.people.code} hint={texts.people.codeHint}>
              {(ids) => (
                <input
                  {...ids}
                  className="input"
                  required
                  maxLength={64}
                  dir="auto"
                  autoComplete="off"
                  value={code}
                  onChange={(event) => setCode(event.target.value)}
                />
              )}
            </Field>
          </div>
        )}
        <FaceTaker state={state} start={start} shots={shots} onShots={setShots} />
        {duplicate && (
          <Notice
            tone="warn"
            actions={
              <>
                <button
                  type="button"
                  className="button small"
                  disabled={busy}
                  onClick={() => void send(true)}
                >
                  {texts.people.enrolAnyway}
                </button>
                {duplicate.id && (
                  <button type="button" className="button small" onClick={() => onOpen(duplicate.id ?? "")}>
                    {texts.people.openOther}
                  </button>
                )}
              </>
            }
          >
            <p>{duplicate.words}</p>
            <p>{texts.people.duplicateHint}</p>
          </Notice>
        )}
        {problem && <Failure error={problem} />}
        {good.length === 0 && <p className="soft small-text">{texts.people.withoutFace}</p>}
        <footer>
          <button type="button" className="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={busy || good.length === 0}>
            {busy ? texts.people.submitting : person ? texts.people.submitFaces : texts.people.submit}
          </button>
        </footer>
      </form>
    </Modal>
  );
}
