// Lists: copy the link of a view; mark the row that was left.
const LEFT = "desk-left-row";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  // A link leaves the row, and so does a button that sends it away by itself (claim).
  const row = event.target.closest("[data-rows] tr[data-row] :is(a[href], button:not([type=button]))")?.closest("tr[data-row]");
  if (row?.id) sessionStorage.setItem(LEFT, JSON.stringify([row.closest("[data-rows]").dataset.rows, row.id]));
});

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try { await navigator.clipboard.writeText(field.value); } catch { if (!document.execCommand("copy")) return; }
  button.querySelector("span").textContent = button.dataset.textDone;
}

function prepare() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  const [list, id] = JSON.parse(sessionStorage.getItem(LEFT) ?? "[]");
  for (const marked of document.querySelectorAll(".row-left")) marked.classList.remove("row-left");
  takeScans();
  const row = id && document.getElementById(id);
  if (!row || row.closest("[data-rows]")?.dataset.rows !== list) return;
  row.classList.add("row-left");
  row.scrollIntoView({ block: "nearest" });
}

// A table that is scanned into takes the first scan without a click: its first empty field has the focus, unless somebody is elsewhere
// or the page names another field, which the browser gives the focus only after this.
function takeScans() {
  const at = document.activeElement;
  if (document.querySelector("#main [autofocus]")) return;
  if (at && at !== document.body && at.id !== "main") return;
  const fields = [...document.querySelectorAll("table[data-enter-next] tbody input:not([type=hidden], [type=checkbox])")];
  fields.find((field) => field.value === "")?.focus({ preventScroll: true });
}

prepare();
addEventListener("pageshow", prepare);
document.addEventListener("htmx:after:swap", prepare);
