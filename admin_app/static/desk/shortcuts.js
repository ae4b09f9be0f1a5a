// Single keys: data-key on a link or button, j/k/Enter/x on rows. Off while typing, with modifiers, during IME
// composition, in open dialogs, and for whoever switched them off. What a scanner types never gets here: scanner.js.
const body = document.body;
const isOn = () => body.dataset.shortcuts === "on";

function isTyping(event) {
  const at = event.target;
  if (event.isComposing || event.keyCode === 229) return true;
  if (!(at instanceof Element)) return false;
  if (at.isContentEditable) return true;
  if (at.matches("textarea, select")) return true;
  return at.matches("input") && !["checkbox", "radio", "button", "submit"].includes(at.type);
}

function rows() {
  return [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => row.offsetParent !== null);
}

function current() {
  return document.querySelector("[data-rows] [data-row].row-current");
}

function go(step) {
  const all = rows();
  if (!all.length) return false;
  // Whoever comes back to a list goes on from the row that was left.
  const at = all.indexOf(current() ?? document.querySelector("[data-rows] [data-row].row-left"));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  current()?.classList.remove("row-current");
  next.classList.add("row-current");
  (next.querySelector("a[href]") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function open(event) {
  const row = current();
  // Enter on a control of its own keeps its own meaning.
  if (!row || (event.target instanceof Element && event.target.closest("a, button, input, summary"))) return false;
  row.querySelector("a[href]")?.click();
  return true;
}

function select() {
  const box = current()?.querySelector("input[type=checkbox]");
  if (!box) return false;
  box.click();
  return true;
}

function press(key) {
  const inRow = current()?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const target = inRow ?? [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isReachable);
  if (!target || target.disabled || target.getAttribute("aria-disabled") === "true") return false;
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
  return true;
}

function isReachable(element) {
  return element.offsetParent !== null && !element.closest("[hidden], [inert]");
}

const builtIn = {
  "/": () => { const box = document.querySelector("[data-search]"); box?.focus(); box?.select(); return Boolean(box); },
  "?": () => document.dispatchEvent(new CustomEvent("desk:open-help")),
  j: () => go(1),
  k: () => go(-1),
  x: select,
};

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (document.querySelector("dialog[open]")) return;
  const done = event.key === "Enter" ? open(event) : press(event.key) || builtIn[event.key]?.();
  if (done) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target instanceof HTMLElement && event.target.matches("[data-search]")) event.target.blur();
});

// A click or Tab into a row makes it the current one.
document.addEventListener("focusin", (event) => {
  const row = event.target instanceof Element ? event.target.closest("[data-rows] [data-row]") : null;
  if (row && row !== current()) {
    current()?.classList.remove("row-current");
    row.classList.add("row-current");
  }
});

// The help lists what this page offers, collected when it opens.
document.addEventListener("desk:help", (event) => {
  const list = event.target.querySelector("[data-help-keys]");
  if (!list) return;
  list.querySelectorAll("[data-collected]").forEach((line) => line.remove());
  list.querySelectorAll("[data-help-rows]").forEach((line) => { line.hidden = rows().length === 0; });
  list.querySelectorAll("[data-help-select]").forEach((line) => { line.hidden = !document.querySelector("[data-rows] [data-row] input[type=checkbox]"); });
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    if (seen.has(key) || !isReachable(element)) continue;
    seen.add(key);
    list.append(line(key, label(element)));
  }
});

function label(element) {
  if (element.dataset.keyText || element.ariaLabel) return element.dataset.keyText || element.ariaLabel;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
  return copy.textContent.trim() || element.title;
}

function line(key, text) {
  const row = document.createElement("div");
  row.dataset.collected = "";
  const term = row.appendChild(document.createElement("dt"));
  term.appendChild(document.createElement("kbd")).className = "key";
  term.firstChild.textContent = key;
  row.appendChild(document.createElement("dd")).textContent = text;
  return row;
}

// Count of selected rows for a bulk bar: [data-selected-count], [data-bulk] is shown when something is selected.
document.addEventListener("change", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-rows]")) return;
  const list = event.target.closest("[data-rows]");
  if (event.target.matches("[data-select-all]")) {
    list.querySelectorAll("[data-row] input[type=checkbox]").forEach((box) => { box.checked = event.target.checked; });
  }
  const chosen = list.querySelectorAll("[data-row] input[type=checkbox]:checked").length;
  for (const place of document.querySelectorAll("[data-selected-count]")) place.textContent = String(chosen);
  for (const bar of document.querySelectorAll("[data-bulk]")) bar.classList.toggle("bulk-on", chosen > 0);
});
