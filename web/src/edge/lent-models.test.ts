import { expect, it, vi } from "vitest";
import type { Output } from "./detection";
import { FaceEngine, type Model } from "./engine";
import { livenessField, type Manifest } from "./manifest";
import type { Image } from "./pixels";

const input = { width: 32, height: 32, colour: "bgr" as const, mean: [0], scale: [1], crop: 2 };
const whole = { ...input, crop: undefined };

// As the server offers a pack to which others lend their models.
const manifest: Manifest = {
  name: "own",
  description: "",
  licence: { spdx: "MIT", commercial_use: true, note: "" },
  embedder: { identity: "one", size: 512 },
  threshold: { cosine: 0.35 },
  liveness: { threshold: 0.2, weak: false },
  files: ["detector", "embedder", "liveness", "landmarks2", "liveness+", "liveness2"].map((role) => ({
    role,
    name: `${role}.onnx`,
    bytes: 1,
    sha256: "",
  })),
  models: [
    { role: "detector", kind: "scrfd", input: whole, parameters: { score: 0.5, nms: 0.4 } },
    { role: "embedder", kind: "arcface", input: whole, parameters: {} },
    { role: "liveness", kind: "softmax", input, parameters: { live_class: 0 } },
    { role: "landmarks2", kind: "yunet", input, parameters: { score: 0.6, nms: 0.3 } },
    { role: "liveness+", kind: "softmax", input, parameters: { live_class: 1 } },
    { role: "liveness2", kind: "softmax", input, parameters: { live_class: 1 } },
  ],
};
const image: Image = { width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4).fill(90) };
const face = { box: { x: 16, y: 16, width: 32, height: 32 }, score: 0.9 };

async function engineWith(answers: Record<string, Output[]>) {
  const asked = vi.fn<(role: string) => void>();
  const engine = await FaceEngine.load(manifest, (file): Promise<Model> => {
    const role = file.replace(".onnx", "");
    return Promise.resolve({
      run: () => {
        asked(role);
        return Promise.resolve(answers[role] ?? []);
      },
    });
  });
  return { engine, asked };
}
const logits = (...data: number[]): Output[] => [{ dims: [1, data.length], data: new Float32Array(data) }];

it("the liveness score is the mean of the pack's own and the lent models", async () => {
  const { engine } = await engineWith({
    liveness: logits(0, 0),
    "liveness+": logits(-50, 50, -50),
    liveness2: logits(50, -50, -50),
  });
  expect(await engine.livenessOf(image, face)).toBeCloseTo((0.5 + 1 + 0) / 3, 5);
});

/** What YuNet says of a picture without a face. */
const nobody = (): Output[] =>
  [8, 16, 32].flatMap((stride) => {
    const cells = (input.width / stride) ** 2;
    return [1, 1, 4, 10].map((width) => ({
      dims: [1, cells, width],
      data: new Float32Array(cells * width),
    }));
  });

it("a lent landmark model gives its second opinion", async () => {
  const { engine, asked } = await engineWith({ landmarks2: nobody() });
  const five = [0, 1, 2, 3, 4].map((i) => ({ x: 20 + i, y: 20 + i })) as never;
  const refined = await engine.refine(image, { ...face, points: five }, { five, all: [] });
  expect(asked.mock.calls).toEqual([["landmarks2"]]);
  expect(refined.secondDisagreement).toBe(1);
});

it("a score by weak models is sent as such", () => {
  expect(livenessField(manifest)).toBe("liveness");
  expect(livenessField({ liveness: { threshold: 0.1, weak: true } })).toBe("weak_liveness");
  expect(livenessField({ liveness: null })).toBe("liveness");
});
