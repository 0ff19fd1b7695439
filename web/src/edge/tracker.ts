// Follows faces from frame to frame by their positions. src/edge/tracker.h does the same in C++; tests/traces/tracker.json
// holds both to it.
import { type Box, type DetectedFace, overlap, type Point } from "./geometry";

export interface TrackerOptions {
  /** Least intersection over union with which a box continues a track. */
  minOverlap: number;
  /** Without overlap: the centres are nearer than this many box widths, and the sizes are similar. */
  maxDistance: number;
  /** Frames in which a face must be seen before its track is confirmed. */
  confirmAfter: number;
  /** Milliseconds. A confirmed track ends when it is not seen for longer. */
  loseAfter: number;
  /** An unconfirmed track ends after more missed frames than this. */
  loseUnconfirmedAfter: number;
  /** A face jumps if it overlaps the expected place and the last one by less than this, */
  jumpOverlap: number;
  /** or its size changed by more than this factor, */
  jumpGrowth: number;
  /** or it was not seen for more than so many milliseconds. */
  jumpUnseen: number;
}

export const TRACKER_DEFAULTS: TrackerOptions = {
  minOverlap: 0.25,
  maxDistance: 0.6,
  confirmAfter: 3,
  loseAfter: 700,
  loseUnconfirmedAfter: 1,
  jumpOverlap: 0.5,
  jumpGrowth: 1.3,
  jumpUnseen: 250,
};

export interface Track {
  id: number;
  face: DetectedFace;
  /** Of the centre, pixels a millisecond. */
  velocity: Point;
  hits: number;
  lastSeen: number;
  /** Frames since it was last seen; 0: it is in this frame. */
  missed: number;
  /** In this frame the face is not where, or as large as, it was expected, or it was out of sight: it may be somebody else's. */
  jumped: boolean;
}

const centre = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

const longerSide = (box: Box): number => Math.max(box.width, box.height);

/** Where the face would be at `now` if it kept its speed. */
function expectedAt({ face: { box }, velocity, lastSeen }: Track, now: number): Box {
  return { ...box, x: box.x + velocity.x * (now - lastSeen), y: box.y + velocity.y * (now - lastSeen) };
}

const sharedWith = (track: Track, face: DetectedFace, now: number): number =>
  Math.max(overlap(expectedAt(track, now), face.box), overlap(track.face.box, face.box));

export class Tracker {
  private tracks: Track[] = [];
  private lastId = 0;

  constructor(private readonly options: TrackerOptions = TRACKER_DEFAULTS) {}

  confirmed(track: Track): boolean {
    return track.hits >= this.options.confirmAfter;
  }

  private over(track: Track, now: number): boolean {
    if (track.missed === 0) return false;
    if (!this.confirmed(track)) return track.missed > this.options.loseUnconfirmedAfter;
    return now - track.lastSeen > this.options.loseAfter;
  }

  /** 0: not the same. Overlaps rank above mere nearness: 1 + IoU against 1 - distance. */
  private affinity(track: Track, face: DetectedFace, now: number): number {
    const shared = sharedWith(track, face, now);
    if (shared >= this.options.minOverlap) return 1 + shared;
    const size = longerSide(track.face.box);
    const other = longerSide(face.box);
    if (size <= 0 || other <= 0 || size > 1.6 * other || other > 1.6 * size) return 0;
    const expected = expectedAt(track, now);
    const a = centre(face.box);
    const b = centre(expected);
    const distance = Math.hypot(a.x - b.x, a.y - b.y) / size;
    return distance < this.options.maxDistance ? 1 - distance : 0;
  }

  private jumps(track: Track, face: DetectedFace, now: number): boolean {
    const { jumpOverlap, jumpGrowth, jumpUnseen } = this.options;
    if (now - track.lastSeen > jumpUnseen) return true;
    const size = longerSide(track.face.box);
    const other = longerSide(face.box);
    if (size > jumpGrowth * other || other > jumpGrowth * size) return true;
    return sharedWith(track, face, now) < jumpOverlap;
  }

  /** Takes one frame's faces at `now` (milliseconds); the best overlaps are matched first. */
  update(faces: readonly DetectedFace[], now: number): { tracks: Track[]; ended: Track[] } {
    const pairs = this.tracks
      .flatMap((track) => faces.map((face) => ({ track, face, score: this.affinity(track, face, now) })))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    const joined = new Set<DetectedFace>();
    for (const track of this.tracks) {
      ++track.missed;
      track.jumped = false;
    }
    for (const { track, face } of pairs) {
      if (track.missed === 0 || joined.has(face)) continue;
      joined.add(face);
      track.jumped = this.jumps(track, face, now);
      const elapsed = Math.max(now - track.lastSeen, 1);
      const a = centre(track.face.box);
      const b = centre(face.box);
      const step = { x: (b.x - a.x) / elapsed, y: (b.y - a.y) / elapsed };
      // Half old, half new: detectors jitter by a few pixels from frame to frame.
      track.velocity =
        track.hits === 1 ? step : { x: (track.velocity.x + step.x) / 2, y: (track.velocity.y + step.y) / 2 };
      track.face = face;
      track.lastSeen = now;
      track.missed = 0;
      ++track.hits;
    }
    const ended = this.tracks.filter((track) => this.over(track, now));
    this.tracks = this.tracks.filter((track) => !this.over(track, now));
    for (const face of faces)
      if (!joined.has(face))
        this.tracks.push({
          id: ++this.lastId,
          face,
          velocity: { x: 0, y: 0 },
          hits: 1,
          lastSeen: now,
          missed: 0,
          jumped: false,
        });
    return { tracks: this.tracks, ended };
  }

  /** The track shows another person from now on: ends it and returns a confirmed track with the same face in its place. */
  replace(track: Track): Track {
    const next = {
      ...track,
      id: ++this.lastId,
      hits: this.options.confirmAfter,
      velocity: { x: 0, y: 0 },
      jumped: false,
    };
    this.tracks = this.tracks.map((other) => (other === track ? next : other));
    return next;
  }

  clear(): Track[] {
    const ended = this.tracks;
    this.tracks = [];
    return ended;
  }
}
