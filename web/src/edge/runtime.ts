// ONNX Runtime in a worker: WebGPU if the browser has it, otherwise WASM with SIMD, on several threads if the page is
// cross-origin isolated. The runtime is loaded unmodified from this server.
import type * as Ort from "onnxruntime-web";
import type { Model } from "./engine";
import type { Output } from "./detection";
import type { Manifest, PackFile } from "./manifest";

export type Backend = "webgpu" | "wasm";

export interface RuntimeFacts {
  backend: Backend;
  threads: number;
  /** Why WebGPU was given up, if it was. */
  insteadOfWebGpu?: string;
}

const MOST_THREADS = 4;

export class Runtime {
  private constructor(
    private readonly ort: typeof Ort,
    readonly facts: RuntimeFacts,
  ) {}

  /** `pages` is the address of the dashboard's pages, "https://host/ui/". */
  static async load(pages: string, backend: Backend): Promise<Runtime> {
    const folder = new URL("ort/", pages).href;
    const module = `${folder}ort.${backend}.min.mjs`;
    const ort = (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ module)) as typeof Ort;
    const threads = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS) : 1;
    ort.env.wasm.wasmPaths = folder;
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = "error";
    return new Runtime(ort, { backend, threads });
  }

  async model(bytes: Uint8Array): Promise<Model> {
    const session = await this.ort.InferenceSession.create(bytes, {
      // One only: of two, the runtime would take the second without a word.
      executionProviders: [this.facts.backend],
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    });
    const inputName = session.inputNames[0]!;
    // A session runs one input at a time.
    let last: Promise<unknown> = Promise.resolve();
    const run = async (input: Float32Array, shape: readonly number[]): Promise<Output[]> => {
      const results = await session.run({ [inputName]: new this.ort.Tensor("float32", input, shape) });
      return session.outputNames.map((name) => {
        const tensor = results[name]!;
        return { dims: tensor.dims, data: tensor.data as Float32Array };
      });
    };
    return {
      run(input, shape) {
        const next = last.then(() => run(input, shape));
        last = next.catch(() => undefined);
        return next;
      },
    };
  }
}

export async function bestBackend(): Promise<Backend> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  return (await gpu?.requestAdapter().catch(() => null)) ? "webgpu" : "wasm";
}

/** Loads a file of a pack and checks its hash against the manifest: only measured models run on faces. */
export async function fetchPackFile(models: string, manifest: Manifest, name: string): Promise<Uint8Array> {
  const file = manifest.files.find((candidate) => candidate.name === name);
  if (!file) throw new Error(`the pack ${manifest.name} has no file ${name}`);
  const address = `${models}/${encodeURIComponent(manifest.name)}/${encodeURIComponent(name)}`;
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  await checkHash(file, bytes);
  return bytes;
}

// Outside HTTPS and localhost a browser has no hash functions, and no camera either.
async function checkHash(file: PackFile, bytes: Uint8Array): Promise<void> {
  if (!self.isSecureContext) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== file.sha256)
    throw new Error(`${file.name} is damaged: its hash is ${hash}, not ${file.sha256}`);
}
