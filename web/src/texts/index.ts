import { en, type Texts } from "./en";

export { percent } from "./en";
export const texts: Texts = en;
