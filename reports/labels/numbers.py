"""The number of a sheet on the sheet itself: small, in a margin that no label reaches into."""

import io
from collections.abc import Mapping

import pikepdf

from reports.labels.printers import KEY, of_placement
from reports.labels.rows import Kind, LabelStock
from reports.labels.sheets import characters_of
from reports.pdf.drawing import Drawing
from reports.pdf.pages import Block, Page, PlacedBlock, TextRun
from reports.text.characters import clean
from reports.text.words import text

POINTS = 6.0
HIGH_MM, WIDE_MM = 2.2, 16.0
"""What a number needs; S26-00017 is 11 mm wide."""
BASELINE_MM = 1.7
EDGE_MM = 4.3
"""What office printers leave blank at the edges of a page, and a little more."""
APART_MM = 1.0
"""Between the number and the labels: no printer of ours is off by more without being measured."""


def room_for_number(stock: LabelStock) -> tuple[float, float] | None:
    """Return the upper left corner for the number of a sheet, in millimetres; None where no margin is free for it.

    A roll or an envelope is one label a page, known by the label itself.
    """
    if stock.kind != Kind.SHEET or stock.cells_per_page == 1:
        return None
    left = max(stock.left_mm, EDGE_MM)
    below = stock.cell_origin(stock.cells_per_page)[1] + stock.cell_height_mm + APART_MM
    if stock.top_mm - APART_MM - HIGH_MM >= EDGE_MM:
        return left, stock.top_mm - APART_MM - HIGH_MM
    if below + HIGH_MM <= stock.page_height_mm - EDGE_MM:
        return left, below
    if stock.left_mm >= EDGE_MM + WIDE_MM + APART_MM:
        return EDGE_MM, max(stock.top_mm, EDGE_MM)
    return None


def with_numbers(pdf: bytes, stock: LabelStock, numbers: Mapping[int, str], *, language: str) -> bytes:
    """Return the sheets of `pdf` with their numbers in the margin: page, from 1, -> number. The labels stay as they were.

    Pages that are not named (a sheet that has its number already) are left alone. ValueError where the stock has no room.
    """
    corner = room_for_number(stock)
    if corner is None:
        raise ValueError(f"label stock {stock.code} has no margin for a number")
    document = pikepdf.Pdf.open(io.BytesIO(pdf))
    x, y = of_placement(str(document.docinfo.get(KEY, ""))).placed(*corner)
    pages = [
        Page(
            stock.page_width_mm, stock.page_height_mm, (PlacedBlock(Block((TextRun(clean(number), POINTS, False, 0, BASELINE_MM),)), x, y),)
        )
        for number in numbers.values()
    ]
    drawing = Drawing(characters_of(pages), title=text("label.sheet_title", language), language=language)
    drawing.add(pages)
    marks = pikepdf.Pdf.open(io.BytesIO(drawing.finished()))
    for place, page in enumerate(numbers):
        document.pages[page - 1].add_overlay(marks.pages[place], None)
    whole = io.BytesIO()
    document.save(whole, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return whole.getvalue()
