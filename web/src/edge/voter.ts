// Collects what one track shows and decides when there is enough to say: one vote a track, another only when the face was
// not recognised and is now seen clearly better, and a new one when it turns out to be somebody else's. After
// src/edge/voter.h, with times in milliseconds.
import { cosine } from "./codec";
import { normalised } from "./engine";

export interface VoterOptions {
  lookEvery: number;
  /** The same once `tiredAfter` looks in a row were not good enough. */
  tiredLookEvery: number;
  tiredAfter: number;
  /** Good embeddings that make a vote. */
  readyAfter: number;
  /** After the first good one, when fewer are enough. */
  readyWithin: number;
  /** The best so many embeddings are combined. */
  voteOf: number;
  /** Between two checks that a sent track is still the same person. */
  checkEvery: number;
  /** Cosine below which an embedding is somebody else's: the pack's threshold. */
  samePerson: number;
  changedAfter: number;
  /** How much better (quality, 0..1) a frame must be to ask the server again. */
  resendGain: number;
  maxResends: number;
  maxKept: number;
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
  /** Mean of those frames that have one. */
  liveness?: number;
  /** Of the newest frame that took part. */
  capturedAt: number;
}

const UNSETTLED = new Set(["unknown", "ambiguous", "spoof"]);

export class TrackVoter {
  private kept: Candidate[] = [];
  private sent = false;
  private better = false;
  private outcome?: string;
  private sentQuality = 0;
  private resends = 0;
  private strangers = 0;
  private poorLooks = 0;
  private lastLook?: number;
  private firstGood = 0;

  constructor(private readonly options: VoterOptions) {}

  private mayImprove(): boolean {
    return (
      this.outcome !== undefined && UNSETTLED.has(this.outcome) && this.resends < this.options.maxResends
    );
  }

  /** Is it worth finding landmarks and judging the quality now? */
  wantsLook(now: number): boolean {
    if (this.lastLook === undefined) return true;
    const { lookEvery, tiredLookEvery, tiredAfter, checkEvery } = this.options;
    let pause = this.poorLooks >= tiredAfter ? tiredLookEvery : lookEvery;
    if (this.sent && this.strangers === 0) pause = this.mayImprove() ? tiredLookEvery : checkEvery;
    return now >= this.lastLook + pause;
  }

  /** Call after a look: is the face worth an embedding? */
  wantsEmbedding(now: number, good: boolean, quality: number): boolean {
    const checkDue = this.lastLook === undefined || now >= this.lastLook + this.options.checkEvery;
    this.lastLook = now;
    if (!good) {
      ++this.poorLooks;
      return false;
    }
    this.poorLooks = 0;
    if (!this.sent || this.strangers > 0 || checkDue) return true;
    return this.mayImprove() && quality >= this.sentQuality + this.options.resendGain;
  }

  /** True: the track now shows somebody else, and what was collected before is forgotten. */
  add(now: number, candidate: Candidate): boolean {
    let changed = false;
    if (
      this.kept.length > 0 &&
      cosine(this.combine().embedding, candidate.embedding) < this.options.samePerson
    ) {
      // One odd frame proves nothing.
      if (++this.strangers < this.options.changedAfter) return false;
      this.forget();
      changed = true;
    }
    this.strangers = 0;
    if (this.kept.length === 0) this.firstGood = now;
    if (this.sent && this.mayImprove() && candidate.quality >= this.sentQuality + this.options.resendGain)
      this.better = true;
    const worse = this.kept.findIndex((other) => other.quality < candidate.quality);
    this.kept.splice(worse < 0 ? this.kept.length : worse, 0, candidate);
    if (this.kept.length > this.options.maxKept) this.kept.pop();
    return changed;
  }

  /** A vote when there is enough to say, once; `ended`: the track is over, one good frame is enough. */
  takeVote(now: number, ended: boolean): Vote | undefined {
    if (this.kept.length === 0) return undefined;
    if (this.sent) {
      if (!this.better) return undefined;
      ++this.resends;
    } else {
      const enough = this.kept.length >= this.options.readyAfter;
      const waited = now >= this.firstGood + this.options.readyWithin;
      if (!enough && !waited && !ended) return undefined;
    }
    const vote = this.combine();
    this.sent = true;
    this.better = false;
    this.sentQuality = vote.quality;
    this.outcome = undefined;
    return vote;
  }

  /** What the server made of the last vote. */
  decided(outcome: string): void {
    this.outcome = outcome;
  }

  private forget(): void {
    this.kept = [];
    this.strangers = 0;
    this.resends = 0;
    this.sent = false;
    this.better = false;
    this.sentQuality = 0;
    this.outcome = undefined;
  }

  private combine(): Vote {
    const best = this.kept.slice(0, this.options.voteOf);
    const sum = new Float32Array(best[0]!.embedding.length);
    for (const { embedding, quality } of best) {
      // Even a frame of quality 0 that passed the limits counts a little.
      const weight = 0.05 + quality;
      embedding.forEach((value, d) => (sum[d]! += weight * value));
    }
    const judged = best.map(({ liveness }) => liveness).filter((value) => value !== undefined);
    return {
      embedding: normalised(sum),
      quality: best[0]!.quality,
      liveness: judged.length > 0 ? judged.reduce((a, b) => a + b, 0) / judged.length : undefined,
      capturedAt: Math.max(...best.map(({ capturedAt }) => capturedAt)),
    };
  }
}
