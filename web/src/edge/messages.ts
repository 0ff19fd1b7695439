// The messages between the page and its worker. Pictures go in and numbers come out; only the numbers of an event leave
// the page.
import type { Box } from "./geometry";
import type { Manifest } from "./manifest";
import type { FaceQuality } from "./quality";
import type { SeenFace, TrackVote } from "./pipeline";
import type { Backend, RuntimeFacts } from "./runtime";

export interface LoadRequest {
  kind: "load";
  manifest: Manifest;
  /** Addresses of the dashboard's pages and of GET /api/v1/models. */
  pages: string;
  models: string;
  backend: Backend | "automatic";
}
/** One photograph, for enrolment. */
export interface StillRequest {
  kind: "still";
  picture: ImageBitmap;
}
/** One frame of a camera. */
export interface FrameRequest {
  kind: "frame";
  picture: ImageBitmap;
  capturedAt: number;
  now: number;
}
export interface DecidedRequest {
  kind: "decided";
  track: number;
  outcome: string;
}
/** The camera has ended: all tracks end and send their votes. */
export interface FinishRequest {
  kind: "finish";
  now: number;
}
export type Request = LoadRequest | StillRequest | FrameRequest | DecidedRequest | FinishRequest;

export interface LoadProgress {
  file: string;
  done: number;
  of: number;
}

export interface StillFace {
  box: Box;
  quality: FaceQuality;
  embedding: Float32Array;
  /** The aligned face, 112x112, for the page to show. */
  aligned: ImageBitmap;
}
export interface StillAnswer {
  /** The number of faces; `face` is the one with the best score. */
  faces: number;
  face?: StillFace;
}
export interface FrameAnswer {
  width: number;
  height: number;
  faces: SeenFace[];
  votes: TrackVote[];
  /** Of the pixels: a camera that hangs repeats it. */
  fingerprint: number;
  /** Milliseconds in the worker. */
  took: number;
}

export interface Answers {
  load: RuntimeFacts;
  still: StillAnswer;
  frame: FrameAnswer;
  decided: null;
  finish: TrackVote[];
}

export type ToWorker = { id: number; request: Request };
export type FromWorker =
  | { id: number; answer: Answers[keyof Answers] }
  | { id: number; progress: LoadProgress }
  | { id: number; error: string };
