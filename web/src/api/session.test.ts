import { beforeEach, expect, it } from "vitest";
import { ApiError } from "./client";
import { isSignOutDue, signOut } from "./session";

const kept = new Map<string, string>();
const store = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
};
const failing = (status: number) => () => Promise.reject(new ApiError(status, "x", "x"));

beforeEach(() => kept.clear());

it("a sign-out that the server heard is done", async () => {
  expect(await signOut(() => Promise.resolve(), store)).toBe("ended");
  expect(isSignOutDue(store)).toBe(false);
});

it("one that it did not hear stays due until it does", async () => {
  expect(await signOut(failing(0), store)).toBe("due");
  expect(await signOut(failing(503), store)).toBe("due");
  expect(isSignOutDue(store)).toBe(true);
  expect(await signOut(() => Promise.resolve(), store)).toBe("ended");
  expect(isSignOutDue(store)).toBe(false);
});

it("a refusal is not swallowed, and a session that had ended is no refusal", async () => {
  await expect(signOut(failing(403), store)).rejects.toThrow("x");
  expect(isSignOutDue(store)).toBe(false);
  expect(await signOut(failing(401), store)).toBe("ended");
});
