import { describe, expect, it } from "vitest";
import { Tracker } from "./tracker";

const at = (x: number, y = 0, size = 100) => ({ box: { x, y, width: size, height: size }, score: 0.9 });

describe("Tracker", () => {
  it("keeps one track for a face that moves and believes it from the third frame", () => {
    const tracker = new Tracker();
    const ids = [0, 40, 80].map((x, frame) => {
      const { tracks } = tracker.update([at(x)], frame * 40);
      expect(tracker.confirmed(tracks[0]!)).toBe(frame === 2);
      return tracks[0]!.id;
    });
    expect(new Set(ids).size).toBe(1);
  });

  it("keeps two faces apart, each on its own track", () => {
    const tracker = new Tracker();
    tracker.update([at(0), at(400)], 0);
    const { tracks } = tracker.update([at(405), at(5)], 40);
    expect(tracks.map(({ id, face }) => [id, face.box.x])).toEqual([
      [1, 5],
      [2, 405],
    ]);
  });

  it("waits for a believed face that is hidden for a moment, and not for a ghost", () => {
    const tracker = new Tracker();
    for (const now of [0, 40, 80]) tracker.update([at(0)], now);
    expect(tracker.update([], 400).ended).toEqual([]);
    expect(tracker.update([at(3)], 440).tracks[0]!.id).toBe(1);
    expect(tracker.update([], 1200).ended.map(({ id }) => id)).toEqual([1]);
    tracker.update([at(0)], 1240);
    tracker.update([], 1280);
    expect(tracker.update([], 1320).tracks).toEqual([]);
  });

  it("does not join a face far away or of another size", () => {
    const tracker = new Tracker();
    tracker.update([at(0)], 0);
    expect(tracker.update([at(900)], 40).tracks.map(({ id }) => id)).toContain(2);
    const other = new Tracker();
    other.update([at(0)], 0);
    expect(other.update([at(60, 60, 20)], 40).tracks.map(({ id }) => id)).toContain(2);
  });
});
