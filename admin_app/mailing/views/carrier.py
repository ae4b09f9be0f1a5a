"""Doors: the carrier of a batch is asked for tracking numbers, and what it said."""

from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.limits import Kind
from admin_app.mailing import rules
from admin_app.mailing.lists import BOOKINGS
from admin_app.mailing.operations import booking
from admin_app.mailing.operations.carriers import chosen, interface
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import bookings
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.residents import queries as residents
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render


class CarrierView(DeskView):
    """What the carrier was asked and said, of one batch."""

    route_base = "/mailing/batches"
    default_view = "show"

    @expose("/<public_id>/carrier", methods=["GET"])
    @requires("mailing.work")
    def show(self, public_id: str) -> Any:
        """Each parcel with its booking, and the button that asks for those that have none."""
        batch = queries.by_public_id(signed_in(), public_id)
        parcels = parcel_queries.of_batch(signed_in(), batch)
        known = bookings.of_parcels(parcels)
        is_labelled = batch.status == rules.BatchStatus.LABELLED
        return render(
            BOOKINGS,
            place={"public_id": batch.public_id},
            batch=batch,
            parcels=parcels,
            bookings=known,
            has_carrier=chosen.chosen() is not None,
            may_ask=is_labelled and booking.may_ask(parcels, known),
            job=max((one.job for one in known.values()), key=lambda job: job.id, default=None),
            rules=rules,
        )

    @expose("/<public_id>/carrier", methods=["POST"])
    @requires("mailing.work")
    def book(self, public_id: str) -> Any:
        """Have the carrier asked for every parcel that has no number of it."""
        with transaction():
            booking.book_parcels(queries.by_public_id(signed_in(), public_id), by=signed_in())
        flash(_("The carrier is being asked; the numbers come here one by one."), "success")
        return redirect(url_for("CarrierView.show", public_id=public_id))

    @expose("/<public_id>/carrier/<parcel_id>/label.pdf", methods=["GET"])
    @requires("mailing.work")
    def label(self, public_id: str, parcel_id: str) -> Any:
        """The carrier's own label of a booked parcel: asked for now, cleaned like every file from elsewhere, kept nowhere."""
        parcel = parcel_queries.by_public_id(signed_in(), parcel_id)
        known, carrier = bookings.of_parcels([parcel]).get(parcel.id), chosen.chosen()
        if carrier is None or known is None or known.number is None or parcel.batch.public_id != public_id:
            raise Conflict(_("The carrier has not booked this parcel, so there is no label of it."))
        resident, reference, number = parcel.card.application.resident, parcel.number, known.number
        residents.refuse_print([resident])
        reading.opened("printed", reference, resident)
        db.session.rollback()  # nobody waits for the carrier
        answer = Response(_label_of(carrier, number), mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{reference}-carrier.pdf"'
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _label_of(carrier: interface.Carrier, number: str) -> bytes:
    try:
        came = carrier.label(number)
    except interface.Refused:
        raise Conflict(_("The carrier has no label for this parcel.")) from None
    except interface.NotOurs:
        raise booking.CarrierClosed(booking.CLOSED) from None
    except interface.Busy:
        raise Conflict(_("The carrier does not answer now. Nothing was changed; try again in a moment.")) from None
    clean = storage.cleaned(came, f"{number}.pdf", keep={Kind.PDF})
    if clean.doubts:  # it would not look as the carrier sent it
        raise Conflict(_("The carrier's label cannot be shown as it came. Fetch it from the carrier's own page."))
    return clean.data
