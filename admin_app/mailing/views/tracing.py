"""Doors: what becomes of one parcel on its way: delivered, asked about, declared lost."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.mailing import rules
from admin_app.mailing.forms import InquiryForm, LostForm, NotDeliveredForm
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import tracing
from admin_app.mailing.queries import parcels
from admin_app.web import arguments, form_errors
from admin_app.web.desk_form import DeskForm
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class TracingView(DeskView):
    """One parcel on its way."""

    route_base = "/mailing/parcels"
    default_view = "ask_delivered"

    @expose("/<public_id>/delivered", methods=["GET"])
    @requires("mailing.work")
    def ask_delivered(self, public_id: str) -> Any:
        """On which day it was delivered."""
        return self._page("delivered", _possible(public_id, "deliver"), DeskForm(formdata=None))

    @expose("/<public_id>/delivered", methods=["POST"])
    @requires("mailing.work")
    def delivered(self, public_id: str) -> Any:
        """It was delivered."""
        form, day = DeskForm(), _day()
        return self._do(
            "delivered", public_id, form, lambda parcel: tracing.mark_delivered(parcel, on=day, by=signed_in()),
            _("The parcel is noted as delivered."),
        )  # fmt: skip

    @expose("/<public_id>/not-delivered", methods=["GET"])
    @requires("mailing.work")
    def ask_not_delivered(self, public_id: str) -> Any:
        """Why it is not delivered after all."""
        return self._page("not_delivered", _possible(public_id, "not_delivered"), NotDeliveredForm(formdata=None))

    @expose("/<public_id>/not-delivered", methods=["POST"])
    @requires("mailing.work")
    def not_delivered(self, public_id: str) -> Any:
        """It is with the post again."""
        form = NotDeliveredForm()
        return self._do(
            "not_delivered", public_id, form,
            lambda parcel: tracing.take_back_delivery(parcel, reason=form.reason.data or "", by=signed_in()),
            _("The parcel counts as posted and not delivered again."),
        )  # fmt: skip

    @expose("/<public_id>/inquiry", methods=["GET"])
    @requires("mailing.work")
    def ask_inquiry(self, public_id: str) -> Any:
        """When the carrier was asked, and what it calls the question."""
        return self._page("inquiry", _possible(public_id, "inquire"), InquiryForm(formdata=None))

    @expose("/<public_id>/inquiry", methods=["POST"])
    @requires("mailing.work")
    def inquiry(self, public_id: str) -> Any:
        """Keep that the carrier was asked."""
        form, day = InquiryForm(), _day()
        return self._do(
            "inquiry", public_id, form,
            lambda parcel: tracing.inquire(parcel, asked_on=day, carrier_reference=form.carrier_reference.data or "", by=signed_in()),
            _("The inquiry is noted; the parcel comes up again when the carrier should have answered."),
        )  # fmt: skip

    @expose("/<public_id>/lost", methods=["GET"])
    @requires("mailing.work")
    def ask_lost(self, public_id: str) -> Any:
        """What it means that a parcel is declared lost."""
        return self._page("lost", _possible(public_id, "lose"), LostForm(formdata=None))

    @expose("/<public_id>/lost", methods=["POST"])
    @requires("mailing.work")
    def lost(self, public_id: str) -> Any:
        """Give the parcel up and ask for a new card."""
        form = LostForm()
        return self._do(
            "lost", public_id, form,
            lambda parcel: tracing.declare_lost(parcel, reason=form.reason.data or "", booked=form.booked(), by=signed_in()),
            _("The parcel is declared lost; a new card was requested."),
        )  # fmt: skip

    def _do(self, name: str, public_id: str, form: DeskForm, change: Callable[[Parcel], Any], said: str) -> Any:
        """Do `change` to the parcel and go back to it; the form keeps what was typed if it may not be."""
        if not form.validate():
            return self._page(name, _opened(public_id), form, 422)
        try:
            with transaction():
                change(parcels.by_public_id(signed_in(), public_id))
        except Conflict:
            raise
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._page(name, _opened(public_id), form, form_errors.put(form, refused))
        flash(said, "success")
        return redirect(url_for("ParcelView.show", public_id=public_id))

    def _page(self, name: str, parcel: Parcel, form: DeskForm, status: int = 200) -> Any:
        day = arguments.form.day("on") or clock.today()
        facts = {"day": day.isoformat(), "today": clock.today().isoformat(), "rules": rules}
        return self.render_template(f"mailing/{name}.html", parcel=parcel, form=form, **facts), status


def _day() -> date:
    return arguments.form.day("on") or clock.today()


def _opened(public_id: str) -> Parcel:
    """The parcel, and that it was looked at."""
    parcel = parcels.by_public_id(signed_in(), public_id)
    reading.opened("parcel", parcel.number, parcel.card.application.resident)
    return parcel


def _possible(public_id: str, verb: str) -> Parcel:
    """The same where `verb` can be done to it now; Conflict where not."""
    parcel = _opened(public_id)
    if verb not in tracing.PARCELS.possible(parcel):
        raise tracing.PARCELS.refused(parcel)
    return parcel
