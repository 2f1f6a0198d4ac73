// "Find my line": the list is fetched whole and searched on this device. What is typed is sent nowhere.
(() => {
  "use strict";
  const form = document.querySelector("[data-find-line]");
  // Only a page that came safely may hash; without it, the program does the same.
  if (!form || !globalThis.crypto?.subtle) return;
  form.hidden = false;
  const input = form.querySelector("input");
  const answer = form.querySelector(".mine-answer");

  async function fingerprint(text) {
    const hashed = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hashed)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const line = input.value.trim().normalize("NFC");
    if (!line) { input.focus(); return; }
    answer.textContent = form.dataset.busy;
    try {
      const response = await fetch(form.dataset.file, { credentials: "omit" });
      if (!response.ok) throw new Error(String(response.status));
      const file = await response.json();
      const announcement = file.announcement ?? file;
      const commitment = await fingerprint(`${announcement.id}|${line}`);
      const place = announcement.entries.findIndex((entry) => entry.commitment === commitment) + 1;
      const rank = file.result ? file.result.order.indexOf(place) + 1 : 0;
      const told = !place ? form.dataset.none : rank ? form.dataset.rank : form.dataset.place;
      answer.textContent = told.replace("{place}", place).replace("{rank}", rank).replace("{count}", announcement.entries.length);
    } catch {
      answer.textContent = form.dataset.failed;
    }
  });
})();
