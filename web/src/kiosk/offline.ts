// The service worker that lets the kiosk start without the network.

/** Milliseconds. Its first installation fetches the page's files. */
const LONGEST_WAIT = 15_000;

/**
 * Resolves once what the page loads from now on is kept. Also if that is not possible, as outside HTTPS and localhost: the
 * kiosk then works as long as the server answers.
 */
export async function keepForOffline(
  workers = navigator.serviceWorker as ServiceWorkerContainer | undefined,
): Promise<void> {
  if (!workers) return;
  try {
    await workers.register("/ui/service-worker.js", { scope: "/ui/" });
  } catch {
    // The server is away: an older one may be there already.
  }
  if (workers.controller) return;
  await new Promise<void>((resolve) => {
    workers.addEventListener("controllerchange", () => resolve(), { once: true });
    setTimeout(resolve, LONGEST_WAIT);
  });
}
