// Follows a job: replaces [data-progress-url] by the server's own fragment until it has ended, and says how fast it goes.
const EVERY_MS = 700;
const SLOWEST_MS = 5000;

function follow(box) {
  if (box.dataset.followed || !["queued", "running"].includes(box.dataset.job)) return;
  box.dataset.followed = "yes";
  later(box, EVERY_MS);
}

function later(box, wait) {
  setTimeout(() => ask(box, wait), wait);
}

async function ask(box, wait) {
  if (!box.isConnected) return;
  if (document.hidden) { later(box, EVERY_MS); return; }
  let answer;
  try {
    answer = await fetch(box.dataset.progressUrl, { headers: { "HX-Request": "true" } });
  } catch {
    say(box, box.dataset.textOffline);
    later(box, Math.min(wait * 2, SLOWEST_MS));
    return;
  }
  if (!answer.ok) {
    answer.body?.cancel();
    say(box, box.dataset.textOffline);
    if (answer.status >= 500) later(box, Math.min(wait * 2, SLOWEST_MS));
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-progress-url]");
  if (!fresh) return;
  const next = document.importNode(fresh, true);
  box.replaceWith(next);
  tell(next);
  if (["done", "failed"].includes(next.dataset.job)) ended(next);
  else follow(next);
}

function ended(box) {
  const place = box.closest("[data-reload-when-done]");
  if (place) location.reload();
}

function tell(box) {
  const done = Number(box.dataset.done);
  const total = Number(box.dataset.total);
  const started = Date.parse(box.dataset.started);
  const seconds = (Date.now() - started) / 1000;
  if (box.dataset.job !== "running" || !done || !total || !(seconds > 0.5)) return;
  const rate = done / seconds;
  const left = (total - done) / rate;
  const parts = [box.dataset.textRate.replace("{rate}", rate.toLocaleString(document.documentElement.lang, { maximumFractionDigits: rate < 10 ? 1 : 0 }))];
  parts.push(left < 90 ? box.dataset.textLeft.replace("{seconds}", String(Math.max(1, Math.round(left)))) : box.dataset.textMinutes.replace("{minutes}", String(Math.round(left / 60))));
  say(box, parts.join(" · "));
}

function say(box, text) {
  const place = box.querySelector("[data-rate]");
  if (place) place.textContent = text;
}

function start() {
  document.querySelectorAll("[data-progress-url]").forEach((box) => { tell(box); follow(box); });
}
start();
document.addEventListener("htmx:after:swap", start);
