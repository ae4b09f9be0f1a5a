"""Every sheet of the makers' table on paper: its cells lie where the table says, and its symbols are read back from a bad copy."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from reports.barcodes.symbols import Symbol
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.printers import Printer
from reports.labels.rows import LabelRow, LabelStock
from reports.labels.sheets import render_label_sheets
from reports.pdf.pages import Block
from tests.reports.paper_and_scan import as_printed, as_scanned, cell_of, makers_stocks, read_by_both
from tests.reports.stocks import L7160, STOCKS

FINE = 600
"""Dots an inch of the picture that is measured: a dot is 0.042 mm."""
MOST_MM = 0.2
SAMPLE, MORE = slice(0, None, 90), slice(0, None, 1)
"""Of the table: what a commit waits for, and what `make proof` does."""
NUMBERS = ("PX2611220000014", "PX2611220000022")
ROWS = [LabelRow(number, "欧阳晓明", "310012", ("浙江省杭州市西湖区", "文三路90号"), sender="西湖服务网点") for number in NUMBERS]


@dataclass(frozen=True)
class Corner:
    """Where the symbol of a label begins, in mm from the corner of its cell, and how wide a module is."""

    x: float
    y: float
    module: float


def label_of(stock: LabelStock, dpi: int = FINE) -> Block | None:
    """The label as it is laid out; None for a stock that it does not fit."""
    try:
        return lay_out(ROWS[0], stock, language="zh", dpi=dpi)
    except LabelDoesNotFit:
        return None


def corner(label: Block) -> Corner:
    one = (*label.bars, *label.squares)[0]
    return Corner(one.x_mm, one.y_mm, one.module_mm)


def origin(stock: LabelStock, column: int, row: int) -> tuple[float, float]:
    """The corner of a cell by the figures of the table alone."""
    right = stock.left_mm + column * (stock.cell_width_mm + stock.column_gap_mm)
    return right, stock.top_mm + row * (stock.cell_height_mm + stock.row_gap_mm)


def off(page: Image.Image, begins: Corner, at: tuple[float, float]) -> float:
    """By how many mm the symbol begins elsewhere than there: its first bar is black from its corner on."""
    left, top = at[0] + begins.x, at[1] + begins.y
    around = 0.6
    part = cell_of(page, (left - around, top - around), (around + begins.module * 1.5, around + 1), FINE)
    box = ImageOps.invert(part).getbbox()
    if box is None:
        return 99.0
    return max(abs(box[0] * 25.4 / FINE - around), abs(box[1] * 25.4 / FINE - around))


def first_and_last(stock: LabelStock) -> Iterator[tuple[bytes, tuple[float, float]]]:
    """A sheet with a label in its first cell, one with a label in its last, and where these cells begin."""
    for cell, place in ((1, (0, 0)), (stock.cells_per_page, (stock.columns - 1, stock.rows - 1))):
        yield render_label_sheets(ROWS[:1], stock=stock, language="zh", start_cell=cell, printer=Printer(FINE)), origin(stock, *place)


def misplaced(stocks: list[LabelStock]) -> tuple[list[tuple[str, float]], int]:
    """Stocks of which a cell is more than MOST_MM elsewhere, and how many were looked at."""
    wrong, looked = [], 0
    for stock in stocks:
        label = label_of(stock)
        if label is None:
            continue
        looked += 1
        for pdf, place in first_and_last(stock):
            (page,) = as_printed(pdf, FINE)
            missed = off(page, corner(label), place)
            if missed > MOST_MM:
                wrong.append((stock.code, round(missed, 2)))
    return wrong, looked


@pytest.mark.parametrize(("part", "least"), [(SAMPLE, 3), pytest.param(MORE, 300, marks=pytest.mark.proof)])
def test_the_cells_of_a_stock_lie_where_its_table_says(part: slice, least: int) -> None:
    wrong, looked = misplaced([*STOCKS.values(), *makers_stocks()][part])
    assert wrong == [] and looked >= least


def test_control_a_sheet_that_is_three_tenths_of_a_millimetre_off_is_noticed() -> None:
    label, (pdf, place) = label_of(L7160), list(first_and_last(L7160))[1]
    (page,) = as_printed(pdf, FINE)
    assert label and off(page, corner(label), place) <= MOST_MM
    assert off(page, corner(label), (place[0] - 0.3, place[1])) > MOST_MM
    assert off(page, corner(label), (place[0], place[1] + 0.3)) > MOST_MM


def alike(stocks: list[LabelStock]) -> list[LabelStock]:
    """One stock of each size of cell: what is printed in it depends on nothing else."""
    return list({(stock.cell_width_mm, stock.cell_height_mm, stock.kind, stock.least_points): stock for stock in stocks}.values())


def unread(stocks: list[LabelStock], symbol: Symbol, dpi: int, folder: Path) -> tuple[list[tuple[str, list[str], list[str]]], int]:
    """Stocks of which a reader does not find the number on the copy, with what both found; and how many were looked at."""
    wrong, looked = [], 0
    for stock in stocks:
        if label_of(with_symbol := replace(stock, symbol=symbol), dpi) is None:
            continue
        looked += 1
        pdf = render_label_sheets(ROWS[:1], stock=with_symbol, language="zh", printer=Printer(dpi))
        (page,) = as_printed(pdf, dpi)
        cell = cell_of(page, stock.cell_origin(1), (stock.cell_width_mm, stock.cell_height_mm), dpi)
        found = read_by_both(as_scanned(cell, dpi, spread=True), folder, symbol)
        if found != ([NUMBERS[0]], [NUMBERS[0]]):
            wrong.append((stock.code, *found))
    return wrong, looked


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("symbol", Symbol)
def test_two_readers_read_a_copy_with_spread_ink(symbol: Symbol, dpi: int, tmp_path: Path) -> None:
    assert unread([L7160], symbol, dpi, tmp_path) == ([], 1)


@pytest.mark.proof
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("symbol", Symbol)
def test_two_readers_read_a_copy_of_every_stock_with_spread_ink(symbol: Symbol, dpi: int, tmp_path: Path) -> None:
    wrong, looked = unread(alike([*STOCKS.values(), *makers_stocks()]), symbol, dpi, tmp_path)
    assert wrong == [] and looked > 100


def test_control_bars_that_cannot_be_read_are_noticed(tmp_path: Path) -> None:
    (page,) = as_printed(render_label_sheets(ROWS[:1], stock=L7160, language="zh", printer=Printer(203)), 203)
    cell = cell_of(page, L7160.cell_origin(1), (L7160.cell_width_mm, L7160.cell_height_mm), 203)
    smeared = cell.resize((cell.width // 3, cell.height)).resize(cell.size)
    assert read_by_both(as_scanned(smeared, 203, spread=True), tmp_path) != ([NUMBERS[0]], [NUMBERS[0]])
