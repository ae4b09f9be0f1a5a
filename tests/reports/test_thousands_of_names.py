"""Names and addresses of every script, from one character to sixty: printed whole, inside of their cell, and read back; or stopped by name.

5,000 of them in `make proof`; each commit prints as many as there are cells on a few sheets.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pytest
from PIL import Image, ImageOps

from reports.labels.layout import LabelDoesNotFit, lay_out, unprintable
from reports.labels.rows import LabelRow
from reports.labels.sheets import render_label_sheets
from reports.pdf.pages import Block, TextRun
from reports.text import measuring
from reports.text.characters import clean
from reports.text.line_breaking import MM_PER_POINT
from tests.reports.people_of_all_scripts import HAN, LONGEST, SCRIPTS, people
from tests.reports.stocks import L7163

SOME, MANY = 120, 5_000
SHEETS_AT_ONCE = 20
DPI = 150
STOCK = L7163


@dataclass
class Found:
    """What became of the labels: how many were printed of each script, whom a character or the room stopped, and what is wrong."""

    printed: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def squeezed(words: str) -> str:
    return "".join(clean(words).split())


def looked_at(count: int) -> Found:
    """Print so many, as those of an office are printed: what cannot be is said before, by code point or by the lack of room."""
    found, printable = Found(), []
    for script, row in people(count):
        if missing := unprintable(row):
            found.stopped["character"] += 1
            assert all(one.codepoint == f"U+{ord(one.char):04X}" for one in missing)
            continue
        try:
            label = lay_out(row, STOCK, language="zh")
        except LabelDoesNotFit:
            found.stopped["room"] += 1
            continue
        found.printed[script] += 1
        found.wrong += leaving(row, label)
        printable.append((row, label))
    for first in range(0, len(printable), SHEETS_AT_ONCE * STOCK.cells_per_page):
        found.wrong += on_paper(printable[first : first + SHEETS_AT_ONCE * STOCK.cells_per_page])
    return found


def leaving(row: LabelRow, label: Block) -> Iterator[str]:
    """Words that the layout puts outside of the cell."""
    for run in label.runs:
        left, top, right, bottom = box_of(run)
        if left < 0 or top < 0 or right > STOCK.cell_width_mm or bottom > STOCK.cell_height_mm:
            yield f"{row.parcel_number}: a line leaves the cell"


def box_of(run: TextRun) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of words in mm from the corner of their cell."""
    above, below = (reach * run.points * MM_PER_POINT for reach in measuring.reach(run.text))
    width = measuring.width(run.text, weight="bold" if run.is_bold else "regular") * run.points * MM_PER_POINT
    return run.x_mm, run.y_mm - above, run.x_mm + width, run.y_mm + below


def on_paper(labels: list[tuple[LabelRow, Block]]) -> Iterator[str]:
    """What a reader of the file and an eye on the sheet miss."""
    pdf = render_label_sheets([row for row, _label in labels], stock=STOCK, language="zh")
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            some = labels[number * STOCK.cells_per_page : (number + 1) * STOCK.cells_per_page]
            said = "".join(page.get_textpage().get_text_range().split())
            picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
            yield from _unread(some, said)
            yield from _unseen(some, picture)


def _unread(labels: list[tuple[LabelRow, Block]], said: str) -> Iterator[str]:
    for row, _label in labels:
        if squeezed(row.recipient) not in said:
            yield f"{row.parcel_number}: the name is not read as it was typed"
        if not all(squeezed(line) in said for line in row.address_lines):
            yield f"{row.parcel_number}: the address is not read as it was typed"


def _unseen(labels: list[tuple[LabelRow, Block]], picture: Image.Image) -> Iterator[str]:
    ink, dots = ImageOps.invert(picture).point(lambda level: 255 if level > 100 else 0), DPI / 25.4
    for cell, (row, label) in enumerate(labels, 1):
        x, y = STOCK.cell_origin(cell)
        for run in label.runs:
            left, top, right, bottom = box_of(run)
            part = ink.crop(tuple(round(side * dots) for side in (x + left, y + top, x + right, y + bottom)))  # type: ignore[arg-type]
            if run.text.strip() and part.getbbox() is None:
                yield f"{row.parcel_number}: a line is blank"
        ink.paste(0, tuple(round(side * dots) for side in (x, y, x + STOCK.cell_width_mm, y + STOCK.cell_height_mm)))  # type: ignore[arg-type]
    if ink.getbbox() is not None:
        yield f"{labels[0][0].parcel_number} and after: something is printed beside the cells"


@pytest.mark.parametrize("count", [SOME, pytest.param(MANY, marks=pytest.mark.proof)])
def test_every_name_is_printed_whole_inside_and_read_back_or_stopped(count: int) -> None:
    found = looked_at(count)
    assert found.wrong == []
    assert found.printed.keys() >= {*SCRIPTS} - {"emoji", "rare", "marks"}
    assert found.printed.total() >= count // 2 and found.stopped["character"] > 0


def test_there_are_names_of_one_character_and_of_sixty_and_of_every_block() -> None:
    rows = [row for _script, row in people(2_000)]
    assert {len(row.recipient) for row in rows} >= {1, 2, LONGEST}
    drawn = {name for name, (first, last) in HAN.items() for row in rows for char in row.recipient if first <= ord(char) <= last}
    assert drawn == {*HAN}


def test_control_a_lost_name_a_blank_line_and_ink_beside_a_cell_are_noticed() -> None:
    row = LabelRow("PX1", "王伟", "310012", ("文三路90号",))
    label = lay_out(row, STOCK, language="zh")
    assert len(list(_unread([(row, label)], "王"))) == 2
    white = Image.new("L", (round(210 * DPI / 25.4), round(297 * DPI / 25.4)), 255)
    assert any("blank" in one for one in _unseen([(row, label)], white))
    white.paste(0, (2, 2, 8, 8))
    assert any("beside" in one for one in _unseen([(row, label)], white))
