// Lets the kiosk start without the network: holds its page, the model runtime and the models. scripts/publish.mjs puts
// VERSION and FILES (the page and everything that it loads at once) in front of this.
/* global VERSION, FILES */

const PAGE = "/ui/kiosk";
const PAGES = `kiosk-${VERSION}`;
/** Large files that change rarely, kept as they are used: a new version of the pages does not fetch them again. */
const MODELS = "models";
/** Milliseconds before what is held is used instead of a server that does not answer. */
const PATIENCE = 5_000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(PAGES);
      await cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith("kiosk-") && name !== PAGES) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

/** The server's answer if it gives one in time, otherwise the last one; errors of the server count as none. */
async function newest(request, key, cacheName) {
  const cache = await caches.open(cacheName);
  const held = await cache.match(key);
  const asked = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) await cache.put(key, response.clone());
    return response;
  });
  if (!held) return asked;
  const late = new Promise((resolve) => setTimeout(() => resolve(held), PATIENCE));
  const usable = asked.then(
    (response) => (response.status >= 500 ? held : response),
    () => held,
  );
  return Promise.race([usable, late]);
}

/** Its name changes with its content. */
async function heldOrFetched(request) {
  const held = await caches.match(request, { ignoreSearch: true });
  // Without an address of its own: a worker takes that of its script, and reads in it what it is to do.
  return held ? new Response(held.body, held) : fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === PAGE) event.respondWith(newest(request, PAGE, PAGES));
  } else if (pathname.startsWith("/ui/_next/static/")) {
    event.respondWith(heldOrFetched(request));
  } else if (pathname.startsWith("/ui/ort/") || pathname.startsWith("/api/v1/models")) {
    event.respondWith(newest(request, pathname, MODELS));
  }
});
