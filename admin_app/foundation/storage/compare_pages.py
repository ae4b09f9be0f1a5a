"""Whether the pages that are kept of a PDF look like the pages that came, and where not. Runs in the sandboxed child."""

from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from admin_app.foundation.storage.doubts import Box

WIDTH = 240
"""Pixels; small print is grey there, and what is missing as a whole is seen."""
VISIBLE = 48
"""Of 255: by how much a softened pixel must differ to count."""
MOST = 0.004
"""Share of the pixels of a page that may differ: 0.4 per cent are about a word of print (docs/figures.md)."""
SOFT = ImageFilter.BoxBlur(1)
CELL = 8
"""Pixels: what differs is marked in squares of this size, joined where they touch."""
MOST_BOXES = 12
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)

Cell = tuple[int, int]


class Compared(NamedTuple):
    """By how much two drawings of a page differ, as parts of its pixels, and where."""

    share: float
    lost: float
    added: float
    boxes: tuple[Box, ...]


def differences(original: bytes, kept: bytes) -> list[Compared] | None:
    """For each page how it differs; None where PDFium cannot draw one of the two (qpdf mended what came)."""
    try:
        before = pypdfium2.PdfDocument(original)
    except pypdfium2.PdfiumError:
        return None
    after = pypdfium2.PdfDocument(kept)
    try:
        before.init_forms()
        return [compared(_drawn(before[number], with_form=True), _drawn(page, with_form=False)) for number, page in enumerate(after)]
    except pypdfium2.PdfiumError:
        return None
    finally:
        before.close()
        after.close()


def _drawn(page: pypdfium2.PdfPage, *, with_form: bool) -> Image.Image:
    across, down = page.get_size()
    scale = min(WIDTH / across, 4 * WIDTH / down)
    return page.render(scale=scale, may_draw_forms=with_form, grayscale=True).to_pil().convert("L")


def difference(before: Image.Image, after: Image.Image) -> float:
    """The share of pixels in which two grey drawings of a page visibly differ; 1 if they are of different shape."""
    return compared(before, after).share


def compared(before: Image.Image, after: Image.Image) -> Compared:
    """How two grey drawings of a page differ; wholly if they are of different shape."""
    if max(abs(before.width - after.width), abs(before.height - after.height)) > 1:
        return Compared(1.0, 0.0, 0.0, (WHOLE,))
    after = after.crop((0, 0, *before.size)) if after.size != before.size else after
    soft_before, soft_after, pixels = before.filter(SOFT), after.filter(SOFT), before.width * before.height
    lost, added = (_visible(ImageChops.subtract(*pair)) for pair in ((soft_after, soft_before), (soft_before, soft_after)))
    either = ImageChops.lighter(lost, added)
    lost_share, added_share, share = (sum(one.histogram()[1:]) / pixels for one in (lost, added, either))
    return Compared(share, lost_share, added_share, _boxes(either) if share > MOST else ())


def _visible(apart: Image.Image) -> Image.Image:
    return apart.point(lambda value: 255 if value >= VISIBLE else 0)


def _boxes(apart: Image.Image) -> tuple[Box, ...]:
    """Boxes around what differs, as parts of the page; one around all of it where they are many."""
    across, down = -(-apart.width // CELL), -(-apart.height // CELL)
    padded = Image.new("L", (across * CELL, down * CELL))
    padded.paste(apart)
    cells = padded.reduce(CELL).point(lambda value: 255 if value else 0)
    marked = {(at % across, at // across) for at, value in enumerate(cells.tobytes()) if value}
    groups = list(_joined(marked))
    groups = groups if len(groups) <= MOST_BOXES else [marked]
    return tuple(_around(group, apart.size) for group in groups)


def _joined(marked: set[Cell]) -> Iterator[set[Cell]]:
    """Groups of cells that touch, the topmost first."""
    left = set(marked)
    while left:
        group, edge = set(), {min(left, key=lambda cell: (cell[1], cell[0]))}
        while edge:
            group |= edge
            left -= edge
            edge = {(x + dx, y + dy) for x, y in edge for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & left
        yield group


def _around(group: set[Cell], size: tuple[int, int]) -> Box:
    columns, lines = [x for x, _y in group], [y for _x, y in group]
    edges = (min(columns) / size[0], min(lines) / size[1], (max(columns) + 1) / size[0], (max(lines) + 1) / size[1])
    left, top, right, bottom = (round(min(1.0, CELL * edge), 4) for edge in edges)
    return left, top, right, bottom
