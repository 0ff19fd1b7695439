// Reads a folder of photographs as people, by the same rules as `attend register --dir`, or as a list of people in it says
// (`attend register --csv`).
import { endingOf, isSystemFile, kindOf } from "./pictures";
import { ListProblem, readPeopleList } from "./people-list";

export interface PersonToImport {
  code: string;
  name: string;
  pictures: File[];
  /** Named by the list, but not in the folder. */
  missing: string[];
}

/** "other": no photograph. "deep": inside a folder of a person's folder. "unlisted": the list does not name it. */
export type LeftOutReason = "other" | "deep" | "unlisted";

export interface Folder {
  people: PersonToImport[];
  /** Files that are nobody's photographs; every one is named. */
  leftOut: { path: string; reason: LeftOutReason }[];
  /** Two people with one code: nobody can be imported before one of them is renamed. */
  clash?: { code: string; names: [string, string] };
  /** The list that was used, or why it was not. */
  list?: { name: string; problem?: string; guessedEncoding?: boolean };
}

export interface FileInFolder {
  file: File;
  /** "folder/sub/file", beginning with the chosen folder. */
  path: string;
}

/** What stands before the first underscore, if something stands after it; otherwise all. */
function codeOf(label: string): string {
  const underscore = label.indexOf("_");
  return underscore > 0 && underscore + 1 < label.length ? label.slice(0, underscore) : label;
}

/** "1001_Ada_Lovelace" is Ada Lovelace with code 1001. A name alone is also the code. */
export function personOf(label: string, code = codeOf(label)): { code: string; name: string } {
  const name = code.length < label.length ? label.slice(code.length + 1) : label;
  return { code, name: name.replaceAll("_", " ") };
}

/**
 * If several labels share what stands before the underscore and it has no digit (Anna_Svensson, Anna_Berg), it is a name: each
 * one's code is the whole label.
 */
export function personsOf(labels: readonly string[]): { code: string; name: string }[] {
  const uses = new Map<string, number>();
  for (const label of labels) uses.set(codeOf(label), (uses.get(codeOf(label)) ?? 0) + 1);
  const isName = (code: string) => uses.get(code)! > 1 && !/[0-9]/.test(code);
  return labels.map((label) => personOf(label, isName(codeOf(label)) ? label : undefined));
}

// macOS writes names in decomposed form.
const nameOf = (path: string) => (path.split("/").at(-1) ?? "").normalize("NFC");
const withoutEnding = (name: string) => name.slice(0, name.length - endingOf(name).length);

function clashOf(people: readonly PersonToImport[]): Folder["clash"] {
  const known = new Map<string, string>();
  for (const { code, name } of people) {
    const other = known.get(code);
    if (other !== undefined) return { code, names: [other, name] };
    known.set(code, name);
  }
  return undefined;
}

/**
 * Each subfolder of the chosen folder is a person with the pictures in it. A picture next to the subfolders is a person with
 * one picture. Sorted by label.
 */
export function peopleOf(files: readonly FileInFolder[]): Folder {
  const byLabel = new Map<string, File[]>();
  const leftOut: Folder["leftOut"] = [];
  for (const { file, path } of files) {
    const parts = path.normalize("NFC").split("/");
    const name = nameOf(path);
    if (parts.some(isSystemFile)) continue;
    // Pictures that cannot be read here are somebody's too: the import names them and says what to do.
    if (kindOf(name) === "other") leftOut.push({ path, reason: "other" });
    else if (parts.length > 3) leftOut.push({ path, reason: "deep" });
    else {
      const label = parts.length === 3 ? parts[1]! : withoutEnding(name);
      byLabel.set(label, [...(byLabel.get(label) ?? []), file]);
    }
  }
  const labelled = [...byLabel].sort(([a], [b]) => (a < b ? -1 : 1));
  const persons = personsOf(labelled.map(([label]) => label));
  const people = labelled.map(([, pictures], i) => ({ ...persons[i]!, pictures, missing: [] }));
  return { people, leftOut, clash: clashOf(people) };
}

/** The list's paths as keys: relative to its folder, with / between folders. */
const keyOf = (path: string) =>
  path
    .replaceAll("\\", "/")
    .replace(/^(\.\/)+/, "")
    .normalize("NFC");

function listed(bytes: Uint8Array, files: readonly FileInFolder[], name: string): Folder {
  const { people, guessedEncoding } = readPeopleList(bytes);
  // The list lies in the chosen folder.
  const byPath = new Map(
    files.map(({ file, path }) => [keyOf(path.slice(path.indexOf("/") + 1)), { file, path }]),
  );
  const used = new Set<string>();
  const found = people.map(({ code, name, images }): PersonToImport => {
    const person: PersonToImport = { code, name, pictures: [], missing: [] };
    for (const image of images) {
      const known = byPath.get(keyOf(image));
      if (!known) person.missing.push(image);
      else {
        used.add(known.path);
        person.pictures.push(known.file);
      }
    }
    return person;
  });
  const leftOut = files
    .filter(({ path }) => !used.has(path) && nameOf(path) !== name && !path.split("/").some(isSystemFile))
    .map(({ path }) => ({ path, reason: "unlisted" as const }));
  return { people: found, leftOut, list: { name, guessedEncoding } };
}

const isList = ({ path }: FileInFolder) =>
  path.split("/").length === 2 && [".csv", ".tsv"].includes(endingOf(path)) && !isSystemFile(nameOf(path));

/** A list directly in the chosen folder says who is who; without one, the folders' names do. */
export async function readFolder(files: readonly FileInFolder[]): Promise<Folder> {
  const [list] = files.filter(isList).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (!list) return peopleOf(files);
  const name = nameOf(list.path);
  try {
    return listed(new Uint8Array(await list.file.arrayBuffer()), files, name);
  } catch (failure) {
    if (!(failure instanceof ListProblem)) throw failure;
    return { ...peopleOf(files.filter((file) => file !== list)), list: { name, problem: failure.message } };
  }
}
