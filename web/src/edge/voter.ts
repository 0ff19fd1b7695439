// Collects the good frames of one track and decides when to send a vote: one per track, and another one only if the face
// was not recognised and is now seen clearly better. If the track turns out to show somebody else (two people crossed, or
// took turns in one place), that person gets a voter of their own. src/edge/voter.h has the same rules in frames;
// tests/traces/voter.json holds both to them. Times are in milliseconds.
import { cosine } from "./codec";
import { normalised } from "./engine";

export interface VoterOptions {
  lookEvery: number;
  /** The same after `tiredAfter` looks in a row that were not good enough. */
  tiredLookEvery: number;
  tiredAfter: number;
  /** Good embeddings that are enough for a vote. */
  readyAfter: number;
  /** This long after the first good one, fewer are enough. */
  readyWithin: number;
  /** A vote combines this many of the best embeddings. */
  voteOf: number;
  /** Between two checks that a sent track is still the same person. */
  checkEvery: number;
  /** An embedding with a lower cosine to the person's own is somebody else's. */
  samePerson: number;
  /** Embeddings in a row that are not this person's, and alike, before the track counts as another person's. */
  changedAfter: number;
  /** How much better (quality, 0..1) a frame must be to send another vote. */
  resendGain: number;
  maxResends: number;
  maxKept: number;
  /** Liveness is the median of the last so many frames. */
  maxJudged: number;
  /** While it lies between the bounds, wait for more frames, at most `readyWithin`. */
  doubtFrom: number;
  doubtTo: number;
}

export const VOTER_DEFAULTS: Omit<VoterOptions, "samePerson"> = {
  lookEvery: 80,
  tiredLookEvery: 400,
  tiredAfter: 30,
  readyAfter: 3,
  readyWithin: 1000,
  voteOf: 3,
  checkEvery: 2000,
  changedAfter: 2,
  resendGain: 0.15,
  maxResends: 2,
  maxKept: 8,
  maxJudged: 9,
  doubtFrom: 0.2,
  doubtTo: 0.8,
};

export interface Candidate {
  embedding: Float32Array;
  quality: number;
  liveness?: number;
  /** Milliseconds since 1970. */
  capturedAt: number;
}

export interface Vote {
  embedding: Float32Array;
  /** Of the best frame. */
  quality: number;
  /** Median of the frames that were judged. */
  liveness?: number;
  /** Of the newest frame in it. */
  capturedAt: number;
}

const UNSETTLED = new Set(["unknown", "ambiguous", "spoof"]);

export class TrackVoter {
  private kept: Candidate[] = [];
  private judged: number[] = [];
  private sent = false;
  private better = false;
  private outcome?: string;
  private sentQuality = 0;
  private resends = 0;
  /** In a row, newest last: not this person's, and alike. */
  private strangers: Candidate[] = [];
  private checkDue = false;
  private poorLooks = 0;
  private lastLook?: number;
  private firstGood = 0;

  constructor(private readonly options: VoterOptions) {}

  private mayImprove(): boolean {
    return (
      this.outcome !== undefined && UNSETTLED.has(this.outcome) && this.resends < this.options.maxResends
    );
  }

  private checking(): boolean {
    return this.checkDue || this.strangers.length > 0;
  }

  /** The face may be somebody else's from now on: compare it with the person's own in each good frame until that is settled. */
  checkNow(): void {
    this.checkDue = true;
  }

  /** Whether to find landmarks and assess the quality now. */
  wantsLook(now: number): boolean {
    if (this.lastLook === undefined) return true;
    const { lookEvery, tiredLookEvery, tiredAfter, checkEvery } = this.options;
    let pause = this.poorLooks >= tiredAfter ? tiredLookEvery : lookEvery;
    if (this.checking()) {
      if (this.poorLooks < tiredAfter) pause = 0;
    } else if (this.sent) {
      pause = this.mayImprove() ? tiredLookEvery : checkEvery;
    }
    return now >= this.lastLook + pause;
  }

  /** Call it after a look. Whether to compute an embedding. */
  wantsEmbedding(now: number, good: boolean, quality: number): boolean {
    const checkDue = this.lastLook === undefined || now >= this.lastLook + this.options.checkEvery;
    this.lastLook = now;
    if (!good) {
      ++this.poorLooks;
      return false;
    }
    this.poorLooks = 0;
    if (!this.sent || this.checking() || checkDue) return true;
    return this.mayImprove() && quality >= this.sentQuality + this.options.resendGain;
  }

  /**
   * Returns a voter for somebody else whom the track turns out to show, with their frames so far. Then this voter is over:
   * take what it still has to say with takeVote(now, true).
   */
  add(now: number, candidate: Candidate): TrackVoter | undefined {
    this.checkDue = false;
    const { samePerson, changedAfter } = this.options;
    const { embedding } = candidate;
    if (this.kept.length === 0 || cosine(this.combine().embedding, embedding) >= samePerson) {
      this.strangers = [];
      this.keep(now, candidate);
      return undefined;
    }
    // A single frame proves nothing, and neither do two that have nothing in common.
    const before = this.strangers.at(-1);
    const alike = before === undefined || cosine(before.embedding, embedding) >= samePerson;
    this.strangers = alike ? [...this.strangers, candidate] : [candidate];
    if (this.strangers.length < changedAfter) return undefined;
    const newcomer = new TrackVoter(this.options);
    newcomer.lastLook = this.lastLook;
    for (const stranger of this.strangers) newcomer.keep(now, stranger);
    return newcomer;
  }

  private keep(now: number, candidate: Candidate): void {
    if (this.kept.length === 0) this.firstGood = now;
    if (this.sent && this.mayImprove() && candidate.quality >= this.sentQuality + this.options.resendGain)
      this.better = true;
    const worse = this.kept.findIndex((other) => other.quality < candidate.quality);
    this.kept.splice(worse < 0 ? this.kept.length : worse, 0, candidate);
    if (this.kept.length > this.options.maxKept) this.kept.pop();
    if (candidate.liveness !== undefined)
      this.judged = [...this.judged, candidate.liveness].slice(-this.options.maxJudged);
  }

  /** The vote, once, as soon as there is enough for one. `ended`: the track is over, so one good frame is enough. */
  takeVote(now: number, ended: boolean): Vote | undefined {
    if (!this.ready(now, ended)) return undefined;
    if (this.sent) ++this.resends;
    const vote = this.combine();
    this.sent = true;
    this.better = false;
    this.sentQuality = vote.quality;
    this.outcome = undefined;
    return vote;
  }

  /** The server's answer to the last vote. */
  decided(outcome: string): void {
    this.outcome = outcome;
  }

  private ready(now: number, ended: boolean): boolean {
    if (this.kept.length === 0) return false;
    if (this.sent) return this.better;
    if (ended || now >= this.firstGood + this.options.readyWithin) return true;
    if (this.kept.length < this.options.readyAfter) return false;
    const live = this.liveness();
    const doubtful = live !== undefined && live > this.options.doubtFrom && live < this.options.doubtTo;
    return !doubtful || this.judged.length >= this.options.maxJudged;
  }

  /** The median, so that a single reflection does not decide. */
  private liveness(): number | undefined {
    const sorted = [...this.judged].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1
      ? sorted[middle]
      : sorted.length === 0
        ? undefined
        : (sorted[middle - 1]! + sorted[middle]!) / 2;
  }

  private combine(): Vote {
    const best = this.kept.slice(0, this.options.voteOf);
    const sum = new Float32Array(best[0]!.embedding.length);
    for (const { embedding, quality } of best) {
      // A frame of quality 0 that passed the limits still counts a little.
      const weight = 0.05 + quality;
      embedding.forEach((value, d) => (sum[d]! += weight * value));
    }
    return {
      embedding: normalised(sum),
      quality: best[0]!.quality,
      liveness: this.liveness(),
      capturedAt: Math.max(...best.map(({ capturedAt }) => capturedAt)),
    };
  }
}
