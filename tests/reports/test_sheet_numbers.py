"""The number of a sheet stands in a margin that is free of labels, or not at all; the labels stay as they were."""

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from reports.labels.numbers import APART_MM, EDGE_MM, HIGH_MM, WIDE_MM, room_for_number, with_numbers
from reports.labels.sheets import render_label_sheets
from tests.reports.label_rows import label_row
from tests.reports.stocks import L7163, STOCKS

BARE = replace(L7163, code="BARE", left_mm=0, top_mm=0, row_gap_mm=0, cell_height_mm=297 / 7)
BELOW = replace(L7163, code="BELOW", top_mm=0)
LEFT = replace(BARE, code="LEFT", columns=1, left_mm=30)


def is_free(stock, corner) -> bool:
    """Whether a number there keeps off every label, and off what a printer leaves blank."""
    x, y = corner
    if x < EDGE_MM or y < EDGE_MM or y + HIGH_MM > stock.page_height_mm - EDGE_MM or x + WIDE_MM > stock.page_width_mm - EDGE_MM:
        return False
    for cell in range(1, stock.cells_per_page + 1):
        left, top = stock.cell_origin(cell)
        apart_x = x + WIDE_MM <= left - APART_MM + 0.01 or x >= left + stock.cell_width_mm
        apart_y = y + HIGH_MM <= top - APART_MM + 0.01 or y >= top + stock.cell_height_mm + APART_MM - 0.01
        if not (apart_x or apart_y):
            return False
    return True


@pytest.mark.parametrize("stock", [*STOCKS.values(), BARE, BELOW, LEFT], ids=lambda stock: stock.code)
def test_the_number_never_lies_over_a_label_nor_at_the_edge(stock):
    corner = room_for_number(stock)
    assert corner is None or is_free(stock, corner)


def test_where_there_is_room_it_is_found_and_where_there_is_none_nothing_is():
    assert room_for_number(BARE) is None and None not in (room_for_number(L7163), room_for_number(BELOW), room_for_number(LEFT))
    assert [code for code, stock in STOCKS.items() if room_for_number(stock) is None and stock.cells_per_page > 1] == []


def test_control_a_place_over_a_label_is_seen():
    assert not is_free(L7163, (10.0, 30.0)) and not is_free(L7163, (10.0, 1.0))


def test_the_labels_are_the_same_to_the_last_dot_and_the_number_can_be_read():
    before = render_label_sheets([label_row(index) for index in range(16)], stock=L7163, language="zh")
    after = with_numbers(before, L7163, {2: "S26-00017"}, language="zh")
    with pypdfium2.PdfDocument(before) as old, pypdfium2.PdfDocument(after) as new:
        assert "S26-00017" in new[1].get_textpage().get_text_range() and "S26-00017" not in new[0].get_textpage().get_text_range()
        pictures = [[page.render(scale=200 / 72, grayscale=True).to_pil() for page in document] for document in (old, new)]
    assert pictures[0][0].tobytes() == pictures[1][0].tobytes()
    top = round(L7163.top_mm / 25.4 * 200)
    labels = [picture.crop((0, top, *picture.size)) for picture in (pictures[0][1], pictures[1][1])]
    assert labels[0].tobytes() == labels[1].tobytes() and len(zxingcpp.read_barcodes(labels[1])) == 2


def test_a_stock_without_a_margin_takes_no_number():
    with pytest.raises(ValueError, match="margin"):
        with_numbers(render_label_sheets([label_row(0)], stock=BARE, language="zh"), BARE, {1: "S26-00017"}, language="zh")
