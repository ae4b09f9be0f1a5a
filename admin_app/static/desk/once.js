// A form that is on its way is not sent a second time. Works for every POST form; the server checks again.
const WAIT_MS = 10000;

function release(form) {
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[data-held]")) {
    button.removeAttribute("data-held");
    button.removeAttribute("aria-disabled");
  }
}

function hold(form, button) {
  form.dataset.sending = "yes";
  form.setAttribute("aria-busy", "true");
  if (button) {
    button.setAttribute("data-held", "");
    button.setAttribute("aria-disabled", "true");
  }
  // An answer that is a download leaves the page as it is.
  setTimeout(() => release(form), WAIT_MS);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-upload]")) return; // upload.js holds its own
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  hold(form, event.submitter);
});

document.addEventListener("htmx:after:request", () => document.querySelectorAll("form[data-sending]").forEach(release));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
});
