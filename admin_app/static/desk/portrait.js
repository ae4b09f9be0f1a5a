// The lines of the photo desk: dragged, moved by arrow keys, or typed into their fields, which work without this file.
// Markup: intake/portrait.html. Numbers are pixels of the photo as it is stored.
const STEP = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1, PageUp: -25, PageDown: 25 };

class Portrait {
  constructor(form) {
    this.form = form;
    this.sheet = form.querySelector(".portrait-sheet");
    this.frame = form.querySelector("[data-frame]");
    this.lines = [...form.querySelectorAll("[data-line]")];
    for (const line of this.lines) this.listen(line);
    form.addEventListener("input", () => this.draw());
    this.draw();
  }

  field(name) { return this.form.elements[name]; }
  value(name) { return Number(this.field(name).value) || 0; }
  isDown(line) { return line.dataset.line === "middle"; }
  most(line) { return Number(this.isDown(line) ? this.form.dataset.width : this.form.dataset.height); }

  listen(line) {
    line.hidden = false;
    line.addEventListener("keydown", (event) => {
      const step = STEP[event.key] ?? (event.key === "Home" ? -Infinity : event.key === "End" ? Infinity : 0);
      if (!step) return;
      event.preventDefault();
      this.put(line, this.value(line.dataset.line) + step * (event.shiftKey ? 10 : 1));
    });
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      line.focus();
      line.setPointerCapture(event.pointerId);
    });
    line.addEventListener("pointermove", (event) => {
      if (!line.hasPointerCapture(event.pointerId)) return;
      const box = this.sheet.getBoundingClientRect();
      const part = this.isDown(line) ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
      this.put(line, part * this.most(line));
    });
  }

  put(line, value) {
    this.field(line.dataset.line).value = Math.round(Math.min(this.most(line), Math.max(0, value)));
    this.draw();
  }

  draw() {
    for (const line of this.lines) {
      const value = this.value(line.dataset.line);
      line.style[this.isDown(line) ? "left" : "top"] = `${100 * Math.min(1, value / this.most(line))}%`;
      line.setAttribute("aria-valuenow", value);
    }
    this.drawFrame();
  }

  // Where the portrait will be cut, as long as the picture reaches that far; the server has the last word.
  drawFrame() {
    const { width, height, outWidth, outHeight, head, above, middle } = Object.fromEntries(Object.entries(this.form.dataset).map(([name, value]) => [name, Number(value)]));
    const scale = head / (this.value("chin") - this.value("crown"));
    this.frame.hidden = !(scale > 0 && Number.isFinite(scale));
    if (this.frame.hidden) return;
    const part = { left: (this.value("middle") - middle / scale) / width, top: (this.value("crown") - above / scale) / height };
    Object.assign(this.frame.style, {
      left: `${100 * part.left}%`, top: `${100 * part.top}%`, width: `${100 * outWidth / scale / width}%`, height: `${100 * outHeight / scale / height}%`,
    });
  }
}

for (const form of document.querySelectorAll("[data-portrait]")) new Portrait(form);
