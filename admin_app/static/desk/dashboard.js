// Report pages: table twins start closed where a chart is drawn; charts are saved as pictures; one filter menu is open at a time.
document.querySelectorAll("details[data-twin]").forEach((twin) => {
  twin.open = false;
  twin.dataset.ready = "yes";
});

function save(url, name) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-save-chart]");
  const open = event.target.closest("details.menu");
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== open) menu.open = false;
  });
  const chart = button?.closest(".chart-card")?.querySelector(".js-plotly-plot");
  if (!chart) return;
  button.closest("details.menu").open = false;
  const format = button.dataset.saveChart;
  const picture = { format, width: chart.clientWidth, height: chart.clientHeight, scale: format === "png" ? 2 : 1 };
  save(await window.Plotly.toImage(chart, picture), `${button.dataset.fileName}.${format}`);
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// On paper a chart is as wide as the page, and its table stands below it.
const PAPER_WIDTH = 640;
const charts = () => document.querySelectorAll(".chart-card .js-plotly-plot");
addEventListener("beforeprint", () => {
  for (const twin of document.querySelectorAll("details[data-twin]:not([open])")) { twin.open = true; twin.dataset.opened = "yes"; }
  for (const chart of charts()) window.Plotly.relayout(chart, { autosize: false, width: PAPER_WIDTH });
});
addEventListener("afterprint", () => {
  for (const twin of document.querySelectorAll("details[data-opened]")) { twin.open = false; delete twin.dataset.opened; }
  for (const chart of charts()) window.Plotly.relayout(chart, { autosize: true, width: null });
});
