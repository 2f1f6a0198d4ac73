// The plan as a table that is filled in by the keyboard: where the cursor goes when a row opens or closes.
(() => {
  "use strict";

  // Escape leaves a row that is being corrected, as its link does.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.target.closest("tr.editing")?.querySelector("[data-leaves-row]")?.click();
  });

  // A row that was closed keeps the cursor; one that was added hands it on to the empty row (its autofocus).
  let closing = "";
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const row = event.detail.target;
    closing = row?.matches?.("tr.editing") && row.contains(document.activeElement) ? row.id : "";
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (!closing) return;
    const row = document.getElementById(closing);
    closing = "";
    if (row && !row.matches(".editing")) row.querySelector(".row-act a")?.focus();
  });
})();
