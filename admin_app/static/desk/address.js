// The help beside an address field: province, city and district are read from what is typed and written into it; a pasted block is taken
// apart. The server reads (web/address_view.py); nothing is kept there, and nothing is saved before the form is sent.
const AROUND = ["recipient", "name", "phone", "postcode"];

class Help {
  constructor(box) {
    this.box = box;
    this.field = document.getElementById(box.dataset.addressHelp);
    this.selects = [...box.querySelectorAll("select[data-level]")];
    this.says = box.querySelector("[data-says]");
    this.turn = 0;
    for (const select of this.selects) select.addEventListener("change", (event) => this.choose(event, select));
    box.querySelector("[data-take-apart]").addEventListener("click", () => this.ask({ apart: "1" }));
    this.field.addEventListener("change", () => this.ask({}));
    this.beside("postcode")?.addEventListener("change", () => this.ask({}));
  }

  beside(name) {
    const found = this.field.form.elements[name];
    return found instanceof HTMLInputElement && found.type !== "hidden" ? found : null;
  }

  choose(event, select) {
    event.stopPropagation();
    const above = this.selects[this.selects.indexOf(select) - 1];
    const within = select.value || above?.value;
    if (within) this.ask({ within });
  }

  async ask(wanted) {
    const turn = ++this.turn;
    const asked = new FormData();
    asked.set("csrf_token", this.field.form.elements.csrf_token.value);
    asked.set("address_field", this.field.name);
    asked.set(this.field.name, this.field.value);
    for (const name of AROUND) if (this.beside(name)) asked.set(name, this.beside(name).value);
    for (const [name, value] of Object.entries(wanted)) asked.set(name, value);
    const answer = await fetch(this.box.dataset.url, { method: "POST", body: asked }).catch(() => null);
    const told = answer?.ok && answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    if (told && turn === this.turn) this.show(told);
  }

  show(told) {
    for (const [name, value] of Object.entries(told.changed)) {
      const field = name === this.field.name ? this.field : this.beside(name);
      if (!field) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.says.replaceChildren(...told.says.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
    for (const select of this.selects) this.offer(select, told.levels.find((level) => level.name === select.dataset.level));
  }

  offer(select, level) {
    select.closest("label").hidden = !level;
    const choices = (level?.choices ?? []).map(([code, name]) => new Option(name, code, false, code === level.chosen));
    select.replaceChildren(new Option("—", ""), ...choices);
  }
}

function begin() {
  for (const box of document.querySelectorAll("[data-address-help]:not([data-ready])")) {
    box.dataset.ready = "";
    new Help(box);
  }
}

document.addEventListener("desk:load", begin);
begin();
