// The bar that takes back: counts the seconds that are left, and goes when they are over. Without a script it says until when.
function count(line, endsAt) {
  const left = Math.ceil((endsAt - performance.now()) / 1000);
  if (left > 0) {
    line.querySelector("[data-undo-left]").textContent = line.dataset.textLeft.replace("{seconds}", String(left));
    setTimeout(() => count(line, endsAt), 250);
    return;
  }
  if (!line.isConnected) return;
  const bar = line.closest("[data-undo]");
  const had = line.contains(document.activeElement);
  line.remove();
  if (bar && !bar.querySelector("[data-undo-line]")) bar.remove();
  if (had) document.getElementById("main")?.focus({ preventScroll: true });
}

function begin() {
  for (const line of document.querySelectorAll("[data-undo-line]:not([data-counting])")) {
    line.dataset.counting = "";
    count(line, performance.now() + Number(line.dataset.seconds) * 1000);
  }
}

begin();
document.addEventListener("htmx:after:swap", begin);
