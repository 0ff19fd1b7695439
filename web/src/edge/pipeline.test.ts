import { describe, expect, it } from "vitest";
import { cosine } from "./codec";
import type { FaceEngine } from "./engine";
import { Pipeline, type TrackVote } from "./pipeline";
import type { Image } from "./pixels";

const SIZE = { width: 640, height: 480 };
const FRAME = 40;

/** Stripes: two pictures of different directions look different at a glance. */
function stripes(along: "x" | "y"): Image {
  const data = new Uint8ClampedArray(SIZE.width * SIZE.height * 4);
  for (let y = 0, i = 0; y < SIZE.height; ++y)
    for (let x = 0; x < SIZE.width; ++x, i += 4)
      data.fill(Math.floor((along === "x" ? x : y) / 25) % 2 === 0 ? 60 : 180, i, i + 3);
  return { ...SIZE, data };
}
const PICTURES = [stripes("x"), stripes("y")];
const embeddingOf = (person: number) => Float32Array.from({ length: 32 }, (_, i) => (i === person ? 1 : 0));

/** A camera that shows one good face in the same place, of the person that `person` returns for that frame. */
function camera(person: (frame: number) => number, left: (frame: number) => number = () => 200) {
  let frame = 0;
  const engine = {
    manifest: { threshold: { cosine: 0.35 } },
    detect: () =>
      Promise.resolve([{ box: { x: left(frame), y: 100, width: 100, height: 100 }, score: 0.99 }]),
    landmarks: () => Promise.resolve({ five: [], all: [] }),
    refine: (_: Image, __: unknown, found: unknown) => Promise.resolve(found),
    align: () => undefined,
    assessQuickly: () => ({ problems: [], overall: 0.8 }),
    embedFace: () => Promise.resolve(embeddingOf(person(frame))),
    livenessOf: () => Promise.resolve(undefined),
  } as unknown as FaceEngine;
  const pipeline = new Pipeline(engine);
  const votes: TrackVote[] = [];
  const show = async (count: number) => {
    for (let i = 0; i < count; ++i, ++frame) {
      const picture = PICTURES[person(frame) % 2]!;
      const seen = await pipeline.process(picture, frame * FRAME, frame * FRAME);
      votes.push(...seen.votes);
    }
  };
  return { pipeline, votes, show, end: () => votes.push(...pipeline.finish(frame * FRAME)) };
}

describe("Pipeline", () => {
  it("people who take turns in one place, a second each, are an event each", async () => {
    const { votes, show, end } = camera((frame) => Math.floor(frame / 25));
    await show(20 * 25);
    end();
    expect(votes).toHaveLength(20);
    for (const [person, { vote }] of votes.entries())
      expect(cosine(vote.embedding, embeddingOf(person))).toBeGreaterThan(0.9);
    expect(new Set(votes.map(({ track }) => track)).size).toBe(20);
  });

  it("somebody who steps in front of another is an event of their own", async () => {
    const { votes, show } = camera(
      (frame) => (frame < 30 ? 0 : 2),
      (frame) => (frame < 30 ? 200 : 240),
    );
    await show(45);
    expect(votes).toHaveLength(2);
  });

  it("one person who stays is one event, and the answer ends the matter", async () => {
    const { pipeline, votes, show, end } = camera(() => 0);
    await show(10);
    pipeline.decided(votes[0]!.track, "marked");
    await show(240);
    end();
    expect(votes).toHaveLength(1);
  });
});
