import { languages, localeOf } from "../locale";

/** English, with the viewer's region. */
export const locale = (): string => localeOf("en", languages());

let format: Intl.NumberFormat | undefined;
export const number = (value: number): string => (format ??= new Intl.NumberFormat(locale())).format(value);

export const plural = (count: number, one: string, many: string) =>
  `${number(count)} ${count === 1 ? one : many}`;

export const percent = (share: number) =>
  // 99.97 % must not read as 100 %.
  `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))}%`;
