"""Mailing labels on their sheets as one PDF: first all pages are decided, then they are drawn, some at a time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from reports.barcodes.dots import DEFAULT_DPI
from reports.labels.layout import LabelDoesNotFit, lay_out, unprintable
from reports.labels.printers import KEY, UNMEASURED, Printer
from reports.labels.rows import CellPlace, LabelRow, LabelStock
from reports.pdf.drawing import Drawing
from reports.pdf.pages import Block, Page, PlacedBlock
from reports.text.characters import MissingGlyphs, UnprintableText
from reports.text.words import text

CHUNK = 500
"""Labels drawn in one go; keeps memory flat, costs under a tenth of a second each."""

Progress = Callable[[int, int], object]


class LabelsDoNotFit(ValueError):
    """All labels of an order that are longer than their cell; the words of the error name parcels, no person."""

    def __init__(self, problems: Iterable[LabelDoesNotFit]):
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def render_label_sheets(
    rows: Sequence[LabelRow],
    *,
    stock: LabelStock,
    language: str,
    start_cell: int = 1,
    spoiled_cells: Collection[int] = (),
    printer: Printer = UNMEASURED,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> bytes:
    """Return the labels as one PDF, in order, from `start_cell` of the first sheet on.

    `printer` says of how many dots the bars are, and by how much each cell moves; `progress(done, total)` is told after each chunk.
    Raises MissingGlyphs or LabelsDoNotFit, each with all its labels, before anything is drawn; ValueError without rows or off the sheet.
    """
    if not rows:
        raise ValueError("no labels to print")
    cells = places(len(rows), stock, start_cell=start_cell, spoiled_cells=spoiled_cells)
    pages = list(pages_of(laid_out(rows, stock, language=language, dpi=printer.dpi), cells, stock, printer=printer))
    notes = {KEY: printer.placement}
    drawing = Drawing(characters_of(pages), title=text("label.sheet_title", language), language=language, notes=notes)
    done, size = 0, max(1, chunk // stock.cells_per_page)
    for first in range(0, len(pages), size):
        some = pages[first : first + size]
        drawing.add(some)
        done += sum(len(page.blocks) for page in some)
        if progress:
            progress(done, len(rows))
    return drawing.finished()


def places(count: int, stock: LabelStock, *, start_cell: int = 1, spoiled_cells: Collection[int] = ()) -> Iterator[CellPlace]:
    """Return where each of `count` labels lies, leaving out the used and spoiled cells of the first sheet.

    Raises ValueError for a start cell that is not on the sheet.
    """
    if not 1 <= start_cell <= stock.cells_per_page:
        raise ValueError(f"start cell {start_cell} is not on a sheet of {stock.cells_per_page}")
    return _places(count, stock.cells_per_page, start_cell, spoiled_cells)


def _places(count: int, cells: int, start_cell: int, spoiled_cells: Collection[int]) -> Iterator[CellPlace]:
    sheet, cell = 1, start_cell
    for _ in range(count):
        while sheet == 1 and cell in spoiled_cells:
            cell += 1
        if cell > cells:
            sheet, cell = sheet + 1, 1
        yield CellPlace(sheet, cell)
        cell += 1


def laid_out(rows: Sequence[LabelRow], stock: LabelStock, *, language: str, dpi: int = DEFAULT_DPI) -> list[Block]:
    """Return a block for each of `rows`; raises MissingGlyphs or LabelsDoNotFit with every label that cannot be printed as written."""
    missing = [(row, unprintable(row)) for row in rows]
    lacking = [UnprintableText(row.parcel_number, row.recipient, found) for row, found in missing if found]
    if lacking:
        raise MissingGlyphs(lacking)
    blocks: list[Block] = []
    too_long: list[LabelDoesNotFit] = []
    for row in rows:
        try:
            blocks.append(lay_out(row, stock, language=language, dpi=dpi))
        except LabelDoesNotFit as problem:
            too_long.append(problem)
    if too_long:
        raise LabelsDoNotFit(too_long)
    return blocks


def pages_of(blocks: Iterable[Block], cells: Iterable[CellPlace], stock: LabelStock, *, printer: Printer) -> Iterator[Page]:
    """Yield the sheets with every block in its cell; sheets that stay empty between two labels are pages, too."""
    sheets: dict[int, list[PlacedBlock]] = {}
    for block, place in zip(blocks, cells, strict=True):
        x, y = stock.cell_origin(place.cell)
        sheets.setdefault(place.sheet, []).append(printer.put(block, x, y))
    for number in range(1, max(sheets) + 1):
        yield Page(stock.page_width_mm, stock.page_height_mm, tuple(sheets.get(number, ())))


def characters_of(pages: Iterable[Page]) -> set[str]:
    """Return every character on `pages`."""
    return {char for page in pages for placed in page.blocks for run in placed.block.runs for char in run.text}
