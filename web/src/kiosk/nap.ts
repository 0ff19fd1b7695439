// A pause that ends early when there is a reason to try again now.

/** What may have changed: a camera was plugged in, the page is shown again, the network is back. */
type Alarm = Pick<EventTarget, "addEventListener" | "removeEventListener">;

export interface Alarms {
  of: Alarm | undefined;
  event: string;
}

/** Ends after `milliseconds`, at the first of `alarms`, or with the returned `wake`. */
export function nap(
  milliseconds: number,
  alarms: readonly Alarms[],
): { over: Promise<void>; wake: () => void } {
  let wake = () => {};
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(() => wake(), milliseconds);
    wake = () => {
      clearTimeout(timer);
      for (const { of, event } of alarms) of?.removeEventListener(event, wake);
      resolve();
    };
    for (const { of, event } of alarms) of?.addEventListener(event, wake);
  });
  return { over, wake: () => wake() };
}
