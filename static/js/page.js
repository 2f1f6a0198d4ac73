// Small courtesies of every page. Without JavaScript nothing is lost but these.
(() => {
  "use strict";

  // A refused form: go to the summary, which names each field.
  document.querySelector("[data-takes-focus]")?.focus();

  // Buttons that only a script can serve are hidden until here.
  for (const button of document.querySelectorAll("[data-opens], [data-prints], [data-copies]")) button.hidden = false;

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-opens], [data-prints], [data-copies]");
    if (!button) return;
    if (button.dataset.opens) document.getElementById(button.dataset.opens)?.showModal();
    else if (button.dataset.copies) navigator.clipboard?.writeText(document.getElementById(button.dataset.copies)?.textContent.trim() ?? "");
    else window.print();
  });

  // An open menu closes when one goes on elsewhere, or by Escape.
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => menus().forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => { menu.removeAttribute("open"); menu.querySelector("summary").focus(); });
  });

  // A form is sent once, however often the button is pressed; going back makes it sendable again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.closest("[hx-post]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
})();
