"""A label as a picture for the screen: the outlines of the very glyphs that are printed, in millimetres."""

from collections.abc import Iterator
from dataclasses import dataclass

import uharfbuzz
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from reports.barcodes.symbols import outlines
from reports.pdf.drawing import boxes_of
from reports.pdf.pages import Block, Box, TextRun
from reports.text import directions, measuring, typefaces
from reports.text.line_breaking import MM_PER_POINT


@dataclass(frozen=True)
class Picture:
    """SVG paths on a canvas of `width_mm` × `height_mm`: words and shapes in black, boxes in red."""

    width_mm: float
    height_mm: float
    words: str
    shapes: str
    red: str


def picture(block: Block, width_mm: float, height_mm: float) -> Picture:
    """Return the picture of a label that has that size."""
    boxes = (*(box for bars in block.bars for box in boxes_of(bars)), *block.boxes)
    squares = (
        "M" + "L".join(f"{one.x_mm + x * one.module_mm:.2f} {one.y_mm + y * one.module_mm:.2f}" for x, y in corners) + "z"
        for one in block.squares
        for corners in outlines(one.rows)
    )
    shapes = "".join((*map(_rectangle, boxes), *squares))
    return Picture(width_mm, height_mm, "".join(map(_drawn, block.runs)), shapes, "".join(map(_rectangle, block.red)))


def _rectangle(box: Box) -> str:
    return f"M{box.x_mm:.2f} {box.y_mm:.2f}h{box.width_mm:.2f}v{box.height_mm:.2f}h{-box.width_mm:.2f}z"


def _drawn(run: TextRun) -> str:
    pen = SVGPathPen(None, ntos=lambda length: f"{length:.2f}")
    x = run.x_mm
    for font, text, is_shaped in _pieces(run):
        scale = run.points * MM_PER_POINT / font.face.upem
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer, None if is_shaped else {"kern": False})
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            corner = (scale, 0, 0, -scale, x + place.x_offset * scale, run.y_mm - place.y_offset * scale)
            font.draw_glyph_with_pen(info.codepoint, TransformPen(pen, corner))
            x += place.x_advance * scale
    return str(pen.getCommands())


def _pieces(run: TextRun) -> Iterator[tuple[uharfbuzz.Font, str, bool]]:
    """The pieces of a run that one font sets, from left to right."""
    weight = "bold" if run.is_bold else "regular"
    found = [(typefaces.font(typeface.file(weight)), text, typeface.is_shaped) for typeface, text in measuring.runs(run.text)]
    return reversed(found) if directions.runs_from_right(run.text) else iter(found)
