// The sheet of a label stock, drawn anew with each figure that is typed; what leaves the page is marked and said.
const SVG = "http://www.w3.org/2000/svg";
const MOST = { columns: 20, rows: 50 };
const TOLERANCE_MM = 0.05;

for (const place of document.querySelectorAll("[data-stock-picture]")) {
  const form = document.querySelector("main form[data-once]");
  const said = place.querySelector("[data-stock-said]");
  const holder = place.querySelector("[data-stock-drawn]");

  const figure = (name) => {
    const typed = form.elements[name].value.trim();
    return typed === "" ? NaN : Number(typed);
  };

  const rectangle = (style, x, y, width, height) => {
    const drawn = document.createElementNS(SVG, "rect");
    drawn.setAttribute("class", style);
    for (const [name, value] of Object.entries({ x, y, width, height })) drawn.setAttribute(name, value);
    return drawn;
  };

  const draw = () => {
    const names = ["page_width_mm", "page_height_mm", "left_mm", "top_mm", "cell_width_mm", "cell_height_mm", "column_gap_mm", "row_gap_mm"];
    const [pageWidth, pageHeight, left, top, width, height, columnGap, rowGap] = names.map(figure);
    const columns = Math.floor(figure("columns"));
    const rows = Math.floor(figure("rows"));
    const lengths = [pageWidth, pageHeight, left, top, width, height, columnGap, rowGap];
    const isWhole = lengths.every((length) => Number.isFinite(length) && length >= 0) && pageWidth > 0 && pageHeight > 0 && width > 0 && height > 0
      && columns >= 1 && columns <= MOST.columns && rows >= 1 && rows <= MOST.rows;
    if (!isWhole) {
      said.textContent = place.dataset.textMissing;
      return;
    }
    const right = left + columns * width + (columns - 1) * columnGap;
    const bottom = top + rows * height + (rows - 1) * rowGap;
    const isOutside = right > pageWidth + TOLERANCE_MM || bottom > pageHeight + TOLERANCE_MM;
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("class", "stock-picture");
    picture.setAttribute("viewBox", `0 0 ${Math.max(pageWidth, right)} ${Math.max(pageHeight, bottom)}`);
    picture.setAttribute("aria-hidden", "true");
    picture.append(rectangle("stock-page", 0, 0, pageWidth, pageHeight));
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const x = left + column * (width + columnGap);
        const y = top + row * (height + rowGap);
        const leaves = x + width > pageWidth + TOLERANCE_MM || y + height > pageHeight + TOLERANCE_MM;
        picture.append(rectangle(leaves ? "stock-cell stock-cell-outside" : "stock-cell", x, y, width, height));
      }
    }
    holder.replaceChildren(picture);
    const values = { count: columns * rows, width: pageWidth, height: pageHeight, right: right.toFixed(2), bottom: bottom.toFixed(2) };
    const sentence = isOutside ? place.dataset.textOutside : place.dataset.textWhole;
    said.textContent = sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
    said.classList.toggle("warn", isOutside);
  };

  form.addEventListener("input", draw);
  draw();
}
