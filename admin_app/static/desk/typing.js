// Tables that are typed or scanned into: Enter goes to the next row instead of sending; a pasted column fills the rows below.
function inputs(table) {
  return [...table.querySelectorAll("tbody input:not([type=checkbox]):not([type=hidden])")];
}

document.addEventListener("keydown", (event) => {
  const table = event.target instanceof HTMLInputElement ? event.target.closest("[data-enter-next]") : null;
  if (!table || event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
  const all = inputs(table);
  const next = all[all.indexOf(event.target) + 1];
  event.preventDefault();
  if (next) { next.focus(); next.select(); } else event.target.form.querySelector("button:not([type=button])")?.focus();
});

document.addEventListener("paste", (event) => {
  const table = event.target instanceof HTMLInputElement ? event.target.closest("[data-enter-next]") : null;
  const lines = (event.clipboardData?.getData("text") ?? "").split(/[\r\n\t]+/).map((line) => line.trim()).filter(Boolean);
  if (!table || lines.length < 2) return;
  event.preventDefault();
  const all = inputs(table);
  const start = all.indexOf(event.target);
  lines.forEach((line, at) => { if (all[start + at]) all[start + at].value = line; });
  all[Math.min(start + lines.length, all.length) - 1].focus();
});
