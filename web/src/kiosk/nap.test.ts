import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { nap } from "./nap";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("ends after its time", async () => {
  let ended = false;
  void nap(1_000, []).over.then(() => (ended = true));
  await vi.advanceTimersByTimeAsync(999);
  expect(ended).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toBe(true);
});

it("ends when a camera is plugged in, and listens no longer", async () => {
  const devices = new EventTarget();
  const forgotten = vi.spyOn(devices, "removeEventListener");
  const { over } = nap(60_000, [
    { of: devices, event: "devicechange" },
    { of: undefined, event: "online" },
  ]);
  devices.dispatchEvent(new Event("devicechange"));
  await over;
  expect(forgotten).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

it("ends when it is woken", async () => {
  const { over, wake } = nap(60_000, []);
  wake();
  await over;
  expect(vi.getTimerCount()).toBe(0);
});
