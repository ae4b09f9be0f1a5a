// What is typed on a page goes along when its language is switched; what came back stands open.
// Without script each form has a switch of its own (ui.own_switch), and what came back lies open in the page.
const NOT_TYPED = ["hidden", "submit", "button", "image", "reset", "password", "file"];

function isTyped(control) {
  if (!control.name || NOT_TYPED.includes(control.type) || control.tagName === "BUTTON") return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.tagName === "SELECT") return [...control.options].some((one) => one.selected !== one.defaultSelected) && control.selectedIndex > 0;
  return control.value !== control.defaultValue;
}

function isWorthKeeping(form) {
  return form.method === "post" && !form.matches(".switch, .kept-forget") && ("kept" in form.dataset || [...form.elements].some(isTyped));
}

function gathered(form) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return { action: new URL(form.action).pathname, fields };
}

function add(form, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
}

function takeAlong(form) {
  const whole = document.querySelector("form[data-switch-along]");
  if (whole) {
    for (const name of ["kept", "username", "next"]) if (whole.elements[name]) add(form, name, whole.elements[name].value);
    form.action += "?beside=1";
    return;
  }
  const kept = [...document.forms].filter(isWorthKeeping).map(gathered);
  if (kept.length) add(form, "kept_forms", JSON.stringify(kept));
}

document.addEventListener("submit", (event) => {
  if (event.submitter?.name === "language" && event.target.matches(".switch") && !event.defaultPrevented) takeAlong(event.target);
});

let isFirst = true;
for (const box of document.querySelectorAll("[data-kept-open]")) {
  box.removeAttribute("data-kept-open");
  box.popover = "auto";
  if (isFirst) box.showPopover();
  isFirst = false;
}
