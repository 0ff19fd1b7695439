// The edge's thread: models, tracking and votes. See messages.ts.
import type { FaceEngine } from "./engine";
import { loadEngine } from "./loading";
import type { Answers, FromWorker, LoadRequest, StillAnswer, StillFace, ToWorker } from "./messages";
import { Pipeline } from "./pipeline";
import { canvasSize, fingerprint, type Image } from "./pixels";
import { ENROLMENT_LIMITS } from "./quality";
import { bestBackend, fetchPackFile, Runtime } from "./runtime";

interface Loaded {
  engine: FaceEngine;
  pipeline: Pipeline;
}

const scope = self as unknown as DedicatedWorkerGlobalScope;
let loaded: Loaded | undefined;
let canvas: OffscreenCanvas | undefined;

function pixelsOf(picture: ImageBitmap): Image {
  const { width, height } = canvasSize(picture);
  canvas ??= new OffscreenCanvas(width, height);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  if (!context) throw new Error("this browser gives a worker no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data };
}

function ready(): Loaded {
  if (!loaded) throw new Error("the models are not loaded");
  return loaded;
}

async function load(request: LoadRequest, report: (file: string, done: number, of: number) => void) {
  const { manifest, models, pages } = request;
  const { engine, facts } = await loadEngine(
    manifest,
    request.backend,
    {
      best: bestBackend,
      open: async (backend) => {
        const runtime = await Runtime.load(pages, backend);
        return { facts: runtime.facts, model: (bytes) => runtime.model(bytes) };
      },
      file: (name) => fetchPackFile(models, manifest, name),
    },
    report,
  );
  loaded = { engine, pipeline: new Pipeline(engine) };
  return facts;
}

async function still(picture: ImageBitmap): Promise<StillAnswer> {
  const { engine } = ready();
  const image = pixelsOf(picture);
  const faces = await engine.detect(image);
  const best = faces[0];
  if (!best) return { faces: 0 };
  const landmarks = await engine.refine(image, best, await engine.landmarks(image, best));
  const aligned = engine.align(image, landmarks);
  const quality = await engine.assess(image, best, landmarks, aligned, ENROLMENT_LIMITS);
  const shown = new Uint8ClampedArray(aligned.data);
  for (let i = 3; i < shown.length; i += 4) shown[i] = 255;
  const face: StillFace = {
    box: best.box,
    quality,
    embedding: await engine.embedFace(image, landmarks),
    aligned: await createImageBitmap(new ImageData(shown, aligned.width, aligned.height)),
  };
  return { faces: faces.length, face };
}

async function answer({ id, request }: ToWorker): Promise<Answers[keyof Answers]> {
  switch (request.kind) {
    case "load":
      return load(request, (file, done, of) => scope.postMessage({ id, progress: { file, done, of } }));
    case "still":
      return still(request.picture);
    case "frame": {
      const began = performance.now();
      const image = pixelsOf(request.picture);
      const seen = await ready().pipeline.process(image, request.capturedAt, request.now);
      return {
        ...seen,
        width: image.width,
        height: image.height,
        fingerprint: fingerprint(image),
        took: performance.now() - began,
      };
    }
    case "decided":
      ready().pipeline.decided(request.track, request.outcome);
      return null;
    case "finish":
      return ready().pipeline.finish(request.now);
  }
}

// One request at a time: a runtime session runs one input at a time, and tracks need the frames in order.
let last: Promise<void> = Promise.resolve();
scope.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  last = last.then(async () => {
    let message: FromWorker;
    try {
      message = { id: data.id, answer: await answer(data) };
    } catch (failure) {
      message = { id: data.id, error: failure instanceof Error ? failure.message : String(failure) };
    }
    scope.postMessage(message);
  });
});
