"""The files of printed labels as they are given out: void labels struck through, sheets with their numbers."""

from collections.abc import Callable, Sequence

from flask import Response
from flask_babel import force_locale
from flask_babel import gettext as _

from admin_app.foundation.errors import Conflict, NotFound
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.models import StoredFile
from admin_app.mailing import rules
from admin_app.mailing.models import Label, MailingBatch
from admin_app.mailing.queries import printed, sheets
from admin_app.mailing.rules.label_choice import document_language
from reports.labels.numbers import room_for_number, with_numbers
from reports.labels.voided import OtherSheets, VoidLabel, with_void_cells


def as_they_count(batch: MailingBatch, labels_now: Sequence[printed.PrintedLabel], pdf: bytes, *, job_id: int | None) -> bytes:
    """The sheets of a file that `job_id` drew, with `labels_now` on them, as they count now and with their numbers."""
    return _numbered(batch, printed.numbers_of(labels_now, job_id), _with_void(batch, labels_now, pdf))


def _numbered(batch: MailingBatch, numbers: dict[int, str], pdf: bytes) -> bytes:
    stock = sheets.printed_stock(batch)
    if not numbers or room_for_number(stock) is None:
        return pdf
    return with_numbers(pdf, stock, numbers, language=document_language(batch.label_language))


def _with_void(batch: MailingBatch, labels_now: Sequence[printed.PrintedLabel], pdf: bytes) -> bytes:
    language = document_language(batch.label_language)
    void = {one.place: VoidLabel(one.label.code, _void_word(one.void, language)) for one in labels_now if one.void}
    if not void:
        return pdf
    cells = [one.place for one in labels_now]
    try:
        return with_void_cells(pdf, sheets.printed_stock(batch), cells, void, language=language)
    except OtherSheets:
        raise Conflict(
            _("Some of these labels are void, and the label stock was measured again since. Reprint single labels instead.")
        ) from None


def reprints_as_they_count(together: Sequence[Label], pdf: bytes) -> bytes:
    """Labels that were printed again in one file, without those that are void meanwhile."""
    return as_they_count(together[0].parcel.batch, printed.laid_together(together), pdf, job_id=together[0].job_id)


def _void_word(void: rules.Void, label_language: str) -> str:
    with force_locale(label_language):
        return str(rules.VOID_LABELS[void])


def pdf_answer(file: StoredFile | None, name: str, *, as_they_count: Callable[[bytes], bytes] = bytes) -> Response:
    """The PDF, through `as_they_count`, shown in the browser and kept nowhere; NotFound if it was not made yet."""
    if file is None:
        raise NotFound(_("These labels were not made yet."))
    answer = Response(as_they_count(storage.read(file)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
