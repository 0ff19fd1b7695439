// Which files are photographs, by the ending of their name: one list for the folder import, the choice of photographs and the
// lists of people. tests/traces/images.json holds it and `attend` to the same kinds.

/** Kinds of pictures that people have and that not every browser reads, or none; the texts say what to do with each. */
export const FOREIGN = {
  heic: [".heic", ".heif", ".hif"],
  avif: [".avif"],
  jpegXl: [".jxl"],
  raw: [".dng", ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".raf", ".orf", ".rw2", ".pef", ".srw"],
  pdf: [".pdf"],
  gif: [".gif"],
  photoshop: [".psd"],
  /** Read by `attend`. */
  tiff: [".tif", ".tiff", ".ppm", ".pgm"],
} as const;
export type ForeignKind = keyof typeof FOREIGN;

/** Every browser reads these. */
export const READABLE = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".webp"] as const;

const NEVER_READ: readonly ForeignKind[] = ["raw", "pdf", "photoshop"];

/** In lower case and with its dot; "" if there is none. */
export const endingOf = (name: string): string => /\.[^./\\]+$/.exec(name)?.[0].toLowerCase() ?? "";

export function kindOf(name: string): "readable" | ForeignKind | "other" {
  const ending = endingOf(name);
  const has = (endings: readonly string[]) => endings.includes(ending);
  if (has(READABLE)) return "readable";
  return (Object.keys(FOREIGN) as ForeignKind[]).find((kind) => has(FOREIGN[kind])) ?? "other";
}

/** Whether to decode it: some browsers read a foreign kind (Safari HEIC, most AVIF and GIF), and an unknown ending says nothing. */
export const isWorthATry = (name: string): boolean =>
  !(NEVER_READ as readonly string[]).includes(kindOf(name));

/** What systems put into folders on their own. */
export const isSystemFile = (name: string): boolean =>
  name.startsWith(".") || /^(thumbs\.db|desktop\.ini|icon\r?)$/i.test(name);
