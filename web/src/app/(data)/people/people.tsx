"use client";
import { FolderInput, UserPlus, Users } from "lucide-react";
import { useEffect, useState } from "react";
import type { Person } from "@/api/client";
import { PAGE_SIZE, usePersons } from "@/api/queries";
import { EnrolDialog } from "@/enrol/enrol-dialog";
import { ImportDialog } from "@/enrol/import-dialog";
import { texts } from "@/texts";
import { useAddress, useOpened } from "@/ui/address";
import { matchesWords, pieceOf } from "@/ui/fold";
import { dateOnly, initials } from "@/ui/format";
import { Asked, Badge, Card, Code, Empty, Field, Meter, MoreButton, Name, PageHead } from "@/ui/parts";
import { useSettled } from "@/ui/settled";
import { type Column, Table } from "@/ui/table";
import { LookAlikes } from "./look-alikes";
import { PersonDialog, RemoveDialog } from "./person-dialog";

const bestQuality = ({ faces }: Person) => faces.reduce((best, { quality }) => Math.max(best, quality), 0);

function columnsOf(onOpen: (id: string) => void, onRemove: (person: Person) => void): Column<Person>[] {
  const titles = texts.people.columns;
  return [
    {
      key: "name",
      title: titles.name,
      rowHeader: true,
      cell: ({ id, name }) => (
        <button
          type="button"
          className="cell-button person"
          onClick={() => onOpen(id)}
          title={texts.people.details(name)}
        >
          <span className="avatar" aria-hidden>
            {initials(name)}
          </span>
          <Name>{name}</Name>
        </button>
      ),
    },
    { key: "code", title: titles.code, cell: ({ code }) => <Code>{code}</Code> },
    { key: "faces", title: titles.faces, align: "number", cell: ({ faces }) => faces.length },
    {
      key: "quality",
      title: titles.quality,
      cell: (person) =>
        person.faces.length > 0 ? (
          <Meter value={bestQuality(person)} label={titles.quality} />
        ) : (
          <Badge tone="warn">{texts.people.noFaces}</Badge>
        ),
    },
    { key: "since", title: titles.since, className: "nowrap", cell: (person) => dateOnly(person.created_at) },
    {
      key: "actions",
      title: titles.actions,
      titleIn: "hidden",
      width: "tight",
      cell: (person) => (
        <>
          <button type="button" className="button plain small" onClick={() => onOpen(person.id)}>
            {texts.people.edit}
            <span className="visually-hidden"> {person.name}</span>
          </button>
          <button type="button" className="button plain small danger" onClick={() => onRemove(person)}>
            {texts.people.remove}
            <span className="visually-hidden"> {person.name}</span>
          </button>
        </>
      ),
    },
  ];
}

export function People() {
  const [address, change] = useAddress();
  const [text, setText] = useState(() => address.get("query") ?? "");
  const query = useSettled(text.trim());
  useEffect(() => change({ query }), [change, query]);
  const persons = usePersons(pieceOf(query));
  const adding = useOpened("add");
  const person = useOpened("person");
  const [removing, setRemoving] = useState<Person | null>(null);
  const items = (persons.data?.pages.flatMap((page) => page.items) ?? []).filter(({ name, code }) =>
    matchesWords(query, name, code),
  );
  const columns = columnsOf(person.open, setRemoving);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = persons;
  // The server finds one piece of a name; of its pages few may have the others too.
  const wanting = items.length < PAGE_SIZE && query !== pieceOf(query);
  useEffect(() => {
    if (wanting && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [wanting, hasNextPage, isFetchingNextPage, fetchNextPage]);
  // From the dialog that adds people to the person whom a new one resembles.
  const openInstead = (id: string) => change({ add: undefined, person: id });
  const more = () => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };
  const buttons = (
    <>
      <button type="button" className="button" onClick={() => adding.open("folder")}>
        <FolderInput aria-hidden />
        {texts.people.import}
      </button>
      <button type="button" className="button primary" onClick={() => adding.open("person")}>
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
          {() => {
            if (items.length === 0)
              return query ? (
                <Empty icon={Users} title={texts.people.noMatch(query)} hint={texts.people.noMatchHint} />
              ) : (
                <Empty icon={Users} title={texts.people.empty} hint={texts.people.emptyHint} />
              );
            return (
              <>
                <Table
                  columns={columns}
                  rows={items}
                  rowKey={({ id }) => id}
                  onEnd={more}
                  onRow={({ id }) => person.open(id)}
                />
                <MoreButton query={persons} />
              </>
            );
          }}
        </Asked>
      </Card>
      <LookAlikes onOpen={person.open} />
      {adding.opened === "person" && <EnrolDialog onClose={adding.close} onOpen={openInstead} />}
      {adding.opened === "folder" && <ImportDialog onClose={adding.close} onOpen={openInstead} />}
      {person.opened !== null && (
        <PersonDialog id={person.opened} onClose={person.close} onOpen={person.open} />
      )}
      {removing !== null && <RemoveDialog person={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}
