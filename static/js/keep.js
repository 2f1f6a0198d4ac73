// Keeps what is typed on this device, only where the person ticked the box, for seven days at the most.
//
//   <form data-keep="file"> … <input type="checkbox" data-keep-wanted> … <p data-keep-found hidden>
//   <body data-keep-done="file"> on the page after it was sent
(() => {
  "use strict";
  const DAYS = 7 * 24 * 3600 * 1000;
  let store;
  try { store = window.localStorage; } catch { return; }
  if (!store) return;

  for (const done of document.querySelectorAll("[data-keep-done]")) {
    Object.keys(store).filter((name) => name.startsWith(`draft:${done.dataset.keepDone}`)).forEach((name) => store.removeItem(name));
  }

  for (const form of document.querySelectorAll("form[data-keep]")) {
    const name = `draft:${form.dataset.keep}:${location.pathname}`;
    const wantedName = `draft:${form.dataset.keep}`;
    const wanted = form.querySelector("[data-keep-wanted]");
    const fields = () => [...form.elements].filter((field) => field.name && field !== wanted && !["hidden", "password", "file", "submit", "button"].includes(field.type));

    const read = () => {
      try {
        const kept = JSON.parse(store.getItem(name));
        if (kept && Date.now() - kept.at < DAYS) return kept.values;
      } catch { /* not ours, or cut short */ }
      store.removeItem(name);
      return null;
    };
    const write = () => {
      if (!(wanted ? wanted.checked : store.getItem(wantedName))) return;
      const values = fields().map((field) => [field.name, field.value, field.checked ?? null]);
      try { store.setItem(name, JSON.stringify({ at: Date.now(), values })); store.setItem(wantedName, "yes"); } catch { /* full */ }
    };
    const forget = () => Object.keys(store).filter((key) => key.startsWith(wantedName)).forEach((key) => store.removeItem(key));

    if (wanted) {
      wanted.closest("[hidden]")?.removeAttribute("hidden");
      wanted.checked = Boolean(store.getItem(wantedName));
      wanted.addEventListener("change", () => (wanted.checked ? write() : forget()));
    }
    const values = read();
    // What the server sent back (a refused form, a step gone back to) is newer than what is kept here.
    if (values && fields().every((field) => field.type === "radio" || field.type === "checkbox" ? !field.checked : field.tagName === "SELECT" || !field.value)) {
      for (const [fieldName, value, checked] of values) {
        const same = fields().filter((field) => field.name === fieldName);
        const field = checked === null ? same[0] : same.find((other) => other.value === value);
        if (!field) continue;
        if (checked === null) field.value = value; else field.checked = checked;
      }
      form.querySelector("[data-keep-found]")?.removeAttribute("hidden");
    }
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(write, 800); });
    form.addEventListener("submit", write);
  }
})();
