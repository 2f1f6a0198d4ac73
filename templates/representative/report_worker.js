// Lets the one report page for which it was registered open without a network. It keeps nothing itself: the page puts
// itself and its own files into the cache, and only where its reader wished to keep a draft on this device.
"use strict";
const PAGE = new URL(self.registration.scope).pathname;
const CACHE = `report:${PAGE}`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && address.pathname === PAGE;
  const isFile = request.mode !== "navigate" && address.pathname.startsWith("{% load static %}{% get_static_prefix %}");
  if (!isPage && !isFile) return;
  // The network first: what is kept here may be older than the seat.
  event.respondWith(fetch(request).catch(async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(isPage ? PAGE : request, { ignoreVary: true })) ?? Response.error();
  }));
});
