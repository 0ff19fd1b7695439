"use client";
// Enrols a folder of people one by one, and shows the result for each.
import { useQueryClient } from "@tanstack/react-query";
import { Download, FolderOpen } from "lucide-react";
import { useRef, useState } from "react";
import { api, ApiError, type Person, unwrap } from "@/api/client";
import { refreshPeople } from "@/api/queries";
import type { Edge } from "@/edge/edge";
import { useEdge } from "@/edge/use-edge";
import { texts } from "@/texts";
import { saveCsv } from "@/ui/files";
import { score } from "@/ui/format";
import { Badge, Code, explain, Modal, Name, Notice } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { EdgeNotice } from "./face-taker";
import { type Folder, type PersonToImport, readFolder } from "./folder";
import { facesOf, isGood, type Shot, shotsOfFiles } from "./shots";

interface Result {
  person: PersonToImport;
  enrolled: boolean;
  words: string;
  used: number;
  /** Enrolled people whom this one resembles: to review. */
  lookAlikes: NonNullable<Person["look_alikes"]>;
}

const MOST_OPENED = 6;

const picturesOf = ({ pictures, missing }: PersonToImport) => pictures.length + missing.length;

const alikeWords = (lookAlikes: Result["lookAlikes"]): string =>
  lookAlikes
    .map(({ person: { name, code }, similarity }) =>
      texts.importing.looksLike(name, code, score(similarity, "")),
    )
    .join("; ");

const titles = texts.importing.columns;
// The report's titles are meant for programs, so they are the same in every language.
const COLUMNS: readonly Column<Result>[] = [
  { key: "code", title: "code", file: { value: ({ person }) => person.code } },
  {
    key: "person",
    title: titles.person,
    rowHeader: true,
    cell: ({ person }) => (
      <>
        <Name>{person.name}</Name>{" "}
        <span className="soft small-text">
          <Code>{person.code}</Code>
        </span>
      </>
    ),
    file: { title: "name", value: ({ person }) => person.name },
  },
  {
    key: "result",
    title: titles.result,
    titleIn: "head",
    cell: ({ enrolled, words, lookAlikes }) => (
      <>
        <Badge tone={enrolled ? "good" : "warn"}>
          {enrolled ? texts.importing.good : texts.importing.refused}
        </Badge>{" "}
        <span className="small-text">{words}</span>
        {lookAlikes.length > 0 && (
          <span className="review small-text">
            <Badge tone="warn">{texts.importing.review}</Badge> {alikeWords(lookAlikes)}
          </span>
        )}
      </>
    ),
    file: { title: "result", value: ({ words }) => words },
  },
  {
    key: "pictures",
    title: titles.pictures,
    width: "tight",
    cell: ({ person, used }) => texts.importing.used(used, picturesOf(person)),
    file: { title: "pictures", value: ({ person }) => picturesOf(person) },
  },
  { key: "used", title: "used", file: { value: ({ used }) => used } },
  { key: "alike", title: "look_alikes", file: { value: ({ lookAlikes }) => alikeWords(lookAlikes) } },
];

/** Every picture that is not used, with the reason. */
function reasonsOf(shots: readonly Shot[], { missing }: PersonToImport): string {
  return [
    ...shots
      .filter((shot) => !isGood(shot))
      .map(({ fileName, problems }) => texts.importing.reason(fileName ?? "", problems.join(", "))),
    ...missing.map((path) => texts.importing.reason(path, texts.importing.missing)),
  ].join(" ");
}

async function enrolOne(edge: Edge, person: PersonToImport): Promise<Result> {
  const shots: Shot[] = [];
  for await (const shot of shotsOfFiles(edge, person.pictures)) shots.push(shot);
  const faces = facesOf(edge, shots);
  const used = faces.length;
  const reasons = reasonsOf(shots, person);
  if (used === 0)
    return { person, enrolled: false, used, words: texts.importing.noGood(reasons), lookAlikes: [] };
  try {
    const { code, name } = person;
    // Of a thousand people some look alike: they are enrolled, and listed to review.
    const { look_alikes: lookAlikes = [] } = await unwrap(
      api.POST("/api/v1/persons", { body: { code, name, faces, allow_duplicate: true } }),
    );
    const enrolled = texts.importing.enrolled(used);
    const words = reasons ? `${enrolled}. ${texts.importing.notUsed(reasons)}` : enrolled;
    return { person, enrolled: true, used, words, lookAlikes };
  } catch (failure) {
    // The server is unreachable or denies access: the next person would fail too.
    if (failure instanceof ApiError && [0, 401, 403, 503].includes(failure.status)) throw failure;
    return { person, enrolled: false, used, words: explain(failure as Error), lookAlikes: [] };
  }
}

function FolderNotes({ folder: { leftOut, list, clash } }: { folder: Folder }) {
  const words = texts.importing.list;
  return (
    <>
      {clash && <Notice tone="bad">{texts.importing.clash(clash.code, clash.names.join(", "))}</Notice>}
      {list?.problem !== undefined && (
        <Notice tone="warn">
          <p>{words.notUsed(list.name)}</p>
          <p>{list.problem}</p>
        </Notice>
      )}
      {list && list.problem === undefined && (
        <Notice tone={list.guessedEncoding ? "warn" : "quiet"}>
          <p>{words.used(list.name)}</p>
          {list.guessedEncoding && <p>{words.guessed}</p>}
        </Notice>
      )}
      {leftOut.length > 0 && (
        <Notice tone="warn">
          <details>
            <summary>{texts.importing.leftOut(leftOut.length)}</summary>
            <ul className="left-out">
              {leftOut.map(({ path, reason }) => (
                <li key={path} className="small-text">
                  <bdi>{path}</bdi>: {texts.unreadable[reason]}
                </li>
              ))}
            </ul>
          </details>
        </Notice>
      )}
    </>
  );
}

/** What to do about people who were enrolled although they look like somebody. */
function Review({ results, onOpen }: { results: readonly Result[]; onOpen: (id: string) => void }) {
  const alike = new Map(
    results.flatMap(({ lookAlikes }) => lookAlikes.map(({ person }) => [person.id, person] as const)),
  );
  if (alike.size === 0) return null;
  const count = results.filter(({ lookAlikes }) => lookAlikes.length > 0).length;
  return (
    <Notice
      tone="warn"
      actions={[...alike.values()].slice(0, MOST_OPENED).map(({ id, name }) => (
        <button key={id} type="button" className="button small" onClick={() => onOpen(id)}>
          <Name>{texts.people.details(name)}</Name>
        </button>
      ))}
    >
      <p>{texts.importing.reviewAdvice(count)}</p>
    </Notice>
  );
}

export function ImportDialog({ onClose, onOpen }: { onClose: () => void; onOpen: (id: string) => void }) {
  const queries = useQueryClient();
  const { state, start } = useEdge();
  const input = useRef<HTMLInputElement>(null);
  const [folder, setFolder] = useState<Folder>();
  const [results, setResults] = useState<Result[]>([]);
  const [phase, setPhase] = useState<"choosing" | "running" | "stopped" | "done">("choosing");
  const [problem, setProblem] = useState("");
  const stopping = useRef(false);
  const people = folder?.people;

  const choose = async (files: readonly File[]) => {
    setProblem("");
    try {
      setFolder(
        await readFolder(files.map((file) => ({ file, path: file.webkitRelativePath || file.name }))),
      );
    } catch (failure) {
      setProblem(explain(failure as Error));
    }
    setResults([]);
    setPhase("choosing");
  };
  const run = async () => {
    setPhase("running");
    setProblem("");
    setResults([]);
    stopping.current = false;
    try {
      const edge = await start();
      if (!edge) {
        setPhase("choosing");
        return;
      }
      for (const person of people ?? []) {
        if (stopping.current) break;
        const result = await enrolOne(edge, person);
        setResults((before) => [...before, result]);
      }
    } catch (failure) {
      setProblem(explain(failure as Error));
      stopping.current = true;
    }
    setPhase(stopping.current ? "stopped" : "done");
    await refreshPeople(queries);
  };
  const close = () => {
    stopping.current = true;
    onClose();
  };
  const report = () => saveCsv("import.csv", COLUMNS, results);

  const pictures = (people ?? []).reduce((sum, person) => sum + person.pictures.length, 0);
  const enrolled = results.filter((result) => result.enrolled).length;
  return (
    <Modal open wide onClose={close} title={texts.importing.title} lede={texts.importing.lede}>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        aria-label={texts.importing.choose}
        {...{ webkitdirectory: "" }}
        onChange={(event) => {
          void choose([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <div className="row-buttons">
        <button
          type="button"
          className="button"
          disabled={phase === "running"}
          onClick={() => input.current?.click()}
        >
          <FolderOpen aria-hidden />
          {texts.importing.choose}
        </button>
        {people && people.length > 0 && (
          <span className="soft">{texts.importing.ready(people.length, pictures)}</span>
        )}
      </div>
      {people?.length === 0 && <Notice tone="warn">{texts.importing.nothing}</Notice>}
      {folder && <FolderNotes folder={folder} />}
      <p className="soft small-text">{texts.enrol.privacy}</p>
      <EdgeNotice state={state} retry={() => void run()} />
      {phase !== "choosing" && people && (
        <div role="status">
          <p className="small-text">
            {texts.importing.running(results.length, people.length)} ·{" "}
            {texts.importing.result(enrolled, results.length - enrolled)}
          </p>
          <progress value={results.length} max={people.length} aria-label={texts.importing.title} />
        </div>
      )}
      {problem && <Notice tone="bad">{problem}</Notice>}
      {phase !== "running" && <Review results={results} onOpen={onOpen} />}
      {phase === "stopped" && <Notice>{texts.importing.stopped}</Notice>}
      {results.length > 0 && (
        <Table
          columns={COLUMNS}
          rows={results}
          rowKey={({ person }) => person.code}
          label={titles.result}
          frameClassName="results"
        />
      )}
      <footer>
        {results.length > 0 && phase !== "running" && (
          <button type="button" className="button" onClick={report}>
            <Download aria-hidden />
            {texts.importing.report}
          </button>
        )}
        {phase === "running" ? (
          <button type="button" className="button" onClick={() => (stopping.current = true)}>
            {texts.importing.stop}
          </button>
        ) : phase === "done" ? (
          <button type="button" className="button primary" onClick={close}>
            {texts.common.done}
          </button>
        ) : (
          <button
            type="button"
            className="button primary"
            disabled={!people || people.length === 0 || folder.clash !== undefined}
            onClick={() => void run()}
          >
            {texts.importing.start}
          </button>
        )}
      </footer>
    </Modal>
  );
}
