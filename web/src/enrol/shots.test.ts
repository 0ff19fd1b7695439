import { afterEach, describe, expect, it, vi } from "vitest";
import type { Edge } from "@/edge/edge";
import type { StillAnswer } from "@/edge/messages";
import { texts } from "@/texts";
import { facesOf, type Shot, shotsOfFiles } from "./shots";

afterEach(() => vi.unstubAllGlobals());

const quality = (overall: number) => ({
  size: 150,
  brightness: 120,
  contrast: 100,
  sharpness: 100,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  overall,
  problems: [],
});
const faceOf = (overall: number): StillAnswer => ({
  faces: 1,
  face: {
    box: { x: 0, y: 0, width: 150, height: 150 },
    quality: quality(overall),
    embedding: Float32Array.of(overall, 1 - overall),
    aligned: {} as ImageBitmap,
  },
});

async function all(shots: AsyncGenerator<Shot>): Promise<Shot[]> {
  const list: Shot[] = [];
  for await (const shot of shots) list.push(shot);
  return list;
}

describe("photographs", () => {
  it("are decoded one at a time, however many are dropped", async () => {
    let decoded = 0;
    let most = 0;
    vi.stubGlobal("createImageBitmap", () => {
      most = Math.max(most, ++decoded);
      return Promise.resolve({} as ImageBitmap);
    });
    const still: Edge["still"] = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      --decoded;
      return faceOf(0.9);
    };
    const files = Array.from({ length: 60 }, (_, i) => new File([], `${i}.jpg`));
    expect(await all(shotsOfFiles({ still }, files))).toHaveLength(60);
    expect(most).toBe(1);
  });

  it("that cannot be read are named with what to do, and the next ones are tried", async () => {
    const tried: string[] = [];
    vi.stubGlobal("createImageBitmap", (file: File) => {
      tried.push(file.name);
      return file.name === "good.jpg" ? Promise.resolve({}) : Promise.reject(new Error("no picture"));
    });
    const still: Edge["still"] = () => Promise.resolve(faceOf(0.9));
    const names = ["a.HEIC", "b.pdf", "c.nef", "d.jpg", "unknown", "good.jpg"];
    const shots = await all(
      shotsOfFiles(
        { still },
        names.map((name) => new File([], name)),
      ),
    );
    expect(shots.map(({ fileName, problems }) => [fileName, problems[0]])).toEqual([
      ["a.HEIC", texts.unreadable.heic],
      ["b.pdf", texts.unreadable.pdf],
      ["c.nef", texts.unreadable.raw],
      ["d.jpg", texts.unreadable.readable],
      ["unknown", texts.unreadable.other],
      ["good.jpg", undefined],
    ]);
    expect(tried).toEqual(["a.HEIC", "d.jpg", "unknown", "good.jpg"]);
  });
});

it("every good shot is sent as a face of its own, the best first", () => {
  const manifest = { embedder: { identity: "model", size: 2 } } as Edge["manifest"];
  const shots: Shot[] = [
    { id: 1, problems: [], face: faceOf(0.5).face },
    { id: 2, problems: ["blurred"], face: faceOf(0.99).face },
    { id: 3, problems: [], face: faceOf(0.9).face },
    { id: 4, problems: [], face: faceOf(0.7).face },
  ];
  expect(facesOf({ manifest }, shots).map((face) => face.quality)).toEqual([0.9, 0.7, 0.5]);
});
