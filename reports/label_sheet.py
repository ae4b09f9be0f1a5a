"""Many mailing labels as one PDF: WeasyPrint sets the texts in chunks, the bars are drawn under them."""

import io
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import pikepdf

from reports import barcodes, glyphs, label_layout, pdf
from reports.label_layout import Layout
from reports.line_breaking import MM_PER_POINT
from reports.rows import CellPlace, LabelRow, LabelStock
from reports.texts import text

CHUNK = 500
"""Labels set in one go; keeps memory flat, costs under a tenth of a second each."""

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class PlacedLabel:
    """A laid-out label in its cell."""

    cell: int
    layout: Layout


def places(count: int, stock: LabelStock, *, start_cell: int = 1, spoiled_cells: Collection[int] = ()) -> Iterator[CellPlace]:
    """Yield where each of `count` labels lies, leaving out the used and spoiled cells of the first sheet."""
    if not 1 <= start_cell <= stock.cells_per_page:
        raise ValueError(f"start cell {start_cell} is not on a sheet of {stock.cells_per_page}")
    sheet, cell = 1, start_cell
    for _ in range(count):
        while sheet == 1 and cell in spoiled_cells:
            cell += 1
        if cell > stock.cells_per_page:
            sheet, cell = sheet + 1, 1
        yield CellPlace(sheet, cell)
        cell += 1


def check(rows: Sequence[LabelRow], *, language: str) -> None:
    """Raise MissingGlyphs with every label that cannot be printed as it is written."""
    problems = []
    for row in rows:
        missing = glyphs.missing_characters(" ".join(_texts(row, language)))
        if missing:
            problems.append(glyphs.UnprintableText(row.parcel_number, row.recipient, missing))
    if problems:
        raise glyphs.MissingGlyphs(problems)


def render_label_sheets(
    rows: Sequence[LabelRow],
    *,
    stock: LabelStock,
    language: str,
    start_cell: int = 1,
    spoiled_cells: Collection[int] = (),
    shift_mm: tuple[float, float] = (0.0, 0.0),
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> bytes:
    """Return the labels as one PDF, in order, from `start_cell` of the first sheet on.

    `shift_mm` moves everything right and down to suit a printer; `progress(done, total)` is told after each chunk.
    Raises MissingGlyphs or LabelDoesNotFit before anything is rendered, ValueError without rows or off the sheet.
    """
    if not rows:
        raise ValueError("no labels to print")
    check(rows, language=language)
    layouts = [label_layout.lay_out(row, stock, language=language) for row in rows]
    sheets = _sheets(layouts, places(len(rows), stock, start_cell=start_cell, spoiled_cells=spoiled_cells))
    characters = {char for row in rows for words in _texts(row, language) for char in words}
    press = pdf.Press(characters | set(text("label.sheet_title", language)), _css(stock, layouts, shift_mm))
    binder, done = _Binder(), 0
    for part in _parts(sheets, max(1, chunk // stock.cells_per_page)):
        html = pdf.document("label_sheets.html", language=language, title=text("label.sheet_title", language), sheets=part)
        binder.add(press.print(html), [_bars(sheet, stock, shift_mm) for sheet in part])
        done += sum(map(len, part))
        if progress:
            progress(done, len(rows))
    return binder.bound()


def _texts(row: LabelRow, language: str) -> list[str]:
    name = text("label.recipient", language, name=row.recipient)
    sender = text("label.sender", language, sender=row.sender)
    return [row.parcel_number, name, row.postcode, *row.address_lines, row.phone_masked, sender, row.service]


def _sheets(layouts: list[Layout], cells: Iterator[CellPlace]) -> list[list[PlacedLabel]]:
    sheets: list[list[PlacedLabel]] = []
    for layout, place in zip(layouts, cells, strict=True):
        while len(sheets) < place.sheet:
            sheets.append([])
        sheets[place.sheet - 1].append(PlacedLabel(place.cell, layout))
    return sheets


def _parts(sheets: list[list[PlacedLabel]], size: int) -> Iterator[list[list[PlacedLabel]]]:
    for first in range(0, len(sheets), size):
        yield sheets[first : first + size]


def _css(stock: LabelStock, layouts: list[Layout], shift_mm: tuple[float, float]) -> str:
    style = label_layout.style_for(stock)
    inner = stock.cell_width_mm - 2 * style.margin_x
    rules = [
        f"@page {{ size: {stock.page_width_mm}mm {stock.page_height_mm}mm; margin: 0 }}",
        f"section {{ position: relative; height: {stock.page_height_mm}mm; break-after: page }}",
        "section:last-child { break-after: auto }",
        # A given width and height spare the renderer from measuring every label twice.
        f"pre {{ width: {inner:.3f}mm; height: {stock.cell_height_mm - 2 * style.margin_y:.3f}mm }}",
    ]
    for cell in range(1, stock.cells_per_page + 1):
        x, y = stock.cell_origin(cell)
        left, top = x + style.margin_x + shift_mm[0], y + style.margin_y + shift_mm[1]
        rules.append(f".c{cell} {{ left: {left:.3f}mm; top: {top:.3f}mm }}")
    feet = {(layout.foot_points, len(layout.foot)) for layout in layouts}
    rules += [_foot_rule(points, lines, stock.cell_height_mm - 2 * style.margin_y) for points, lines in sorted(feet)]
    rules += [_size_rule(points) for points in sorted(set().union(*(layout.sizes for layout in layouts)))]
    return pdf.style("label_sheets.css") + "\n".join(rules)


def _foot_rule(points: float, lines: int, inner_height: float) -> str:
    down = inner_height - lines * points * label_layout.LINE * MM_PER_POINT
    return f".f{round(points * 10)}-{lines} {{ margin-top: {down:.3f}mm }}"


def _size_rule(points: float) -> str:
    return f".s{round(points * 10)} {{ font-size: {points}pt; line-height: {points * label_layout.LINE:.3f}pt }}"


def _bars(sheet: list[PlacedLabel], stock: LabelStock, shift_mm: tuple[float, float]) -> bytes:
    style = label_layout.style_for(stock)
    rectangles: list[barcodes.Rectangle] = []
    for label in sheet:
        x, y = stock.cell_origin(label.cell)
        left, top = x + label.layout.bars_left_mm + shift_mm[0], y + label.layout.bars_top_mm + shift_mm[1]
        rectangles += barcodes.bars(label.layout.code, x=left, y=top, height=label.layout.bar_height_mm)
        if style.rule:
            length = stock.cell_width_mm - 2 * style.margin_x
            edge = x + style.margin_x + shift_mm[0]
            rectangles.append(barcodes.Rectangle(edge, top - style.gap - style.rule, length, style.rule))
    return barcodes.drawing(rectangles, page_height_mm=stock.page_height_mm)


class _Binder:
    """Joins the chunks; all pages share the fonts of the first, which are the same file."""

    def __init__(self) -> None:
        self._whole = pikepdf.Pdf.new()
        self._fonts: dict[str, pikepdf.Object] = {}

    def add(self, chunk: bytes, drawings: list[bytes]) -> None:
        """Append the pages of `chunk`, each with the bars that belong under it."""
        with pikepdf.Pdf.open(io.BytesIO(chunk)) as part:
            first = len(self._whole.pages)
            self._whole.pages.extend(part.pages)
            for page, drawing in zip(list(self._whole.pages)[first:], drawings, strict=True):
                page.contents_add(drawing, prepend=True)
                self._share_fonts(page)

    def _share_fonts(self, page: pikepdf.Page) -> None:
        fonts = page.obj.Resources.Font
        for name in list(fonts.keys()):
            fonts[name] = self._fonts.setdefault(name, fonts[name])

    def bound(self) -> bytes:
        """Return the whole document."""
        whole = io.BytesIO()
        self._whole.save(whole, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return whole.getvalue()
