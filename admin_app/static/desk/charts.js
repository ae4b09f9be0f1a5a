// Charts: <div class="chart" data-figure-url="/…">. The server answers {data, layout} for ?theme=light|dark.
// A mark whose customdata is a local path opens that list. ui.chart_scripts() loads what is needed.
// Plotly's own hints are in the reader's language (charts_zh.js); it knows that one by this name.
const CONFIG = { displayModeBar: false, displaylogo: false, responsive: true, locale: document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en" };

function isDark() {
  const choice = document.documentElement.dataset.themeChoice;
  return choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

async function draw(box) {
  const url = new URL(box.dataset.figureUrl, location.href);
  url.searchParams.set("theme", isDark() ? "dark" : "light");
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const figure = await answer.json();
    if (figure.empty) {
      note(box, box.dataset.textEmpty);
      return;
    }
    await window.Plotly.react(box, figure.data, figure.layout, CONFIG);
    box.querySelectorAll(".skeleton").forEach((bone) => bone.remove());
    if (!box.dataset.linked) link(box);
  } catch {
    note(box, box.dataset.textFailed);
  }
}

function note(box, text) {
  const line = document.createElement("p");
  line.className = "chart-empty";
  line.textContent = text ?? "";
  box.replaceChildren(line);
  // A sentence is no picture: whoever listens to the page hears it.
  box.removeAttribute("role");
  box.removeAttribute("aria-label");
}

// The mark under the mouse. Where one hint speaks of several (hovermode «unified»), that is the line nearest to it, or the part of a bar
// that it stands on: parts end one after the other, so it is the first that ends beyond it.
function struck({ points, event }) {
  if (points.length < 2) return points[0];
  const area = event.target.closest(".js-plotly-plot").querySelector(".nsewdrag").getBoundingClientRect();
  if (points[0].data.type === "bar") {
    const parts = [...points].sort((one, other) => one.curveNumber - other.curveNumber);
    const isBefore = points[0].data.orientation === "h"
      ? (part, end) => event.clientX - area.left <= part.xaxis.d2p(end + part.x)
      : (part, end) => event.clientY - area.top >= part.yaxis.d2p(end + part.y);
    let end = 0;
    for (const part of parts) {
      if (isBefore(part, end)) return part;
      end += points[0].data.orientation === "h" ? part.x : part.y;
    }
    return parts.at(-1);
  }
  const away = (point) => Math.abs(point.yaxis.d2p(point.y) - (event.clientY - area.top));
  return points.reduce((near, point) => (away(point) < away(near) ? point : near));
}

function link(box) {
  box.dataset.linked = "yes";
  box.classList.add("chart-linked");
  box.on("plotly_click", (event) => {
    const target = struck(event)?.customdata;
    if (typeof target === "string" && target.startsWith("/") && !target.startsWith("//")) location.assign(target);
  });
}

function all() {
  if (!window.Plotly) return;
  document.querySelectorAll("[data-figure-url]").forEach(draw);
}

all();
document.addEventListener("desk:theme", all);
document.addEventListener("desk:load", all);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
