"""Label sheets as a printer, a scanner and a sorter meet them."""

import unicodedata
from dataclasses import dataclass, replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageOps

from reports.labels.layout import lay_out
from reports.labels.lines import Span
from reports.labels.printers import Printer
from reports.labels.rows import CellPlace, LabelRow, LabelStock
from reports.labels.sheets import places, render_label_sheets
from reports.text.characters import clean
from tests.reports.label_rows import FIELDS
from tests.reports.stocks import L7163, STOCKS, THERMAL_100X150

DOTS_PER_MM = 300 / 25.4
INNER_MARGIN_MM = 2.0
TOLERANCE_MM = 0.3
COUNT = 52


def _dots(millimetres: float) -> int:
    return round(millimetres * DOTS_PER_MM)


def _cell(picture: Image.Image, stock, cell: int) -> Image.Image:
    x, y = stock.cell_origin(cell)
    return picture.crop((_dots(x), _dots(y), _dots(x + stock.cell_width_mm), _dots(y + stock.cell_height_mm)))


def _read(picture: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)


def _ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageOps.invert(picture).point(lambda value: 255 if value > 60 else 0).getbbox()


def _expected(row: LabelRow) -> str:
    """Return the texts of a Chinese label in reading order, without blanks."""
    texts = replace(row, recipient=f"{row.recipient} 收", sender=f"寄件 {row.sender}", address_lines=" ".join(row.address_lines))
    return "".join("".join(getattr(texts, field).split()) for field in FIELDS)


def _text_in_cell(page: pypdfium2.PdfPage, stock, cell: int) -> str:
    """Return what a reader finds in a cell, without blanks."""
    x, y = stock.cell_origin(cell)
    points = 72 / 25.4
    height = page.get_height()
    bounds = {"left": x, "right": x + stock.cell_width_mm}
    sides = {name: value * points for name, value in bounds.items()}
    top, bottom = height - y * points, height - (y + stock.cell_height_mm) * points
    return "".join(page.get_textpage().get_text_bounded(top=top, bottom=bottom, **sides).split())


def _runs_left(row: LabelRow) -> bool:
    return any(unicodedata.bidirectional(char) == "AL" for char in row.recipient + "".join(row.address_lines))


def _margin_left(cell: Image.Image) -> float:
    """Return the narrowest blank between ink and the edges of a cell, in millimetres."""
    left, top, right, bottom = _ink(cell)
    return min(left, top, cell.width - right, cell.height - bottom) / DOTS_PER_MM


def _bars_off(page: Image.Image, stock, place: CellPlace, row: LabelRow) -> float:
    """Return how far the first bar begins from where the stock's geometry puts it, in millimetres."""
    (bars,) = lay_out(row, stock, language="zh").bars
    x, y = stock.cell_origin(place.cell)
    left, top = x + bars.x_mm, y + bars.y_mm
    found = _ink(page.crop((_dots(left - 1), _dots(top - 0.7), _dots(left + 0.4), _dots(top + 2))))
    return max(abs(found[0] / DOTS_PER_MM - 1), abs(found[1] / DOTS_PER_MM - 0.7)) if found else 99.0


@dataclass(frozen=True)
class Printed:
    """Labels on paper, and the PDF they come from."""

    stock: LabelStock
    rows: list[LabelRow]
    cells: list[CellPlace]
    pages: list[Image.Image]
    content: bytes


@pytest.fixture(scope="module", params=[(code, start) for code in STOCKS for start in ("first", "last")], ids="-".join)
def printed(request, make_rows, pictures):
    code, start = request.param
    stock = STOCKS[code]
    rows = make_rows(COUNT if start == "first" else 3)
    start_cell = 1 if start == "first" else stock.cells_per_page
    content = render_label_sheets(rows, stock=stock, language="zh", start_cell=start_cell)
    return Printed(stock, rows, list(places(len(rows), stock, start_cell=start_cell)), pictures(content), content)


def test_every_barcode_reads_in_its_own_cell(printed):
    for row, place in zip(printed.rows, printed.cells, strict=True):
        found = _read(_cell(printed.pages[place.sheet - 1], printed.stock, place.cell))
        assert [code.text for code in found] == [row.parcel_number]


def test_the_text_in_every_cell_is_the_row_in_reading_order(printed):
    with pypdfium2.PdfDocument(printed.content) as document:
        for row, place in zip(printed.rows, printed.cells, strict=True):
            found = _text_in_cell(document[place.sheet - 1], printed.stock, place.cell)
            if _runs_left(row):  # readers order blanks, digits and brackets beside such words as they like, never the letters of a word
                names = " ".join((row.recipient, *row.address_lines)).split()
                assert all(word in found for word in names), row
                assert sorted(found) == sorted(_expected(row)), row
            else:
                assert found == _expected(row)


def test_ink_keeps_the_inner_margin_of_every_cell(printed):
    for place in printed.cells:
        assert _margin_left(_cell(printed.pages[place.sheet - 1], printed.stock, place.cell)) >= INNER_MARGIN_MM - TOLERANCE_MM, place


def test_used_and_free_cells_stay_blank(printed):
    stock = printed.stock
    written = {(place.sheet, place.cell) for place in printed.cells}
    for number, page in enumerate(printed.pages, start=1):
        blank = [cell for cell in range(1, stock.cells_per_page + 1) if (number, cell) not in written]
        assert all(_ink(_cell(page, stock, cell)) is None for cell in blank)


def test_nothing_is_printed_between_the_cells(printed):
    stock = printed.stock
    for page in printed.pages:
        rest = page.copy()
        for cell in range(1, stock.cells_per_page + 1):
            x, y = stock.cell_origin(cell)
            rest.paste(255, (_dots(x), _dots(y), _dots(x + stock.cell_width_mm), _dots(y + stock.cell_height_mm)))
        assert _ink(rest) is None


def test_bars_begin_within_three_tenths_of_a_millimetre_of_the_geometry(printed):
    for row, place in zip(printed.rows, printed.cells, strict=True):
        assert _bars_off(printed.pages[place.sheet - 1], printed.stock, place, row) <= TOLERANCE_MM, place


@pytest.mark.parametrize("shift", [(0.5, 0.0), (0.0, 0.5)])
def test_a_printer_that_is_half_a_millimetre_off_would_be_noticed(shift, make_rows, pictures):
    rows = make_rows(14)
    (page,) = pictures(render_label_sheets(rows, stock=L7163, language="zh", printer=Printer(shift_x_mm=shift[0], shift_y_mm=shift[1])))
    assert all(_bars_off(page, L7163, CellPlace(1, cell), row) > TOLERANCE_MM for cell, row in enumerate(rows, start=1))


def test_words_that_leave_the_inner_margin_would_be_noticed(make_rows, pictures):
    (page,) = pictures(render_label_sheets(make_rows(14), stock=L7163, language="zh", printer=Printer(shift_x_mm=-2.0)))
    assert all(_margin_left(_cell(page, L7163, cell)) < INNER_MARGIN_MM - TOLERANCE_MM for cell in range(1, 15))


def test_a_bar_that_is_missing_would_be_noticed(make_rows, pictures):
    (row,) = make_rows(1)
    (page,) = pictures(render_label_sheets([row], stock=L7163, language="zh"))
    (bars,) = lay_out(row, L7163, language="zh").bars
    x, y = L7163.cell_origin(1)
    left, top = x + bars.x_mm + bars.width_mm / 2, y + bars.y_mm
    page.paste(255, (_dots(left), _dots(top), _dots(left + 2), _dots(top + bars.height_mm)))
    assert _read(_cell(page, L7163, 1)) == []


def test_words_in_another_cell_would_be_noticed(make_rows):
    rows = make_rows(2)
    with pypdfium2.PdfDocument(render_label_sheets(rows, stock=L7163, language="zh")) as document:
        assert _text_in_cell(document[0], L7163, 2) == _expected(rows[1]) != _expected(rows[0])


def test_pages_have_the_size_of_the_stock(printed):
    stock, pages = printed.stock, printed.pages
    assert len(pages) == printed.cells[-1].sheet
    assert all(abs(page.width - stock.page_width_mm * DOTS_PER_MM) <= 2 for page in pages)
    assert all(abs(page.height - stock.page_height_mm * DOTS_PER_MM) <= 2 for page in pages)


LONG_NAMES = ("长" * 50, "Wolfeschlegelsteinhausenbergerdorff" + "x" * 15, "Maria del Carmen " * 2 + "Fernandez-Villaverde")
LONG_ADDRESSES = (("内蒙古自治区" * 16,), ("1234 Extraordinarily Long Boulevard Name, " * 3,), ("W" * 60,))


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
@pytest.mark.parametrize("name", LONG_NAMES, ids=len)
@pytest.mark.parametrize("lines", LONG_ADDRESSES, ids=["han", "latin", "unbroken"])
def test_long_names_and_addresses_stay_in_their_cell(stock, name, lines, make_rows, pictures, words):
    row = replace(make_rows(1)[0], recipient=name, address_lines=lines)
    content = render_label_sheets([row], stock=stock, language="zh")
    (page,) = pictures(content)
    left, top, right, bottom = _ink(_cell(page, stock, 1))
    margin = _dots(INNER_MARGIN_MM - TOLERANCE_MM)
    assert left >= margin and top >= margin
    assert right <= _dots(stock.cell_width_mm) - margin and bottom <= _dots(stock.cell_height_mm) - margin
    assert "".join(name.split()) in words(content) and "".join(clean(lines[0]).split()) in words(content)
    assert [code.text for code in _read(_cell(page, stock, 1))] == [row.parcel_number]


def test_chunks_change_nothing_on_paper(make_rows, words, pictures):
    rows = make_rows(30)
    whole = render_label_sheets(rows, stock=L7163, language="zh", start_cell=5)
    chunked = render_label_sheets(rows, stock=L7163, language="zh", start_cell=5, chunk=14)
    assert words(chunked) == words(whole)
    assert [page.tobytes() for page in pictures(chunked)] == [page.tobytes() for page in pictures(whole)]


def test_progress_is_told_after_every_chunk(make_rows):
    told = []
    render_label_sheets(make_rows(30), stock=L7163, language="zh", chunk=14, progress=lambda *figures: told.append(figures))
    assert told == [(14, 30), (28, 30), (30, 30)]


def test_spoiled_cells_of_the_first_sheet_are_left_out():
    cells = list(places(4, L7163, start_cell=11, spoiled_cells={12, 14}))
    assert cells == [CellPlace(1, 11), CellPlace(1, 13), CellPlace(2, 1), CellPlace(2, 2)]


@pytest.mark.parametrize("start_cell", [0, 15, -1])
def test_a_start_cell_off_the_sheet_is_refused(start_cell, make_rows):
    with pytest.raises(ValueError, match="start cell"):
        render_label_sheets(make_rows(1), stock=L7163, language="zh", start_cell=start_cell)


def test_a_shift_moves_text_and_bars_together(make_rows, pictures):
    rows = make_rows(1)
    (before,), (after,) = (
        pictures(render_label_sheets(rows, stock=THERMAL_100X150, language="zh", printer=Printer(shift_x_mm=x, shift_y_mm=y)))
        for x, y in ((0, 0), (1, 2))
    )
    moved = tuple(b - a for a, b in zip(_ink(before), _ink(after), strict=True))
    assert moved == pytest.approx((_dots(1), _dots(2), _dots(1), _dots(2)), abs=1)


def test_no_rows_print_no_sheet():
    with pytest.raises(ValueError, match="no labels"):
        render_label_sheets([], stock=L7163, language="zh")


WIDTHS = ("王羲羲羲", "Alexandra Montgomery", "Владимир Қосжанов", "ئۈرۈمچى شەھىرى", "བོད་རང་སྐྱོང་ལྗོངས", "ᠮᠣᠩᠭᠣᠯ ᠤᠨ", "ꆈꌠꉙꁧ", "Łódź Ặ Ǆ")


@pytest.mark.parametrize("words", WIDTHS)
def test_words_are_as_wide_on_paper_as_they_were_measured(words, make_rows, pictures):
    row = replace(make_rows(1)[0], address_lines=(words,))
    (page,) = pictures(render_label_sheets([row], stock=THERMAL_100X150, language="zh"))
    (placed,) = [each for each in lay_out(row, THERMAL_100X150, language="zh").runs if each.text == words]
    span = Span(placed.text, placed.points, placed.is_bold)
    above, below = span.reach_mm
    line = page.crop((0, _dots(placed.y_mm - above), page.width, _dots(placed.y_mm + below)))
    left, _, right, _ = _ink(line)
    bearing = span.points / 72 * 25.4 * 0.12
    assert abs(left / DOTS_PER_MM - placed.x_mm) <= bearing
    assert abs(right / DOTS_PER_MM - placed.x_mm - span.width_mm) <= bearing
