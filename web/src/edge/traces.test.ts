// The rules that the C++ edge shares: tests/traces/README.md says what the files mean.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { APPEARANCE_JUMP, appearanceOf, changeBetween } from "./appearance";
import { cosine } from "./codec";
import { decodeYunetLevel } from "./detection";
import { meanEmbedding, normalised } from "./engine";
import type { Box, FivePoints, Point } from "./geometry";
import { disagreement, faceBox, meanPoints, spread } from "./landmarks";
import type { Image } from "./pixels";
import {
  CAMERA_LIMITS,
  ENROLMENT_LIMITS,
  type FaceExposure,
  type FaceMeasures,
  judge,
  measureExposure,
  type QualityLimits,
} from "./quality";
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

/** "minContrast" as "min_contrast". */
const snakeCase = (values: object) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value as unknown,
    ]),
  );

interface Measures extends FaceExposure {
  score: number;
  size: number;
  sharpness: number;
  outside: number;
  eyes_shut: boolean;
  yaw: number;
  pitch: number;
  roll: number;
  disagreement: number | null;
  second_disagreement: number | null;
}

function measuresOf(measures: Measures): FaceMeasures {
  const { score, size, sharpness, outside, yaw, pitch, roll } = measures;
  const { brightness, contrast, black, white, picture } = measures;
  return {
    score,
    size,
    sharpness,
    outside,
    exposure: { brightness, contrast, black, white, picture },
    eyesShut: measures.eyes_shut,
    pose: { yaw, pitch, roll },
    disagreement: measures.disagreement ?? undefined,
    secondDisagreement: measures.second_disagreement ?? undefined,
  };
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
    expect(snakeCase(known[name]!)).toEqual(limits[name]);
  });
  it.each(cases)("$name", ({ limits: name, measures, overall, problems }) => {
    const quality = judge(measuresOf({ ...usual, ...measures }), known[name]!);
    expect(quality.problems).toEqual(problems);
    expect(quality.overall).toBeCloseTo(overall, 4);
  });
});

type Pair = [number, number];
type Place = [number, number, number, number];

describe("landmarks.json", () => {
  const file = read("landmarks.json") as {
    face_boxes: { name: string; points: Pair[]; scale: number; box: Place }[];
    runs: { name: string; runs: Pair[][]; mean: Pair[]; spread: number }[];
    second_opinions: { name: string; points: Pair[]; second: Pair[]; disagreement: number }[];
    embeddings: { name: string; first: number[]; second: number[]; mean: number[] }[];
    yunet: {
      name: string;
      stride: number;
      input: Pair;
      min_score: number;
      cells: { cell: number; scores: Pair; box: number[]; points: Pair[] }[];
      faces: { score: number; box: Place; points: Pair[] }[];
    }[];
    exposures: { name: string; aligned: Grey; picture: Grey & { size: Pair }; exposure: FaceExposure }[];
  };
  interface Grey {
    grey: number;
    parts?: [...Place, number][];
  }
  const points = (pairs: Pair[]): Point[] => pairs.map(([x, y]) => ({ x, y }));
  const five = (pairs: Pair[]) => points(pairs) as FivePoints;
  const close = (found: readonly number[], expected: readonly number[], digits: number) => {
    expect(found).toHaveLength(expected.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, digits));
  };
  const flatten = (list: readonly Point[]) => list.flatMap(({ x, y }) => [x, y]);
  const placeOf = ({ x, y, width, height }: Box) => [x, y, width, height];

  it.each(file.face_boxes)("box: $name", ({ points: pairs, scale, box }) => {
    const all = points(Array.from({ length: 68 }, (_, i) => pairs[i % pairs.length]!));
    close(placeOf(faceBox(all, scale)), box, 2);
  });

  it.each(file.runs)("runs: $name", ({ runs, mean, spread: expected }) => {
    close(flatten(meanPoints(runs.map(five))), mean.flat(), 3);
    expect(spread(runs.map(five))).toBeCloseTo(expected, 4);
  });

  it.each(file.second_opinions)(
    "second opinion: $name",
    ({ points: pairs, second, disagreement: expected }) => {
      expect(disagreement(five(pairs), five(second))).toBeCloseTo(expected, 4);
    },
  );

  it.each(file.embeddings)("embeddings: $name", ({ first, second, mean }) => {
    const found = meanEmbedding(embeddingOf(first), embeddingOf(second));
    expect(cosine(found, embeddingOf(mean))).toBeGreaterThan(0.99999);
  });

  it.each(file.yunet)(
    "YuNet: $name",
    ({ stride, input: [width, height], min_score: minScore, cells, faces }) => {
      const count = (width / stride) * (height / stride);
      const table = (row: number) => new Float32Array(count * row);
      const [boxes, places, first, second] = [table(4), table(10), table(1), table(1)];
      for (const { cell, scores, box, points: pairs } of cells) {
        first[cell] = scores[0];
        second[cell] = scores[1];
        boxes.set(box, cell * 4);
        places.set(pairs.flat(), cell * 10);
      }
      const level = { stride, scores: [first, second] as const, boxes, points: places };
      const found = decodeYunetLevel(level, { width, height }, minScore);
      expect(found).toHaveLength(faces.length);
      for (const [i, face] of found.entries()) {
        expect(face.score).toBeCloseTo(faces[i]!.score, 4);
        close(placeOf(face.box), faces[i]!.box, 2);
        close(flatten(face.points!), faces[i]!.points.flat(), 2);
      }
    },
  );

  const pictureOf = ({ grey, parts = [] }: Grey, [width, height]: Pair): Image => {
    const data = new Uint8ClampedArray(width * height * 4).fill(grey);
    for (const [left, top, wide, high, level] of parts)
      for (let y = top; y < Math.min(top + high, height); ++y)
        data.fill(level, (y * width + left) * 4, (y * width + Math.min(left + wide, width)) * 4);
    return { width, height, data };
  };
  it.each(file.exposures)("exposure: $name", ({ aligned, picture, exposure }) => {
    const found = measureExposure(pictureOf(picture, picture.size), pictureOf(aligned, [112, 112]));
    for (const [name, value] of Object.entries(exposure))
      expect(found[name as keyof FaceExposure], name).toBeCloseTo(value as number, 3);
  });
});

describe("appearance.json", () => {
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
