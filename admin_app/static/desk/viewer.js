// Document viewer: one page at a time with zoom, turn, fit, next/previous, two side by side. Without script all pages
// stand below each other. Markup: ui.viewer() in desk/macros.html.
const STEP = 1.25;
const SMALLEST = 0.1;
const LARGEST = 6;
const LARGEST_FIT = 1.6;
const PADDING = 32;
const WAITING_SIZE = [860, 540];

class Viewer {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector("[data-viewer-stage]");
    this.pages = [...root.querySelectorAll("[data-viewer-page]")];
    this.at = 0;
    this.pinned = null;
    this.views = this.pages.map(() => ({ scale: null, turn: 0 }));
    root.classList.add("viewer-live");
    root.addEventListener("click", (event) => this.clicked(event));
    this.stage.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
    this.stage.addEventListener("dblclick", () => this.zoomTo(this.view.scale === null ? 1 : null));
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    for (const page of this.pages) page.querySelector("img").addEventListener("load", () => this.layout());
    new ResizeObserver(() => this.layout()).observe(this.stage);
    const wanted = this.pages.findIndex((page) => page.dataset.document === root.dataset.viewerStart);
    this.show(Math.max(wanted, 0));
  }

  get view() { return this.views[this.at]; }

  clicked(event) {
    const control = event.target.closest("[data-viewer-do], [data-viewer-open]");
    if (!control) return;
    event.preventDefault();
    if (control.dataset.viewerOpen !== undefined) this.open(control.dataset.viewerOpen);
    else this.act(control.dataset.viewerDo);
  }

  act(what) {
    const actions = {
      in: () => this.zoomTo(this.scaleOf(this.at) * STEP),
      out: () => this.zoomTo(this.scaleOf(this.at) / STEP),
      fit: () => this.zoomTo(null),
      full: () => this.zoomTo(1),
      turn: () => { this.view.turn = (this.view.turn + 90) % 360; this.layout(); },
      next: () => this.show(this.at + 1),
      previous: () => this.show(this.at - 1),
      compare: () => { this.pinned = this.pinned === null ? this.at : null; this.show(this.pinned === this.at ? this.otherThan(this.at) : this.at); },
    };
    actions[what]?.();
  }

  otherThan(at) {
    return at + 1 < this.pages.length ? at + 1 : Math.max(at - 1, 0);
  }

  open(id) {
    const at = this.pages.findIndex((page) => page.dataset.document === id);
    if (at >= 0) this.show(at);
  }

  show(at) {
    this.at = Math.min(Math.max(at, 0), this.pages.length - 1);
    const page = this.pages[this.at];
    this.pages.forEach((other, index) => { other.hidden = index !== this.at && index !== this.pinned; });
    const isPair = this.pinned !== null && this.pinned !== this.at;
    this.root.classList.toggle("viewer-compare", isPair);
    for (const button of this.root.querySelectorAll("[data-viewer-do='compare']")) button.setAttribute("aria-pressed", String(this.pinned !== null));
    for (const tab of this.root.querySelectorAll("[data-viewer-open]")) {
      if (tab.dataset.viewerOpen === page.dataset.document) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    for (const foot of this.root.querySelectorAll("[data-viewer-foot]")) foot.hidden = foot.dataset.viewerFoot !== page.dataset.document;
    this.position(page);
    this.layout();
    this.root.dispatchEvent(new CustomEvent("desk:document", { bubbles: true, detail: page.dataset.document }));
  }

  position(page) {
    const mine = this.pages.filter((other) => other.dataset.document === page.dataset.document);
    for (const place of this.root.querySelectorAll("[data-viewer-position]")) place.textContent = `${mine.indexOf(page) + 1}/${mine.length}`;
    for (const button of this.root.querySelectorAll("[data-viewer-do='next']")) button.disabled = this.at === this.pages.length - 1;
    for (const button of this.root.querySelectorAll("[data-viewer-do='previous']")) button.disabled = this.at === 0;
  }

  sizeOf(index) {
    const image = this.pages[index].querySelector("img");
    const isSideways = this.views[index].turn % 180 !== 0;
    const [width, height] = image.naturalWidth ? [image.naturalWidth, image.naturalHeight] : WAITING_SIZE;
    return { image, width, height, across: isSideways ? height : width, down: isSideways ? width : height };
  }

  scaleOf(index) {
    if (this.views[index].scale !== null) return this.views[index].scale;
    const { across, down } = this.sizeOf(index);
    const isPair = this.root.classList.contains("viewer-compare");
    const room = this.stage.clientWidth / (isPair ? 2 : 1) - PADDING;
    return Math.max(Math.min(room / across, (this.stage.clientHeight - PADDING) / down, LARGEST_FIT), 0.02);
  }

  zoomTo(scale) {
    this.view.scale = scale === null ? null : Math.min(Math.max(scale, SMALLEST), LARGEST);
    this.layout();
  }

  layout() {
    this.stage.classList.toggle("viewer-fit", this.view.scale === null);
    this.pages.forEach((page, index) => {
      if (page.hidden) return;
      const { image, width, height, across, down } = this.sizeOf(index);
      const scale = this.scaleOf(index);
      const frame = image.parentElement;
      frame.classList.toggle("skeleton", !image.naturalWidth);
      frame.style.width = `${across * scale}px`;
      frame.style.height = `${down * scale}px`;
      image.style.width = `${width * scale}px`;
      image.style.height = `${height * scale}px`;
      image.style.transform = `translate(-50%, -50%) rotate(${this.views[index].turn}deg)`;
    });
    for (const place of this.root.querySelectorAll("[data-viewer-zoom]")) place.textContent = `${Math.round(this.scaleOf(this.at) * 100)} %`;
  }

  wheeled(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoomTo(this.scaleOf(this.at) * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }

  grab(event) {
    if (event.button !== 0 || this.view.scale === null) return;
    const from = { x: event.clientX + this.stage.scrollLeft, y: event.clientY + this.stage.scrollTop };
    const move = (to) => this.stage.scrollTo(from.x - to.clientX, from.y - to.clientY);
    this.stage.classList.add("viewer-grabbing");
    this.stage.setPointerCapture(event.pointerId);
    this.stage.addEventListener("pointermove", move);
    this.stage.addEventListener("pointerup", () => {
      this.stage.removeEventListener("pointermove", move);
      this.stage.classList.remove("viewer-grabbing");
    }, { once: true });
  }
}

const live = new WeakSet();

function start() {
  for (const root of document.querySelectorAll("[data-viewer]")) {
    if (live.has(root) || !root.querySelector("[data-viewer-page]")) continue;
    live.add(root);
    const viewer = new Viewer(root);
    // A line of the checklist may point at its document: data-viewer-show="<id>" anywhere on the page.
    document.addEventListener("click", (event) => {
      const wish = event.target.closest("[data-viewer-show]");
      if (wish && root.isConnected) { event.preventDefault(); viewer.open(wish.dataset.viewerShow); }
    });
  }
}
start();
document.addEventListener("desk:load", start);
document.addEventListener("htmx:after:swap", start);
