// The counter's forms: fields that only some cases need, the live checklist, files that go as soon as they are chosen.
function show(form) {
  for (const part of form.querySelectorAll("[data-shown-if]")) {
    const [name, values] = part.dataset.shownIf.split("=");
    part.hidden = !values.split(" ").includes(new FormData(form).get(name));
  }
}

const DECIDING = ["reason", "applicant", "channel"];
let asked = 0;

async function refreshNeeds(form) {
  const facts = new FormData(form);
  const query = new URLSearchParams(DECIDING.map((name) => [name, facts.get(name) ?? ""]));
  const turn = ++asked;
  const answer = await fetch(`${form.dataset.needsUrl}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("needs");
  if (fresh) document.getElementById("needs")?.replaceWith(document.importNode(fresh, true));
}

for (const form of document.querySelectorAll("form:has([data-shown-if])")) {
  show(form);
  form.addEventListener("change", (event) => {
    show(form);
    if (form.dataset.needsUrl && DECIDING.includes(event.target.name)) refreshNeeds(form);
  });
}

function tidy() {
  document.querySelectorAll("[data-upload-now] [data-without-script]").forEach((button) => { button.hidden = true; });
}

document.addEventListener("desk:files", (event) => {
  const form = event.target.closest("form[data-upload-now]");
  if (form && event.detail) form.requestSubmit();
});
document.addEventListener("desk:load", tidy);
tidy();
