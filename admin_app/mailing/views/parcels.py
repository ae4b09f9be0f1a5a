"""Doors: one parcel, its labels, and what is done to them."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError, NotFound
from admin_app.mailing import rules
from admin_app.mailing.forms import RecipientForm, ReprintForm, TakeOutForm, TrackingForm
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import batches, labels, moves, posting, tracing
from admin_app.mailing.queries import cells, remarks, used_sheets
from admin_app.mailing.queries import parcels as queries
from admin_app.mailing.rules import label_choice, packing, returns
from admin_app.mailing.views.batches import taken_out_text
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class ParcelView(DeskView):
    """One parcel."""

    route_base = "/mailing/parcels"
    default_view = "show"

    @expose("/<public_id>", methods=["GET"])
    @requires("mailing.read")
    def show(self, public_id: str) -> Any:
        """The parcel, its labels (void ones marked), what happened."""
        parcel = _opened(public_id)
        asked = arguments.address.text("label", limit=24)
        return self.render_template(
            "mailing/parcel.html",
            parcel=parcel,
            timeline=queries.timeline(parcel),
            rules=rules,
            possible=tracing.PARCELS.possible(parcel),
            answers=returns.ANSWER_LABELS,
            may_correct=_may_correct(parcel),
            is_spoiled=queries.is_spoiled(parcel),
            design_name=label_choice.design_name,
            void_label=next((label for label in parcel.labels if label.code == asked and label.voided_at), None),
        )

    @expose("/<public_id>/recipient", methods=["GET"])
    @requires("mailing.work")
    def ask_recipient(self, public_id: str) -> Any:
        """The form that corrects what will stand on the label."""
        parcel = _opened(public_id)
        form = RecipientForm(recipient=parcel.recipient, postcode=parcel.postcode, address=parcel.address, version=parcel.version)
        return self._recipient_page(parcel, form)

    @expose("/<public_id>/recipient", methods=["POST"])
    @requires("mailing.work")
    def correct_recipient(self, public_id: str) -> Any:
        """Correct it; the form keeps what was typed if it may not be."""
        form = RecipientForm()
        problem = None if form.validate() else ""
        if problem is None:
            change = _texts(form) | {"version": arguments.form.version(), "by": signed_in()}
            problem = self._try(lambda parcel: batches.correct_recipient(parcel, **change), public_id)
        parcel = _opened(public_id)
        if problem is not None:
            return self._recipient_page(parcel, form, problem=problem), 422
        flash(_("The label will read as you wrote it."), "success")
        return redirect(url_for("BatchView.show", public_id=parcel.batch.public_id))

    def _recipient_page(self, parcel: Parcel, form: RecipientForm, **facts: Any) -> Any:
        said = remarks.of_parcel(parcel.batch, parcel)
        return self.render_template("mailing/recipient.html", parcel=parcel, form=form, remarks=said, **facts)

    @expose("/<public_id>/tracking", methods=["GET"])
    @requires("mailing.work")
    def ask_tracking(self, public_id: str) -> Any:
        """The form that corrects the tracking number of a parcel that has left."""
        parcel = _opened(public_id)
        if parcel.status not in rules.AWAY:
            raise Conflict(_("Only a parcel that was posted has a tracking number to correct. Nothing was changed."))
        return self._tracking_page(parcel, TrackingForm(formdata=None, version=parcel.version))

    @expose("/<public_id>/tracking", methods=["POST"])
    @requires("mailing.work")
    def correct_tracking(self, public_id: str) -> Any:
        """Correct it; the form keeps what was typed if it may not be."""
        form = TrackingForm()
        typed = {"reason": form.reason.data or "", "version": arguments.form.version(), "by": signed_in()}
        try:
            with transaction():
                posting.correct_tracking(queries.by_public_id(signed_in(), public_id), form.tracking_number.data or "", **typed)
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._tracking_page(_opened(public_id), form, form_errors.put(form, refused))
        flash(_("The tracking number is corrected."), "success")
        return redirect(url_for("ParcelView.show", public_id=public_id))

    def _tracking_page(self, parcel: Parcel, form: TrackingForm, status: int = 200) -> Any:
        return self.render_template("mailing/tracking.html", parcel=parcel, form=form), status

    @expose("/<public_id>/take-out", methods=["GET"])
    @requires("mailing.work")
    def ask_take_out(self, public_id: str) -> Any:
        """The page that asks why a parcel with a label leaves its batch."""
        return self.render_template(
            "mailing/take_out.html", parcel=(parcel := _opened(public_id)), form=TakeOutForm(), is_spoiled=queries.is_spoiled(parcel)
        )

    @expose("/<public_id>/take-out", methods=["POST"])
    @requires("mailing.work")
    def take_out(self, public_id: str) -> Any:
        """Take the parcel out; its label is void and its card ready again."""
        form, said = TakeOutForm(), taken_out_text(_opened(public_id))
        problem = None if form.validate() else ""
        if problem is None:
            said_why = {"reason": form.reason.data, "why": form.why.data or packing.Difference.OTHER, "by": signed_in()}
            problem = self._try(lambda parcel: batches.take_out(parcel, **said_why), public_id)
        parcel = _opened(public_id)
        if problem is not None:
            return self.render_template(
                "mailing/take_out.html", parcel=parcel, form=form, problem=problem, is_spoiled=queries.is_spoiled(parcel)
            ), 422
        flash(said, "success")
        return redirect(url_for("BatchView.show", public_id=parcel.batch.public_id))

    @expose("/<public_id>/reprint", methods=["GET"])
    @requires("mailing.work")
    def ask_reprint(self, public_id: str) -> Any:
        """The page that asks why, and on which cell, the label is printed again."""
        parcel = _opened(public_id)
        known = {"recipient": parcel.recipient, "postcode": parcel.postcode, "address": parcel.address}
        begun = used_sheets.of_stock(parcel.batch.stock, cells.half_used())
        onto = {"onto": begun[0].sheet.number, "start_cell": begun[0].free[0]} if begun else {}
        form = ReprintForm(**known, **onto, label=_valid_code(parcel)).offer(begun)
        return self.render_template("mailing/reprint.html", parcel=parcel, form=form)

    @expose("/<public_id>/reprint", methods=["POST"])
    @requires("mailing.work")
    def reprint(self, public_id: str) -> Any:
        """Void the label and have a new one made."""
        stock = queries.by_public_id(signed_in(), public_id).batch.stock
        form = ReprintForm().offer(used_sheets.of_stock(stock, cells.half_used()))
        problem = None if form.validate() else ""
        if problem is None:
            order = {"reason": form.reason.data, "start_cell": form.start_cell.data, "texts": _texts(form), "by": signed_in()}
            order |= {"label": form.label.data or None, "sheet": cells.by_number(form.onto.data) if form.onto.data else None}
            problem = self._try(lambda parcel: labels.reprint(parcel, **order), public_id)
        if problem is not None:
            parcel = _opened(public_id)
            form.label.data = _valid_code(parcel)
            return self.render_template("mailing/reprint.html", parcel=parcel, form=form, problem=problem), 422
        flash(_("The old label is void; the new one is being made."), "success")
        return redirect(url_for("ParcelView.show", public_id=public_id))

    @expose("/labels/<code>/retry", methods=["POST"])
    @requires("mailing.work")
    def retry(self, code: str) -> Any:
        """Start a reprint that failed again."""
        label = queries.label_by_code(signed_in(), code) if rules.is_parcel_number(code) else None
        if label is None or label.copy == 1:
            raise NotFound(_("There is no such label."))
        public_id = label.parcel.public_id
        with transaction():
            labels.retry_reprint(label, by=signed_in())
        return redirect(url_for("ParcelView.show", public_id=public_id))

    def _try(self, change: Any, public_id: str) -> Any:
        """Do `change` to the parcel; a sentence about what stood in the way, else None."""
        try:
            with transaction():
                change(queries.by_public_id(signed_in(), public_id))
        except DomainError as refused:
            if refused.status == 404:
                raise
            return refused.message
        return None


def _texts(form: Any) -> dict[str, Any]:
    return {"recipient": form.recipient.data, "postcode": form.postcode.data, "address": form.address.data}


def _valid_code(parcel: Parcel) -> str:
    valid = queries.valid_label(parcel)
    return valid.code if valid else ""


def _may_correct(parcel: Parcel) -> bool:
    is_open = parcel.batch.status == rules.BatchStatus.OPEN and parcel.status == rules.ParcelStatus.PLANNED
    return is_open and not moves.is_in_work(parcel.batch)


def _opened(public_id: str) -> Parcel:
    """The parcel, and that it was looked at."""
    parcel = queries.by_public_id(signed_in(), public_id)
    reading.opened("parcel", parcel.number, parcel.card.application.resident)
    return parcel
