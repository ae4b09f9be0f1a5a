"""Bars are whole dots of the printer that was chosen, and are read back after what print and scan do to them."""

from dataclasses import replace
from pathlib import Path

import pytest

from reports.barcodes.dots import LEAST_MM, dot_mm, modules_mm
from reports.barcodes.symbols import Symbol
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.printers import UNMEASURED, Printer, of_placement
from reports.labels.rows import LabelRow, LabelStock
from reports.labels.sheets import render_label_sheets
from tests.reports.paper_and_scan import as_printed, as_scanned, makers_stocks, read_by_both
from tests.reports.stocks import L7160, STOCKS

RESOLUTIONS = (203, 300, 600)
NUMBERS = ("PX2611220000014", "PX2611220000022-2")


def rows() -> list[LabelRow]:
    return [LabelRow(number, "欧阳晓明", "310012", ("浙江省杭州市西湖区", "文三路90号"), sender="西湖服务网点") for number in NUMBERS]


def module_of(stock: LabelStock, dpi: int) -> float | None:
    """Width of a module of the label's bars or square in dots; None for a stock that no such label fits."""
    try:
        label = lay_out(rows()[0], stock, language="zh", dpi=dpi)
    except LabelDoesNotFit:
        return None
    return (*label.bars, *label.squares)[0].module_mm / dot_mm(dpi)


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("symbol", Symbol)
@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_a_module_is_a_whole_number_of_dots(stock, symbol, dpi):
    dots = module_of(replace(stock, symbol=symbol), dpi)
    assert dots is not None and dots == pytest.approx(round(dots), abs=1e-9) and dots * dot_mm(dpi) >= LEAST_MM


@pytest.mark.parametrize(("dpi", "dots"), [(203, [3, 2]), (300, [4, 3]), (600, [8, 7, 6])])
def test_the_widths_of_bars_are_the_whole_dots_next_to_a_third_of_a_millimetre(dpi, dots):
    assert [round(width / dot_mm(dpi)) for width in modules_mm(0.339, dpi=dpi)] == dots


def seen(stock: LabelStock, printer: Printer, folder: Path) -> tuple[list[str], list[str]]:
    """What zxing-cpp and zbar read on the scanned sheets of the two labels."""
    pages = as_printed(render_label_sheets(rows(), stock=stock, language="zh", printer=printer), printer.dpi)
    found = [read_by_both(as_scanned(page, printer.dpi), folder) for page in pages]
    return sorted(text for first, _second in found for text in first), sorted(text for _first, second in found for text in second)


@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_two_readers_read_the_bars_after_print_and_scan(dpi, tmp_path):
    assert seen(L7160, Printer(dpi, 0.37, -0.21, 1.003, 0.998), tmp_path) == (sorted(NUMBERS), sorted(NUMBERS))


@pytest.mark.proof
@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_the_bars_of_every_stock_are_whole_dots_and_read_after_print_and_scan(dpi, tmp_path):
    wrong, read = [], 0
    for stock in (*STOCKS.values(), *makers_stocks()):
        dots = module_of(stock, dpi)
        if dots is None:
            continue
        found = seen(stock, Printer(dpi), tmp_path)
        read += 1
        if abs(dots - round(dots)) > 1e-9 or found != (sorted(NUMBERS), sorted(NUMBERS)):
            wrong.append((stock.code, dots, found))
    assert read > 300 and wrong == []


@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_every_black_run_of_the_bars_is_as_many_dots_wide_as_its_modules(dpi):
    """A bar that is one dot too wide or too narrow beside its neighbours is what makes a reader doubt."""
    printer = Printer(dpi, 0.13, 0.29, 1.004, 0.997)
    (label,) = (lay_out(rows()[0], L7160, language="zh", dpi=dpi),)
    (bars,) = label.bars
    (page,) = as_printed(render_label_sheets(rows()[:1], stock=L7160, language="zh", printer=printer), dpi)
    placed = printer.put(label, *L7160.cell_origin(1))
    y = round((placed.y_mm + bars.y_mm + bars.height_mm / 2) / dot_mm(dpi))
    left, dots = round((placed.x_mm + bars.x_mm) / dot_mm(dpi)), round(bars.module_mm / dot_mm(dpi))
    printed = "".join("1" if page.getpixel((left + x, y)) < 128 else "0" for x in range(len(bars.modules) * dots))
    assert printed == "".join(module * dots for module in bars.modules)


def test_control_modules_that_are_no_whole_dots_are_noticed():
    dots = 0.339 / dot_mm(203)
    assert dots != pytest.approx(round(dots), abs=1e-9)


def test_a_shift_and_a_scale_move_a_cell_and_leave_its_bars_as_wide():
    printer = Printer(300, 1.0, -0.5, 1.01, 0.99)
    label = lay_out(rows()[0], L7160, language="zh", dpi=300)
    placed = printer.put(label, 100, 200)
    assert (placed.x_mm, placed.y_mm) == pytest.approx((102, 197.5), abs=dot_mm(300)) and placed.block is label


def test_a_sheet_says_where_its_cells_lie():
    printer = Printer(203, 1.25, -0.5, 1.002, 0.998)
    told = of_placement(printer.placement)
    assert told.placed(100, 200) == pytest.approx(printer.placed(100, 200), abs=1e-4)
    assert of_placement("") == UNMEASURED
