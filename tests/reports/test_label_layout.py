"""Texts of any kind fit their cell or are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.barcodes.code128 import QUIET_MODULES
from reports.labels.designs import design_for
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.lines import Span
from reports.labels.rows import LabelRow
from reports.text.characters import clean
from reports.text.line_breaking import MM_PER_POINT, wrap
from tests.reports.stocks import STOCKS

LETTERS = st.characters(categories=("L", "N", "P", "Zs"), max_codepoint=0xFFFF) | st.sampled_from("王羲市区路 -,，。Ww")
NAMES = st.text(LETTERS, min_size=1, max_size=60).filter(lambda name: name.strip())
ADDRESSES = st.lists(st.text(LETTERS, min_size=1, max_size=66), min_size=1, max_size=3).map(tuple)


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
@given(name=NAMES, lines=ADDRESSES)
@settings(max_examples=60, deadline=None)
def test_no_line_is_wider_and_no_label_higher_than_its_cell(stock, name, lines):
    style = design_for("", stock).style(stock)
    try:
        layout = lay_out(LabelRow("PX1", name, "310012", lines, sender="网点"), stock, language="zh")
    except LabelDoesNotFit:
        return
    (bars,) = layout.bars
    for placed in layout.runs:
        span = Span(placed.text, placed.points, placed.is_bold)
        above, below = span.reach_mm
        assert placed.x_mm >= style.margin_x - 0.01
        assert placed.x_mm + span.width_mm <= stock.cell_width_mm - style.margin_x + 0.01
        assert placed.y_mm - above >= style.margin_y - 0.01
        assert placed.y_mm + below <= stock.cell_height_mm - style.margin_y + 0.01
        assert placed.y_mm + below + style.gap <= bars.y_mm + 0.01 or placed.y_mm - above >= bars.y_mm + bars.height_mm + style.gap - 0.01


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_bars_keep_their_quiet_zones_inside_the_cell(stock):
    for number in ("1", "PX2026112200001", "PXABCDEFGHIJ123"):
        (bars,) = lay_out(LabelRow(number, "王伟", "", ("路",)), stock, language="zh").bars
        quiet = QUIET_MODULES * bars.module_mm
        assert bars.module_mm >= 0.25
        assert bars.x_mm >= quiet
        assert bars.x_mm + bars.width_mm + quiet <= stock.cell_width_mm


def test_an_address_is_set_bigger_where_it_is_short():
    rows = [LabelRow("PX1", "王伟", "", (words,)) for words in ("文三路1号", "文三路" * 40)]
    short, long = (lay_out(row, STOCKS["L7160"], language="zh").runs[0].points for row in rows)
    assert short > long


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("aaaa bbbb cccc", ["aaaa bbbb", "cccc"]),
        ("浙江省杭州市西湖区", ["浙江省杭州市", "西湖区"]),
        ("文三路一二三，四五", ["文三路一二", "三，四五"]),
        ("abcdefghijklmnopqrst", ["abcdefghijkl", "mnopqrst"]),
        ("文三路九十号园座", ["文三路九十", "号园座"]),
        ("བོད་རང་སྐྱོང་ལྗོངས་ལྷ་ས་གྲོང་ཁྱེར།", ["བོད་རང་སྐྱོང་", "ལྗོངས་ལྷ་ས་", "གྲོང་ཁྱེར།"]),
        ("ئۈرۈمچى شەھىرى تىيانشان", ["ئۈرۈمچى", "شەھىرى", "تىيانشان"]),
        ("", []),
    ],
)
def test_lines_break_where_a_reader_expects_it(words, lines):
    assert wrap(words, points=10, width_mm=6.2 * 10 * MM_PER_POINT) == lines


def test_a_bold_line_counts_its_own_widths():
    assert Span("WWW", 10, is_bold=True).width_mm > Span("WWW", 10).width_mm


SCRIPTS = st.sampled_from("王羲市区 -,。ａWwéŁẶЖҚئۈرىa\u0f66\u0f90\u0fb1\u0f7c\u0f0b\u1830\u1820ꆈ𠮷")


@given(words=st.text(SCRIPTS, max_size=120).map(clean), ems=st.floats(1.5, 30))
@settings(max_examples=150, deadline=None)
def test_no_character_is_lost_where_a_line_breaks(words, ems):
    lines = wrap(words, points=10, width_mm=ems * 10 * MM_PER_POINT)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(line == line.strip() and line for line in lines)
