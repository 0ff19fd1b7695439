import { expect, it } from "vitest";
import { refetchIn } from "./use-range";

it("a short range is fetched again at once, a long one at most for a twentieth of the time", () => {
  expect(refetchIn(10_000, 5_000, 20)).toBe(0);
  expect(refetchIn(10_000, 9_900, 4_000)).toBe(79_900);
  expect(refetchIn(90_000, 9_900, 4_000)).toBe(0);
});
