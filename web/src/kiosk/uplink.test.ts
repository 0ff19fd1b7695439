import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WaitingEvent } from "./outbox";
import type { UplinkState } from "./uplink";

const post = vi.fn();
vi.mock("@/api/client", async (original) => ({
  ...(await original<object>()),
  api: { POST: (...request: unknown[]) => post(...request) as unknown },
}));
const { Uplink } = await import("./uplink");

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", new EventTarget());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Keeps events in a list, like the outbox in the browser's database. */
function outboxOf(ids: string[]) {
  let events: WaitingEvent[] = ids.map((eventId) => ({
    eventId,
    capturedAt: 0,
    body: { event_id: eventId },
  }));
  return {
    ids: () => events.map(({ eventId }) => eventId),
    oldest: (most: number, except: ReadonlySet<string>) =>
      Promise.resolve(events.filter(({ eventId }) => !except.has(eventId)).slice(0, most)),
    delivered: (done: readonly string[]) => {
      events = events.filter(({ eventId }) => !done.includes(eventId));
      return Promise.resolve();
    },
    waiting: () => Promise.resolve({ count: events.length, refused: 0 }),
    untold: () => Promise.resolve([]),
    told: () => Promise.resolve(),
    refused: () => Promise.reject(new Error("no event is refused for good")),
  };
}

it("events that are later than the server's time wait for the clocks, and the others are delivered", async () => {
  const ahead = Array.from({ length: 40 }, (_, i) => `ahead-${i}`);
  const outbox = outboxOf([...ahead, "right-1", "right-2"]);
  let clockIsRight = false;
  const answer = (id: string) =>
    id.startsWith("right") || clockIsRight
      ? { status: 200, event_id: id, outcome: "unknown" }
      : { status: 400, error: { code: "captured_in_future", message: "10:06 is later than 10:00" } };
  post.mockImplementation((path: string, { body }: { body: { events?: { event_id: string }[] } }) => {
    const results = (body.events ?? []).map(({ event_id: id }) => answer(id));
    const data = path.endsWith("batch") ? { results } : {};
    return Promise.resolve({ data, response: { ok: true, status: 200 } });
  });
  let state: UplinkState | undefined;
  const uplink = new Uplink(outbox, {
    cameraId: "door",
    software: "test",
    model: "model",
    fps: () => null,
    onDecision: () => undefined,
    onRefused: () => undefined,
    onState: (now) => (state = now),
  });
  uplink.start();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(outbox.ids()).toEqual(ahead);
  expect(state).toMatchObject({ online: true, waiting: 40, clock: "10:06 is later than 10:00" });

  const asked = post.mock.calls.length;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(post.mock.calls.length).toBe(asked);

  clockIsRight = true;
  await vi.advanceTimersByTimeAsync(31_000);
  expect(outbox.ids()).toEqual([]);
  expect(state).toMatchObject({ online: true, waiting: 0, clock: undefined });
  uplink.stop();
});
