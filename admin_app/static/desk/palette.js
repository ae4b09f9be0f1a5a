// Ctrl-K: every page of the sidebar and every named action of this page, found by typing. Works while typing in a field, too.
const dialog = document.getElementById("palette");

function offers() {
  const links = document.querySelectorAll(".nav-lines a, .me-menu a, .desk-tabs a, [data-key]");
  const seen = new Set();
  return [...links].filter((element) => !element.disabled && !element.closest("[hidden], dialog")).map((element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, svg, .nav-count, .tab-count").forEach((part) => part.remove());
    return { element, text: (element.ariaLabel || copy.textContent).replace(/\s+/g, " ").trim(), key: element.dataset.key ?? "" };
  }).filter(({ text }) => text && !seen.has(text) && seen.add(text));
}

class Palette {
  constructor() {
    this.box = dialog.querySelector("input");
    this.list = dialog.querySelector("ul");
    this.at = 0;
    this.box.addEventListener("input", () => this.show());
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.list.addEventListener("click", (event) => {
      const line = event.target.closest("li[data-index]");
      if (line) this.choose(Number(line.dataset.index));
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  open() {
    this.all = offers();
    this.box.value = "";
    this.show();
    dialog.showModal();
    this.box.focus();
  }

  show() {
    const wanted = this.box.value.trim().toLocaleLowerCase();
    this.found = this.all.filter(({ text }) => text.toLocaleLowerCase().includes(wanted)).slice(0, 12);
    this.at = 0;
    this.list.replaceChildren(...this.found.map((offer, index) => this.line(offer, index)));
    if (!this.found.length) {
      const none = document.createElement("li");
      none.textContent = dialog.dataset.textNone;
      none.className = "palette-none";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      this.list.append(none);
    }
    this.mark();
  }

  line({ text, key }, index) {
    const line = document.createElement("li");
    line.id = `palette-${index}`;
    line.dataset.index = String(index);
    line.setAttribute("role", "option");
    line.append(text);
    if (key) {
      const hint = line.appendChild(document.createElement("kbd"));
      hint.className = "key";
      hint.textContent = key;
      hint.setAttribute("aria-hidden", "true");
    }
    return line;
  }

  mark() {
    [...this.list.children].forEach((line, index) => line.setAttribute("aria-selected", String(index === this.at)));
    this.box.setAttribute("aria-activedescendant", this.found.length ? `palette-${this.at}` : "");
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      event.preventDefault();
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.choose(this.at);
    }
  }

  choose(index) {
    const offer = this.found[index];
    if (!offer) return;
    dialog.close();
    if (offer.element.matches("input, textarea, select")) offer.element.focus();
    else offer.element.click();
  }
}

if (dialog) {
  const palette = new Palette();
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    palette.open();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) palette.open(); });
}
