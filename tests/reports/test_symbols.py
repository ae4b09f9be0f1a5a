"""Bars, QR and Data Matrix on labels: two readers that know nothing of each other read each back."""

import subprocess
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from reports.barcodes.code128 import BarcodeTooWide
from reports.barcodes.dots import modules_mm
from reports.barcodes.symbols import QUIET_MODULES, SQUARES, WIDEST_MM, Symbol, outlines, rows_of, square
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.rows import LabelRow, LabelStock
from reports.labels.sheets import render_label_sheets
from tests.reports.stocks import L7160, L7163, STOCKS, THERMAL_100X150

DPI = 300
NUMBERS = ("PX2026112200001", "PX2026112200002-12", "PX1")
ZBAR, LIBDMTX = ("zbarimg", "-q", "--raw"), ("dmtxread", "-n", "-m2000")
SECOND_READER = {Symbol.CODE128: ZBAR, Symbol.QR: ZBAR, Symbol.DATA_MATRIX: LIBDMTX}


def rows() -> list[LabelRow]:
    return [LabelRow(number, "欧阳晓明", "310012", ("浙江省杭州市西湖区", "文三路90号"), sender="西湖服务网点") for number in NUMBERS]


def printed(stock: LabelStock, symbol: Symbol) -> bytes:
    return render_label_sheets(rows(), stock=replace(stock, symbol=symbol), language="zh")


def by_second_reader(page: Image.Image, symbol: Symbol, folder) -> list[str]:
    """What zbar (libdmtx for Data Matrix) finds on a picture."""
    page.save(folder / "page.png")
    found = subprocess.run([*SECOND_READER[symbol], str(folder / "page.png")], capture_output=True, check=False, timeout=60)
    return found.stdout.decode().split()


@pytest.mark.parametrize("symbol", Symbol)
@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_two_readers_read_every_number(symbol, stock, pictures, tmp_path):
    pages = pictures(printed(stock, symbol))
    assert sorted(code.text for page in pages for code in zxingcpp.read_barcodes(page)) == sorted(NUMBERS)
    assert sorted(text for page in pages for text in by_second_reader(page, symbol, tmp_path)) == sorted(NUMBERS)


@pytest.mark.parametrize("symbol", SQUARES)
def test_a_square_is_read_from_a_skewed_and_blurred_print_in_black_and_white(symbol, pictures):
    (page,) = pictures(printed(L7163, symbol))
    spoiled = page.rotate(2, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(1)).point(lambda level: 255 if level > 128 else 0)
    assert sorted(code.text for code in zxingcpp.read_barcodes(spoiled)) == sorted(NUMBERS)


@pytest.mark.parametrize("symbol", SQUARES)
@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_the_blank_around_a_square_stays_free_and_within_its_cell(symbol, stock):
    for row in (*rows(), LabelRow("PX3", "王伟", "", ("文三路" * 45,))):
        label = lay_out(row, replace(stock, symbol=symbol), language="zh")
        (one,) = label.squares
        quiet, side = QUIET_MODULES[symbol] * one.module_mm, len(one.rows) * one.module_mm
        assert not label.bars and one.module_mm in modules_mm(WIDEST_MM, dpi=DPI) and one.x_mm >= quiet
        assert one.x_mm + side + quiet <= stock.cell_width_mm
        baselines = [run.y_mm for run in label.runs]
        assert max(y for y in baselines if y <= one.y_mm) <= one.y_mm - quiet
        assert all(y > one.y_mm + side + quiet for y in baselines if y > one.y_mm)


@pytest.mark.parametrize("symbol", SQUARES)
def test_on_paper_each_module_is_black_or_white_as_its_symbol_says(symbol, pictures):
    stock = replace(THERMAL_100X150, symbol=symbol)
    (one,) = lay_out(rows()[0], stock, language="zh").squares
    page, dots = pictures(printed(THERMAL_100X150, symbol))[0], DPI / 25.4
    size = range(len(one.rows))
    left, top = one.x_mm + one.module_mm / 2, one.y_mm + one.module_mm / 2
    places = [[(round((left + x * one.module_mm) * dots), round((top + y * one.module_mm) * dots)) for x in size] for y in size]
    seen = ["".join("1" if page.getpixel(place) < 128 else "0" for place in row) for row in places]
    assert tuple(seen) == one.rows == rows_of(NUMBERS[0], symbol)


@pytest.mark.parametrize("symbol", SQUARES)
def test_the_outlines_of_a_symbol_hold_its_black_modules_and_no_other(symbol):
    modules = rows_of(NUMBERS[0], symbol)
    edges = [edge for one in outlines(modules) for edge in zip(one, [*one[1:], one[0]], strict=True)]
    assert sum(x * after_y - after_x * y for (x, y), (after_x, after_y) in edges) / 2 == sum(row.count("1") for row in modules)


@pytest.mark.parametrize("rows", [("1",), ("10", "01"), ("111", "101", "111"), ("01", "10")], ids=str)
def test_areas_that_touch_at_a_corner_and_holes_are_outlined(rows):
    around = outlines(rows)
    assert all(one[0] != one[-1] for one in around)
    assert sum(map(len, around)) == {("1",): 4, ("10", "01"): 8, ("111", "101", "111"): 8, ("01", "10"): 8}[rows]


@pytest.mark.parametrize("symbol", SQUARES)
def test_a_number_that_is_too_long_for_its_square_is_refused(symbol):
    with pytest.raises(BarcodeTooWide, match="needs"):
        square("X" * 60, symbol, side_mm=6)
    with pytest.raises(LabelDoesNotFit, match="PXXXX"):
        lay_out(LabelRow("P" + "X" * 200, "王伟", "", ("路",)), replace(L7160, symbol=symbol), language="zh")


@pytest.mark.parametrize("number", ["", "王", "A B"])
@pytest.mark.parametrize("symbol", SQUARES)
def test_only_visible_ascii_goes_into_a_square(symbol, number):
    with pytest.raises(ValueError, match="not a number"):
        square(number, symbol, side_mm=30)


def test_control_a_page_that_is_one_blur_is_read_by_neither(pictures, tmp_path):
    (page,) = pictures(printed(L7163, Symbol.DATA_MATRIX))
    covered = page.point(lambda level: 0 if level < 128 else 60).filter(ImageFilter.GaussianBlur(9))
    assert not zxingcpp.read_barcodes(covered) and not by_second_reader(covered, Symbol.DATA_MATRIX, tmp_path)
