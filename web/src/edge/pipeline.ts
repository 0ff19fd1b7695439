// Turns a camera's frames into votes: detect, track, look, embed, vote. Follows src/edge/pipeline.h.
import { type Appearance, APPEARANCE_JUMP, appearanceOf, changeBetween } from "./appearance";
import type { FaceEngine } from "./engine";
import type { Box } from "./geometry";
import type { Image } from "./pixels";
import { CAMERA_LIMITS, isCertain, type QualityProblem } from "./quality";
import { type Track, Tracker } from "./tracker";
import { TrackVoter, type Vote, VOTER_DEFAULTS } from "./voter";

export interface SeenFace {
  track: number;
  box: Box;
  problems: QualityProblem[];
}

export interface TrackVote {
  track: number;
  vote: Vote;
}

/** Milliseconds. If no frame arrives for this long, drop all tracks. */
const SCENE_GAP = 5_000;

interface Face {
  voter: TrackVoter;
  problems: QualityProblem[];
  /** When it was last seen. */
  appearance?: Appearance;
}

export class Pipeline {
  private readonly tracker = new Tracker();
  private readonly faces = new Map<number, Face>();
  private lastFrame?: number;

  constructor(private readonly engine: FaceEngine) {}

  /** `capturedAt` is the clock's time, `now` a steady one; both in milliseconds. */
  async process(
    image: Image,
    capturedAt: number,
    now: number,
  ): Promise<{ faces: SeenFace[]; votes: TrackVote[] }> {
    const gap = this.lastFrame !== undefined && now - this.lastFrame > SCENE_GAP;
    this.lastFrame = now;
    const votes = gap ? this.finish(now) : [];
    const { tracks, ended } = this.tracker.update(await this.engine.detect(image), now);
    votes.push(...this.end(ended, now));
    const faces: SeenFace[] = [];
    for (const track of tracks) {
      if (!this.tracker.confirmed(track)) continue;
      let face = this.faceOf(track);
      let id = track.id;
      if (track.missed === 0) {
        watchForJumps(image, track, face);
        const newcomer = await this.look(image, track, face, capturedAt, now);
        if (newcomer) {
          votes.push(...this.end([track], now));
          face = { ...face, voter: newcomer };
          id = this.tracker.replace(track).id;
          this.faces.set(id, face);
        }
      }
      const vote = face.voter.takeVote(now, false);
      if (vote) votes.push({ track: id, vote });
      if (track.missed === 0) faces.push({ track: id, box: track.face.box, problems: face.problems });
    }
    return { faces, votes };
  }

  /** The camera has ended: ends all tracks. */
  finish(now: number): TrackVote[] {
    return this.end(this.tracker.clear(), now);
  }

  decided(track: number, outcome: string): void {
    this.faces.get(track)?.voter.decided(outcome);
  }

  private faceOf(track: Track): Face {
    const known = this.faces.get(track.id);
    if (known) return known;
    const options = { ...VOTER_DEFAULTS, samePerson: this.engine.manifest.threshold.cosine };
    const face: Face = { voter: new TrackVoter(options), problems: [] };
    this.faces.set(track.id, face);
    return face;
  }

  private end(tracks: readonly Track[], now: number): TrackVote[] {
    const votes: TrackVote[] = [];
    for (const track of tracks) {
      const vote = this.faces.get(track.id)?.voter.takeVote(now, true);
      if (vote) votes.push({ track: track.id, vote });
      this.faces.delete(track.id);
    }
    return votes;
  }

  /** Returns a voter for somebody else who appeared on the track. */
  private async look(
    image: Image,
    track: Track,
    face: Face,
    capturedAt: number,
    now: number,
  ): Promise<TrackVoter | undefined> {
    const { box } = track.face;
    if (Math.min(box.width, box.height) < CAMERA_LIMITS.minSize) {
      // The box alone shows this, so compute nothing else.
      face.problems = ["too_small"];
      return undefined;
    }
    if (!face.voter.wantsLook(now)) return undefined;
    const landmarks = await this.engine.landmarks(image, track.face);
    const aligned = this.engine.align(image, landmarks);
    const quality = this.engine.assessQuickly(image, track.face, landmarks, aligned, CAMERA_LIMITS);
    face.problems = quality.problems;
    if (!face.voter.wantsEmbedding(now, quality.problems.length === 0, quality.overall)) return undefined;
    const refined = await this.engine.refine(image, track.face, landmarks);
    if (!isCertain(refined, CAMERA_LIMITS)) {
      face.problems = ["landmarks_uncertain"];
      return undefined;
    }
    const embedding = await this.engine.embedFace(image, refined);
    const liveness = await this.engine.livenessOf(image, track.face);
    return face.voter.add(now, { embedding, quality: quality.overall, liveness, capturedAt });
  }
}

/** Asks the voter for a check where the face may be somebody else's. */
function watchForJumps(image: Image, track: Track, face: Face): void {
  const appearance = appearanceOf(image, track.face.box);
  const different =
    face.appearance !== undefined && changeBetween(face.appearance, appearance) > APPEARANCE_JUMP;
  if (track.jumped || different) face.voter.checkNow();
  face.appearance = appearance;
}
