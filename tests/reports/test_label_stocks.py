"""Label stocks lie on their page."""

from dataclasses import replace

import pytest

from tests.reports.stocks import L7160, L7163, STOCKS, THERMAL_100X150


@pytest.mark.parametrize(
    ("stock", "cells", "size"),
    [(L7163, 14, (99.1, 38.1)), (L7160, 21, (63.5, 38.1)), (THERMAL_100X150, 1, (100, 150))],
    ids=lambda value: getattr(value, "code", ""),
)
def test_the_three_stocks_have_their_measures(stock, cells, size):
    assert stock.cells_per_page == cells
    assert (stock.cell_width_mm, stock.cell_height_mm) == size


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_cells_lie_centred_on_the_page(stock):
    x, y = stock.cell_origin(stock.cells_per_page)
    right, bottom = stock.page_width_mm - x - stock.cell_width_mm, stock.page_height_mm - y - stock.cell_height_mm
    assert right == pytest.approx(stock.left_mm, abs=0.11) and bottom == pytest.approx(stock.top_mm, abs=0.11)


def test_cells_are_counted_row_by_row():
    assert L7163.cell_origin(3) == pytest.approx((4.67, 15.15 + 38.1))


@pytest.mark.parametrize(
    "changes",
    [{"columns": 3}, {"rows": 8}, {"left_mm": 20}, {"top_mm": -1}, {"rows": 0}, {"cell_width_mm": 0}, {"row_gap_mm": 9},
     {"cell_height_mm": float("nan")}, {"page_width_mm": float("inf")}],
    ids=str,
)  # fmt: skip
def test_cells_outside_the_page_are_refused(changes):
    with pytest.raises(ValueError, match="L7163"):
        replace(L7163, **changes)
