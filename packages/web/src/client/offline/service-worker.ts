/// <reference lib="webworker" />
import { putAside } from "./put-aside.ts";

/**
 * Keeps the app itself on the device, so that it opens without a network. What belongs to a person (the API, pictures)
 * is never kept here; `base/seen.ts` keeps what was seen last. The build writes the version and the list of files in place of the two names below.
 */
declare const __APP_VERSION__: string;
declare const __APP_FILES__: readonly string[];

const scope = globalThis as unknown as ServiceWorkerGlobalScope;
const version = `app-${__APP_VERSION__}`;
const page = "/index.html";

scope.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(version).then(async (cache) => {
      // All or nothing: half of a version would be a broken app.
      await Promise.all(
        __APP_FILES__.map(async (file) => {
          const response = await fetch(file === page ? "/" : file, { cache: "no-cache" });
          if (!response.ok) throw new Error(`${file} answered with ${response.status}`);
          await cache.put(file, response);
        }),
      );
    }),
  );
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith("app-") && name !== version) await caches.delete(name);
      await scope.clients.claim();
    })(),
  );
});

/** The page asks for it when the person has said yes to the new version. */
scope.addEventListener("message", ({ data }) => {
  if (data === "take over") void scope.skipWaiting();
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== scope.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.method === "POST" && url.pathname === "/share") {
    event.respondWith(putAside(request, { origin: url.origin, newId: () => crypto.randomUUID() }));
    return;
  }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    // The network first: a page that was deployed a minute ago is the one to see.
    event.respondWith(fetch(request).catch(async () => (await caches.match(page)) ?? Response.error()));
    return;
  }
  event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});
