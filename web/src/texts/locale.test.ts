import { expect, it } from "vitest";
import { localeOf } from "./locale";

it("dates and numbers are in the language of the texts", () => {
  expect(localeOf("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
  expect(localeOf("en", ["de-DE", "fr"])).toBe("en");
  expect(localeOf("en", ["eng"])).toBe("en");
});
