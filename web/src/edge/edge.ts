// The page's side of the worker.
import type { Answers, FromWorker, LoadProgress, Request, ToWorker } from "./messages";
import type { Manifest } from "./manifest";
import type { Backend, RuntimeFacts } from "./runtime";

interface Waiting {
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
  progress?: (progress: LoadProgress) => void;
}

/** A model pack in its own worker. Throws what the worker throws. close() ends it. */
export class Edge {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  private constructor(readonly manifest: Manifest) {
    this.worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "edge" });
    this.worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.receive(data));
    this.worker.addEventListener("error", (event) => {
      const error = new Error(event.message || "the page's worker could not be started");
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    });
  }

  static async load(
    manifest: Manifest,
    backend: Backend | "automatic",
    progress?: (progress: LoadProgress) => void,
  ): Promise<{ edge: Edge; facts: RuntimeFacts }> {
    const edge = new Edge(manifest);
    const origin = window.location.origin;
    try {
      const facts = await edge.ask<"load">(
        { kind: "load", manifest, backend, pages: `${origin}/ui/`, models: `${origin}/api/v1/models` },
        [],
        progress,
      );
      return { edge, facts };
    } catch (failure) {
      edge.close();
      throw failure;
    }
  }

  still(picture: ImageBitmap): Promise<Answers["still"]> {
    return this.ask<"still">({ kind: "still", picture }, [picture]);
  }

  frame(picture: ImageBitmap, capturedAt: number, now: number): Promise<Answers["frame"]> {
    return this.ask<"frame">({ kind: "frame", picture, capturedAt, now }, [picture]);
  }

  decided(track: number, outcome: string): Promise<null> {
    return this.ask<"decided">({ kind: "decided", track, outcome });
  }

  finish(now: number): Promise<Answers["finish"]> {
    return this.ask<"finish">({ kind: "finish", now });
  }

  close(): void {
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(new Error("the camera was closed"));
    this.waiting.clear();
  }

  private ask<K extends keyof Answers>(
    request: Request,
    transfer: Transferable[] = [],
    progress?: (progress: LoadProgress) => void,
  ): Promise<Answers[K]> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, progress });
      this.worker.postMessage({ id, request } satisfies ToWorker, transfer);
    });
  }

  private receive(message: FromWorker): void {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    if ("progress" in message) {
      waiting.progress?.(message.progress);
      return;
    }
    this.waiting.delete(message.id);
    if ("error" in message) waiting.reject(new Error(message.error));
    else waiting.resolve(message.answer as never);
  }
}

/** Decodes a picture as the C++ edge does: rotated by its EXIF data, colours unchanged. */
export function decodePicture(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file, { imageOrientation: "from-image", colorSpaceConversion: "none" });
}
