// Keeps the application on the tablet: everything it is made of, in one cache a version. What the server is asked for
// (api/) is never kept here. A new version waits until the old one is closed, or until the person asks for it. Where the
// browser wakes it because there is a signal again, it sends what waits.

import { startClock } from "../static/tablet/clock.js";
import { send } from "../static/tablet/sending.js";
import { count } from "../static/tablet/store.js";

self.SAMBANG_VERSION = VERSION;
const CACHE = `sambang-tablet-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEEP.map((path) => new Request(path, { cache: "reload", credentials: "omit" })))));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("sambang-tablet-") && name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const path = event.request.mode === "navigate" && url.pathname.startsWith(KEEP[0]) ? KEEP[0] : url.pathname;
  if (!KEEP.includes(path) || url.pathname.includes("/api/")) return;
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(path)).then((kept) => kept ?? fetch(event.request)));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "send") event.waitUntil(sendWhatWaits());
});

async function sendWhatWaits() {
  await startClock();
  await send();
  if (await count("outbox")) throw new Error("records still wait"); // the browser tries once more, later
}
