// Loads a pack's models on the best backend that really computes them.
import { FaceEngine, type Model } from "./engine";
import type { Manifest } from "./manifest";
import type { Backend, RuntimeFacts } from "./runtime";

/** What Runtime does; tests pass their own. */
export interface Backends {
  /** What to try first if the user has not chosen. */
  best: () => Promise<Backend>;
  open: (backend: Backend) => Promise<{ facts: RuntimeFacts; model: (bytes: Uint8Array) => Promise<Model> }>;
  file: (name: string) => Promise<Uint8Array>;
}

/**
 * With "automatic", WebGPU gives way to WASM if its session cannot be made or cannot compute: an adapter alone proves
 * nothing. A backend that the user chose is not replaced. Throws the last backend's error.
 */
export async function loadEngine(
  manifest: Manifest,
  wish: Backend | "automatic",
  backends: Backends,
  report: (file: string, done: number, of: number) => void,
): Promise<{ engine: FaceEngine; facts: RuntimeFacts }> {
  const files = new Map<string, Promise<Uint8Array>>();
  const fileOf = (name: string) => {
    const known = files.get(name) ?? backends.file(name);
    files.set(name, known);
    return known;
  };
  const tryOut = async (backend: Backend) => {
    const { facts, model } = await backends.open(backend);
    const of = manifest.models.length;
    let done = 0;
    const engine = await FaceEngine.load(manifest, async (file) => {
      report(file, done, of);
      const loaded = await model(await fileOf(file));
      report(file, ++done, of);
      return loaded;
    });
    if (backend === "webgpu") await engine.warmUp();
    return { engine, facts };
  };
  const first = wish === "automatic" ? await backends.best() : wish;
  try {
    return await tryOut(first);
  } catch (failure) {
    if (wish !== "automatic" || first === "wasm") throw failure;
    const { engine, facts } = await tryOut("wasm");
    return { engine, facts: { ...facts, insteadOfWebGpu: reasonOf(failure) } };
  }
}

const reasonOf = (failure: unknown) => (failure instanceof Error ? failure.message : String(failure));
