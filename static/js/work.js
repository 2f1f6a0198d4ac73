// The officer's daily pages: a list that renews itself without moving what one looks at, ticks, forms in the panel.
(() => {
  "use strict";

  // --- The queue renews itself ------------------------------------------------------------------------------------
  const rowsOf = () => [...document.querySelectorAll("#rows [data-row]")];
  let pointer = null;
  document.addEventListener("pointermove", (event) => { pointer = event.target.closest?.("[data-row]")?.id ?? null; }, { passive: true });

  function looked() {
    const focused = document.activeElement?.closest?.("[data-row]");
    const row = focused ?? (pointer && document.getElementById(pointer)) ?? document.querySelector("[data-row].here")
      ?? rowsOf().find((other) => other.getBoundingClientRect().top >= 0);
    if (!row) return null;
    const after = rowsOf().slice(rowsOf().indexOf(row)).map((other) => other.id);
    const within = focused ? [...row.querySelectorAll("a, input, button")].indexOf(document.activeElement) : -1;
    return { ids: after, top: row.getBoundingClientRect().top, within, here: row.classList.contains("here") };
  }

  let before = null;
  // Classes that rows get here. htmx gives a row that was there before its own class back when it settles, so they are
  // set once more then.
  let marks = [];
  const mark = () => { for (const [id, name] of marks) document.getElementById(id)?.classList.add(name); };
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "rows") return;
    before = {
      place: looked(),
      ticked: new Set([...document.querySelectorAll("#rows input[name=case]:checked")].map((box) => box.value.split("~")[0])),
      versions: new Map(rowsOf().map((row) => [row.id, row.dataset.version])),
    };
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "rows" || !before) return;
    const { place, ticked, versions } = before;
    before = null;
    for (const box of document.querySelectorAll("#rows input[name=case]")) box.checked = ticked.has(box.value.split("~")[0]);
    marks = rowsOf().filter((row) => versions.get(row.id) !== row.dataset.version).map((row) => [row.id, "arrived"]);
    mark();
    showTicks();
    if (!place) return;
    // The row itself, or where it has left the list the next one that is still there.
    const row = place.ids.map((id) => document.getElementById(id)).find(Boolean);
    if (!row) return;
    if (place.here) { marks.push([row.id, "here"]); mark(); }
    if (place.within >= 0) row.querySelectorAll("a, input, button")[place.within]?.focus({ preventScroll: true });
    window.scrollBy(0, row.getBoundingClientRect().top - place.top);
  });
  document.body.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target?.id === "rows") { mark(); marks = []; } });

  // --- Ticks ------------------------------------------------------------------------------------------------------
  function showTicks() {
    const all = document.querySelector("[data-check-all]");
    if (!all) return;
    all.hidden = false;
    document.querySelector("[data-check-all-text]").hidden = false;
    const boxes = [...document.querySelectorAll("#rows input[name=case]")];
    const count = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  showTicks();
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-check-all]")) {
      for (const box of document.querySelectorAll("#rows input[name=case]")) box.checked = event.target.checked;
    }
    if (event.target.matches("[data-check-all], #rows input[name=case]")) showTicks();
  });

  // --- Forms in the panel: one at a time, and none that was begun is lost unasked --------------------------------------
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("[data-one-form]")) return;
    const mine = event.detail.elt.parentElement.querySelector(".action-form");
    if (mine.children.length) { event.preventDefault(); mine.replaceChildren(); return; }
    for (const other of document.querySelectorAll(".action-form")) {
      const typed = [...other.querySelectorAll("textarea, input[type=text]")].some((field) => field.value !== field.defaultValue);
      if (!typed) other.replaceChildren();
    }
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.matches(".action-form")) event.detail.target.querySelector("textarea, select, input:not([type=hidden]), button")?.focus();
  });
  document.addEventListener("click", (event) => {
    const cancel = event.target.closest(".action-form [data-cancel]");
    if (!cancel) return;
    event.preventDefault();
    const place = cancel.closest(".action-form");
    place.replaceChildren();
    place.parentElement.querySelector("a[hx-get]")?.focus();
  });

  // --- Standard texts: shown as they are chosen, put in without asking the server -------------------------------------
  const chosenText = (place) => place.querySelector("select").selectedOptions[0]?.dataset.text ?? "";
  document.addEventListener("change", (event) => {
    const place = event.target.closest("[data-standard]");
    if (!place) return;
    const shown = place.querySelector("[data-standard-shown]");
    shown.textContent = chosenText(place);
    shown.hidden = !shown.textContent;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-standard] button");
    if (!button) return;
    event.preventDefault();
    const text = chosenText(button.closest("[data-standard]"));
    const field = document.getElementById(button.dataset.into);
    if (!text || !field) return;
    field.value = [field.value.trimEnd(), text].filter(Boolean).join("\n\n");
    field.focus();
  });

  // --- Ctrl and Enter save ------------------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("form[data-ctrl-enter]");
    if (form) { event.preventDefault(); form.requestSubmit(); }
  });

  if (matchMedia("(max-width: 52rem)").matches) {
    for (const part of document.querySelectorAll("details[data-closed-when-narrow]")) part.open = false;
  }
  if (matchMedia("(min-width: 64rem)").matches) {
    for (const part of document.querySelectorAll("details[data-open-when-wide]")) part.open = true;
  }
})();
