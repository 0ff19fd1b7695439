// Sends the outbox's events to the server, oldest first, and reports when the camera was watching.
import { Backoff } from "@/api/backoff";
import { api, ApiError, type Decision, unwrap } from "@/api/client";
import { deliver, type Post } from "./delivery";
import type { Outbox, WaitingEvent } from "./outbox";

export interface UplinkOptions {
  cameraId: string;
  software: string;
  model: string;
  /** The current frames per second; null if it is not known yet. */
  fps: () => number | null;
  onDecision: (eventId: string, decision: Decision) => void;
  onRefused: (eventId: string, error: ApiError) => void;
  onState: (state: UplinkState) => void;
}

export interface UplinkState {
  online: boolean;
  waiting: number;
  refused: number;
  /** The session has expired: somebody must sign in again. */
  signedOut: boolean;
  /** Events wait because they are later than the server's time: its message, which names both times. */
  clock?: string;
}

const BATCH = 32;
const HEARTBEAT_EVERY = 10_000;
/** Milliseconds before an event that waits for a clock is tried again. */
const CLOCK_PAUSE = 30_000;

/** Uses the API client, so that the session cookie is sent. */
const post: Post = async (path, body) => {
  const { data, error, response } = await api.POST(path, { body: body as never });
  return { status: response.status, body: data ?? error };
};

export class Uplink {
  private readonly backoff = new Backoff({ first: 500, longest: 30_000, jitter: 0.2 });
  private timer?: ReturnType<typeof setTimeout>;
  private clockTimer?: ReturnType<typeof setTimeout>;
  private heartbeat?: ReturnType<typeof setInterval>;
  private sending = false;
  private over = false;
  private online = true;
  private signedOut = false;
  /** Events that wait for a clock: when to try each again, and what the server said. They do not hold up the others. */
  private readonly postponed = new Map<string, { until: number; message: string }>();

  constructor(
    private readonly outbox: Pick<Outbox, "oldest" | "waiting" | "untold" | "told" | "refused" | "delivered">,
    private readonly options: UplinkOptions,
  ) {}

  start(): void {
    window.addEventListener("online", this.kick);
    this.heartbeat = setInterval(() => void this.beat(), HEARTBEAT_EVERY);
    void this.beat();
    this.kick();
  }

  stop(): void {
    this.over = true;
    window.removeEventListener("online", this.kick);
    clearTimeout(this.timer);
    clearTimeout(this.clockTimer);
    clearInterval(this.heartbeat);
  }

  /** Call it when there is something to send. */
  readonly kick = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.run();
  };

  private async run(): Promise<void> {
    if (this.sending || this.over) return;
    this.sending = true;
    try {
      for (;;) {
        const events = await this.outbox.oldest(BATCH, this.notYet());
        if (events.length === 0 || this.over) break;
        if (!(await this.send(events))) {
          this.timer = setTimeout(this.kick, this.backoff.next());
          break;
        }
        this.backoff.reset();
      }
    } finally {
      this.sending = false;
      await this.report();
    }
  }

  /** The events that are not to be tried now; sets the timer for the first of them. */
  private notYet(): ReadonlySet<string> {
    const now = Date.now();
    const waiting = [...this.postponed].filter(([, { until }]) => until > now);
    clearTimeout(this.clockTimer);
    if (waiting.length > 0) {
      const first = Math.min(...waiting.map(([, { until }]) => until));
      this.clockTimer = setTimeout(this.kick, first - now);
    }
    return new Set(waiting.map(([id]) => id));
  }

  /** Returns false if some of them have to be sent again later. */
  private async send(events: readonly WaitingEvent[]): Promise<boolean> {
    const fates = await deliver(
      events.map(({ body }) => body),
      post,
    );
    const done: string[] = [];
    let later: ApiError | undefined;
    for (const [index, event] of events.entries()) {
      const fate = fates[index]!;
      this.postponed.delete(event.eventId);
      switch (fate.kind) {
        case "delivered":
          done.push(event.eventId);
          this.options.onDecision(event.eventId, fate.decision);
          break;
        case "refused":
          await this.outbox.refused(event, fate.error.message);
          this.options.onRefused(event.eventId, fate.error);
          break;
        case "later":
          if (!fate.waitsForClock) later = fate.error;
          else
            this.postponed.set(event.eventId, {
              until: Date.now() + CLOCK_PAUSE,
              message: fate.error.message,
            });
      }
    }
    await this.outbox.delivered(done);
    if (later && fates.every(({ kind }) => kind === "later")) this.failed(later);
    else this.reached();
    return later === undefined;
  }

  private async beat(): Promise<void> {
    const { count, oldest } = await this.outbox.waiting();
    const untold = await this.outbox.untold();
    const time = (milliseconds: number | undefined) =>
      milliseconds === undefined ? null : new Date(milliseconds).toISOString();
    const fps = this.options.fps();
    try {
      for (const span of untold.length > 0 ? untold : [undefined]) {
        await unwrap(
          api.POST("/api/v1/cameras/{camera_id}/heartbeat", {
            params: { path: { camera_id: this.options.cameraId } },
            body: {
              watching_from: time(span?.from),
              watching_to: time(span?.to),
              fps: fps === null ? null : Number(fps.toFixed(1)),
              outbox_waiting: count,
              outbox_oldest: time(oldest),
              software: this.options.software,
              model: this.options.model,
            },
          }),
        );
        if (span) await this.outbox.told(span);
      }
      const wasAway = !this.online;
      this.reached();
      if (wasAway) this.kick();
    } catch (failure) {
      this.failed(failure);
    }
    await this.report();
  }

  private reached(): void {
    this.online = true;
    this.signedOut = false;
  }

  private failed(failure: unknown): void {
    this.online = false;
    this.signedOut = failure instanceof ApiError && failure.status === 401;
  }

  private async report(): Promise<void> {
    if (this.over) return;
    const { count, refused } = await this.outbox.waiting();
    const clock = [...this.postponed.values()].at(-1)?.message;
    this.options.onState({ online: this.online, waiting: count, refused, signedOut: this.signedOut, clock });
  }
}
