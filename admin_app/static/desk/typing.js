// Tables that are typed or scanned into: Enter goes to the next row instead of sending; a pasted column fills the rows below. Where the form
// has a place for pasted lines, several go there whole: what belongs to which row is said by the lines themselves, not by their order.
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
  const place = event.target.form?.querySelector("[data-pasted-lines]");
  if (place) {
    place.value = [place.value.trim(), event.clipboardData.getData("text")].filter(Boolean).join("\n");
    place.focus();
    return;
  }
  const all = inputs(table);
  const start = all.indexOf(event.target);
  lines.forEach((line, at) => { if (all[start + at]) all[start + at].value = line; });
  all[Math.min(start + lines.length, all.length) - 1].focus();
});
