// The appearance switch answers at once; the choice is sent in the background (without script the form does both).
const root = document.documentElement;

function show(choice) {
  root.dataset.themeChoice = choice;
  if (choice === "auto") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = choice;
  for (const button of document.querySelectorAll("[data-theme-now]")) {
    button.hidden = button.dataset.themeNow !== choice;
  }
  document.dispatchEvent(new CustomEvent("desk:theme", { detail: choice }));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-switch]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const body = new FormData(form, event.submitter);
  const choice = body.get("theme");
  show(choice);
  form.querySelector(`[data-theme-now="${choice}"]`)?.focus();
  fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => form.submit());
}, true);
