// The rules that the C++ edge shares: tests/traces/README.md says what the files mean.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { APPEARANCE_JUMP, appearanceOf, changeBetween } from "./appearance";
import { cosine } from "./codec";
import { normalised } from "./engine";
import { CAMERA_LIMITS, ENROLMENT_LIMITS, type FaceMeasures, judge, type QualityLimits } from "./quality";
import { Tracker } from "./tracker";
import { TrackVoter, VOTER_DEFAULTS } from "./voter";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../../../tests/traces", name), "utf8"));

interface Span {
  from: number;
  to?: number;
  every?: number;
}
function timesOf({ from, to = from + 1, every = 1 }: Span): number[] {
  const times: number[] = [];
  for (let now = from; now < to; now += every) times.push(now);
  return times;
}

interface TrackerStep extends Span {
  faces: { box: [number, number, number, number]; moves: [number, number] }[];
  expect: Record<"tracks" | "hidden" | "believed" | "ended", number[]> & { jumped?: number[] };
}

describe("tracker.json", () => {
  const { traces } = read("tracker.json") as { traces: { name: string; steps: TrackerStep[] }[] };
  it.each(traces)("$name", ({ steps }) => {
    const tracker = new Tracker();
    for (const step of steps) {
      const ended: number[] = [];
      const jumped = new Set<number>();
      let tracks: number[] = [];
      let hidden: number[] = [];
      let believed: number[] = [];
      for (const now of timesOf(step)) {
        const faces = step.faces.map(({ box: [x, y, width, height], moves }) => ({
          box: { x: x + moves[0] * (now - step.from), y: y + moves[1] * (now - step.from), width, height },
          score: 0.9,
        }));
        const after = tracker.update(faces, now);
        ended.push(...after.ended.map(({ id }) => id));
        tracks = faces.map((face) => after.tracks.find((track) => track.face === face)!.id);
        hidden = after.tracks.filter(({ missed }) => missed > 0).map(({ id }) => id);
        for (const track of after.tracks) if (track.jumped) jumped.add(track.id);
        believed = after.tracks.filter((track) => tracker.confirmed(track)).map(({ id }) => id);
      }
      const { jumped: expectedJumps = [...jumped], ...rest } = step.expect;
      expect({ from: step.from, tracks, hidden, believed, ended }).toEqual({ from: step.from, ...rest });
      expect([...jumped].sort()).toEqual(expectedJumps);
    }
  });
});

interface VoterStep extends Span {
  face?: { good: boolean; quality: number; liveness?: number; embedding: number[] };
  ended?: boolean;
  jump?: boolean;
  answer?: string;
  expect: {
    looks: number;
    embeddings: number;
    changed: number;
    votes: { at: number; quality: number; liveness?: number; captured_at: number; embedding: number[] }[];
  };
}

/** Of a length that every trace's embedding fits into. */
const embeddingOf = (first: number[]) =>
  normalised(Float32Array.from({ length: 8 }, (_, i) => first[i] ?? 0));

describe("voter.json", () => {
  const { same_person: samePerson, traces } = read("voter.json") as {
    same_person: number;
    traces: { name: string; steps: VoterStep[] }[];
  };
  it.each(traces)("$name", ({ steps }) => {
    let voter = new TrackVoter({ ...VOTER_DEFAULTS, samePerson });
    for (const step of steps) {
      const seen = { looks: 0, embeddings: 0, changed: 0 };
      const votes: VoterStep["expect"]["votes"] = [];
      const take = (now: number, ended: boolean) => {
        const vote = voter.takeVote(now, ended);
        if (!vote) return;
        const { embedding, capturedAt: captured_at, quality, liveness } = vote;
        votes.push({ at: now, quality, liveness, captured_at, embedding: [...embedding] });
        if (step.answer) voter.decided(step.answer);
      };
      if (step.jump) voter.checkNow();
      for (const now of timesOf(step)) {
        const { face } = step;
        if (face && voter.wantsLook(now)) {
          ++seen.looks;
          if (voter.wantsEmbedding(now, face.good, face.quality)) {
            ++seen.embeddings;
            const { quality, liveness } = face;
            const candidate = { embedding: embeddingOf(face.embedding), quality, liveness, capturedAt: now };
            const newcomer = voter.add(now, candidate);
            if (newcomer) {
              ++seen.changed;
              take(now, true);
              voter = newcomer;
            }
          }
        }
        take(now, step.ended ?? false);
      }
      const { votes: expected, ...counts } = step.expect;
      expect({ from: step.from, ...seen }).toEqual({ from: step.from, ...counts });
      expect(votes.map(({ at, captured_at }) => [at, captured_at])).toEqual(
        expected.map(({ at, captured_at }) => [at, captured_at]),
      );
      for (const [i, vote] of votes.entries()) {
        const { quality, liveness, embedding } = expected[i]!;
        expect(vote.quality).toBeCloseTo(quality, 4);
        if (liveness === undefined) expect(vote.liveness).toBeUndefined();
        else expect(vote.liveness).toBeCloseTo(liveness, 4);
        expect(cosine(Float32Array.from(vote.embedding), embeddingOf(embedding))).toBeGreaterThan(0.99999);
      }
    }
  });
});

interface Measures extends Omit<FaceMeasures, "eyesShut" | "pose"> {
  eyes_shut: boolean;
  yaw: number;
  pitch: number;
  roll: number;
}

describe("quality.json", () => {
  const { limits, usual, cases } = read("quality.json") as {
    limits: Record<string, Record<string, number>>;
    usual: Measures;
    cases: {
      name: string;
      limits: string;
      measures: Partial<Measures>;
      overall: number;
      problems: string[];
    }[];
  };
  const known: Record<string, QualityLimits> = { enrolment: ENROLMENT_LIMITS, camera: CAMERA_LIMITS };
  it.each(Object.keys(limits))("the limits for %s", (name) => {
    const { minSize, minBrightness, maxBrightness, minSharpness, maxYaw, maxPitch } = known[name]!;
    expect(limits[name]).toEqual({
      min_size: minSize,
      min_brightness: minBrightness,
      max_brightness: maxBrightness,
      min_sharpness: minSharpness,
      max_yaw: maxYaw,
      max_pitch: maxPitch,
    });
  });
  it.each(cases)("$name", ({ limits: name, measures, overall, problems }) => {
    const { eyes_shut: eyesShut, yaw, pitch, roll, ...rest } = { ...usual, ...measures };
    const quality = judge({ ...rest, eyesShut, pose: { yaw, pitch, roll } }, known[name]!);
    expect(quality.problems).toEqual(problems);
    expect(quality.overall).toBeCloseTo(overall, 4);
  });
});

describe("appearance.json", () => {
  type Place = [number, number, number, number];
  const { jump, pictures, cases } = read("appearance.json") as {
    jump: number;
    pictures: Record<string, number[][]>;
    cases: { name: string; before: string; box: Place; after: string; then: Place; change: number }[];
  };
  const imageOf = (rows: number[][]) => ({
    width: rows[0]!.length,
    height: rows.length,
    data: Uint8ClampedArray.from(rows.flat().flatMap((grey) => [grey, grey, grey, 255])),
  });
  const appearance = (picture: string, [x, y, width, height]: Place) =>
    appearanceOf(imageOf(pictures[picture]!), { x, y, width, height });
  it("the change that is a jump", () => expect(APPEARANCE_JUMP).toBe(jump));
  it.each(cases)("$name", ({ before, box, after, then, change }) => {
    expect(changeBetween(appearance(before, box), appearance(after, then))).toBeCloseTo(change, 4);
  });
});
