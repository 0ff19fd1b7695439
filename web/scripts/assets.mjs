// Copies ONNX Runtime's own files to public/ort, where the worker loads them from: they are not bundled, since the
// runtime starts its threads from its own module's address.
import { cp, mkdir, rm } from "node:fs/promises";

const from = new URL("../node_modules/onnxruntime-web/dist/", import.meta.url);
const to = new URL("../public/ort/", import.meta.url);
const files = [
  "ort.wasm.min.mjs",
  "ort-wasm-simd-threaded.mjs",
  "ort-wasm-simd-threaded.wasm",
  "ort.webgpu.min.mjs",
  "ort-wasm-simd-threaded.asyncify.mjs",
  "ort-wasm-simd-threaded.asyncify.wasm",
];
await rm(to, { recursive: true, force: true });
await mkdir(to, { recursive: true });
for (const file of files) await cp(new URL(file, from), new URL(file, to));
