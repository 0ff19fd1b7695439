import { en, type Texts } from "./en";

export { locale, number, percent } from "./en/numbers";
export const texts: Texts = en;
