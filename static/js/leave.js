// Leave quickly: no way back to this page, and nothing of it kept on the device. Also by pressing Escape three times.
(() => {
  "use strict";
  const link = document.querySelector("[data-leave]");
  if (!link) return;

  function leave() {
    document.documentElement.hidden = true;   // at once, however slow the line is
    document.title = "…";
    try { Object.keys(localStorage).filter((name) => name.startsWith("draft:")).forEach((name) => localStorage.removeItem(name)); } catch { /* storage may be switched off */ }
    window.location.replace(link.href);
  }

  link.addEventListener("click", (event) => { event.preventDefault(); leave(); });

  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") { presses = []; return; }
    presses = [...presses, Date.now()].filter((at) => Date.now() - at < 1500);
    if (presses.length >= 3) leave();
  });
})();
