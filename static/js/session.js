// The idle end of a session, seen from the page: typing keeps it alive, and nothing typed is lost when it ends.
(() => {
  "use strict";
  const { activeUrl, idleSeconds } = document.body.dataset;
  const notices = document.getElementById("notices");
  if (!activeUrl || !notices) return;

  const REPORT_EVERY = 4 * 60 * 1000;
  const WARN_BEFORE = 2 * 60 * 1000;
  const idleEnd = Number(idleSeconds) * 1000;
  let lastInput = Date.now();
  let lastReport = Date.now();
  let ended = false;

  function say(id, tone) {
    if (notices.querySelector(`[data-said="${id}"]`)) return;
    const words = document.getElementById(id);
    if (!words) return;
    const bar = document.createElement("div");
    bar.className = `notice notice-${tone}`;
    bar.dataset.said = id;
    bar.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.append(words.content.cloneNode(true));
    bar.append(line);
    notices.prepend(bar);
    bar.scrollIntoView({ block: "nearest" });
  }
  const unsay = (id) => notices.querySelector(`[data-said="${id}"]`)?.remove();

  async function report(asPoll) {
    lastReport = Date.now();
    try {
      // As a poll it only asks: the server counts it as nobody's doing.
      const answer = await fetch(activeUrl, { cache: "no-store", headers: asPoll ? { "HX-Request": "true", "HX-Trigger": "poll-session" } : {} });
      ended = answer.status === 401;
      if (ended) say("say-ended", "warning"); else if (!asPoll) { unsay("say-ended"); unsay("say-ending"); }
    } catch { /* off the net: the next report tells */ }
  }

  function input() {
    const now = Date.now();
    const wasClose = now - lastInput > idleEnd - WARN_BEFORE;
    lastInput = now;
    if (now - lastReport > REPORT_EVERY || wasClose) report(false);
  }
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, input, { passive: true });
  // Back from the tab in which one signed in again.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && ended) report(false); });

  setInterval(() => {
    const idle = Date.now() - lastInput;
    if (!ended && idle > idleEnd - WARN_BEFORE && idle < idleEnd) say("say-ending", "warning");
    // Another tab may have kept the session alive: ask.
    if (!ended && idle > idleEnd + 90 * 1000) { unsay("say-ending"); report(true); }
  }, 30 * 1000);

  // A form opened before signing in again carries the old token; the cookie has the new one.
  document.addEventListener("submit", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    const field = event.target.elements?.csrfmiddlewaretoken;
    if (token && field) field.value = token;
  }, true);

  document.body.addEventListener("say", (event) => say(event.detail.id, event.detail.tone));
  document.body.addEventListener("signed-out", () => { ended = true; say("say-ended", "warning"); });
  // What the page asks by itself fails without a word here: nobody has sent anything, and live.js says it beside the bell.
  const byItself = (event) => event.detail.elt?.id?.startsWith("poll");
  document.body.addEventListener("htmx:sendError", (event) => { if (!byItself(event)) say("say-failed", "error"); });
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401 && !byItself(event)) say("say-failed", "error");
  });
  document.body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) unsay("say-failed"); });
  document.body.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });

  // A number that a live update changes glows once.
  const seen = new Map([...document.querySelectorAll("[data-glow][id]")].map((place) => [place.id, place.textContent]));
  document.body.addEventListener("htmx:afterSettle", () => {
    for (const place of document.querySelectorAll("[data-glow][id]")) {
      if (seen.has(place.id) && seen.get(place.id) !== place.textContent) place.classList.add("glow");
      seen.set(place.id, place.textContent);
    }
  });
})();
