/**
 * The viewer's own variant of the page's language, such as en-GB with its order of day and month, so that one page never mixes
 * two languages.
 */
export function localeOf(language: string, wanted: readonly string[]): string {
  return wanted.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}

/** As the viewer's browser lists them; none while the pages are built. */
export const languages = (): readonly string[] =>
  typeof navigator === "undefined" ? [] : (navigator.languages ?? []);
