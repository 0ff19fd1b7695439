// Does the camera still deliver new pictures? That a track is live and a video element ready proves nothing: a tablet that
// switched to another app, or a camera that hangs, shows its last picture for hours. src/edge has the same limits
// (heartbeat.h, frame_pump.h).

/** Milliseconds. A gap between frames that is longer was not watched. */
export const LONGEST_GAP = 5_000;
/** Milliseconds. A camera that gives exactly the same picture for this long is frozen: every camera's pictures have noise. */
export const FROZEN_AFTER = 60_000;

/** Times are a steady clock's, in milliseconds. */
export class PictureWatch {
  private picture?: number;
  /** The last new picture. */
  private changed?: number;
  /** The last frame, or when the camera was opened. */
  private heard: number;
  /** The last new picture, or when the camera was opened. */
  private fresh: number;
  private unbroken = false;

  constructor(now: number) {
    this.heard = this.fresh = now;
  }

  /** It may take as long as a gap to deliver its first picture. */
  opened(now: number): void {
    this.heard = this.fresh = now;
    this.unbroken = false;
  }

  /**
   * A frame arrived, with the fingerprint of its pixels. "repeated": the picture before. "new": the camera watched from now
   * on. "continued": a new picture, and the camera watched since the last one.
   */
  saw(now: number, picture: number): "repeated" | "new" | "continued" {
    if (this.stalled(now)) this.unbroken = false;
    this.heard = now;
    if (picture === this.picture) return "repeated";
    const state = this.unbroken ? "continued" : "new";
    this.picture = picture;
    this.changed = this.fresh = now;
    this.unbroken = true;
    return state;
  }

  /** New pictures arrive. */
  watching(now: number): boolean {
    return this.changed !== undefined && this.changed === this.fresh && !this.stalled(now);
  }

  /** No frame for longer than a gap, or the same picture for so long that it is frozen. */
  stalled(now: number): boolean {
    return now - this.heard > LONGEST_GAP || now - this.fresh > FROZEN_AFTER;
  }
}
