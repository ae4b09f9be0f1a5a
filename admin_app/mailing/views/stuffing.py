"""Doors: the stuffing desk, where a label and a card are scanned as a pair; without a script a form with two fields."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError, NotFound
from admin_app.mailing import rules
from admin_app.mailing.lists import STUFFING
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import posting, stuffing
from admin_app.mailing.queries import batches as batch_queries
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.queries import stuffing as queries
from admin_app.mailing.rules import packing
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render
from admin_app.web.partial_pages import is_fragment_request

SCANNED = ("label", "card", "tracking")


class StuffingView(DeskView):
    """Stuffing of one batch."""

    route_base = "/mailing/batches"
    default_view = "show"

    @expose("/<public_id>/stuffing", methods=["GET"])
    @requires("mailing.read")
    def show(self, public_id: str) -> Any:
        """The desk to scan at, and the list to pack by: which card goes into the envelope with which label."""
        batch, done = batch_queries.by_public_id(signed_in(), public_id), arguments.address.text("done", limit=32)
        return self._page(batch, done=done)

    def _page(
        self, batch: MailingBatch, *, done: str = "", status: int = 200, typed: Any = None, refused: DomainError | None = None
    ) -> Any:  # fmt: skip
        parcels = parcel_queries.of_batch(signed_in(), batch)
        packed = next((one for one in parcels if one.public_id == done and one.status == rules.ParcelStatus.STUFFED), None)
        return render(
            STUFFING,
            status=status,
            place={"public_id": batch.public_id},
            parcels=parcels,
            labels=parcel_queries.labels_of(parcels),
            typed=typed or {},
            **self._said(batch, "right" if packed else "", packed, refused),
        )

    def _said(self, batch: MailingBatch, outcome: str, parcel: Parcel | None, refused: DomainError | None = None) -> dict[str, Any]:
        """What the answer to a pair is drawn from, on the page and for its script."""
        may_work = signed_in().may("mailing.work") and batch.status == rules.BatchStatus.LABELLED
        stops = queries.open_stops(batch) if may_work else ()
        standing = next((stop for stop in stops if stop.stopped_by_id == signed_in().staff_id), None)
        return {
            "batch": batch, "is_desk": may_work, "outcome": "stopped" if standing else outcome, "packed": parcel, "stop": standing,
            "others": len(stops) - (standing is not None), "books": queries.balance(batch), "refused": refused, "rules": rules,
            "packing": packing,
        }  # fmt: skip

    @expose("/<public_id>/stuffing", methods=["POST"])
    @requires("mailing.work")
    def scan(self, public_id: str) -> Any:
        """Check a pair; a script gets the answer alone, everybody else the page."""
        typed = {name: arguments.form.single(name) for name in SCANNED}
        try:
            with transaction():
                batch = batch_queries.by_public_id(signed_in(), public_id)
                found = stuffing.stuff(batch, typed["label"], typed["card"], tracking=typed["tracking"], by=signed_in())
                outcome, packed = str(found.outcome), found.parcel.public_id if found.parcel else ""
        except (stuffing.ScanIncomplete, posting.NumberRefused) as refused:
            batch = batch_queries.by_public_id(signed_in(), public_id)
            if is_fragment_request():
                return render_template("mailing/stuffing_said.html", **self._said(batch, "refused", None, refused)), refused.status
            return self._page(batch, status=refused.status, typed=typed, refused=refused)
        batch, status = batch_queries.by_public_id(signed_in(), public_id), 409 if outcome == stuffing.Outcome.STOPPED else 200
        if is_fragment_request():
            parcel = parcel_queries.by_public_id(signed_in(), packed) if packed and status == 200 else None
            return render_template("mailing/stuffing_said.html", **self._said(batch, outcome, parcel)), status
        if status == 200:
            return redirect(url_for("StuffingView.show", public_id=public_id, done=packed))
        return self._page(batch, status=status, typed=typed)

    @expose("/<public_id>/stuffing/settle", methods=["POST"])
    @requires("mailing.work")
    def settle(self, public_id: str) -> Any:
        """The wrong pair is put apart; the desk goes on."""
        with transaction():
            stuffing.settle_stop(batch_queries.by_public_id(signed_in(), public_id), by=signed_in())
        if is_fragment_request():
            batch = batch_queries.by_public_id(signed_in(), public_id)
            return render_template("mailing/stuffing_said.html", **self._said(batch, "", None))
        return redirect(url_for("StuffingView.show", public_id=public_id))

    @expose("/<public_id>/stuffing/undo", methods=["POST"])
    @requires("mailing.work")
    def undo(self, public_id: str) -> Any:
        """One card is out of its envelope again."""
        with transaction():
            parcel = parcel_queries.by_public_id(signed_in(), arguments.form.public_id("parcel"))
            if parcel.batch.public_id != public_id:
                raise NotFound(_("This parcel is not in this batch."))
            if parcel.status != rules.ParcelStatus.STUFFED:
                raise Conflict(_("This card is in no envelope. Nothing was changed."))
            number = parcel.number
            stuffing.unstuff(parcel, by=signed_in())
        flash(_("Parcel %(number)s is open again: scan its label and its card once more.", number=number), "success")
        return redirect(url_for("StuffingView.show", public_id=public_id))
