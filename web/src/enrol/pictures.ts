// Which files can be photographs, by the ending of their name. The folder import, the choice of photographs and the list of
// people all use this list.

/** Formats that no browser reads, or only some: each has its own advice in the texts. */
export type Unreadable = "heic" | "avif" | "tiff" | "raw" | "pdf" | "video" | "other";

/** Read by every browser; `attend register` reads these and TIFF and PPM. */
const READABLE = ["jpg", "jpeg", "jfif", "png", "webp", "bmp", "gif"];

const UNREADABLE: Record<Exclude<Unreadable, "other">, readonly string[]> = {
  heic: ["heic", "heif", "hif"],
  avif: ["avif"],
  tiff: ["tif", "tiff", "ppm"],
  raw: ["dng", "cr2", "cr3", "nef", "arw", "raf", "rw2", "orf", "pef", "srw", "raw"],
  pdf: ["pdf"],
  video: ["mp4", "mov", "m4v", "avi", "mkv", "webm", "3gp"],
};

/** Some browsers decode them (Safari HEIC, most AVIF), so they are tried before they are refused. */
const WORTH_A_TRY = new Set<Unreadable>(["heic", "avif", "tiff"]);

export const endingOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";

/** Undefined if every browser reads the format. */
export function unreadable(name: string): Unreadable | undefined {
  const ending = endingOf(name);
  if (READABLE.includes(ending)) return undefined;
  const found = Object.entries(UNREADABLE).find(([, endings]) => endings.includes(ending));
  return (found?.[0] as Unreadable | undefined) ?? "other";
}

/** Whether to try to decode the file. */
export function maybePicture(name: string): boolean {
  const kind = unreadable(name);
  return kind === undefined || WORTH_A_TRY.has(kind);
}

/** What systems put into folders on their own. */
export const isSystemFile = (name: string): boolean =>
  name.startsWith(".") || /^(thumbs\.db|desktop\.ini|icon\r?)$/i.test(name);
