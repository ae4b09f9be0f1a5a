// A scanner is a keyboard that types faster than a person. What it types outside a field goes to the search box, never to a shortcut
// and never to the button that has the focus. Single keys are held back for a moment until it is clear that a person pressed them.
const HOLD_MS = 60;
/* Two characters that follow one another as closely come from a device. */
const TAIL_MS = 200;
/* A device that was caught may falter for so long: its Enter must not press a button. */
const SHORTEST = 4;
/* Fewer characters without an Enter are two fingers at once, and are dropped. */
const ASKS_FOR_BOX = "/";
/* The key of the search box; no code begins with it. Whoever is quicker than it is held back types for the box, too. */

let burst = null;
const handedOn = new WeakSet();

function isTyping(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  const at = event.target;
  if (!(at instanceof Element)) return false;
  if (at.isContentEditable || at.matches("textarea, select")) return true;
  return at.matches("input") && !["checkbox", "radio", "button", "submit", "reset", "file", "image"].includes(at.type);
}

function caught(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function isFast() {
  return burst !== null && burst.text.length > 1;
}

function follows(event) {
  return burst !== null && event.timeStamp - burst.last <= (isFast() ? TAIL_MS : HOLD_MS);
}

function wait() {
  clearTimeout(burst.timer);
  burst.timer = setTimeout(end, isFast() ? TAIL_MS : HOLD_MS);
}

// Nothing more came. One key was a person's: it goes on to whoever listens for keys.
function end() {
  const { text, target, timer } = burst;
  clearTimeout(timer);
  burst = null;
  if (text.length === 1) handOn(text, target.isConnected ? target : document.body);
  else if (text.length >= SHORTEST || text[0] === ASKS_FOR_BOX) fill(text);
}

function handOn(key, target) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  handedOn.add(event);
  target.dispatchEvent(event);
}

function fill(text) {
  // A question that is open is answered first; the help closes by itself.
  if (document.querySelector("dialog[open]:not(#help)")) return null;
  document.querySelector("#help[open]")?.close();
  const box = document.querySelector("[data-search]");
  if (!box) return null;
  const asked = text[0] === ASKS_FOR_BOX ? text.slice(1) : text;
  box.value = asked.slice(0, box.maxLength > 0 ? box.maxLength : undefined);
  box.focus();
  return box.form;
}

function typed(event) {
  if (follows(event)) {
    burst.text += event.key;
    burst.last = event.timeStamp;
  } else {
    if (burst) end();
    // The key before this one has just led into the search box: this one is typed there.
    if (document.activeElement?.matches("[data-search]")) return;
    // A blank scrolls the page or presses the button that has the focus; no code begins with one.
    if (event.key === " ") return;
    burst = { text: event.key, last: event.timeStamp, target: event.target, timer: 0 };
  }
  caught(event);
  wait();
}

// Enter, or Tab where the scanner is set so, ends what it sent.
function finished(event) {
  if (!follows(event)) return;
  const { text, timer } = burst;
  clearTimeout(timer);
  burst = null;
  caught(event);
  fill(text)?.requestSubmit();
}

window.addEventListener("keydown", (event) => {
  if (handedOn.has(event) || event.repeat || isTyping(event)) return;
  if (event.key === "Enter" || event.key === "Tab") finished(event);
  else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) typed(event);
}, true);
