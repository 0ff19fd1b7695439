import { expect, it } from "vitest";
import { refetchIn } from "./long-queries";

it("a quick query is fetched again at once, a slow one at most for a twentieth of the time", () => {
  expect(refetchIn(10_000, 5_000, 20)).toBe(0);
  expect(refetchIn(10_000, 9_900, 4_000)).toBe(79_900);
  expect(refetchIn(90_000, 9_900, 4_000)).toBe(0);
});
