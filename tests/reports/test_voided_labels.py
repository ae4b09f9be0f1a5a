"""Sheets printed before, once more: void labels are taken out of their cells and named; the others are the same to the last stroke."""

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from reports.barcodes.symbols import Symbol
from reports.labels.rows import CellPlace
from reports.labels.sheets import places, render_label_sheets
from reports.labels.voided import OtherSheets, VoidLabel, with_void_cells
from tests.reports.label_rows import PEOPLE, label_row
from tests.reports.stocks import L7163

COUNT = len(PEOPLE) + 7
ROWS = [label_row(index) for index in range(COUNT)]
CELLS = list(places(COUNT, L7163, start_cell=3))


@pytest.fixture(scope="module")
def sheets() -> bytes:
    """Two sheets with every script that people of the office write."""
    return render_label_sheets(ROWS, stock=L7163, language="zh", start_cell=3)


def void(*numbers: int) -> dict[CellPlace, VoidLabel]:
    return {CELLS[number]: VoidLabel(ROWS[number].parcel_number, "已取出") for number in numbers}


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def codes(pdf: bytes) -> set[str]:
    """Every barcode that a scanner reads on the sheets."""
    with pypdfium2.PdfDocument(pdf) as document:
        pictures = [page.render(scale=300 / 72, grayscale=True).to_pil() for page in document]
    return {found.text for one in pictures for found in zxingcpp.read_barcodes(one)}


def test_a_void_label_leaves_its_cell_and_the_barcodes_of_the_others_stay(sheets):
    gone = range(0, COUNT, 5)
    after = with_void_cells(sheets, L7163, CELLS, void(*gone), language="zh")
    assert codes(sheets) - codes(after) == {ROWS[number].parcel_number for number in gone}
    assert len(codes(after)) == COUNT - len(gone)


@pytest.mark.parametrize("number", range(len(PEOPLE)))
def test_nothing_of_its_words_is_left_in_the_file_in_any_script(number, sheets):
    address = "".join(ROWS[number].address_lines[-1].split())
    after = words(with_void_cells(sheets, L7163, CELLS, void(number), language="zh"))
    assert (words(sheets).count(ROWS[number].parcel_number), after.count(ROWS[number].parcel_number)) == (1, 1)
    assert "作废" in after and "已取出" in after
    assert after.count(address) == words(sheets).count(address) - (1 if address in words(sheets) else 0)


def test_its_cell_is_named_in_the_language_of_the_labels(sheets):
    assert "VOID" in words(with_void_cells(sheets, L7163, CELLS, void(0), language="en"))


def test_what_the_others_are_drawn_by_is_not_touched(sheets):
    def drawn(pdf: bytes, page: int) -> list[str]:
        with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
            return [str(one) for one in pikepdf.parse_content_stream(document.pages[page])]

    after = with_void_cells(sheets, L7163, CELLS, void(0), language="zh")
    assert drawn(after, 1) == drawn(sheets, 1)
    before_only = [one for one in drawn(sheets, 0) if one not in set(drawn(after, 0))]
    assert 0 < len(before_only) < len(drawn(sheets, 0)) / 6


def test_a_whole_sheet_can_be_void(sheets):
    first = [number for number, place in enumerate(CELLS) if place.sheet == 1]
    after = with_void_cells(sheets, L7163, CELLS, void(*first), language="zh")
    assert codes(after) == {ROWS[number].parcel_number for number in range(COUNT) if number not in first}


@pytest.mark.parametrize("symbol", [Symbol.QR, Symbol.DATA_MATRIX])
def test_squares_leave_their_cells_too(symbol):
    stock = replace(L7163, symbol=symbol)
    pdf = render_label_sheets(ROWS[:4], stock=stock, language="zh")
    cells = list(places(4, stock))
    after = with_void_cells(pdf, stock, cells, {cells[1]: VoidLabel(ROWS[1].parcel_number, "已取出")}, language="zh")
    assert codes(pdf) - codes(after) == {ROWS[1].parcel_number}


def test_a_stock_that_was_measured_anew_is_noticed(sheets):
    moved = replace(L7163, left_mm=30, cell_width_mm=70)
    with pytest.raises(OtherSheets):
        with_void_cells(sheets, moved, CELLS, void(0), language="zh")


def test_control_without_void_labels_every_barcode_is_there(sheets):
    assert codes(sheets) == {row.parcel_number for row in ROWS}
