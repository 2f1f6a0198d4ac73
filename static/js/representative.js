// The report of a citizen, also from where there is no network. Without JavaScript it is a plain form.
//
// Nothing is kept on the device unless he ticks the box. Then text and photos lie in IndexedDB, the page and its own
// files in a cache, and a service worker that serves this one page opens it without a network. All three go when the
// report was sent, the tick is taken away, or after DAYS; and at the next visit of somebody else.
(() => {
  "use strict";
  const DAYS = 14;
  const STORE = "drafts";

  // --- What lies on the device --------------------------------------------------------------------------------------
  const database = () => new Promise((resolve, reject) => {
    const request = indexedDB.open("sodsong-reports", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  async function inStore(mode, act) {
    const open = await database();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = open.transaction(STORE, mode);
        const request = act(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    } finally { open.close(); }
  }
  const draftOf = (page) => inStore("readonly", (store) => store.get(page));
  const keepDraft = (page, draft) => inStore("readwrite", (store) => store.put(draft, page));

  async function forget(page) {
    await inStore("readwrite", (store) => store.delete(page));
    await window.caches?.delete(`report:${page}`);
    const registered = await navigator.serviceWorker?.getRegistrations() ?? [];
    await Promise.all(registered.filter((one) => new URL(one.scope).pathname === page).map((one) => one.unregister()));
  }
  // What is too old, and what somebody else had begun on this device.
  async function tidy(owner) {
    for (const page of await inStore("readonly", (store) => store.getAllKeys())) {
      const draft = await draftOf(page);
      if (!draft || draft.owner !== owner || Date.now() - draft.at > DAYS * 24 * 3600 * 1000) await forget(page);
    }
  }

  const owner = document.querySelector("[data-owner]")?.dataset.owner;
  const ready = owner ? tidy(owner).catch(() => {}) : Promise.resolve();

  // --- The form -----------------------------------------------------------------------------------------------------
  function report(form, fresh) {
    const page = new URL(form.action).pathname;
    const wanted = form.querySelector("[data-draft-wanted]");
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-photos]");
    const fields = () => [...form.elements].filter((field) => field.name && !["hidden", "file", "submit", "button"].includes(field.type));
    const say = (name, on = true) => { const bar = form.querySelector(`[data-say="${name}"]`); if (bar) bar.hidden = !on; };
    let chosen = [];
    let timer;

    // A camera gives one photo at a time, and each choice would replace the one before.
    function show() {
      const transfer = new DataTransfer();
      chosen.forEach((file) => transfer.items.add(file));
      input.files = transfer.files;
      list.replaceChildren(...chosen.map((file, place) => {
        const row = document.createElement("li");
        const name = document.createElement("span");
        name.textContent = `${file.name} · ${(file.size / 1048576).toFixed(1)} MB`;
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "button-quiet";
        remove.textContent = list.dataset.remove;
        remove.setAttribute("aria-label", `${list.dataset.remove} ${file.name}`);
        remove.addEventListener("click", () => { chosen.splice(place, 1); show(); later(); input.focus(); });
        row.append(name, remove);
        return row;
      }));
    }
    input.addEventListener("change", () => {
      const known = chosen.map((file) => `${file.name} ${file.size} ${file.lastModified}`);
      chosen = [...chosen, ...[...input.files].filter((file) => !known.includes(`${file.name} ${file.size} ${file.lastModified}`))];
      show();
      later();
    });

    async function write() {
      if (!wanted.checked) return;
      const values = fields().filter((field) => field !== wanted).map((field) => [field.name, field.value, ["radio", "checkbox"].includes(field.type) ? field.checked : null]);
      try {
        await keepDraft(page, { at: Date.now(), owner: form.dataset.owner, token: form.elements.token.value, values, files: chosen });
        say("kept"); say("full", false);
      } catch { say("full"); say("kept", false); }
    }
    function later() { clearTimeout(timer); timer = setTimeout(write, 400); }
    form.addEventListener("input", later);
    // A telephone may put the page away at any moment.
    document.addEventListener("visibilitychange", () => { if (document.hidden) write(); });

    // The page itself, so that it opens without a network.
    async function keepPage() {
      if (!window.caches || !navigator.serviceWorker) return;
      try {
        const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
        const linked = [...document.querySelectorAll("link[href], script[src]")].map((one) => one.href || one.src);
        const files = [...loaded, ...linked, form.dataset.icons].map((one) => new URL(one, location.href)).filter((one) => one.origin === location.origin && /\.(css|js|svg|woff2)$/.test(one.pathname)).map((one) => one.pathname);
        const cache = await caches.open(`report:${page}`);
        await cache.addAll([...new Set([page, ...files])]);
        await navigator.serviceWorker.register(form.dataset.worker, { scope: page });
      } catch { /* without a network now: what was kept before stays */ }
    }
    wanted.addEventListener("change", async () => {
      if (wanted.checked) { await Promise.all([write(), keepPage()]); return; }
      clearTimeout(timer);
      for (const name of ["kept", "found", "full"]) say(name, false);
      await forget(page).catch(() => {});
    });

    async function restore() {
      const draft = await draftOf(page);
      if (!draft) return;
      if (form.dataset.sentTokens.split(" ").includes(draft.token)) { await forget(page); return; }
      wanted.checked = true;
      chosen = draft.files ?? [];
      show();
      form.querySelector("[data-files-gone]")?.remove();
      document.querySelector("[data-files-gone]")?.remove();
      if (fresh) {
        form.elements.token.value = draft.token;
        for (const [name, value, checked] of draft.values) {
          const same = fields().filter((field) => field.name === name);
          const field = checked === null ? same[0] : same.find((other) => other.value === value);
          if (!field) continue;
          if (checked === null) field.value = value; else field.checked = checked;
        }
        say("found");
      }
      await keepPage();
    }

    const online = () => say("offline", !navigator.onLine);
    window.addEventListener("online", online);
    window.addEventListener("offline", online);
    online();

    // Kept drafts are sent by a script, so that nothing is lost when the network goes on the way.
    form.addEventListener("submit", async (event) => {
      if (!wanted.checked) return;
      event.preventDefault();
      const button = form.querySelector("button:not([type])");
      if (button.disabled) return;
      button.disabled = true;
      clearTimeout(timer);
      for (const name of ["unsent", "signed-out", "large", "found"]) say(name, false);
      await write();
      say("kept", false);
      try { await send(); } catch { say("unsent"); }
      button.disabled = false;
      delete form.dataset.sent;
      form.querySelector("[role=alert]:not([hidden])")?.scrollIntoView({ block: "center" });
    });
    async function send() {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
        const { url } = await answer.json();
        await forget(page);
        location.assign(url);
      } else if (answer.redirected || [401, 403].includes(answer.status)) say("signed-out");
      else if (answer.status === 413) say("large");
      else if ([409, 422].includes(answer.status)) {
        const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
        document.querySelector("main").replaceWith(told);
        start(false);
        document.querySelector("[data-takes-focus]")?.focus();
      } else say("unsent");
    }

    form.querySelector("[data-draft-box]").hidden = !window.indexedDB;
    ready.then(restore).catch(() => { form.querySelector("[data-draft-box]").hidden = true; }).finally(() => { form.dataset.ready = "yes"; });
  }

  function start(fresh) {
    const form = document.querySelector("form[data-report]");
    // What the server sent back is newer than what is kept here.
    if (form) report(form, fresh && !document.querySelector(".summary"));
  }
  start(true);
})();
