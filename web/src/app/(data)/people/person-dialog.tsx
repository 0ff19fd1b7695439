"use client";
// One person: edit the name and code, manage the faces, or remove the person.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ImagePlus, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, type Face, type Person, unwrap } from "@/api/client";
import { refreshPeople, usePerson } from "@/api/queries";
import { EnrolDialog } from "@/enrol/enrol-dialog";
import { texts } from "@/texts";
import { dateTimeShort } from "@/ui/format";
import { Asked, Failure, Field, Meter, Modal, Notice } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { useSay } from "@/ui/toasts";

export function RemoveDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const queries = useQueryClient();
  const say = useSay();
  const removal = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/persons/{id}", { params: { path: { id: person.id } } })),
    onSuccess: () => {
      say(texts.people.removed(person.name));
      onClose();
    },
    onSettled: () => refreshPeople(queries),
  });
  return (
    <Modal
      open
      onClose={onClose}
      title={texts.people.removeTitle(person.name)}
      lede={texts.people.removeLede}
    >
      {removal.error && <Failure error={removal.error} />}
      <footer>
        <button type="button" className="button" onClick={onClose}>
          {texts.common.cancel}
        </button>
        <button
          type="button"
          className="button danger"
          disabled={removal.isPending}
          onClick={() => removal.mutate()}
        >
          <Trash2 aria-hidden />
          {texts.people.remove}
        </button>
      </footer>
    </Modal>
  );
}

function EditForm({ person }: { person: Person }) {
  const queries = useQueryClient();
  const say = useSay();
  const [name, setName] = useState(person.name);
  const [code, setCode] = useState(person.code);
  const change = useMutation({
    mutationFn: () =>
      unwrap(
        api.PATCH("/api/v1/persons/{id}", { params: { path: { id: person.id } }, body: { name, code } }),
      ),
    onSuccess: () => say(texts.people.saved(name)),
    onSettled: () => refreshPeople(queries),
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <div className="two">
        <Field label={texts.people.name}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              required
              maxLength={200}
              dir="auto"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={texts.people.code}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              required
              maxLength={64}
              dir="auto"
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
      </div>
      {change.error && <Failure error={change.error} />}
      <footer>
        <button
          type="submit"
          className="button primary"
          disabled={change.isPending || (name === person.name && code === person.code)}
        >
          {texts.common.save}
        </button>
      </footer>
    </form>
  );
}

function Faces({ person, onAdd }: { person: Person; onAdd: () => void }) {
  const queries = useQueryClient();
  const say = useSay();
  const removal = useMutation({
    mutationFn: (faceId: string) =>
      unwrap(
        api.DELETE("/api/v1/persons/{id}/faces/{face_id}", {
          params: { path: { id: person.id, face_id: faceId } },
        }),
      ),
    onSuccess: () => say(texts.people.faceRemoved),
    onSettled: () => refreshPeople(queries),
  });
  const numberOf = (face: Face) => person.faces.indexOf(face) + 1;
  const columns: Column<Face>[] = [
    {
      key: "face",
      title: texts.people.oneFace,
      rowHeader: true,
      cell: (face) => texts.people.face(numberOf(face)),
    },
    {
      key: "quality",
      title: texts.numbers.quality,
      cell: (face) => <Meter value={face.quality} label={texts.numbers.quality} />,
    },
    { key: "added", title: texts.people.added, cell: (face) => dateTimeShort(face.created_at) },
    { key: "model", title: texts.people.model, className: "small-text", cell: (face) => face.model },
    {
      key: "actions",
      title: texts.people.columns.actions,
      titleIn: "hidden",
      width: "tight",
      cell: (face) => (
        <button
          type="button"
          className="button plain small icon danger"
          aria-label={texts.people.removeFace(numberOf(face))}
          disabled={removal.isPending}
          onClick={() => removal.mutate(face.id)}
        >
          <Trash2 aria-hidden />
        </button>
      ),
    },
  ];
  return (
    <section className="form" aria-label={texts.people.faces}>
      <div className="dialog-title">
        <h3>{texts.people.faces}</h3>
        <button type="button" className="button small" onClick={onAdd}>
          <ImagePlus aria-hidden />
          {texts.people.addFaces}
        </button>
      </div>
      {removal.error && <Failure error={removal.error} />}
      {person.faces.length === 0 ? (
        <Notice tone="warn">{texts.people.noFaces}</Notice>
      ) : (
        <Table columns={columns} rows={person.faces} rowKey={({ id }) => id} />
      )}
    </section>
  );
}

export function PersonDialog({
  id,
  onClose,
  onOpen,
}: {
  id: string;
  onClose: () => void;
  onOpen: (id: string) => void;
}) {
  const person = usePerson(id);
  const [adding, setAdding] = useState(false);
  if (adding && person.data)
    return <EnrolDialog person={person.data} onClose={() => setAdding(false)} onOpen={onOpen} />;
  return (
    <Modal open wide onClose={onClose} title={person.data?.name ?? texts.common.loading}>
      <Asked query={person}>
        {(data) => (
          <>
            <EditForm key={data.updated_at} person={data} />
            <Faces person={data} onAdd={() => setAdding(true)} />
          </>
        )}
      </Asked>
    </Modal>
  );
}
