// The pauses between attempts at something that fails. src/base/backoff.h is the same in C++.

export interface BackoffOptions {
  /** Milliseconds. */
  first: number;
  /** Milliseconds. No pause is longer, jitter aside. */
  longest: number;
  /** 0..1: each pause is up to this share shorter or longer, so that devices do not all come back at once. */
  jitter?: number;
}

/** Each pause is twice as long as the one before it. It does not wait and reads no clock. */
export class Backoff {
  private pause: number;

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: () => number = Math.random,
  ) {
    this.pause = options.first;
  }

  /** How long to wait before the next attempt, in milliseconds. */
  next(): number {
    const { pause } = this;
    const { first, longest, jitter = 0 } = this.options;
    this.pause = Math.min(2 * pause, Math.max(first, longest));
    return Math.round(pause * (1 + jitter * (2 * this.random() - 1)));
  }

  /** An attempt succeeded: the next pause is the first one again. */
  reset(): void {
    this.pause = this.options.first;
  }
}
