import { expect, it } from "vitest";
import { Backoff } from "./backoff";

it("doubles up to the longest pause, and begins again after a success", () => {
  const backoff = new Backoff({ first: 500, longest: 3_000 });
  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
  backoff.reset();
  expect(backoff.next()).toBe(500);
});

it("is never shorter than its first pause", () => {
  const backoff = new Backoff({ first: 500, longest: 100 });
  expect([backoff.next(), backoff.next()]).toEqual([500, 500]);
});

it("varies each pause by its jitter and doubles the pause without it", () => {
  const draws = [0, 1, 0.5];
  const backoff = new Backoff({ first: 1_000, longest: 60_000, jitter: 0.2 }, () => draws.shift()!);
  expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([800, 2_400, 4_000]);
});
