// Sends events to the server. src/edge/uplink.h does the same in C++; tests/traces/uplink.json holds both to it.
import { ApiError, type Decision, errorOf } from "@/api/client";

export type EventBody = Record<string, unknown>;

export interface Answer {
  status: number;
  /** Undefined if it is not JSON. */
  body: unknown;
}

/** Throws if the server cannot be reached. */
export type Post = (
  path: "/api/v1/recognitions" | "/api/v1/recognitions/batch",
  body: unknown,
) => Promise<Answer>;

/** What became of an event. */
export type Fate =
  | { kind: "delivered"; decision: Decision }
  /** The server will never accept it. */
  | { kind: "refused"; error: ApiError }
  /** It stays in the outbox and is sent again. `waitsForClock`: only this event, once the clocks agree. */
  | { kind: "later"; error: ApiError; waitsForClock?: boolean };

/** Statuses that are about the event. Any other is about the key, the server or the network. */
const ABOUT_THE_EVENT = new Set([400, 409, 413, 422]);
/** The batch as a whole is refused: it is too large, or this server has no batches. Its events may be fine. */
const TRY_SINGLY = new Set([400, 404, 405, 413, 422]);

const isDecision = (body: unknown): body is Decision =>
  typeof (body as { outcome?: unknown } | undefined)?.outcome === "string";

/** The event is later than the server's own time. One of the two clocks is wrong, and with time the event becomes right. */
const CLOCK = "captured_in_future";

/** Only an answer of attendd itself rejects an event: losing one is worse than sending it again. */
function fateOf({ status, body }: Answer): Fate {
  if (status === 200 && isDecision(body)) return { kind: "delivered", decision: body };
  const error = errorOf(status, body);
  if (error.code === CLOCK) return { kind: "later", error, waitsForClock: true };
  const ours = !error.code.startsWith("http_");
  return { kind: ours && ABOUT_THE_EVENT.has(status) ? "refused" : "later", error };
}

/** Adds the time of sending, from which the server computes how far this device's clock is off. */
const stamped = (body: EventBody): EventBody => ({ ...body, sent_at: new Date().toISOString() });

function unreachable(failure: unknown): ApiError {
  if (failure instanceof ApiError) return failure;
  return new ApiError(0, "unreachable", failure instanceof Error ? failure.message : String(failure));
}

/** Returns the fate of each event, in order. */
export async function deliver(bodies: readonly EventBody[], post: Post): Promise<Fate[]> {
  const fates: Fate[] = [];
  const restLater = (error: ApiError): Fate[] => [
    ...fates,
    ...bodies.slice(fates.length).map(() => ({ kind: "later" as const, error })),
  ];
  try {
    if (bodies.length > 1) {
      const answer = await post("/api/v1/recognitions/batch", { events: bodies.map(stamped) });
      const results = (answer.body as { results?: unknown } | undefined)?.results;
      if (answer.status === 200 && Array.isArray(results) && results.length === bodies.length)
        return results.map((result: { status?: number }) =>
          fateOf({ status: result.status ?? 200, body: result }),
        );
      if (!TRY_SINGLY.has(answer.status)) return restLater(errorOf(answer.status, answer.body));
    }
    for (const body of bodies) {
      const fate = fateOf(await post("/api/v1/recognitions", stamped(body)));
      // The answers so far count; the rest is sent again.
      if (fate.kind === "later" && !fate.waitsForClock) return restLater(fate.error);
      fates.push(fate);
    }
    return fates;
  } catch (failure) {
    return restLater(unreachable(failure));
  }
}
