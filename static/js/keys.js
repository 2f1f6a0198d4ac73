// Keys of the officers' lists: j and k move, Enter opens, a assigns, / searches, ? shows them. Off by a tick in that list.
//
//   <tr data-row> … <a data-open> … <… data-assign>;  <input data-search>
(() => {
  "use strict";
  const NAME = "keys-off";
  let off = false;
  try { off = localStorage.getItem(NAME) === "yes"; } catch { /* storage may be switched off */ }
  const dialog = document.getElementById("keys");
  const choice = dialog?.querySelector("[data-keys-on]");
  // Where nothing had the focus before, it would stay on the hidden box, and no key would be heard any more.
  dialog?.addEventListener("close", () => { if (dialog.contains(document.activeElement)) document.activeElement.blur(); });
  if (choice) {
    choice.checked = !off;
    choice.addEventListener("change", () => {
      off = !choice.checked;
      try { if (off) localStorage.setItem(NAME, "yes"); else localStorage.removeItem(NAME); } catch { /* for this page only, then */ }
    });
  }

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const here = () => document.querySelector("[data-row].here");
  function go(step) {
    const all = rows();
    if (!all.length) return;
    const from = all.indexOf(here());
    const to = all[Math.min(all.length - 1, Math.max(0, from + step))];
    here()?.classList.remove("here");
    to.classList.add("here");
    to.querySelector("[data-open]")?.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || row === here()) return;
    here()?.classList.remove("here");
    row.classList.add("here");
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    // A dialog that was just closed may keep the focus for a moment.
    const typing = field && !dialog?.contains(field);
    if (typing || document.querySelector("dialog[open]")) return;
    if (event.key === "?") { dialog?.showModal(); event.preventDefault(); return; }
    if (off) return;
    // The place of a key, not its letter: with the Thai layout on, the same keys work.
    const key = event.code === "KeyJ" ? "j" : event.code === "KeyK" ? "k" : event.code === "KeyA" ? "a" : event.key;
    const acts = {
      j: () => go(1),
      k: () => go(-1),
      a: () => (here() ?? document).querySelector("[data-assign]")?.click(),
      "/": () => { const field = document.querySelector("[data-search]"); field?.focus(); field?.select(); },
      Enter: () => { if (event.target === document.body) here()?.querySelector("[data-open]")?.click(); },
    };
    // On the Thai layout the key of "/" writes ฝ.
    const act = acts[key === "ฝ" ? "/" : key];
    if (!act) return;
    if (key !== "Enter") event.preventDefault();
    act();
  });
})();
