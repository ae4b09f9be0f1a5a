// Small habits of the frame: messages close, the help opens, menus close after a choice.
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-dismiss]");
  if (close) {
    const notice = close.closest(".notice");
    const next = document.getElementById("main");
    notice?.remove();
    next?.focus({ preventScroll: true });
    return;
  }
  if (event.target.closest("[data-help]")) openHelp();
});
document.addEventListener("desk:open-help", openHelp);

// What went well is said until the person has gone on for a while; what went wrong stays until it is closed.
const GONE_AFTER_MS = 8000;
let leaving = null;
for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, (event) => {
    if (leaving || event.target.closest?.("#flashes")) return;
    if (!document.querySelector("#flashes .notice-success, #flashes .notice-info")) return;
    leaving = setTimeout(() => {
      leaving = null;
      for (const notice of document.querySelectorAll("#flashes .notice-success, #flashes .notice-info")) {
        if (!notice.matches(":hover, :focus-within")) notice.remove();
      }
    }, GONE_AFTER_MS);
  });
}
document.addEventListener("htmx:after:swap", () => { clearTimeout(leaving); leaving = null; });

function openHelp() {
  const help = document.getElementById("help");
  if (!help || help.open) return;
  document.getElementById("sidebar")?.matches(":popover-open") && document.getElementById("sidebar").hidePopover();
  help.dispatchEvent(new CustomEvent("desk:help", { bubbles: true }));
  help.showModal();
}

// A click beside the dialog closes it.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.id === "help") event.target.close();
});

// "Back" is only of use where there is something to go back to.
for (const button of document.querySelectorAll("[data-back]")) {
  button.hidden = history.length < 2;
  button.addEventListener("click", () => history.back());
}

// Choices that save themselves need no button.
for (const form of document.querySelectorAll("[data-save-on-change]")) {
  form.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });
  form.addEventListener("change", () => form.requestSubmit());
}

// A list that was swapped begins at its top, and the keyboard goes on inside it; a search leaves its box empty, as a new page would.
document.addEventListener("htmx:after:swap", () => {
  const main = document.getElementById("main");
  if (document.activeElement?.matches("[data-search]")) {
    document.activeElement.form.reset();
    document.activeElement.blur();
  }
  if (!main || document.activeElement !== document.body) return;
  main.focus({ preventScroll: true });
  if (main.getBoundingClientRect().top < 0) window.scrollTo({ top: 0 });
});

// A swap leads to another address: the switches of the frame come back to that one, and if it is another page (as after a search),
// the sidebar marks no line.
document.addEventListener("htmx:after:history:push", () => {
  for (const back of document.querySelectorAll(".topbar input[name=back]")) back.value = location.pathname + location.search;
  const line = document.querySelector("#sidebar [aria-current]");
  if (!line || new URL(line.href).pathname === location.pathname) return;
  line.removeAttribute("aria-current");
  line.classList.remove("active");
});

// Menus made of <details class="menu"> close on Escape and on a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
