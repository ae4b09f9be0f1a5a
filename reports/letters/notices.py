"""Letters to residents: decisions, requests, where the card is. One or many of them, each on its own sheet, its address in the window."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.letters import windows
from reports.letters.rows import NoticeRow
from reports.pdf import renderer
from reports.text.characters import clean
from reports.text.line_breaking import MM_PER_POINT, wrap
from reports.text.spelling import printable

TYPE_SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)
"""Points that are tried for an address, the largest that fits first; 7 is what a postman reads."""
LEADING = 1.3
"""Height of a line in its type size; what stands higher (Tibetan) has its own room in that."""


class AddressTooLong(ValueError):
    """An address does not fit into the window in the smallest type; the words name the letter alone."""

    def __init__(self, number: str):
        self.number = number
        super().__init__(f"{number}: the address does not fit into the window of an envelope")


@dataclass(frozen=True)
class Address:
    """An address as it is set."""

    lines: tuple[str, ...]
    points: float


def notice_letters(rows: Sequence[NoticeRow]) -> bytes:
    """Return the letters as one PDF, in the order of `rows`; a character that no print font has is spelled out.

    Raises AddressTooLong.
    """
    spelled = [_spelled(row) for row in rows]
    sheets = [(row, set_address(row.recipient, number=row.reference)) for row in spelled]
    box = windows.address_box()
    html = renderer.document(
        "letters/notices.html", language=spelled[0].language, sheets=sheets, box=box, folds=windows.folds(), leading=LEADING
    )
    css = renderer.style("paper.css", "letters/notices.css")
    first = spelled[0]
    return renderer.render(html, css=css, number=first.reference, recipient=first.resident)


def set_address(recipient: Sequence[str], *, number: str) -> Address:
    """Break an address into lines that fit the window, in the largest type that does. Raises AddressTooLong, naming `number`."""
    box = windows.address_box()
    for points in TYPE_SIZES:
        lines = tuple(line for part in recipient for line in wrap(clean(part), points=points, width_mm=box.width))
        if len(lines) * points * LEADING * MM_PER_POINT <= box.height:
            return Address(lines, points)
    raise AddressTooLong(number)


def _spelled(row: NoticeRow) -> NoticeRow:
    """The row as it can be printed; the name in the address is spelled as the name of the resident is."""
    spelled = printable(row, row.resident_latin)
    named = tuple(spelled.resident if line == row.resident else one for line, one in zip(row.recipient, spelled.recipient, strict=True))
    return replace(spelled, recipient=named)
