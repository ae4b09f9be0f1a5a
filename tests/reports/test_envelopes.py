"""Envelopes of GB/T 1416: what the standard keeps free stays free, whatever stands on them."""

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.labels.envelopes import BARCODE_MM, BOX_HEIGHT, BOX_WIDTH, BOX_Y, READING_MM
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.lines import Span
from reports.labels.rows import Kind, LabelRow, LabelStock
from reports.labels.sheets import render_label_sheets
from reports.pdf.pages import Block, TextRun

SIZES = {"DL": (220, 110), "ZL": (230, 120), "C5": (229, 162), "C4": (324, 229)}
ENVELOPES = [
    LabelStock(code, width, height, 1, 1, 0, 0, width, height, kind=kind, least_points=6.5)
    for code, (width, height) in SIZES.items()
    for kind in (Kind.PRINTED_ENVELOPE, Kind.BLANK_ENVELOPE)
]
ROW = LabelRow(
    "PX2611220000014-12", "欧阳晓明", "310012", ("浙江省杭州市西湖区", "文三路90号"), phone_masked="*******0433",
    sender="西湖服务网点 文三路1号 310013", sender_postcode="310013",
)  # fmt: skip
LETTERS = st.sampled_from("王羲市区路 -,，。WwئۈрЖ12345")
Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def area(run: TextRun) -> Area:
    span = Span(run.text, run.points, run.is_bold)
    above, below = span.reach_mm
    return run.x_mm, run.y_mm - above, run.x_mm + span.width_mm, run.y_mm + below


def areas(block: Block) -> list[Area]:
    """Whatever is printed, but for the postcode and its boxes."""
    words = [area(run) for run in block.runs if run.y_mm > READING_MM[1] or run.x_mm > READING_MM[0]]
    shapes = (*block.bars, *block.boxes)
    return words + [(one.x_mm, one.y_mm, one.x_mm + one.width_mm, one.y_mm + one.height_mm) for one in shapes]


def touch(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def kept_free(stock: LabelStock) -> list[Area]:
    near, far, deep = BARCODE_MM
    width, height = stock.cell_width_mm, stock.cell_height_mm
    return [(0, 0, *READING_MM), (width - far, height - deep, width - near, height)]


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("stock", ENVELOPES, ids=lambda stock: f"{stock.code}-{stock.kind}")
@given(name=st.text(LETTERS, min_size=1, max_size=55), lines=st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=3))
@settings(max_examples=8, deadline=None)
def test_what_the_standard_keeps_free_stays_free_and_nothing_leaves_the_envelope(stock, dpi, name, lines):
    row = replace(ROW, recipient=f"王{name}", address_lines=(f"路{lines[0]}", *lines[1:]))
    try:
        block = lay_out(row, stock, language="zh", dpi=dpi)
    except LabelDoesNotFit:
        return
    printed = areas(block)
    assert not [(one, free) for one in printed for free in kept_free(stock) if touch(one, free)]
    assert all(x >= 0 and y >= 0 and right <= stock.cell_width_mm and bottom <= stock.cell_height_mm for x, y, right, bottom in printed)
    assert min(run.points for run in block.runs if run.text != ROW.parcel_number) >= stock.least_points


def test_control_words_in_a_strip_that_is_kept_free_are_noticed():
    left, top, _right, _bottom = kept_free(ENVELOPES[0])[1]
    assert touch(area(TextRun("王", 12, False, left + 3, top + 8)), kept_free(ENVELOPES[0])[1])


def test_a_common_address_fits_every_envelope():
    assert all(lay_out(ROW, stock, language=language) for stock in ENVELOPES for language in ("zh", "en"))


@pytest.mark.parametrize("stock", ENVELOPES, ids=lambda stock: f"{stock.code}-{stock.kind}")
def test_each_digit_of_the_postcode_stands_in_a_box(stock):
    block = lay_out(ROW, stock, language="zh")
    digits = [run for run in block.runs if run.y_mm < READING_MM[1] and run.x_mm < READING_MM[0]]
    assert "".join(run.text for run in digits) == ROW.postcode
    for run in digits:
        left, _top, right, _bottom = area(run)
        assert right - left < BOX_WIDTH and BOX_Y < run.y_mm < BOX_Y + BOX_HEIGHT
    assert len(block.red) == (24 if stock.kind == Kind.BLANK_ENVELOPE else 0)


def test_a_postcode_of_another_length_stands_with_the_address():
    block = lay_out(replace(ROW, postcode="SW1A 1AA"), ENVELOPES[0], language="en")
    (run,) = [run for run in block.runs if run.text == "SW1A 1AA"]
    assert run.y_mm > READING_MM[1]


def test_the_postcode_of_the_sender_stands_once_in_its_corner():
    words = [run.text for run in lay_out(ROW, ENVELOPES[0], language="zh").runs]
    assert [one for one in words if "310013" in one] == ["邮政编码 310013"]


@pytest.mark.parametrize("stock", ENVELOPES[::2], ids=lambda stock: stock.code)
def test_an_envelope_is_one_page_across_and_its_number_is_read(stock, pictures):
    (page,) = pictures(render_label_sheets([ROW], stock=stock, language="zh"))
    assert page.width > page.height and [code.text for code in zxingcpp.read_barcodes(page)] == [ROW.parcel_number]


def test_the_boxes_of_a_blank_envelope_are_printed_in_red():
    with pypdfium2.PdfDocument(render_label_sheets([ROW], stock=ENVELOPES[1], language="zh")) as document:
        page = document[0].render(scale=300 / 72).to_pil().convert("RGB")
    red, green, blue = page.getpixel((round(12.15 / 25.4 * 300), round(14 / 25.4 * 300)))
    assert red > 180 and green < 90 and blue < 90


@pytest.mark.parametrize("changes", [{"columns": 2, "cell_width_mm": 110}, {"left_mm": 1, "cell_width_mm": 219}], ids=str)
def test_an_envelope_is_one_label(changes):
    with pytest.raises(ValueError, match="envelope"):
        replace(ENVELOPES[0], **changes)
