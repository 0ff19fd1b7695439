"use client";
// Enrols a folder of people one by one, and shows the result for each.
import { useQueryClient } from "@tanstack/react-query";
import { Download, FolderOpen } from "lucide-react";
import { useRef, useState } from "react";
import { api, ApiError, unwrap } from "@/api/client";
import { keys } from "@/api/queries";
import type { Edge } from "@/edge/edge";
import { useEdge } from "@/edge/use-edge";
import { texts } from "@/texts";
import { saveCsv } from "@/ui/files";
import { Badge, Code, explain, Modal, Name, Notice } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { EdgeNotice } from "./face-taker";
import { peopleOf, type PersonToImport } from "./folder";
import { facesOf, type Shot, shotOfFile } from "./shots";

interface Result {
  person: PersonToImport;
  enrolled: boolean;
  words: string;
  used: number;
}

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
    cell: ({ enrolled, words }) => (
      <>
        <Badge tone={enrolled ? "good" : "warn"}>
          {enrolled ? texts.importing.good : texts.importing.refused}
        </Badge>{" "}
        <span className="small-text">{words}</span>
      </>
    ),
    file: { title: "result", value: ({ words }) => words },
  },
  {
    key: "pictures",
    title: titles.pictures,
    width: "tight",
    cell: ({ person, used }) => texts.importing.used(used, person.pictures.length),
    file: { title: "pictures", value: ({ person }) => person.pictures.length },
  },
  { key: "used", title: "used", file: { value: ({ used }) => used } },
];

async function enrolOne(edge: Edge, person: PersonToImport): Promise<Result> {
  const shots: Shot[] = [];
  for (const picture of person.pictures) shots.push(await shotOfFile(edge, picture));
  const faces = facesOf(edge, shots);
  if (faces.length === 0)
    return {
      person,
      enrolled: false,
      used: 0,
      words: texts.importing.noGood(shots.at(-1)?.problems.join(" ") ?? ""),
    };
  try {
    const { code, name } = person;
    await unwrap(api.POST("/api/v1/persons", { body: { code, name, faces, allow_duplicate: false } }));
    return { person, enrolled: true, used: faces.length, words: texts.importing.enrolled(faces.length) };
  } catch (failure) {
    // The server is unreachable or denies access: the next person would fail too.
    if (failure instanceof ApiError && [0, 401, 403, 503].includes(failure.status)) throw failure;
    return { person, enrolled: false, used: faces.length, words: explain(failure as Error) };
  }
}

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const { state, start } = useEdge();
  const input = useRef<HTMLInputElement>(null);
  const [people, setPeople] = useState<PersonToImport[]>();
  const [results, setResults] = useState<Result[]>([]);
  const [phase, setPhase] = useState<"choosing" | "running" | "stopped" | "done">("choosing");
  const [problem, setProblem] = useState("");
  const stopping = useRef(false);

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
    await queries.invalidateQueries({ queryKey: keys.persons });
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
          const files = [...(event.target.files ?? [])];
          setPeople(peopleOf(files.map((file) => ({ file, path: file.webkitRelativePath || file.name }))));
          setResults([]);
          setPhase("choosing");
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
            disabled={!people || people.length === 0}
            onClick={() => void run()}
          >
            {texts.importing.start}
          </button>
        )}
      </footer>
    </Modal>
  );
}
