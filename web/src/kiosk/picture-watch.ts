// Does the camera still deliver new pictures? That a track is live and a video element ready proves nothing: a tablet that
// switched to another app, or a camera that hangs, shows its last picture for hours.

/** Milliseconds. A gap between new pictures that is longer was not watched; src/edge/heartbeat.h has the same limit. */
export const LONGEST_GAP = 5_000;

/** Times are a steady clock's, in milliseconds. */
export class PictureWatch {
  private picture?: number;
  private changed?: number;
  private quietSince: number;

  constructor(now: number) {
    this.quietSince = now;
  }

  /** The camera was opened: it may take as long as a gap to deliver its first picture. */
  opened(now: number): void {
    this.quietSince = now;
  }

  /** A picture arrived, with the fingerprint of its pixels. Returns false if it repeats the one before. */
  saw(now: number, picture: number): boolean {
    if (picture === this.picture) return false;
    this.picture = picture;
    this.changed = now;
    this.quietSince = now;
    return true;
  }

  /** A new picture arrived lately. */
  watching(now: number): boolean {
    return this.changed !== undefined && now - this.changed <= LONGEST_GAP;
  }

  /** No new picture arrived for too long since the last one, or since the camera was opened. */
  stalled(now: number): boolean {
    return now - this.quietSince > LONGEST_GAP;
  }
}
