// One run of the kiosk: passes frames from the camera to the worker, votes to the outbox and answers to the tracks.
import { Backoff } from "@/api/backoff";
import { ApiError, type Decision } from "@/api/client";
import { encodeI8, uuidv7 } from "@/edge/codec";
import { CameraError, type CameraProblem, closeCamera, openCamera } from "@/edge/camera";
import type { Edge } from "@/edge/edge";
import { livenessField } from "@/edge/manifest";
import type { FrameAnswer } from "@/edge/messages";
import type { TrackVote } from "@/edge/pipeline";
import { type Alarms, nap } from "./nap";
import { Outbox } from "./outbox";
import { LONGEST_GAP, PictureWatch } from "./picture-watch";
import { Uplink, type UplinkState } from "./uplink";

export type Said =
  | { kind: "decision"; decision: Decision }
  | { kind: "refused"; error: ApiError }
  | { kind: "kept" } // the server is down; the event is on this device
  | { kind: "full" };

export interface SessionOptions {
  edge: Edge;
  video: HTMLVideoElement;
  cameraId: string;
  deviceId: string;
  software: string;
  onFrame: (answer: FrameAnswer, fps: number) => void;
  onSaid: (said: Said) => void;
  onUplink: (state: UplinkState) => void;
  /** `next`: when it is opened again, in milliseconds since 1970; undefined if that is not known, or not needed. */
  onCamera: (state: CameraState, next: number | undefined) => void;
  /** The models have failed for many frames in a row: the session has stopped itself, and the edge must be loaded again. */
  onEdgeFailed: (failure: Error) => void;
}

/**
 * "lost": the camera stopped. "frozen": it delivers no new pictures. The others say why it does not open. Whatever it is, the
 * camera is opened again after a growing pause, and at once when a device is plugged in or the page is shown again.
 */
export type CameraState = "open" | "lost" | "frozen" | CameraProblem;

/** In a row. */
const MOST_FAILURES = 25;
const ALARMS = (): Alarms[] => [
  { of: navigator.mediaDevices as MediaDevices | undefined, event: "devicechange" },
  { of: document, event: "visibilitychange" },
];
/** Milliseconds. The person of an older event has left, so its answer is not shown. */
const FRESH = 10_000;

export class KioskSession {
  private readonly tracks = new Map<string, { track: number; capturedAt: number }>();
  private uplink?: Uplink;
  private outbox?: Outbox;
  private stream?: MediaStream;
  private over = false;
  private online = true;
  private fps = 0;
  private readonly watch = new PictureWatch(performance.now());
  private readonly backoff = new Backoff({ first: 2_000, longest: 30_000 });
  private cameraState?: CameraState;
  private reopenAt = 0;
  private watchedFrom?: number;
  private deliveredAt = 0;
  private wake?: () => void;
  private failures = 0;

  constructor(private readonly options: SessionOptions) {}

  /** Delivers what waits, and opens the camera as soon as there is one. Throws the errors of the browser's storage. */
  async start(): Promise<void> {
    const { edge, cameraId, software } = this.options;
    this.outbox = await Outbox.open();
    if (this.over) return;
    this.uplink = new Uplink(this.outbox, {
      cameraId,
      software,
      model: edge.manifest.embedder.identity,
      fps: () => this.reportedRate(),
      onDecision: (id, decision) => this.answered(id, { kind: "decision", decision }),
      onRefused: (id, error) => this.answered(id, { kind: "refused", error }),
      onState: (state) => {
        this.online = state.online;
        this.options.onUplink(state);
      },
    });
    this.uplink.start();
    void this.loop();
  }

  stop(): void {
    this.over = true;
    this.wake?.();
    this.uplink?.stop();
    closeCamera(this.stream);
    this.options.video.srcObject = null;
  }

  private async open(): Promise<void> {
    const { video, deviceId } = this.options;
    closeCamera(this.stream);
    this.stream = await openCamera(deviceId || undefined);
    if (this.over) {
      closeCamera(this.stream);
      return;
    }
    video.srcObject = this.stream;
    await video.play();
    this.watch.opened(performance.now());
  }

  private show(state: CameraState, next?: number): void {
    if (state === this.cameraState && next === undefined) return;
    this.cameraState = state;
    this.options.onCamera(state, next);
  }

  /** Says what is wrong and waits before the next attempt. */
  private async rest(state: CameraState): Promise<void> {
    const pause = this.backoff.next();
    this.show(state, Date.now() + pause);
    const { over, wake } = nap(pause, ALARMS());
    this.wake = wake;
    await over;
  }

  private async openAgain(): Promise<void> {
    if (this.stream) await this.rest("lost");
    if (this.over) return;
    try {
      await this.open();
    } catch (failure) {
      closeCamera(this.stream);
      this.stream = undefined;
      if (!this.over) await this.rest(failure instanceof CameraError ? failure.problem : "failed");
    }
  }

  private async loop(): Promise<void> {
    const { edge, video } = this.options;
    let before = performance.now();
    while (!this.over) {
      const alive = this.stream?.getVideoTracks().some((track) => track.readyState === "live");
      if (!alive) {
        await this.openAgain();
        continue;
      }
      if (this.watch.stalled(performance.now())) await this.stalled();
      const presented = await nextFrame(video);
      if (this.over) break;
      if (!presented) continue;
      try {
        const capturedAt = Date.now();
        const answer = await edge.frame(await createImageBitmap(video), capturedAt, performance.now());
        this.failures = 0;
        const now = performance.now();
        const rate = 1000 / Math.max(now - before, 1);
        // The average over about ten frames.
        this.fps = this.fps === 0 ? rate : this.fps * 0.9 + rate * 0.1;
        before = now;
        const picture = this.watch.saw(now, answer.fingerprint);
        if (picture !== "repeated") {
          this.backoff.reset();
          this.show("open");
        }
        await this.note(capturedAt, picture);
        for (const vote of answer.votes) await this.keep(vote);
        this.options.onFrame(answer, this.fps);
      } catch (failure) {
        // The page was closed while a frame was processed.
        if (this.over) return;
        // A camera may return no frame; a graphics processor that was reset returns none for ever.
        if (++this.failures >= MOST_FAILURES) {
          this.stop();
          this.options.onEdgeFailed(failure instanceof Error ? failure : new Error(String(failure)));
          return;
        }
        await pause(200);
      }
    }
  }

  /** Opens the camera again, at most as often as the back-off allows, and not while another app is in front of the page. */
  private async stalled(): Promise<void> {
    const now = performance.now();
    if (this.cameraState !== "frozen") this.reopenAt = now + this.backoff.next();
    this.show("frozen");
    if (document.visibilityState !== "visible" || now < this.reopenAt) return;
    this.reopenAt = now + LONGEST_GAP + this.backoff.next();
    await this.reopen();
  }

  private async reopen(): Promise<void> {
    if (!this.over) await this.open().catch(() => undefined);
  }

  /** 0 if no new pictures arrive, whatever the rate of earlier ones; null if it is too early to tell. */
  private reportedRate(): number | null {
    const now = performance.now();
    if (this.watch.watching(now)) return this.fps;
    return this.watch.stalled(now) ? 0 : null;
  }

  /** The camera delivered a frame. Writes to the outbox once a second until when the camera watched. */
  private async note(at: number, picture: ReturnType<PictureWatch["saw"]>): Promise<void> {
    // The steady clock may stand still while a device sleeps.
    const slept = at < this.deliveredAt || at - this.deliveredAt > LONGEST_GAP;
    this.deliveredAt = at;
    if (slept) this.watchedFrom = undefined;
    // What repeats is watched only once a new picture follows.
    if (picture === "repeated") return;
    const began = picture === "continued" ? this.watchedFrom : undefined;
    this.watchedFrom = began ?? at;
    if (began === undefined || at - began < 1000) return;
    this.watchedFrom = at;
    await this.outbox?.watched({ from: began, to: at }, LONGEST_GAP);
  }

  private async keep({ track, vote }: TrackVote): Promise<void> {
    const { edge, cameraId } = this.options;
    const eventId = uuidv7(Date.now());
    const number = (value: number) => Number(value.toPrecision(6));
    try {
      await this.outbox?.put({
        eventId,
        capturedAt: vote.capturedAt,
        body: {
          camera_id: cameraId,
          embedding: encodeI8(vote.embedding),
          encoding: "i8",
          model: edge.manifest.embedder.identity,
          event_id: eventId,
          captured_at: new Date(vote.capturedAt).toISOString(),
          ...(vote.liveness === undefined ? {} : { [livenessField(edge.manifest)]: number(vote.liveness) }),
          quality: number(vote.quality),
        },
      });
    } catch {
      this.options.onSaid({ kind: "full" });
      return;
    }
    this.tracks.set(eventId, { track, capturedAt: vote.capturedAt });
    for (const [id, { capturedAt }] of this.tracks)
      if (Date.now() - capturedAt > FRESH) this.tracks.delete(id);
    if (!this.online) this.options.onSaid({ kind: "kept" });
    this.uplink?.kick();
  }

  private answered(eventId: string, said: Said): void {
    const known = this.tracks.get(eventId);
    // From an earlier run, or from an outage: the person has left.
    if (!known) return;
    this.tracks.delete(eventId);
    if (said.kind === "decision")
      void this.options.edge.decided(known.track, said.decision.outcome).catch(() => null);
    if (Date.now() - known.capturedAt <= FRESH) this.options.onSaid(said);
  }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds. */
const LONGEST_WAIT = 500;
const POLL_EVERY = 40;

/** Waits for the camera's next frame. Returns false if none is presented for a while: a camera that has stopped has none. */
async function nextFrame(video: HTMLVideoElement): Promise<boolean> {
  if (!("requestVideoFrameCallback" in video)) return nextTime(video);
  return new Promise((resolve) => {
    const handle = video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve(true);
    });
    const timer = setTimeout(() => {
      video.cancelVideoFrameCallback(handle);
      resolve(false);
    }, LONGEST_WAIT);
  });
}

/** For browsers that do not tell when a frame is presented. */
async function nextTime(video: HTMLMediaElement): Promise<boolean> {
  const before = video.currentTime;
  for (let waited = 0; waited < LONGEST_WAIT; waited += POLL_EVERY) {
    await pause(POLL_EVERY);
    if (video.currentTime !== before) return true;
  }
  return false;
}
