"""One page that shows what a printer does: rulers and lines to measure, and a barcode of every density that it can print."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.barcodes.code128 import WIDEST_MM, code128
from reports.barcodes.dots import dot_mm, modules_mm
from reports.labels.printers import Printer
from reports.labels.sheets import characters_of
from reports.pdf.drawing import Drawing
from reports.pdf.pages import Bars, Block, Box, Page, PlacedBlock, TextRun
from reports.text.characters import clean
from reports.text.line_breaking import MM_PER_POINT, wrap
from reports.text.words import text

LINE_MM, TICK_MM, MARK_MM = 0.2, 0.15, 12.0
SMALL_POINTS, LEADING, MOST_DENSITIES, LETTER_POINTS = 7.0, 1.4, 4, 9.0


@dataclass(frozen=True)
class Paper:
    """A paper that the page is printed on: its size, how far in the lines stand, how much room a barcode takes, its type."""

    width_mm: float
    height_mm: float
    inset_mm: float
    bar_height_mm: float
    bar_step_mm: float
    points: float

    @property
    def across_mm(self) -> float:
        """Return the distance between the left and the right line (B)."""
        return self.width_mm - 2 * self.inset_mm

    @property
    def down_mm(self) -> float:
        """Return the distance between the upper and the lower line (D)."""
        return self.height_mm - 2 * self.inset_mm


PAPERS = {"a4": Paper(210, 297, 20, 10, 17, 9), "roll": Paper(100, 150, 10, 6, 10.5, 7.5)}
"""A4, and the roll of 100 × 150 mm."""


def test_page(code: str, printer: Printer, paper: Paper, *, language: str, is_corrected: bool) -> bytes:
    """Return the page as PDF, without any correction (to be measured), or placed as `printer` places labels (to be checked)."""
    left, top = printer.placed(paper.inset_mm, paper.inset_mm) if is_corrected else (paper.inset_mm, paper.inset_mm)
    right, bottom = left + paper.across_mm, top + paper.down_mm
    if is_corrected:
        right, bottom = printer.placed(paper.width_mm - paper.inset_mm, paper.height_mm - paper.inset_mm)
    words = list(_words(clean(code), printer, paper, (left, top), language=language, is_corrected=is_corrected))
    below = max(run.y_mm for run in words) + 6
    bars, captions = _densities(printer, paper, left + 14, below, language)
    ticks, numbers = _rulers(left, top, right, bottom)
    block = Block(
        runs=(*words, *captions, *numbers, *_letters(left, top)), bars=bars, boxes=(*_marks(left, top, right, bottom), *ticks)
    )  # fmt: skip
    page = Page(paper.width_mm, paper.height_mm, (PlacedBlock(block, 0, 0),))
    drawing = Drawing(characters_of([page]), title=text("test_page.title", language), language=language)
    drawing.add([page])
    return drawing.finished()


def _marks(left: float, top: float, right: float, bottom: float) -> Iterator[Box]:
    """The four lines that are measured, and a cross at each of their corners."""
    half, arm = LINE_MM / 2, MARK_MM / 2
    for x in (left, right):
        yield Box(x - half, top, LINE_MM, bottom - top)
        yield from (Box(x - arm, y - half, MARK_MM, LINE_MM) for y in (top, bottom))
    for y in (top, bottom):
        yield Box(left, y - half, right - left, LINE_MM)
        yield from (Box(x - half, y - arm, LINE_MM, MARK_MM) for x in (left, right))


def _rulers(left: float, top: float, right: float, bottom: float) -> tuple[list[Box], list[TextRun]]:
    """A tick each millimetre inside the upper and the left line, longer ones at five and ten, numbers at each twenty."""
    ticks, numbers = [], []
    for number in range(1, int(right - left)):
        ticks.append(Box(left + number - TICK_MM / 2, top, TICK_MM, _tick(number)))
        if number % 20 == 0:
            numbers.append(TextRun(str(number), SMALL_POINTS, False, left + number - 1.8, top + 7))
    for number in range(1, int(bottom - top)):
        ticks.append(Box(left, top + number - TICK_MM / 2, _tick(number), TICK_MM))
        if number % 20 == 0:
            numbers.append(TextRun(str(number), SMALL_POINTS, False, left + 5, top + number + 0.9))
    return ticks, numbers


def _tick(number: int) -> float:
    return 4.0 if number % 10 == 0 else 2.5 if number % 5 == 0 else 1.5


def _letters(left: float, top: float) -> Iterator[TextRun]:
    """A and C in the margins, B and D at their lines."""
    places = {"A": (left - 5, top + 40), "B": (left + 30, top - 1.5), "C": (left + 40, top - 5), "D": (left - 5, top + 30)}
    for letter, (x, y) in places.items():
        yield TextRun(letter, LETTER_POINTS, True, x, y)


def _words(
    code: str, printer: Printer, paper: Paper, corner: tuple[float, float], *, language: str, is_corrected: bool
) -> Iterator[TextRun]:  # fmt: skip
    values = {"x": f"{printer.shift_x_mm:+.2f}", "y": f"{printer.shift_y_mm:+.2f}"}
    values |= {"scale_x": f"{printer.scale_x * 1000:.1f}", "scale_y": f"{printer.scale_y * 1000:.1f}"}
    lines = [
        (text("test_page.printer", language, code=code, dpi=printer.dpi), True),
        (text("test_page.corrected", language, **values) if is_corrected else text("test_page.raw", language), False),
        (text("test_page.size", language), False),
        (text("test_page.measure", language), False),
        (text("test_page.scan", language), False),
    ]
    x, y, room = corner[0] + 14, corner[1] + 13, paper.across_mm - 18
    for words, is_bold in lines:
        for piece in wrap(words, points=paper.points, width_mm=room, weight="bold" if is_bold else "regular"):
            yield TextRun(piece, paper.points, is_bold, x, y)
            y += paper.points * LEADING * MM_PER_POINT


def _shown(dpi: int) -> list[float]:
    """The narrowest width of whole dots first; of a printer with many dots every second one."""
    widths = modules_mm(WIDEST_MM, dpi=dpi)[::-1]
    return [*(widths[::2] if len(widths) > MOST_DENSITIES else widths)]


def _densities(printer: Printer, paper: Paper, left: float, top: float, language: str) -> tuple[tuple[Bars, ...], list[TextRun]]:
    """A barcode in each width of whole dots, from the narrowest to that of a parcel's label."""
    dot = dot_mm(printer.dpi)
    bars, captions = [], []
    for number, module in enumerate(_shown(printer.dpi)):
        dots = round(module / dot)
        code = code128(f"TEST{dots:02d}", available_mm=paper.across_mm, widest_mm=module, dpi=printer.dpi)
        y = round((top + number * paper.bar_step_mm) / dot) * dot
        bars.append(Bars(code.modules, code.module_mm, round((left + code.quiet_mm) / dot) * dot, y, paper.bar_height_mm))
        words = text("test_page.density", language, dots=dots, width=f"{module:.3f}")
        captions.append(TextRun(words, SMALL_POINTS, False, left + code.quiet_mm, y + paper.bar_height_mm + 3))
    return tuple(bars), captions
