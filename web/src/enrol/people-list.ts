// Reads a list of people, a CSV file as `attend register --csv` takes it: the columns code, name and images. Spreadsheets write
// it in many ways: with ; or tabs, in Windows-1252 or UTF-16, with a byte order mark, with the line ends of any system.
import { texts } from "@/texts";

const words = texts.importing.list;

export interface ListedPerson {
  /** Of the file, from 1. */
  line: number;
  code: string;
  name: string;
  /** Paths relative to the list's folder. */
  images: string[];
}

export interface PeopleList {
  people: ListedPerson[];
  /** Not UTF-8, so accented letters may be wrong. */
  guessedEncoding: boolean;
}

/** What is wrong with the list, in words for the user. */
export class ListProblem extends Error {}

const CONTROL = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffd]/;

function textOf(bytes: Uint8Array): { text: string; guessed: boolean } {
  const decode = (encoding: string) => new TextDecoder(encoding, { fatal: true }).decode(bytes);
  const attempts: [string, boolean][] =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? [["utf-16le", false]]
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? [["utf-16be", false]]
        : [
            ["utf-8", false],
            ["windows-1252", true],
          ];
  for (const [encoding, guessed] of attempts) {
    try {
      const text = decode(encoding);
      if (!CONTROL.test(text)) return { text, guessed };
    } catch {
      // Not in this encoding.
    }
  }
  throw new ListProblem(words.encoding);
}

interface Row {
  line: number;
  cells: string[];
}

/** RFC 4180, with any separator and the line ends CRLF, LF and CR. Empty lines are left out. */
function rowsOf(text: string, separator: string, firstLine: number): Row[] {
  const rows: Row[] = [];
  let line = firstLine;
  let row: Row = { line, cells: [] };
  let cell = "";
  let quoted = false;
  let wasQuoted = false;
  const endCell = () => {
    row.cells.push(cell);
    cell = "";
    wasQuoted = false;
  };
  const endRow = () => {
    const empty = row.cells.length === 0 && cell.trim() === "" && !wasQuoted;
    endCell();
    if (!empty) rows.push(row);
    row = { line, cells: [] };
  };
  for (let i = 0; i < text.length; ++i) {
    const char = text[i]!;
    const isBreak = char === "\n" || char === "\r";
    if (isBreak && !(char === "\r" && text[i + 1] === "\n")) ++line;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i]!;
      else quoted = false;
    } else if (char === '"') {
      if (cell !== "" || wasQuoted) throw new ListProblem(words.strayQuote(line));
      quoted = wasQuoted = true;
    } else if (char === separator) {
      endCell();
    } else if (isBreak) {
      if (char === "\r" && text[i + 1] === "\n") continue;
      endRow();
    } else {
      if (wasQuoted) throw new ListProblem(words.afterQuote(line));
      cell += char;
    }
  }
  if (quoted) throw new ListProblem(words.openQuote(row.line));
  endRow();
  return rows;
}

const SEPARATORS = [",", ";", "\t"];

function separatorOf(text: string): { separator: string; rest: string; firstLine: number } {
  // Excel's own hint.
  const hint = /^sep=([,;\t])(\r\n|\r|\n)/i.exec(text);
  if (hint) return { separator: hint[1]!, rest: text.slice(hint[0].length), firstLine: 2 };
  const header = /^[\r\n]*([^\r\n]*)/.exec(text)![1]!.replaceAll(/"[^"]*"/g, "");
  const counts = SEPARATORS.map((separator) => header.split(separator).length);
  return { separator: SEPARATORS[counts.indexOf(Math.max(...counts))]!, rest: text, firstLine: 1 };
}

/** Throws ListProblem. */
export function readPeopleList(bytes: Uint8Array): PeopleList {
  const { text, guessed } = textOf(bytes);
  const { separator, rest, firstLine } = separatorOf(text);
  const [header, ...rows] = rowsOf(rest, separator, firstLine);
  if (!header) throw new ListProblem(words.empty);
  const titles = header.cells.map((title) => title.trim().toLowerCase());
  const indexOf = (title: string): number => {
    const index = titles.indexOf(title);
    if (index < 0)
      throw new ListProblem(words.noColumn(title, header.cells.map((cell) => cell.trim()).join(", ")));
    if (titles.lastIndexOf(title) !== index) throw new ListProblem(words.columnTwice(title));
    return index;
  };
  const code = indexOf("code");
  const name = indexOf("name");
  const images = indexOf("images");
  // Several images are separated by ; too, so they may fill further cells if they are the last column.
  const imagesSpill = separator === ";" && images === titles.length - 1;
  const lines = new Map<string, number>();
  const people = rows.map(({ line, cells }): ListedPerson => {
    if (
      cells.length > titles.length &&
      !imagesSpill &&
      cells.slice(titles.length).some((cell) => cell.trim())
    )
      throw new ListProblem(words.tooManyCells(line, cells.length, titles.length));
    const at = (index: number) => (cells[index] ?? "").trim().normalize("NFC");
    const person = {
      line,
      code: at(code),
      name: at(name),
      images: cells
        .slice(images, imagesSpill ? undefined : images + 1)
        .flatMap((cell) => cell.split(";"))
        .map((image) => image.trim())
        .filter(Boolean),
    };
    if (!person.code) throw new ListProblem(words.noCode(line));
    if (!person.name) throw new ListProblem(words.noName(line));
    const before = lines.get(person.code);
    if (before !== undefined) throw new ListProblem(words.codeTwice(person.code, before, line));
    lines.set(person.code, line);
    return person;
  });
  if (people.length === 0) throw new ListProblem(words.nobody);
  return { people, guessedEncoding: guessed };
}
