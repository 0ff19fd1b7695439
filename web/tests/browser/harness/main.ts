// The browser's edge alone, for the test that compares it with the C++ edge: the same worker and models, without a page
// around them.
import type { ModelPack } from "../../../src/api/client";
import { decodePicture, Edge } from "../../../src/edge/edge";
import type { Backend } from "../../../src/edge/runtime";

declare global {
  interface Window {
    loadEdge(backend: Backend | "automatic"): Promise<unknown>;
    embed(address: string): Promise<unknown>;
  }
}

let edge: Edge | undefined;

window.loadEdge = async (backend) => {
  const response = await fetch("/api/v1/models");
  const { items } = (await response.json()) as { items: ModelPack[] };
  const loaded = await Edge.load(items[0]!, backend);
  edge = loaded.edge;
  return loaded.facts;
};

window.embed = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const began = performance.now();
  const { faces, face } = await edge!.still(await decodePicture(new Blob([bytes])));
  return {
    faces,
    took: performance.now() - began,
    box: face?.box,
    quality: face?.quality,
    embedding: face && Array.from(face.embedding),
  };
};
