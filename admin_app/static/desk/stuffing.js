// The stuffing desk: label, then card. What is scanned while an answer is under way waits in line, and nothing is dropped: a pair leaves the
// line when the server has answered it. A wrong pair opens a question that only Escape or its button closes, so that no scanner can.
const SETTINGS = { sound: "desk-stuffing-sound", number: "desk-stuffing-number" };

function remembered(name, otherwise) {
  try { return localStorage.getItem(name) ?? otherwise; } catch { return otherwise; }
}

function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* a browser that keeps nothing starts anew each time */ }
}

let audio = null;

// One tone each for right and wrong: high and short, low and long, so that nobody has to look.
function sound(isRight) {
  if (remembered(SETTINGS.sound, "on") !== "on" || !window.AudioContext) return;
  audio ??= new AudioContext();
  audio.resume();
  const tones = isRight ? [[880, 0, 0.09], [1320, 0.09, 0.12]] : [[196, 0, 0.35], [147, 0.38, 0.5]];
  for (const [pitch, from, length] of tones) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = isRight ? "sine" : "square";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, audio.currentTime + from);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + from + length);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + from);
    tone.stop(audio.currentTime + from + length);
  }
}

function desk(root) {
  const form = root.querySelector("[data-scan-pairs]");
  const said = document.getElementById("stuffing-said");
  const stop = document.querySelector("[data-stuffing-stop]");
  const withNumber = root.querySelector("[data-with-number]");
  const withSound = root.querySelector("[data-with-sound]");
  const waiting = root.querySelector("[data-waiting]");
  const [label, card, tracking] = ["label", "card", "tracking"].map((name) => form?.elements[name]);
  const line = [];
  let isAsking = false;
  let onStopped = null;

  function due() {
    if (!label.value.trim()) return label;
    if (!card.value.trim()) return card;
    return withNumber.checked && !tracking.value.trim() ? tracking : null;
  }

  function countLine() {
    waiting.textContent = line.length > 1 ? waiting.dataset.text.replace("{count}", String(line.length)) : "";
  }

  async function ask(address, body) {
    const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "manual" });
    const text = answer.type === "opaqueredirect" ? "" : await answer.text();
    return { status: answer.status, text };
  }

  // The server's own words, never what was typed.
  function show(place, text) {
    place.replaceChildren(document.createRange().createContextualFragment(text));
    for (const piece of place.querySelectorAll("template[data-replaces]")) {
      document.getElementById(piece.dataset.replaces)?.replaceChildren(piece.content.cloneNode(true));
    }
  }

  function halt(text, then) {
    sound(false);
    if (text.startsWith("<") || text.includes("data-outcome")) show(stop.querySelector("[data-stop-said]"), text);
    else stop.querySelector("[data-stop-said]").textContent = text;
    onStopped = then;
    // What a scanner has sent of one code by now would stand in the field as a whole one.
    if ([label, card, tracking].includes(document.activeElement)) document.activeElement.value = "";
    if (!stop.open) stop.showModal();
    stop.querySelector("[data-stop-said]").focus();
  }

  function giveBack(pair) {
    label.value = pair.get("label");
    card.value = pair.get("card");
    tracking.value = pair.get("tracking");
    card.select();
  }

  // The first pair in line is asked about; it leaves the line once there is an answer.
  async function next() {
    countLine();
    if (isAsking || stop.open || !line.length) return;
    isAsking = true;
    let answer;
    try {
      answer = await ask(form.action, line[0]);
    } catch {
      answer = { status: 0, text: "" };
    }
    isAsking = false;
    if (answer.status === 200) return right(answer.text);
    if (answer.status === 0) return halt(root.dataset.textOffline, next);
    const pair = line.shift();
    const isStop = answer.status === 409 && answer.text.includes('data-outcome="stopped"');
    if (isStop) return halt(answer.text, settle);
    if (answer.status === 422 && answer.text.includes("data-outcome")) return halt(answer.text, () => { putBack(pair); next(); });
    return halt(root.dataset.textEnded, () => putBack(pair));
  }

  // Into the fields if nothing else stands there by now; else it is the next one in line.
  function putBack(pair) {
    if (label.value || card.value) line.unshift(pair);
    else giveBack(pair);
  }

  function right(text) {
    line.shift();
    show(said, text);
    sound(true);
    if (!line.length) said.querySelector("[data-all-packed] a")?.focus();
    next();
  }

  async function settle() {
    const settled = stop.querySelector("[data-settle]");
    let answer = { status: 0, text: "" };
    isAsking = true; // a pair that overtakes this would be answered by the same STOP
    try {
      answer = await ask(settled.action, new FormData(settled));
    } catch { /* said below */ }
    isAsking = false;
    if (answer.status !== 200 && answer.status !== 409) return halt(root.dataset.textOffline, settleAgain(settled));
    if (answer.status === 200) show(said, answer.text);
    next();
  }

  function settleAgain(settled) {
    return async () => {
      const place = stop.querySelector("[data-stop-said]");
      place.replaceChildren(settled);
      await settle();
    };
  }

  function goOn() {
    const then = onStopped;
    onStopped = null;
    stop.close();
    (due() ?? label).focus();
    then?.();
  }

  stop.addEventListener("cancel", (event) => { event.preventDefault(); goOn(); });
  stop.addEventListener("submit", (event) => { event.preventDefault(); goOn(); });
  withSound.checked = remembered(SETTINGS.sound, "on") === "on";
  withNumber.checked = remembered(SETTINGS.number, "off") === "on";
  withSound.addEventListener("change", () => { remember(SETTINGS.sound, withSound.checked ? "on" : "off"); label.focus(); });
  withNumber.addEventListener("change", () => { remember(SETTINGS.number, withNumber.checked ? "on" : "off"); label.focus(); });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formAction && event.submitter.formAction !== form.action) return; // a switch of the frame
    event.preventDefault();
    const empty = due();
    if (empty) return void empty.focus();
    line.push(new FormData(form));
    label.value = card.value = tracking.value = "";
    label.focus();
    next();
  });
}

const root = document.querySelector("[data-stuffing]");
if (root?.querySelector("[data-scan-pairs]")) desk(root);
