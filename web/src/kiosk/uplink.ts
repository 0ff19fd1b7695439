// Empties the outbox towards the server, oldest first, and tells it what the camera watched.
import { api, ApiError, type Decision, errorOf, unwrap } from "@/api/client";
import type { Outbox, WaitingEvent } from "./outbox";

export interface UplinkOptions {
  cameraId: string;
  software: string;
  model: string;
  /** Frames a second of late. */
  fps: () => number;
  onDecision: (eventId: string, decision: Decision) => void;
  onRefused: (eventId: string, error: ApiError) => void;
  onState: (state: UplinkState) => void;
}

export interface UplinkState {
  online: boolean;
  waiting: number;
  refused: number;
  /** The session has ended: somebody must sign in again. */
  signedOut: boolean;
}

const BATCH = 32;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const HEARTBEAT_EVERY = 10_000;

/**
 * Will the server's answer never change, however often the event is sent? Only in its own words: a proxy's 404 says
 * nothing about the event.
 */
export function refusedForGood(status: number, code: string): boolean {
  if (code.startsWith("http_")) return false;
  return status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);
}

export class Uplink {
  private pause = FIRST_PAUSE;
  private timer?: ReturnType<typeof setTimeout>;
  private heartbeat?: ReturnType<typeof setInterval>;
  private sending = false;
  private over = false;
  private online = true;
  private signedOut = false;

  constructor(
    private readonly outbox: Outbox,
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
    clearInterval(this.heartbeat);
  }

  /** There is something to send. */
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
        const events = await this.outbox.oldest(BATCH);
        if (events.length === 0 || this.over) break;
        if (!(await this.deliver(events))) {
          this.timer = setTimeout(this.kick, this.pause * (0.8 + Math.random() * 0.4));
          this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
          break;
        }
        this.pause = FIRST_PAUSE;
      }
    } finally {
      this.sending = false;
      await this.report();
    }
  }

  /** False: none of them was taken in, and trying again may work. */
  private async deliver(events: readonly WaitingEvent[]): Promise<boolean> {
    // By this the server measures how far this device's clock is off.
    const sentAt = new Date().toISOString();
    try {
      const { results } = await unwrap(
        api.POST("/api/v1/recognitions/batch", {
          body: { events: events.map(({ body }) => ({ ...body, sent_at: sentAt }) as never) },
        }),
      );
      this.reached();
      const done: string[] = [];
      let later = false;
      for (const [index, result] of results.entries()) {
        const event = events[index];
        if (!event) break;
        if (!("error" in result)) {
          done.push(event.eventId);
          this.options.onDecision(event.eventId, result);
        } else if (refusedForGood(result.status, result.error.code)) {
          await this.outbox.refused(event, result.error.message);
          this.options.onRefused(event.eventId, errorOf(result.status, result));
        } else {
          later = true;
        }
      }
      await this.outbox.delivered(done);
      return !later;
    } catch (failure) {
      this.failed(failure);
      return false;
    }
  }

  private async beat(): Promise<void> {
    const { count, oldest } = await this.outbox.waiting();
    const untold = await this.outbox.untold();
    const time = (milliseconds: number | undefined) =>
      milliseconds === undefined ? null : new Date(milliseconds).toISOString();
    try {
      for (const span of untold.length > 0 ? untold : [undefined]) {
        await unwrap(
          api.POST("/api/v1/cameras/{camera_id}/heartbeat", {
            params: { path: { camera_id: this.options.cameraId } },
            body: {
              watching_from: time(span?.from),
              watching_to: time(span?.to),
              fps: Number(this.options.fps().toFixed(1)),
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
    this.options.onState({ online: this.online, waiting: count, refused, signedOut: this.signedOut });
  }
}
