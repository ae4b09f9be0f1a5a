"""Sheets of labels printed before, once more: what became void is taken out of its cell and named there, the rest is as it was."""

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf

from reports.labels.printers import KEY, Printer, of_placement
from reports.labels.rows import CellPlace, LabelStock
from reports.labels.sheets import characters_of
from reports.pdf.drawing import POINTS_PER_MM, Drawing
from reports.pdf.pages import Block, Page, PlacedBlock, TextRun
from reports.text.characters import clean
from reports.text.words import text

MARGIN_MM, WORD_POINTS, CODE_POINTS, STROKE_POINTS = 4.0, 15.0, 8.0, 0.7
ENDS = {"BDC": "EMC", "BT": "ET", "m": "h"}
"""What belongs together in the stream of a sheet: a marked text, a text, the outline of an area; first operator -> last."""
Instruction = tuple[Any, Any]


class OtherSheets(ValueError):
    """The sheets do not lie on this stock: something stands outside of the cells that were printed."""


@dataclass(frozen=True)
class VoidLabel:
    """A label that must not be used any more: the code of its barcode, and in few words why."""

    code: str
    why: str


def with_void_cells(
    pdf: bytes, stock: LabelStock, printed: Collection[CellPlace], void: Mapping[CellPlace, VoidLabel], *, language: str
) -> bytes:
    """Return the sheets of `pdf`, of which `printed` says where the labels lie, without what stood in the cells of `void`.

    Such a cell is struck through and says «void», the code and why. The sheets themselves say with which shift and scale of a printer
    their cells were placed. Raises OtherSheets, for example when the stock was measured anew since: a cell that is looked for in the wrong
    place would leave a void label as it was.
    """
    document = pikepdf.Pdf.open(io.BytesIO(pdf))
    printer = of_placement(str(document.docinfo.get(KEY, "")))
    marks = _marks(stock, printer, void, language)
    for number, sheet in enumerate(document.pages, 1):
        cells = {place.cell for place in printed if place.sheet == number}
        emptied = {place.cell: label for place, label in void.items() if place.sheet == number}
        kept = list(_kept(pikepdf.parse_content_stream(sheet), _Grid(stock, printer, cells), emptied))
        if not emptied:
            continue
        content = pikepdf.unparse_content_stream(kept) + "".join(_struck(stock, printer, cell) for cell in emptied).encode("ascii")
        sheet.obj.Contents = document.make_stream(content)
        sheet.add_overlay(marks.pages[sorted({place.sheet for place in void}).index(number)], None)
    whole = io.BytesIO()
    document.save(whole, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return whole.getvalue()


@dataclass(frozen=True)
class _Grid:
    stock: LabelStock
    printer: Printer
    printed: Collection[int]

    def cell_at(self, x: float, y: float) -> int:
        """The printed cell in which a place lies, in points from the lower left corner; OtherSheets if it lies in none."""
        x_mm, y_mm = x / POINTS_PER_MM, self.stock.page_height_mm - y / POINTS_PER_MM
        for cell in self.printed:
            left, top = self.printer.placed(*self.stock.cell_origin(cell))
            if 0 <= x_mm - left <= self.stock.cell_width_mm and 0 <= y_mm - top <= self.stock.cell_height_mm:
                return cell
        raise OtherSheets(f"something stands at {x_mm:.1f} × {y_mm:.1f} mm, in no printed cell")


def _kept(instructions: Iterable[Any], grid: _Grid, emptied: Collection[int]) -> Iterator[Instruction]:
    """The instructions without those that draw in an emptied cell: its boxes, bars and areas, and each of its texts with its mark."""
    group: list[Instruction] = []
    for operands, operator in instructions:
        name = str(operator)
        if name == "re" and grid.cell_at(float(operands[0]), float(operands[1])) in emptied:
            continue
        if group or name in ENDS:
            group.append((operands, operator))
            if name == ENDS[str(group[0][1])]:
                yield from () if _cell_of(group, grid) in emptied else group
                group = []
            continue
        yield operands, operator
    yield from group


def _cell_of(group: Iterable[Instruction], grid: _Grid) -> int:
    place = next(operands for operands, operator in group if str(operator) in ("Tm", "m"))
    return grid.cell_at(float(place[-2]), float(place[-1]))


def _struck(stock: LabelStock, printer: Printer, cell: int) -> str:
    """Two lines across the cell."""
    left, top = printer.placed(*stock.cell_origin(cell))
    x1, x2 = (left + MARGIN_MM) * POINTS_PER_MM, (left + stock.cell_width_mm - MARGIN_MM) * POINTS_PER_MM
    y1, y2 = (stock.page_height_mm - one for one in (top + MARGIN_MM, top + stock.cell_height_mm - MARGIN_MM))
    y1, y2 = y1 * POINTS_PER_MM, y2 * POINTS_PER_MM
    lines = f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l {x1:.2f} {y2:.2f} m {x2:.2f} {y1:.2f} l"
    return f"\nq {STROKE_POINTS} w 0 G {lines} S Q"


def _marks(stock: LabelStock, printer: Printer, void: Mapping[CellPlace, VoidLabel], language: str) -> pikepdf.Pdf:
    """One page for each sheet with void cells, in their order: only the words that are laid over it."""
    sheets: dict[int, list[PlacedBlock]] = {}
    for place in sorted(void, key=lambda one: (one.sheet, one.cell)):
        x, y = printer.placed(*stock.cell_origin(place.cell))
        sheets.setdefault(place.sheet, []).append(PlacedBlock(_words(void[place], stock, language), x, y))
    pages = [Page(stock.page_width_mm, stock.page_height_mm, tuple(blocks)) for blocks in sheets.values()]
    drawing = Drawing(characters_of(pages), title=text("label.sheet_title", language), language=language)
    drawing.add(pages)
    return pikepdf.Pdf.open(io.BytesIO(drawing.finished()))


def _words(label: VoidLabel, stock: LabelStock, language: str) -> Block:
    middle = stock.cell_height_mm / 2
    return Block(
        runs=(
            TextRun(text("label.void", language), WORD_POINTS, True, MARGIN_MM, middle - 2.5),
            TextRun(clean(label.code), CODE_POINTS, False, MARGIN_MM, middle + 1.5),
            TextRun(clean(label.why), CODE_POINTS, False, MARGIN_MM, middle + 5.0),
        )
    )
