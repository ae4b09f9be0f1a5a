"""The list of a batch that the post takes over and signs 交寄清单: a line a piece, the sums, room for signatures and a date stamp."""

from reports.documents.rows import PostingListRow
from reports.pdf import renderer
from reports.text import dates
from reports.text.words import text


def posting_list(row: PostingListRow, language: str) -> bytes:
    """Return the list as PDF on A4, its headings on each page; raises MissingGlyphs if a character cannot be printed."""
    html = renderer.document(
        "documents/posting_list.html",
        language=language,
        row=row,
        day=dates.day(row.posted_on, language),
        made_at=dates.minute(row.made_at, language),
        yuan=yuan,
    )
    css = renderer.style("paper.css", "documents/posting_list.css")
    return renderer.render(html, css=css, number=text("posting.title", language), recipient=row.reference, also="0123456789/")


def table_of(row: PostingListRow, language: str) -> tuple[list[str], list[list[object]]]:
    """Return headings and lines of the same list for a spreadsheet, the sum last; postage in yuan."""
    names = ("place_in_list", "tracking", "recipient", "postcode", "place", "weight", "price")
    piece = None if row.piece_fen is None else row.piece_fen / 100
    lines: list[list[object]] = [
        [place, one.tracking_number, one.recipient, one.postcode, one.place, None, piece] for place, one in enumerate(row.lines, 1)
    ]
    total = None if row.sum_fen is None else row.sum_fen / 100
    said = text("posting.sum", language, count=str(len(row.lines)))
    return [text(f"posting.{name}", language) for name in names], [*lines, [None, said, None, None, None, None, total]]


def yuan(fen: int | None) -> str:
    """Return an amount of fen in yuan, '' for an unknown one."""
    return "" if fen is None else f"{fen / 100:,.2f}"
