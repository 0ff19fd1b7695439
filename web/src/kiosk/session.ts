// One run of the kiosk: passes frames from the camera to the worker, votes to the outbox and answers to the tracks.
import { ApiError, type Decision } from "@/api/client";
import { encodeI8, uuidv7 } from "@/edge/codec";
import { closeCamera, openCamera } from "@/edge/camera";
import type { Edge } from "@/edge/edge";
import type { FrameAnswer } from "@/edge/messages";
import type { TrackVote } from "@/edge/pipeline";
import { Outbox } from "./outbox";
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
  /** "lost": the camera stopped and is opened again. */
  onCamera: (state: "open" | "lost") => void;
}

/** Milliseconds. The person of an older event has left, so its answer is not shown. */
const FRESH = 10_000;
/** Milliseconds. The camera was not watching between frames that are further apart. */
const LONGEST_GAP = 2_000;
const REOPEN_AFTER = 2_000;

export class KioskSession {
  private readonly tracks = new Map<string, { track: number; capturedAt: number }>();
  private uplink?: Uplink;
  private outbox?: Outbox;
  private stream?: MediaStream;
  private over = false;
  private online = true;
  private fps = 0;
  private watchedFrom?: number;
  private watchedTo = 0;
  private lastNoted = 0;

  constructor(private readonly options: SessionOptions) {}

  /** Throws the errors of the camera and of the browser's storage. */
  async start(): Promise<void> {
    const { edge, cameraId, software } = this.options;
    this.outbox = await Outbox.open();
    await this.open();
    if (this.over) return;
    this.uplink = new Uplink(this.outbox, {
      cameraId,
      software,
      model: edge.manifest.embedder.identity,
      fps: () => this.fps,
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
    this.options.onCamera("open");
  }

  private async loop(): Promise<void> {
    const { edge, video } = this.options;
    let before = performance.now();
    while (!this.over) {
      const alive = this.stream?.getVideoTracks().some((track) => track.readyState === "live");
      if (!alive) {
        await this.reopen();
        continue;
      }
      await nextFrame(video);
      if (this.over) break;
      try {
        const capturedAt = Date.now();
        const answer = await edge.frame(await createImageBitmap(video), capturedAt, performance.now());
        const now = performance.now();
        const rate = 1000 / Math.max(now - before, 1);
        // The average over about ten frames.
        this.fps = this.fps === 0 ? rate : this.fps * 0.9 + rate * 0.1;
        before = now;
        await this.note(capturedAt);
        for (const vote of answer.votes) await this.keep(vote);
        this.options.onFrame(answer, this.fps);
      } catch (failure) {
        // The page was closed while a frame was processed, or the camera returned none.
        if (!this.over) await pause(200);
        else throw failure;
      }
    }
  }

  private async reopen(): Promise<void> {
    this.options.onCamera("lost");
    await pause(REOPEN_AFTER);
    if (!this.over) await this.open().catch(() => undefined);
  }

  /** The camera delivered a frame; writes that to the outbox once a second. */
  private async note(at: number): Promise<void> {
    const began = this.watchedFrom === undefined || at - this.watchedTo > LONGEST_GAP ? at : this.watchedFrom;
    this.watchedFrom = began;
    this.watchedTo = at;
    if (at - this.lastNoted < 1000 || at === began) return;
    this.lastNoted = at;
    await this.outbox?.watched({ from: began, to: at }, LONGEST_GAP);
    this.watchedFrom = at;
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
          ...(vote.liveness === undefined ? {} : { liveness: number(vote.liveness) }),
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

/** Waits for the camera's next frame, at most half a second: a camera that has stopped has none. */
function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 500);
    if (!("requestVideoFrameCallback" in video)) return;
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
