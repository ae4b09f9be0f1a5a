"""Many mailing labels as one PDF: the texts are set in chunks, then put with their bars into the cells of the sheets."""

from collections.abc import Callable, Collection, Iterator, Sequence

from reports.labels.imposition import Binder, PlacedLabel, words_of
from reports.labels.layout import Layout, lay_out
from reports.labels.rows import CellPlace, LabelRow, LabelStock
from reports.pdf import renderer, typesetter
from reports.text import glyphs
from reports.text.words import text

CHUNK = 500
"""Labels set in one go; keeps memory flat, costs under a tenth of a second each."""

Progress = Callable[[int, int], object]


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
    layouts = [lay_out(row, stock, language=language) for row in rows]
    sheets = _sheets(layouts, places(len(rows), stock, start_cell=start_cell, spoiled_cells=spoiled_cells))
    prepared = typesetter.renderer_for(char for layout in layouts for placed in layout.spans for char in placed.text)
    binder, done = Binder(stock, shift_mm), 0
    for part in _parts(sheets, max(1, chunk // stock.cells_per_page)):
        labels = [label for sheet in part for label in sheet]
        binder.add(typesetter.TypesetTexts(prepared, words_of(labels), language=language), part)
        done += len(labels)
        if progress:
            progress(done, len(rows))
    return binder.bound(title=text("label.sheet_title", language), language=renderer.HTML_LANGUAGES[language])


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
