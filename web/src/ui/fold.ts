// Compares names as people type them: without case, accents, apostrophes and order.

/** Letters that have no accent to take off. */
const LIKE: Record<string, string> = {
  đ: "d",
  ł: "l",
  ø: "o",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ð: "d",
  þ: "th",
};
const APOSTROPHES = /['’‘ʼ`´]/g;

export const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[đłøßæœıðþ]/g, (letter) => LIKE[letter] ?? letter)
    .replace(APOSTROPHES, "");

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** Whether every word of `search` is in one of `texts`, or in all of them together. */
export function matchesWords(search: string, ...texts: string[]): boolean {
  const folded = texts.map(fold).join(" ");
  return wordsOf(search).every((word) => folded.includes(fold(word)));
}

/**
 * What to ask a server for that finds a piece of a name as it is written: the longest piece without spaces and apostrophes. Its
 * answer has everyone wanted, and others.
 */
export const pieceOf = (search: string): string =>
  wordsOf(search.replace(APOSTROPHES, " ")).reduce(
    (best, word) => (word.length > best.length ? word : best),
    "",
  );
