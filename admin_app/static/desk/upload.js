// Several files by drag, paste or choice, with preview and progress. The form posts the same fields as without script.
// Markup: ui.dropzone() in desk/macros.html inside <form method="post" enctype="multipart/form-data" data-upload>.
const KB = 1024;
const TOO_MUCH = [413, 429, 503];

function sizeText(bytes) {
  return bytes < KB * KB ? `${Math.ceil(bytes / KB)} KB` : `${(bytes / KB / KB).toFixed(1)} MB`;
}

class Dropzone {
  constructor(zone) {
    this.zone = zone;
    this.input = zone.querySelector("input[type=file]");
    this.list = zone.parentElement.querySelector("[data-upload-list]");
    this.largest = Number(zone.dataset.maxBytes) || Infinity;
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("drop-over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("drop-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("drop-over");
      this.add([...event.dataTransfer.files]);
    });
    this.files = [];
  }

  add(files) {
    if (files.length) this.take(this.input.multiple ? [...this.files, ...files] : files.slice(-1));
  }

  take(files) {
    const seen = new Set();
    this.files = files.filter((file) => {
      const mark = `${file.name}|${file.size}|${file.lastModified}`;
      return seen.has(mark) ? false : seen.add(mark);
    });
    const carrier = new DataTransfer();
    this.files.forEach((file) => carrier.items.add(file));
    this.input.files = carrier.files;
    this.list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    this.list.replaceChildren(...this.files.map((file) => this.line(file)));
    this.zone.dispatchEvent(new CustomEvent("desk:files", { bubbles: true, detail: this.files.length }));
  }

  line(file) {
    const item = document.createElement("li");
    item.className = "upload-item";
    item.append(this.thumb(file), this.words(file, item), this.remover(file));
    return item;
  }

  thumb(file) {
    if (!file.type.startsWith("image/")) return this.box(file);
    const image = document.createElement("img");
    image.className = "upload-thumb";
    image.alt = "";
    image.addEventListener("error", () => image.replaceWith(this.box(file)));  // few browsers show HEIC and TIFF
    image.src = URL.createObjectURL(file);
    return image;
  }

  box(file) {
    const box = document.createElement("span");
    box.className = "upload-thumb";
    box.textContent = file.name.split(".").pop().slice(0, 4).toUpperCase();
    return box;
  }

  words(file, item) {
    const words = document.createElement("div");
    const name = words.appendChild(document.createElement("div"));
    name.className = "upload-name";
    name.textContent = file.name;
    const note = words.appendChild(document.createElement("div"));
    note.className = "upload-note";
    note.textContent = sizeText(file.size);
    if (file.size > this.largest) {
      item.classList.add("upload-bad");
      note.textContent = `${sizeText(file.size)} · ${this.zone.dataset.textTooLarge}`;
    }
    return words;
  }

  remover(file) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = this.zone.dataset.textRemove;
    button.setAttribute("aria-label", `${this.zone.dataset.textRemove}: ${file.name}`);
    button.addEventListener("click", () => { this.take(this.files.filter((other) => other !== file)); this.input.focus(); });
    return button;
  }
}

// Sending: progress in a bar; the answer is either another page (the server says which) or this page with its errors.
function send(form, button) {
  const request = new XMLHttpRequest();
  const bar = form.querySelector("[data-upload-bar]");
  request.open("POST", form.action);
  request.setRequestHeader("X-Desk-Upload", "1");
  request.upload.addEventListener("progress", (event) => {
    if (!bar || !event.lengthComputable) return;
    bar.hidden = false;
    bar.max = event.total;
    bar.value = event.loaded;
  });
  request.addEventListener("load", () => {
    const target = request.getResponseHeader("X-Desk-Location");
    if (target) location.assign(target);
    else if (TOO_MUCH.includes(request.status)) failed(form, button, sentence(request.responseText));
    else replace(request.responseText);
  });
  request.addEventListener("error", () => failed(form, button));
  request.send(new FormData(form, button));
}

// Nothing was taken: the files and whatever else stands in the page stay as they are, with the reason beside them.
function failed(form, button, reason) {
  const bar = form.querySelector("[data-upload-bar]");
  const note = form.querySelector("[data-upload-failed]");
  if (bar) bar.hidden = true;
  if (note && reason) note.querySelector(".notice-text").textContent = reason;
  if (note) note.hidden = false;
  delete form.dataset.sending;
  button?.removeAttribute("aria-disabled");
}

function sentence(text) {
  return new DOMParser().parseFromString(text, "text/html").querySelector(".calm-text")?.textContent;
}

function replace(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("main");
  const here = document.getElementById("main");
  if (!fresh || !here) { location.reload(); return; }
  here.replaceWith(document.importNode(fresh, true));
  scrollTo(0, 0);
  document.getElementById("main").focus({ preventScroll: true });
  start();
  document.dispatchEvent(new CustomEvent("desk:load"));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form || event.defaultPrevented || form.dataset.sending) return;
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  if (!files.length) return;
  event.preventDefault();
  const note = form.querySelector("[data-upload-failed]");
  if (files.reduce((sum, file) => sum + file.size, 0) > Number(note?.dataset.mostBytes || Infinity)) {
    failed(form, event.submitter, note.dataset.textTooMuch);
    return;
  }
  form.dataset.sending = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  send(form, event.submitter);
});

const zones = new WeakMap();

function start() {
  for (const zone of document.querySelectorAll("[data-dropzone]")) {
    if (!zones.has(zone)) zones.set(zone, new Dropzone(zone));
  }
}

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const zone = document.activeElement?.closest("[data-dropzone]") ?? document.querySelector("[data-dropzone]");
  if (files.length && zone) zones.get(zone)?.add(files);
});
// A file dropped beside the zone must not replace the page.
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });

start();
document.addEventListener("htmx:after:swap", start);
