"""Writes the sizes of label sheets from the templates of gLabels (Debian package glabels-data) to a table: one row a product.

    python -m assets.label_stocks /usr/share/libglabels-3.0/templates sheets.csv

Only sheets that our table can say are taken: rectangles of one size in one grid, within the page, none over another, of sizes that a label
may have. A row that two equal products contradict by more than a millimetre is corrected here, with the reason, or left out.
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from statistics import median
from xml.etree import ElementTree

MM = {"pt": 25.4 / 72, "": 25.4 / 72, "in": 25.4, "mm": 1.0, "cm": 10.0, "pc": 25.4 / 6}
TOLERANCE = 0.05
"""Sums of catalogue figures may miss by rounding."""
SAME_CELL, SAME_PLACE, WRONG = 0.8, 0.6, 1.0
"""Millimetres: up to which two cells are one product's, two places agree, and from which a place is wrong."""
CORRECTED = {
    ("Avery", "7163"): {
        "left_mm": 4.67,
        "column_gap_mm": 2.54,
    },  # lay 1.3 mm left of Endisch 6409938x, Rayfilm 0810 and the middle of the page
}


@dataclass(frozen=True)
class Stock:
    """A sheet of labels; millimetres from the upper left corner."""

    maker: str
    part: str
    page_width_mm: float
    page_height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    cell_width_mm: float
    cell_height_mm: float
    column_gap_mm: float
    row_gap_mm: float

    @property
    def right_mm(self) -> float:
        """Return where the last column ends."""
        return self.left_mm + self.columns * self.cell_width_mm + (self.columns - 1) * self.column_gap_mm

    @property
    def bottom_mm(self) -> float:
        """Return where the last row ends."""
        return self.top_mm + self.rows * self.cell_height_mm + (self.rows - 1) * self.row_gap_mm

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Return the four edges of the grid."""
        return self.left_mm, self.right_mm, self.top_mm, self.bottom_mm


def faults(one: Stock) -> Iterator[str]:
    """Why a sheet is not taken; the limits are those of the form for a label stock."""
    if one.right_mm > one.page_width_mm + TOLERANCE or one.bottom_mm > one.page_height_mm + TOLERANCE:
        yield "labels outside the page"
    if min(one.column_gap_mm, one.row_gap_mm, one.left_mm, one.top_mm) < 0:
        yield "labels over one another or outside"
    if not (20 <= one.page_width_mm <= 500 and 20 <= one.page_height_mm <= 500 and one.columns <= 20 and one.rows <= 50):
        yield "no page for an office printer"
    if one.cell_width_mm < 10 or one.cell_height_mm < 10 or max(one.column_gap_mm, one.row_gap_mm) > 100:
        yield "no label for an address"
    if not re.fullmatch(r"[\w.\-]+", one.part) or len(f"{one.maker} {one.part}") > 30:
        yield "one of several kinds on a sheet"


def twins(one: Stock, stocks: Iterable[Stock]) -> list[Stock]:
    """Return equal products of other makers: as many labels of the same size on the same page."""
    grid = (one.columns, one.rows, one.page_width_mm, one.page_height_mm)
    return [
        other for other in stocks
        if other.maker != one.maker and (other.columns, other.rows, other.page_width_mm, other.page_height_mm) == grid
        and abs(other.cell_width_mm - one.cell_width_mm) <= SAME_CELL and abs(other.cell_height_mm - one.cell_height_mm) <= SAME_CELL
    ]  # fmt: skip


def is_contradicted(one: Stock, stocks: Iterable[Stock]) -> bool:
    """Tell whether an edge is wrong: two equal products agree on another place, and this sheet is not in the middle of its page."""
    across, down = (one.left_mm + one.right_mm - one.page_width_mm), (one.top_mm + one.bottom_mm - one.page_height_mm)
    others = list(zip(*(other.edges for other in twins(one, stocks)), strict=True))
    return any(
        len(places) >= 2 and max(places) - min(places) <= SAME_PLACE and abs(own - median(places)) > WRONG and abs(askew) > WRONG
        for own, places, askew in zip(one.edges, others, (across, across, down, down), strict=False)
    )


def read(folder: Path) -> Iterator[Stock]:
    """Yield every rectangle sheet of the templates, products that share another's figures included."""
    sizes = {
        size.get("id"): (_mm(size.get("width")), _mm(size.get("height")))
        for size in ElementTree.parse(folder / "paper-sizes.xml").getroot()  # noqa: S314 (a file of the system's own package)
    }
    for file in sorted(folder.glob("*-templates.xml")):
        templates = ElementTree.parse(file).getroot().findall("Template")  # noqa: S314
        found = {template.get("part"): stock for template in templates if (stock := _stock(template, sizes))}
        yield from found.values()
        for template in templates:
            if template.get("equiv") in found:
                yield replace(found[template.get("equiv")], part=template.get("part") or "")


def _stock(template: ElementTree.Element, sizes: dict[str | None, tuple[float, float]]) -> Stock | None:
    labels, grids = template.findall("Label-rectangle"), template.findall("Label-rectangle/Layout")
    if len(labels) != 1 or len(grids) != 1:
        return None
    page = sizes.get(template.get("size")) or (_mm(template.get("width")), _mm(template.get("height")))
    (label,), (grid,) = labels, grids
    width, height, columns, rows = _mm(label.get("width")), _mm(label.get("height")), int(grid.get("nx", 1)), int(grid.get("ny", 1))
    gaps = (_gap(grid.get("dx"), width, columns), _gap(grid.get("dy"), height, rows))
    whole = (round(figure, 2) + 0.0 for figure in (_mm(grid.get("x0")), _mm(grid.get("y0")), width, height, *gaps))
    maker, part = template.get("brand") or "", template.get("part") or ""
    stock = Stock(maker, part, round(page[0], 2), round(page[1], 2), columns, rows, *whole)
    return replace(stock, **CORRECTED.get((maker, part), {}))  # type: ignore[arg-type]


def _gap(step: str | None, size: float, count: int) -> float:
    return _mm(step) - size if count > 1 else 0.0


def _mm(length: str | None) -> float:
    figure, unit = re.fullmatch(r"\s*([\d.]+)\s*([a-z]*)\s*", length or "0").groups()  # type: ignore[union-attr]
    return float(figure) * MM[unit]


def usable(folder: Path) -> list[Stock]:
    """Return the sheets that are taken, by maker and part."""
    found = [one for one in read(folder) if not list(faults(one))]
    return sorted((one for one in found if not is_contradicted(one, found)), key=lambda one: (one.maker, one.part))


def main(folder: Path, target: Path) -> None:
    """Write the table."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Stock)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {name: f"{value:g}" if isinstance(value, float) else value for name, value in asdict(one).items()} for one in usable(folder)
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
