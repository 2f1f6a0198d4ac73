// Live pages: notices arrive, and the parts of a page that show cases renew themselves. One socket a tab; where sockets are
// blocked the same parts are renewed every half minute.
//
//   <… id="poll-…" data-live="queue | numbers | case:ID" hx-trigger="renew">;  [data-notices]: renewed with the notices
(() => {
  "use strict";
  const { person, activeUrl } = document.body.dataset;
  if (!person) return;

  const POLL_EVERY = 30_000;
  const SAY_AFTER = 5_000;
  const BLOCKED_AFTER = 15_000;
  const LONGEST_PAUSE = 30_000;
  // A connection that died without a word is noticed when something is sent.
  const SHOW_EVERY = 120_000;
  const RENEW_EVERY = 120_000;
  const SIGNED_OUT = 4401;
  const TOO_MANY_TABS = 4429;
  const bell = document.getElementById("poll-bell");
  const panel = document.getElementById("poll-latest");
  const parts = () => [...document.querySelectorAll("[data-live]")];
  const lists = () => [...document.querySelectorAll("[data-notices]")].filter((list) => list.closest("details")?.open ?? true);
  const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail }));

  // --- Renewing --------------------------------------------------------------------------------------------------------
  const waiting = new Set();
  function renew(part) {
    if (!part || !window.htmx) return;
    // A hidden tab asks nothing, and catches up when it is looked at.
    if (document.hidden) waiting.add(part); else htmx.trigger(part, "renew");
  }
  const renewAll = () => [...parts(), bell, ...lists()].forEach(renew);

  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
  let focus = null;
  // What was opened in a part stays open, and what had the focus gets it back.
  function keep(part, fresh) {
    const was = [...part.querySelectorAll("details")];
    const now = [...fresh.querySelectorAll("details")];
    if (was.length === now.length) now.forEach((one, place) => { one.open = was[place].open; });
    const active = document.activeElement;
    const place = [...part.querySelectorAll(FOCUSABLE)].indexOf(active);
    if (place >= 0) focus = { part: part.id, place, href: active.getAttribute("href") };
  }
  // Only what the page asked by itself: a form that was sent gets back whatever its answer holds, an empty row too.
  let byItself = false;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    byItself = event.detail.requestConfig?.elt?.matches("[data-live]") ?? false;
  });
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (!byItself) return;
    const { target, fragment } = event.detail;
    const fresh = fragment.firstElementChild;
    if (!fresh) return;
    if (fresh.isEqualNode(target)) event.detail.shouldSwap = false;
    else if (target.querySelector(".action-form > *")) { event.detail.shouldSwap = false; sayMoved(target, fresh); }
    else keep(target, fresh);
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === panel) keep(panel, document.createDocumentFragment());
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    if (!focus) return;
    const places = [...(document.getElementById(focus.part)?.querySelectorAll(FOCUSABLE) ?? [])];
    const same = focus.href && places.find((place) => place.getAttribute("href") === focus.href);
    (same || places[Math.min(focus.place, places.length - 1)])?.focus({ preventScroll: true });
    focus = null;
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    const { elt, xhr } = event.detail;
    if (xhr.status !== 404 || !elt.matches("[data-live]")) return;
    elt.remove();
    tell("say", { id: "say-gone", tone: "warning" });
  });

  // --- A form one is typing in, while the case moves on ----------------------------------------------------------------
  let moved = null;
  function sayMoved(actions, fresh) {
    if (fresh.dataset.version === (moved ?? actions).dataset.version) return;
    moved = fresh;
    const words = document.getElementById("say-moved").content.cloneNode(true);
    // A timeline that is filtered need not begin with what has just happened.
    const last = document.querySelector("#timeline:has(.tabs a:first-child[aria-current]) .entry-head");
    const what = [...(last?.querySelectorAll("strong, .entry-by") ?? [])].map((word) => word.textContent);
    words.querySelector("[data-moved-what]").textContent = what.join(" · ");
    actions.querySelector("[data-moved]")?.remove();
    const open = [...actions.querySelectorAll(".action-form")].find((place) => place.children.length);
    open.before(words);
  }
  document.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-renew-actions]") || !moved) return;
    const actions = document.getElementById("actions");
    const place = [...actions.querySelectorAll(".action-form")].find((other) => other.children.length);
    const fields = place ? [...place.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea")] : [];
    const typed = fields.filter((field) => (/radio|checkbox/.test(field.type) ? field.checked : field.value));
    const link = place?.parentElement.querySelector("a[hx-get]")?.getAttribute("href");
    const fresh = moved;
    moved = null;
    actions.replaceWith(fresh);
    htmx.process(fresh);
    const again = link && fresh.querySelector(`a[hx-get="${CSS.escape(link)}"]`);
    const target = again?.parentElement.querySelector(".action-form");
    if (target) await htmx.ajax("GET", link, { target, swap: "innerHTML" });
    for (const field of typed) {
      const choice = /radio|checkbox/.test(field.type) ? `[value="${CSS.escape(field.value)}"]` : "";
      const same = fresh.querySelector(`.action-form [name="${CSS.escape(field.name)}"]${choice}`);
      if (same && choice) same.checked = true;
      else if (same) same.value = field.value;
      else if (field.matches("textarea")) keepText(fresh, field.value);
    }
  });
  // Where that can no longer be done, what was typed stays to be copied.
  function keepText(actions, text) {
    const words = document.getElementById("say-kept").content.cloneNode(true);
    words.querySelector("textarea").value = text;
    actions.querySelector("h2").after(words);
  }

  // A number in the numerals of the reader.
  const inDigits = (number, place) => `${number}`.replace(/\d/g, (digit) => place.dataset.digits.split(" ")[digit]);

  // --- The bell --------------------------------------------------------------------------------------------------------
  const MOST_COUNTED = 99;
  // What the server has counted, and up to which notice; what came since is added here.
  let counted = { unread: 0, last: -1 };
  let came = [];
  let helloAt = 0;
  function showCount() {
    const since = came.filter((number) => number > counted.last).length;
    if (!bell || !since || counted.last < 0) return;
    const count = counted.unread + since;
    const words = bell.querySelector("template").content.cloneNode(true);
    const written = inDigits(count > MOST_COUNTED ? `${MOST_COUNTED}+` : count, bell);
    for (const place of words.children) place.textContent = place.textContent.replace("#", written);
    bell.querySelector(".bell-count").replaceChildren(words);
  }
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const said = event.detail.target.matches(".bell-count") && event.detail.target.querySelector("[data-last]")?.dataset;
    if (!said) return;
    // Somebody else has signed in in another tab of this browser: this page is not his.
    if (said.person !== person) { socket?.close(); tell("signed-out"); return; }
    counted = { unread: Number(said.unread), last: Number(said.last) };
    came = came.filter((number) => number > counted.last);
    if (counted.last < helloAt) renew(bell); else showCount();
  });
  panel?.closest("details").addEventListener("toggle", () => { if (panel.closest("details").open) renew(panel); });
  if (bell && window.htmx) {
    bell.closest("details").hidden = false;
    document.querySelector("[data-without-script]")?.remove();
  }

  // --- Toasts ----------------------------------------------------------------------------------------------------------
  const MOST_TOASTS = 3;
  const TOAST_STAYS = 8_000;
  const toasts = document.getElementById("toasts");
  // So that a person with many tabs is shown each notice once.
  const shown = remembered(() => localStorage, `shown:${person}`);
  let standing = [];
  let held = [];
  function toast(rows) {
    if (document.hidden) { held.push(...rows); return; }
    const news = rows.filter((row) => row.n > (shown.get() ?? 0));
    if (!toasts || !news.length) return;
    shown.set(Math.max(...news.map((row) => row.n)));
    standing.push(...news);
    if (standing.length <= MOST_TOASTS) news.forEach((row) => put(row.text, row.url, [row]));
    else {
      const focused = toasts.contains(document.activeElement);
      toasts.replaceChildren();
      const many = toasts.dataset.many.replace("#", inDigits(standing.length, toasts));
      const all = put(many, toasts.dataset.url, [...standing]);
      if (focused) all.querySelector("a").focus();
    }
  }
  function put(text, url, rows) {
    const made = document.getElementById("toast").content.firstElementChild.cloneNode(true);
    const link = made.querySelector("a");
    link.textContent = text;
    link.href = url;
    const go = () => { standing = standing.filter((row) => !rows.includes(row)); made.remove(); };
    let leaving;
    const stay = () => clearTimeout(leaving);
    const leave = () => {
      stay();
      leaving = setTimeout(() => { if (!made.matches(":hover, :focus-within")) go(); }, TOAST_STAYS);
    };
    made.addEventListener("pointerenter", stay);
    made.addEventListener("focusin", stay);
    made.addEventListener("pointerleave", leave);
    made.addEventListener("focusout", leave);
    made.querySelector("button").addEventListener("click", go);
    toasts.append(made);
    leave();
    return made;
  }
  // Before page.js closes a menu by the same key: one thing at a time.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !toasts || document.querySelector("dialog[open], details.menu[open]")) return;
    toasts.replaceChildren();
    standing = [];
  }, true);

  // --- The socket ------------------------------------------------------------------------------------------------------
  // Per tab: another tab of the same person sees for itself.
  const seen = remembered(() => sessionStorage, `seen:${person}`);
  let socket = null;
  let live = false;
  let everLive = false;
  let ended = false;
  let crowded = false;
  let failures = 0;
  let lostAt = Date.now();
  let polledAt = Date.now();
  let coming;

  function connect() {
    clearTimeout(coming);
    if (socket || crowded) return;
    const last = seen.get();
    const address = `${location.origin.replace(/^http/, "ws")}/live/`;
    const mine = new WebSocket(last === null ? address : `${address}?seen=${last}`);
    socket = mine;
    mine.addEventListener("open", show);
    mine.addEventListener("message", (event) => take(JSON.parse(event.data)));
    mine.addEventListener("close", (event) => {
      socket = null;
      if (live) lostAt = polledAt = Date.now();
      live = false;
      if (event.code === TOO_MANY_TABS) crowded = true;
      else if (event.code === SIGNED_OUT) askWhoIsSignedIn();
      else comeAgain();
      showStatus();
    });
  }
  function comeAgain() {
    if (ended) return;
    const pause = Math.min(LONGEST_PAUSE, 1_000 * 2 ** failures++);
    clearTimeout(coming);
    coming = setTimeout(connect, pause * (0.5 + Math.random() / 2));
  }
  async function askWhoIsSignedIn() {
    let status = 0;
    // Asked as a poll: it keeps nobody signed in.
    const headers = { "HX-Request": "true", "HX-Trigger": "poll-live" };
    try { status = (await fetch(activeUrl, { cache: "no-store", headers })).status; } catch { /* off the net */ }
    if (status === 401) tell("signed-out"); else comeAgain();
  }
  function show() {
    const shows = [...new Set(parts().map((part) => part.dataset.live))];
    if (shows.length && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ shows }));
  }
  setInterval(show, SHOW_EVERY);
  // What changed between this page and its socket was not heard; who stays on the page has it after a while.
  setTimeout(() => parts().forEach(renew), POLL_EVERY * (0.5 + Math.random()));
  // A hint may be lost, and what leaves a list (a case that goes to another unit) gives none there.
  setInterval(() => { if (live && !document.hidden) parts().forEach(renew); }, RENEW_EVERY);

  function take(said) {
    if ("hello" in said) {
      // Somebody else has signed in in this browser: his news are none of this page's.
      if (String(said.person) !== person) { socket?.close(); tell("signed-out"); return; }
      // What changed before this page was listened for.
      if (everLive || Date.now() - lostAt > SAY_AFTER) renewAll();
      live = everLive = true;
      ended = false;
      failures = 0;
      seen.set(said.hello);
      helloAt = said.hello;
      if (counted.last >= 0 && counted.last < helloAt) renew(bell);
      showStatus();
    }
    if (said.rows) {
      const news = said.rows.filter((row) => row.n > seen.get() && row.unread);
      seen.set(Math.max(seen.get(), said.upto));
      came.push(...news.map((row) => row.n));
      showCount();
      if (said.rows.length) lists().forEach(renew);
      toast(news);
    }
    if (said.recount) { held = []; renew(bell); lists().forEach(renew); }
    for (const what of said.changed ?? []) parts().filter((part) => part.dataset.live === what).forEach(renew);
  }

  // --- What is said of it, and asking instead ----------------------------------------------------------------------------
  const status = document.getElementById("live-status");
  // A server that answers nothing at all is another matter than a socket that is blocked.
  let unanswered = false;
  document.body.addEventListener("htmx:sendError", (event) => { if (event.detail.elt?.id?.startsWith("poll")) unanswered = true; });
  document.body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) unanswered = false; });

  function showStatus() {
    const away = live || ended ? 0 : Date.now() - lostAt;
    const word = !away ? "" : unanswered ? "unanswered" : crowded ? "crowded" : away >= BLOCKED_AFTER ? "blocked" : away >= SAY_AFTER ? "connecting" : "";
    if (away >= SAY_AFTER && Date.now() - polledAt >= POLL_EVERY) { polledAt = Date.now(); renewAll(); }
    document.body.dataset.connection = live ? "live" : word;
    if (!status || status.dataset.says === word) return;
    status.dataset.says = word;
    status.hidden = !word;
    for (const words of status.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== word;
  }
  setInterval(showStatus, 1_000);

  document.body.addEventListener("signed-out", () => { ended = true; clearTimeout(coming); showStatus(); });
  addEventListener("online", connect);
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  addEventListener("pagehide", () => socket?.close());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    connect();
    for (const part of waiting) if (part.isConnected) renew(part);
    waiting.clear();
    toast(held.splice(0));
  });

  // A number that is kept in a storage of the browser, or on this page only where that is switched off.
  function remembered(storage, name) {
    let here = null;
    return {
      get() { try { const text = storage().getItem(name); return text === null ? here : Number(text); } catch { return here; } },
      set(number) { here = number; try { storage().setItem(name, number); } catch { /* for this page only, then */ } },
    };
  }

  connect();
})();
