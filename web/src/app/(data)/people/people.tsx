"use client";
import { FolderInput, UserPlus, Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import type { Person } from "@/api/client";
import { usePersons } from "@/api/queries";
import { EnrolDialog } from "@/enrol/enrol-dialog";
import { ImportDialog } from "@/enrol/import-dialog";
import { texts } from "@/texts";
import { dateOnly, initials } from "@/ui/format";
import { Asked, Badge, Card, Empty, Field, Meter, MoreButton, PageHead } from "@/ui/parts";
import { PersonDialog, RemoveDialog } from "./person-dialog";

const bestQuality = ({ faces }: Person) => faces.reduce((best, { quality }) => Math.max(best, quality), 0);

function Row({ person, onOpen, onRemove }: { person: Person; onOpen: () => void; onRemove: () => void }) {
  const columns = texts.people.columns;
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className="cell-button person"
          onClick={onOpen}
          title={texts.people.details(person.name)}
        >
          <span className="avatar" aria-hidden>
            {initials(person.name)}
          </span>
          {person.name}
        </button>
      </th>
      <td data-label={columns.code}>{person.code}</td>
      <td className="number" data-label={columns.faces}>
        {person.faces.length}
      </td>
      <td data-label={columns.quality}>
        {person.faces.length > 0 ? (
          <Meter value={bestQuality(person)} label={columns.quality} />
        ) : (
          <Badge tone="warn">{texts.people.noFaces}</Badge>
        )}
      </td>
      <td data-label={columns.since}>{dateOnly(person.created_at)}</td>
      <td className="tight">
        <button type="button" className="button plain small" onClick={onOpen}>
          {texts.people.edit}
          <span className="visually-hidden"> {person.name}</span>
        </button>
        <button type="button" className="button plain small danger" onClick={onRemove}>
          {texts.people.remove}
          <span className="visually-hidden"> {person.name}</span>
        </button>
      </td>
    </tr>
  );
}

export function People() {
  const [text, setText] = useState("");
  const query = useDeferredValue(text.trim());
  const persons = usePersons(query);
  const [dialog, setDialog] = useState<"none" | "enrol" | "import">("none");
  const [opened, setOpened] = useState<string | null>(null);
  const [removing, setRemoving] = useState<Person | null>(null);
  const columns = texts.people.columns;
  const buttons = (
    <>
      <button type="button" className="button" onClick={() => setDialog("import")}>
        <FolderInput aria-hidden />
        {texts.people.import}
      </button>
      <button type="button" className="button primary" onClick={() => setDialog("enrol")}>
        <UserPlus aria-hidden />
        {texts.people.add}
      </button>
    </>
  );
  return (
    <>
      <PageHead title={texts.people.title} lede={texts.people.lede}>
        {buttons}
      </PageHead>
      <div className="filters" role="search">
        <Field label={texts.people.search} grow>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="search"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Card>
        <Asked query={persons}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0)
              return query ? (
                <Empty icon={Users} title={texts.people.noMatch(query)} hint={texts.people.noMatchHint} />
              ) : (
                <Empty icon={Users} title={texts.people.empty} hint={texts.people.emptyHint} />
              );
            return (
              <>
                <div className="table-scroll">
                  <table className="stack">
                    <thead>
                      <tr>
                        <th scope="col">{columns.name}</th>
                        <th scope="col">{columns.code}</th>
                        <th scope="col" className="number">
                          {columns.faces}
                        </th>
                        <th scope="col">{columns.quality}</th>
                        <th scope="col">{columns.since}</th>
                        <th scope="col">
                          <span className="visually-hidden">{columns.actions}</span>
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {items.map((person) => (
                        <Row
                          key={person.id}
                          person={person}
                          onOpen={() => setOpened(person.id)}
                          onRemove={() => setRemoving(person)}
                        />
                      ))}
                    </tbody>
                  </table>
                </div>
                <MoreButton query={persons} />
              </>
            );
          }}
        </Asked>
      </Card>
      {dialog === "enrol" && (
        <EnrolDialog
          onClose={() => setDialog("none")}
          onOpen={(id) => {
            setDialog("none");
            setOpened(id);
          }}
        />
      )}
      {dialog === "import" && <ImportDialog onClose={() => setDialog("none")} />}
      {opened !== null && <PersonDialog id={opened} onClose={() => setOpened(null)} onOpen={setOpened} />}
      {removing !== null && <RemoveDialog person={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}
