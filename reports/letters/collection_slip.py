"""The slip that is signed when a card is handed over at the counter."""

import io
from collections.abc import Sequence

import pikepdf

from reports.letters.receipts import printed
from reports.letters.rows import CollectionSlipRow
from reports.pdf import renderer
from reports.text import dates
from reports.text.spelling import printable
from reports.text.words import text


def collection_slips(rows: Sequence[CollectionSlipRow], language: str) -> bytes:
    """Return the slips of several cards as one PDF, one a page, in the order of `rows`."""
    whole, sheet = pikepdf.Pdf.new(), io.BytesIO()
    for row in rows:
        with pikepdf.Pdf.open(io.BytesIO(collection_slip(row, language))) as one:
            whole.pages.extend(one.pages)
    whole.Root.Lang = pikepdf.String(renderer.HTML_LANGUAGES[language])
    whole.save(sheet)
    return sheet.getvalue()


def collection_slip(row: CollectionSlipRow, language: str) -> bytes:
    """Return the A5 slip as PDF: which card, whose it is, who took it by which document, and where to sign.

    A character that no print font has is spelled out.
    """
    row = printable(row, row.resident_latin)
    is_proxy = bool(row.collector)
    facts = (
        ("slip.serial", row.serial),
        ("loss.resident", row.resident),
        ("receipt.id_number", row.id_number_masked),
        ("slip.handed_over_at", dates.minute(row.handed_over_at, language)),
        ("slip.collector", row.collector if is_proxy else text("slip.resident", language)),
        ("slip.collector_number", row.collector_number_masked),
        ("slip.authority", row.authority),
    )
    html = renderer.document("letters/collection_slip.html", language=language, row=row, facts=facts, is_proxy=is_proxy)
    return printed(html, number=row.reference, recipient=row.resident)
