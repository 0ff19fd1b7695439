// Reads a folder of photographs as people, by the same rules as `attend register --dir`.

export interface PersonToImport {
  code: string;
  name: string;
  pictures: File[];
}

const PICTURE = /\.(jpe?g|png|webp|bmp|gif|avif)$/i;

/** "1001_Ada_Lovelace" is Ada Lovelace with code 1001. A name alone is also the code. */
export function personOf(label: string): { code: string; name: string } {
  const underscore = label.indexOf("_");
  const [code, name] =
    underscore > 0 && underscore + 1 < label.length
      ? [label.slice(0, underscore), label.slice(underscore + 1)]
      : [label, label];
  return { code, name: name.replaceAll("_", " ") };
}

/**
 * Each subfolder of the chosen folder is a person with the pictures in it. A picture next to the subfolders is a person with
 * one picture. Sorted by label.
 */
export function peopleOf(files: readonly { file: File; path: string }[]): PersonToImport[] {
  const byLabel = new Map<string, File[]>();
  for (const { file, path } of files) {
    const parts = path.split("/");
    const base = parts.at(-1) ?? "";
    if (!PICTURE.test(base) || base.startsWith(".")) continue;
    // parts[0] is the chosen folder. Files deeper than a person's folder are ignored.
    const label = parts.length === 3 ? parts[1] : parts.length === 2 ? base.replace(PICTURE, "") : undefined;
    if (label) byLabel.set(label, [...(byLabel.get(label) ?? []), file]);
  }
  return [...byLabel]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, pictures]) => ({ ...personOf(label), pictures }));
}
