import { describe, expect, it } from "vitest";
import { cosine } from "./codec";
import { TrackVoter, VOTER_DEFAULTS } from "./voter";

const direction = (...values: number[]) => new Float32Array(values);
const ADA = direction(1, 0, 0);
const BOB = direction(0, 1, 0);

const voter = () => new TrackVoter({ ...VOTER_DEFAULTS, samePerson: 0.35 });
const seen = (embedding: Float32Array, quality: number, capturedAt: number, liveness?: number) => ({
  embedding,
  quality,
  capturedAt,
  liveness,
});

describe("TrackVoter", () => {
  it("speaks once for a walk-past, after three good looks", () => {
    const track = voter();
    let votes = 0;
    for (let now = 0; now < 5000; now += 40) {
      if (track.wantsLook(now) && track.wantsEmbedding(now, true, 0.8)) track.add(now, seen(ADA, 0.8, now));
      if (track.takeVote(now, false)) {
        ++votes;
        track.decided("marked");
      }
    }
    expect(votes).toBe(1);
  });

  it("speaks of one good look when the face is gone", () => {
    const track = voter();
    track.add(0, seen(ADA, 0.5, 7));
    expect(track.takeVote(10, false)).toBeUndefined();
    expect(track.takeVote(20, true)?.capturedAt).toBe(7);
    expect(track.takeVote(30, true)).toBeUndefined();
  });

  it("says nothing of a face that was never good", () => {
    const track = voter();
    for (let now = 0; now < 2000; now += 40) if (track.wantsLook(now)) track.wantsEmbedding(now, false, 0.1);
    expect(track.takeVote(2000, true)).toBeUndefined();
  });

  it("weighs better frames more and says the newest time, the best quality and the median liveness", () => {
    const track = voter();
    track.add(0, seen(direction(1, 0.4, 0), 0.2, 100, 0.5));
    track.add(1, seen(direction(1, 0, 0), 0.9, 90, 1));
    track.add(2, seen(direction(1, 0, 0.1), 0.6, 95, 0.9));
    const vote = track.takeVote(3, false)!;
    expect(cosine(vote.embedding, ADA)).toBeGreaterThan(0.99);
    expect(vote.quality).toBe(0.9);
    expect(vote.capturedAt).toBe(100);
    expect(vote.liveness).toBeCloseTo(0.9);
  });

  it("waits for more frames while it cannot tell whether the face lives, and not for ever", () => {
    const track = voter();
    for (let now = 0; now < 400; now += 100) {
      track.add(now, seen(ADA, 0.8, now, 0.5));
      expect(track.takeVote(now, false)).toBeUndefined();
    }
    expect(track.takeVote(VOTER_DEFAULTS.readyWithin, false)?.liveness).toBe(0.5);
  });

  it("asks again when a face that was not known is seen clearly better, twice at most", () => {
    const track = voter();
    track.add(0, seen(ADA, 0.2, 0));
    expect(track.takeVote(1, true)).toBeDefined();
    let again = 0;
    for (let now = 1000, quality = 0.4; now < 9000; now += 1000, quality += 0.16) {
      track.decided("unknown");
      if (track.wantsLook(now) && track.wantsEmbedding(now, true, quality))
        track.add(now, seen(ADA, quality, now));
      if (track.takeVote(now, false)) ++again;
    }
    expect(again).toBe(2);
  });

  it("notices that the face has become somebody else's, and not for one odd frame", () => {
    const track = voter();
    track.add(0, seen(ADA, 0.8, 0));
    expect(track.takeVote(1, true)).toBeDefined();
    track.decided("marked");
    expect(track.add(100, seen(BOB, 0.8, 100))).toBeUndefined();
    const newcomer = track.add(200, seen(BOB, 0.8, 200))!;
    expect(cosine(newcomer.takeVote(201, true)!.embedding, BOB)).toBeCloseTo(1);
    expect(track.takeVote(201, true)).toBeUndefined();
  });
});
