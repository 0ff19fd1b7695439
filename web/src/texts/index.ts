import { en, type Texts } from "./en";

export { percent } from "./en/numbers";
export const texts: Texts = en;
