// The point on the map: asked for by a button, shown as added, removable. Without JavaScript the place is told in words.
(() => {
  "use strict";
  const part = document.querySelector("[data-position]");
  if (!part || !("geolocation" in navigator)) return;
  const fields = ["latitude", "longitude"].map((name) => document.querySelector(`input[name="${name}"]`));
  const ask = part.querySelector("[data-position-ask]");
  const set = part.querySelector("[data-position-set]");
  const failed = part.querySelector("[data-position-failed]");
  part.hidden = false;

  const show = () => { set.hidden = fields.some((field) => !field.value); ask.hidden = !set.hidden; };
  ask.addEventListener("click", () => {
    ask.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fields[0].value = coords.latitude.toFixed(6);
        fields[1].value = coords.longitude.toFixed(6);
        failed.hidden = true; ask.disabled = false;
        show();
      },
      () => { failed.hidden = false; ask.disabled = false; },
      { enableHighAccuracy: true, timeout: 20000 },
    );
  });
  part.querySelector("[data-position-drop]").addEventListener("click", () => { for (const field of fields) field.value = ""; show(); ask.focus(); });
  show();
})();
