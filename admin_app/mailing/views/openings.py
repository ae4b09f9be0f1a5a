"""Doors: printed labels are opened by a form, because each opening is noted; what was printed already asks why once more."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, NotFound
from admin_app.foundation.typed_text.texts import ReasonMissing
from admin_app.mailing import rules
from admin_app.mailing.forms import PrintedAlreadyForm
from admin_app.mailing.models import Label, MailingBatch
from admin_app.mailing.operations import moves, openings
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.queries import phones, printed
from admin_app.mailing.views.printed import as_they_count, pdf_answer, reprints_as_they_count
from admin_app.residents import queries as residents
from admin_app.web import form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class OpeningView(DeskView):
    """The files of printed labels."""

    route_base = "/mailing"
    default_view = "ask_batch"

    @expose("/batches/<public_id>/labels.pdf", methods=["POST"])
    @requires("mailing.work")
    def batch(self, public_id: str) -> Any:
        """The printed labels as they count now: the cell of one that is void by now is empty, struck through and named."""
        batch = queries.by_public_id(signed_in(), public_id)
        lying = printed.of_batch(batch)
        if lying and all(one.void for one in lying):
            raise Conflict(_("Every label of this batch is void. Destroy what was printed; there is nothing to print again."))
        valid = [one.label for one in lying if not one.void]
        shown = {one.parcel_id for one in valid}
        people = [one for one in queries.residents_of(batch) if one.id in shown or not lying]
        residents.refuse_print(people)
        is_full = phones.is_any_full(batch, [one.parcel for one in lying])
        answer = pdf_answer(
            batch.labels_file, batch.reference, as_they_count=lambda pdf: as_they_count(batch, lying, pdf, job_id=batch.job_id)
        )
        if refused := self._note(batch, (), valid):
            return refused
        reading.opened("phone" if is_full else "printed", batch.reference, *people)
        return answer

    @expose("/batches/<public_id>/print-again", methods=["GET"])
    @requires("mailing.work")
    def ask_batch(self, public_id: str) -> Any:
        """Why the labels of a batch are printed once more; the batch where they never were."""
        batch = queries.by_public_id(signed_in(), public_id)
        valid = [one.label for one in printed.of_batch(batch) if not one.void]
        if not printed.was_printed(batch, valid):
            return redirect(url_for("BatchView.show", public_id=public_id))
        return self._page(batch, (), PrintedAlreadyForm(formdata=None))

    @expose("/parcels/labels/<code>.pdf", methods=["POST"])
    @requires("mailing.work")
    def label(self, code: str) -> Any:
        """The sheet of one reprinted label, with those that were printed again by the same order."""
        label = _label(code)
        if label.voided_at is not None and label.file_id is not None:
            raise Conflict(_("Label %(code)s is void. Destroy it.", code=code))
        together = printed.together_with(label)
        valid = [one for one in together if not printed.void_of(one)]
        moves.refuse_spoiled([label.parcel])
        people = [one.parcel.card.application.resident for one in valid]
        residents.refuse_print(people)
        is_full = phones.is_any_full(label.parcel.batch, [one.parcel for one in together])
        answer = pdf_answer(label.file, label.code, as_they_count=lambda pdf: reprints_as_they_count(together, pdf))
        if refused := self._note(label.parcel.batch, together, valid):
            return refused
        reading.opened("phone" if is_full else "printed", code, *people)
        return answer

    @expose("/parcels/labels/<code>/print-again", methods=["GET"])
    @requires("mailing.work")
    def ask_label(self, code: str) -> Any:
        """Why labels that were printed again are printed once more; the parcel where they never were."""
        label = _label(code)
        together = printed.together_with(label)
        valid = [one for one in together if not printed.void_of(one)]
        if label.file_id is None or not printed.was_printed(label.parcel.batch, valid, is_reprint=True):
            return redirect(url_for("ParcelView.show", public_id=label.parcel.public_id))
        return self._page(label.parcel.batch, together, PrintedAlreadyForm(formdata=None))

    def _note(self, batch: MailingBatch, together: Sequence[Label], valid: Sequence[Label]) -> Any:
        """Note the opening; the page that asks why, where it needs a reason and has none."""
        form, codes = PrintedAlreadyForm(), [label.code for label in valid]
        try:
            with transaction():
                openings.open_labels(batch, together, valid=codes, reason=form.reason.data, by=signed_in())
        except (openings.PrintedAlready, ReasonMissing) as refused:
            form_errors.put(form, refused)
            return self._page(batch, together, form, 422)
        return None

    def _page(self, batch: MailingBatch, together: Sequence[Label], form: PrintedAlreadyForm, status: int = 200) -> Any:
        lying = printed.laid_together(together) if together else printed.of_batch(batch)
        pages = dict.fromkeys(one.sheet.number for one in lying if one.sheet)
        first = together[0] if together else None
        return self.render_template(
            "mailing/print_again.html",
            batch=batch,
            first=first,
            form=form,
            opened_at=first.opened_at if first else batch.labels_opened_at,
            sheets=list(pages),
            valid=sum(not one.void for one in lying),
            void=sum(bool(one.void) for one in lying),
            may_jam=batch.status == rules.BatchStatus.LABELLED,
        ), status


def _label(code: str) -> Label:
    label = parcel_queries.label_by_code(signed_in(), code) if rules.is_parcel_number(code) else None
    if label is None:
        raise NotFound(_("There is no such label."))
    return label
