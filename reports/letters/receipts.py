"""Receipts that a resident takes home: for an application and for a loss report."""

import io
from collections.abc import Sequence

import pikepdf

from reports.barcodes.qr import qr_code
from reports.letters.rows import ApplicationReceiptRow, LossReportReceiptRow
from reports.pdf import renderer
from reports.text import dates
from reports.text.spelling import printable
from reports.text.words import text

STEPS = {"provisional": ("provisional_1", "provisional_2", "provisional_3"), "formal": ("formal_1", "formal_2")}
"""What the card holder is told by the kind of the report; what is to be done about the bank side comes last."""


def application_receipt(row: ApplicationReceiptRow, language: str) -> bytes:
    """Return the A5 receipt for an application as PDF; a character that no print font has is spelled out."""
    row = printable(row, row.resident_latin)
    promised = dates.day(row.promised_on, language) if row.promised_on else text("receipt.promise_open", language)
    if row.promised_on and row.is_guess:
        promised = text("receipt.promise_guess", language, day=promised)
    facts = (
        ("receipt.resident", row.resident),
        ("receipt.id_number", row.id_number_masked),
        ("receipt.reason", row.reason),
        ("receipt.delivery", row.delivery),
        ("receipt.received_at", dates.minute(row.received_at, language)),
        ("receipt.promised_on", promised),
        *([("receipt.look_up_code", row.look_up_code)] if row.look_up_code else []),
    )
    html = renderer.document("letters/application_receipt.html", language=language, row=row, facts=facts)
    code = qr_code(row.status_url or row.reference)
    return printed(html, number=row.reference, recipient=row.resident, code=code)


def application_receipts(rows: Sequence[ApplicationReceiptRow], language: str) -> bytes:
    """Return the receipts of several applications as one PDF, in the order of `rows`, each on pages of its own."""
    whole, sheet = pikepdf.Pdf.new(), io.BytesIO()
    for row in rows:
        with pikepdf.Pdf.open(io.BytesIO(application_receipt(row, language))) as one:
            whole.pages.extend(one.pages)
    whole.Root.Lang = pikepdf.String(renderer.HTML_LANGUAGES[language])
    whole.save(sheet)
    return sheet.getvalue()


def loss_report_receipt(row: LossReportReceiptRow, language: str) -> bytes:
    """Return the A5 receipt for a loss report as PDF: what was reported, how long it holds, and what to do next.

    A character that no print font has is spelled out. Raises ValueError for a provisional report without its end.
    """
    row = printable(row, row.resident_latin)
    kind, lapses = ("formal", text("loss.stays", language)) if row.is_formal else ("provisional", _lapse(row, language))
    facts = (
        ("loss.resident", row.resident),
        ("receipt.id_number", row.id_number_masked),
        ("loss.card_number", row.card_number_masked),
        ("loss.circumstance", row.circumstance),
        ("loss.reported_at", dates.minute(row.reported_at, language)),
    )
    bank = "bank_done" if row.bank_side_reported else "bank_open"
    steps = [text(f"loss.{step}", language, lapses=lapses) for step in (*STEPS[kind], bank)]
    html = renderer.document(
        "letters/loss_report_receipt.html", language=language, row=row, facts=facts, kind=kind, lapses=lapses, steps=steps
    )
    return printed(html, number=row.number, recipient=row.resident, code=qr_code(row.number))


def _lapse(row: LossReportReceiptRow, language: str) -> str:
    if row.lapses_at is None:
        raise ValueError(f"{row.number}: a provisional loss report lapses at some time")
    return dates.minute(row.lapses_at, language)


def printed(html: str, *, number: str, recipient: str, code: bytes = b"") -> bytes:
    """A receipt as PDF, A5; its QR code is the `code`, or says the number. Raises MissingGlyphs.

    What is longer than a page, such as a name of fifty characters beside many materials, is set once more in smaller type.
    """
    images = {"qr.svg": code or qr_code(number)}
    css, smaller = renderer.style("paper.css", "letters/receipts.css"), renderer.style("letters/receipts_tight.css")
    return renderer.render(html, css=css, smaller=smaller, number=number, recipient=recipient, images=images)
