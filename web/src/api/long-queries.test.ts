import { expect, it } from "vitest";
import { inTurn, refetchIn } from "./long-queries";

it("figures are fetched again once in a while, slow ones at most for a twentieth of the time", () => {
  expect(refetchIn(10_000, 5_000, 20)).toBe(0);
  expect(refetchIn(10_000, 9_000, 20)).toBe(4_000);
  expect(refetchIn(10_000, 9_900, 4_000)).toBe(79_900);
  expect(refetchIn(90_000, 9_900, 4_000)).toBe(0);
});

it("one at a time, and none that has been left meanwhile", async () => {
  const wanted = new AbortController();
  const left = new AbortController();
  const order: string[] = [];
  let finish: () => void = () => undefined;
  const first = inTurn(async () => {
    order.push("first begins");
    await new Promise<void>((resolve) => (finish = resolve));
    order.push("first ends");
  }, wanted.signal);
  const second = inTurn(() => Promise.resolve(order.push("second")), left.signal);
  const third = inTurn(() => Promise.resolve(order.push("third")), wanted.signal);
  left.abort();
  await Promise.resolve();
  finish();
  await expect(second).rejects.toThrow();
  await Promise.all([first, third]);
  expect(order).toEqual(["first begins", "first ends", "third"]);
});

it("a failure does not hold up the next", async () => {
  const { signal } = new AbortController();
  await expect(inTurn(() => Promise.reject(new Error("down")), signal)).rejects.toThrow("down");
  await expect(inTurn(() => Promise.resolve(1), signal)).resolves.toBe(1);
});
