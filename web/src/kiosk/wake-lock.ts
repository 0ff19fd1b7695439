// Keeps the screen of a wall-mounted tablet on.

type Page = Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">;
type Locks = Pick<WakeLock, "request">;

/**
 * Until the returned function is called. Browsers release the lock whenever the page is hidden, so it is requested again each
 * time the page is shown.
 */
export function keepScreenOn(
  page: Page = document,
  locks: Locks | undefined = navigator.wakeLock as WakeLock | undefined,
): () => void {
  let held: Promise<WakeLockSentinel | undefined> | undefined;
  const request = () => {
    if (page.visibilityState !== "visible") return;
    const before = held;
    // A device that is low on battery refuses; the next time the page is shown may be better.
    held = locks?.request("screen").catch(() => undefined);
    void before?.then((lock) => lock?.release());
  };
  page.addEventListener("visibilitychange", request);
  request();
  return () => {
    page.removeEventListener("visibilitychange", request);
    void held?.then((lock) => lock?.release());
  };
}
