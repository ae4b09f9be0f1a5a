"""A copy of everything that the office holds about one person, for that person: as many A4 pages as it takes, nothing cut short."""

from collections.abc import Iterator

from reports.letters.rows import PersonCopyRow
from reports.pdf import renderer
from reports.text import dates
from reports.text.spelling import printable


def person_copy(row: PersonCopyRow, language: str) -> bytes:
    """Return the copy as PDF; a character that no print font has is spelled out by its code point."""
    row = printable(row)
    html = renderer.document(
        "letters/person_copy.html", language=language, row=row, made_at=dates.minute(row.made_at, language), pieces=pieces
    )
    return renderer.render(html, css=renderer.style("paper.css", "letters/person_copy.css"), number=row.number, recipient=row.resident)


def pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces that the renderer does not cut short."""
    for start in range(0, len(text), renderer.MAX_VALUE):
        yield text[start : start + renderer.MAX_VALUE]
