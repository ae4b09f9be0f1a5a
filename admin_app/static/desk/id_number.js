// An ID number is checked while it is typed: its length, its last character (ISO 7064, MOD 11-2). A known one brings the name.
const AROUND = /^['\u2018\u2019\u201b\u02bc\u02b9`\u0301]+|^\][A-Za-z][0-9A-Za-z]/;
const BETWEEN = /[\s\p{Cf}\p{Cc}\-\u2010-\u2015\u2043\u2212\u2500\u30fc\u2e3a\u2e3b]/gu;
const LENGTH = 18;

function plain(text) {
  return text.normalize("NFKC").replace(BETWEEN, "").replace(AROUND, "").toUpperCase();
}

function fits(number) {
  let sum = 0;
  for (const digit of number.slice(0, -1)) sum = (sum + Number(digit)) * 2 % 11;
  return "10X98765432"[sum] === number.at(-1);
}

class Typed {
  constructor(input) {
    this.input = input;
    this.state = document.getElementById(input.dataset.state);
    this.name = input.form.elements[input.dataset.nameField];
    this.turn = 0;
    input.addEventListener("input", () => this.look());
    input.addEventListener("change", () => this.look(true));
  }

  look(isOver = false) {
    const number = plain(this.input.value);
    if (number === this.seen && !isOver) return;
    const isNew = number !== this.seen;
    this.seen = number;
    if (isNew) this.forget();
    if (number.length > LENGTH || (isOver && number && number.length < LENGTH)) this.say(this.state.dataset.textLength);
    else if (number.length < LENGTH) this.say("");
    else if (!/^\d{17}[\dX]$/.test(number)) this.say(this.state.dataset.textLength);
    else if (!fits(number)) this.say(this.state.dataset.textChecksum);
    else if (isNew) this.ask(number);
  }

  say(sentence, isGood = false) {
    this.state.firstElementChild.textContent = sentence;
    this.state.classList.toggle("form-error", Boolean(sentence) && !isGood);
  }

  forget() {
    this.turn += 1;
    if (this.filled && this.name?.value === this.filled) this.name.value = "";
    this.filled = "";
  }

  async ask(number) {
    const turn = this.turn;
    this.say("");
    const asked = new FormData();
    asked.set("number", number);
    asked.set("csrf_token", this.input.form.elements.csrf_token.value);
    const answer = await fetch(this.input.dataset.knownUrl, { method: "POST", body: asked }).catch(() => null);
    const known = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    if (!known || turn !== this.turn) return;
    this.say(known.problem ?? known.says, !known.problem);
    if (!known.name || !this.name || this.name.value) return;
    this.name.value = this.filled = known.name;
  }
}

for (const input of document.querySelectorAll("input[data-known-url]")) new Typed(input);
