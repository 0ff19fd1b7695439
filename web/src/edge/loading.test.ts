import { describe, expect, it, vi } from "vitest";
import type { Model } from "./engine";
import { type Backends, loadEngine } from "./loading";
import type { Manifest } from "./manifest";
import type { Backend } from "./runtime";

const input = { width: 2, height: 2, colour: "rgb" as const, mean: [0], scale: [1] };
const manifest: Manifest = {
  name: "pack",
  description: "",
  licence: { spdx: "MIT", commercial_use: true, note: "" },
  embedder: { identity: "one", size: 512 },
  threshold: { cosine: 0.35 },
  files: ["detector", "embedder"].map((role) => ({ role, name: `${role}.onnx`, bytes: 1, sha256: "" })),
  models: ["detector", "embedder"].map((role) => ({ role, kind: "any", input, parameters: {} })),
};
const works: Model = { run: () => Promise.resolve([]) };

function backends(webgpu: () => Promise<Model>, best: Backend = "webgpu") {
  const opened: Backend[] = [];
  const file = vi.fn(() => Promise.resolve(new Uint8Array()));
  const given: Backends = {
    best: () => Promise.resolve(best),
    open: (backend) => {
      opened.push(backend);
      const model = backend === "webgpu" ? webgpu : () => Promise.resolve(works);
      return Promise.resolve({ facts: { backend, threads: 1 }, model });
    },
    file,
  };
  return { given, opened, file };
}
const silent = () => undefined;

describe("the backend", () => {
  it("is WebGPU where it computes", async () => {
    const { given, opened } = backends(() => Promise.resolve(works));
    const { facts } = await loadEngine(manifest, "automatic", given, silent);
    expect(facts).toEqual({ backend: "webgpu", threads: 1 });
    expect(opened).toEqual(["webgpu"]);
  });

  it.each([
    ["its session cannot be made", () => Promise.reject(new Error("no device"))],
    [
      "its session cannot compute",
      () => Promise.resolve({ run: () => Promise.reject(new Error("no device")) }),
    ],
  ])("is WASM if %s, and says why", async (_, webgpu) => {
    const { given, opened, file } = backends(webgpu);
    const { facts, engine } = await loadEngine(manifest, "automatic", given, silent);
    expect(facts).toEqual({ backend: "wasm", threads: 1, insteadOfWebGpu: "no device" });
    expect(opened).toEqual(["webgpu", "wasm"]);
    expect(engine.manifest).toBe(manifest);
    // No file is fetched a second time.
    expect(file.mock.calls.length).toBeLessThanOrEqual(manifest.files.length);
  });

  it("is the one that the user chose, or none", async () => {
    const { given, opened } = backends(() => Promise.reject(new Error("no device")));
    await expect(loadEngine(manifest, "webgpu", given, silent)).rejects.toThrow("no device");
    expect(opened).toEqual(["webgpu"]);
  });

  it("is tried once where there is no WebGPU", async () => {
    const { given, opened } = backends(() => Promise.reject(new Error("never asked")), "wasm");
    const { facts } = await loadEngine(manifest, "automatic", given, silent);
    expect(facts.backend).toBe("wasm");
    expect(opened).toEqual(["wasm"]);
  });
});
