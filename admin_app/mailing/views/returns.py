"""Doors: the returns desk 退件台 and the list of what is to be looked at: scan, reason, shelf; then reach the resident, and on."""

from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.audit.operations import reading
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.i18n import titled
from admin_app.foundation.typed_text import numbers, texts
from admin_app.mailing import rules
from admin_app.mailing.forms import AttemptForm, ReplaceForm, ReturnForm, ScanForm, SendOnForm, ShelfForm
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import redirecting, returning, tracing
from admin_app.mailing.queries import parcels, returns
from admin_app.mailing.rules import returns as words
from admin_app.mailing.views.return_list import RETURNS
from admin_app.residents.rules import REVEAL_SECONDS
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.form_fields import NUMBER_ROOM
from admin_app.web.fresh_proof import needs_fresh_proof
from admin_app.web.lists import bulk
from admin_app.web.lists.page import render

MOST_ROWS = 200
"""Rows of a page that one form may name."""


class ReturnsView(DeskView):
    """What comes back."""

    route_base = "/mailing/returns"
    default_view = "index"

    @expose("/", methods=["GET"])
    @requires("mailing.read")
    def index(self) -> Any:
        """What is to be looked at, and the field of the scanner."""
        return self._desk(ScanForm(formdata=None))

    @expose("/scan", methods=["POST"])
    @requires("mailing.work")
    def scan(self) -> Any:
        """Go to the parcel that was scanned: to its reason where it was with the post, to its page where it is known to be here."""
        form, me = ScanForm(), signed_in()
        try:
            typed = texts.asked(form.code.data, most=NUMBER_ROOM, field="code")
        except DomainError as refused:
            return self._desk(form, form_errors.put(form, refused))
        parcel = returns.scanned(me, numbers.reference(typed)) or returns.scanned(me, numbers.compact(typed))
        if parcel is None:
            form.code.errors = [*form.code.errors, _("No parcel of ours has this number. Put the envelope aside and ask a colleague.")]
            return self._desk(form, 422)
        endpoint = "ReturnsView.take" if "return" in tracing.PARCELS.possible(parcel) else "ReturnsView.show"
        return redirect(url_for(endpoint, public_id=parcel.public_id))

    def _desk(self, form: ScanForm, status: int = 200) -> Any:
        return render(RETURNS, status=status, arguments={} if status != 200 else None, scan=form)

    @expose("/seal", methods=["POST"])
    @requires("cards.destroy")
    def seal(self) -> Any:
        """Seal the chosen cards that lay here long enough; each reports its own result."""
        me, chosen = signed_in(), arguments.form.public_ids("parcel", most=MOST_ROWS)
        bulk.say([_sealed(public_id, me) for public_id in chosen], _sealed_words)
        return redirect(url_for("ReturnsView.index", tab="shelf"))

    @expose("/<public_id>/take", methods=["GET"])
    @requires("mailing.work")
    def take(self, public_id: str) -> Any:
        """Why it came back, and where its card lies."""
        form = ReturnForm(formdata=None, data={"shelf": returns.last_shelf(signed_in())})
        return self._take_page(_opened(public_id), form)

    @expose("/<public_id>/take", methods=["POST"])
    @requires("mailing.work")
    def taken(self, public_id: str) -> Any:
        """It came back; the next one can be scanned."""
        form = ReturnForm()
        if not form.validate():
            return self._take_page(_opened(public_id), form, 422)
        try:
            with transaction():
                parcel = parcels.by_public_id(signed_in(), public_id)
                is_new = returning.take_return(parcel, reason=form.reason.data, shelf=form.shelf.data, by=signed_in())
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._take_page(_opened(public_id), form, form_errors.put(form, refused))
        parcel = parcels.by_public_id(signed_in(), public_id)
        flash(_taken_words(parcel, is_new), "success" if is_new else "info")
        return redirect(url_for("ReturnsView.index"))

    def _take_page(self, parcel: Parcel, form: ReturnForm, status: int = 200) -> Any:
        if "return" not in tracing.PARCELS.possible(parcel) and parcel.status != rules.ParcelStatus.RETURNED:
            raise tracing.PARCELS.refused(parcel)
        return self.render_template("mailing/take_return.html", parcel=parcel, form=form, rules=rules), status

    @expose("/<public_id>", methods=["GET"])
    @requires("mailing.read")
    def show(self, public_id: str) -> Any:
        """One parcel that came back: who was reached how, what follows."""
        return self._page(_opened(public_id))

    def _page(
        self, parcel: Parcel, status: int = 200, *, attempt: AttemptForm | None = None, shelf: ShelfForm | None = None, phone: str = ""
    ) -> Any:
        lies_at = parcel.came_back.shelf if parcel.came_back else ""
        return self.render_template(
            "mailing/return.html",
            parcel=parcel,
            chain=returns.of_card(parcel),
            attempt=attempt or AttemptForm(formdata=None),
            shelf=shelf or ShelfForm(formdata=None, data={"shelf": lies_at}),
            phone=phone,
            seconds=REVEAL_SECONDS,
            is_here=parcel.status == rules.ParcelStatus.RETURNED,
            rules=rules,
            words=words,
            today=clock.today(),
            timeline=parcels.timeline(parcel),
        ), status

    @expose("/<public_id>/attempt", methods=["POST"])
    @requires("mailing.work")
    def attempt(self, public_id: str) -> Any:
        """Keep an attempt to reach the resident."""
        form = AttemptForm()
        if not form.validate():
            return self._page(_opened(public_id), 422, attempt=form)
        said = {"way": form.way.data, "result": form.result.data, "note": form.note.data or "", "made_on": _day("made_on")}
        try:
            with transaction():
                returning.note_attempt(parcels.by_public_id(signed_in(), public_id), **said, by=signed_in())
        except Conflict:
            raise
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._page(_opened(public_id), form_errors.put(form, refused), attempt=form)
        flash(_("The attempt is noted."), "success")
        return redirect(url_for("ReturnsView.show", public_id=public_id))

    @expose("/<public_id>/phone", methods=["POST"])
    @requires("residents.phone")
    @needs_fresh_proof
    def phone(self, public_id: str) -> Any:
        """The page with the full phone for a minute, after it is in the log that it was shown."""
        parcel = parcels.by_public_id(signed_in(), public_id)
        with transaction():
            phone = returning.reveal_phone(parcel, by=signed_in())
        reading.opened("phone", parcel.number, parcel.card.application.resident)
        return self._page(parcels.by_public_id(signed_in(), public_id), phone=phone)

    @expose("/<public_id>/shelf", methods=["POST"])
    @requires("mailing.work")
    def move(self, public_id: str) -> Any:
        """The card lies elsewhere now."""
        form = ShelfForm()
        if not form.validate():
            return self._page(_opened(public_id), 422, shelf=form)
        with transaction():
            returning.move_shelf(parcels.by_public_id(signed_in(), public_id), form.shelf.data, by=signed_in())
        flash(_("Saved: the card lies at %(shelf)s.", shelf=form.shelf.data), "success")
        return redirect(url_for("ReturnsView.show", public_id=public_id))

    @expose("/<public_id>/on", methods=["GET"])
    @requires("mailing.work")
    def ask_on(self, public_id: str) -> Any:
        """Where the card goes from the shelf, with what the case says."""
        parcel = _opened(public_id)
        application = parcel.card.application
        known = {name: getattr(application, name) for name in redirecting.FIELDS} | {"version": application.version}
        known["recipient"] = known["recipient"] or parcel.recipient
        return self._on_page(parcel, SendOnForm(formdata=None, data=known))

    @expose("/<public_id>/on", methods=["POST"])
    @requires("mailing.work")
    def send_on(self, public_id: str) -> Any:
        """Send it on; the form keeps what was typed if it may not be."""
        form = SendOnForm()
        way = returning.Way(**{name: form[name].data or "" for name in redirecting.FIELDS})
        try:
            with transaction():
                parcel = parcels.by_public_id(signed_in(), public_id)
                returning.send_on(parcel, way, version=arguments.form.version(), by=signed_in())
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._on_page(_opened(public_id), form, form_errors.put(form, refused))
        flash(_on_words(way), "success")
        return redirect(url_for("ReturnsView.index", tab="shelf"))

    def _on_page(self, parcel: Parcel, form: SendOnForm, status: int = 200) -> Any:
        return self.render_template("mailing/send_on.html", parcel=parcel, form=form, rules=rules, words=words), status

    @expose("/<public_id>/replace", methods=["GET"])
    @requires("mailing.work")
    def ask_replace(self, public_id: str) -> Any:
        """What it means that a card is of no use any more."""
        return self._replace_page(_opened(public_id), ReplaceForm(formdata=None))

    @expose("/<public_id>/replace", methods=["POST"])
    @requires("mailing.work")
    def replace(self, public_id: str) -> Any:
        """Ask for a new card in the place of the one that came back."""
        form = ReplaceForm()
        if not form.validate():
            return self._replace_page(_opened(public_id), form, 422)
        with transaction():
            parcel = parcels.by_public_id(signed_in(), public_id)
            made = returning.replace_returned(parcel, reason=form.reason.data, booked=form.booked(), by=signed_in())
            following = made.public_id
        flash(_("The card is of no use any more; a new one was requested."), "success")
        return redirect(url_for("CardView.show", public_id=following))

    def _replace_page(self, parcel: Parcel, form: ReplaceForm, status: int = 200) -> Any:
        return self.render_template("mailing/replace.html", parcel=parcel, form=form, rules=rules), status


def _opened(public_id: str) -> Parcel:
    """The parcel, and that it was looked at."""
    parcel = parcels.by_public_id(signed_in(), public_id)
    reading.opened("parcel", parcel.number, parcel.card.application.resident)
    return parcel


def _day(name: str) -> date:
    return arguments.form.day(name) or clock.today()


def _taken_words(parcel: Parcel, is_new: bool) -> str:
    number = parcel.tracking_number or parcel.number
    if not is_new:
        return str(_("%(number)s was taken in before.", number=number))
    if parcel.status == rules.ParcelStatus.RESOLVED:
        return str(
            _("%(number)s was given up for lost and made again meanwhile: its card is sealed. Put it with the sealed ones.", number=number)
        )
    return str(
        _("%(number)s came back; its card lies at %(shelf)s.", number=number, shelf=parcel.came_back.shelf if parcel.came_back else "")
    )


def _on_words(way: returning.Way) -> str:
    if way.delivery == "collect":
        return str(_("The card goes to its centre and lies ready there to be collected."))
    return str(_("The card is ready to mail again; it gets a new parcel and a new label."))


def _sealed(public_id: str, me: Actor) -> Any:
    """Seal one card in a transaction of its own; a sentence about what stood in the way, else None."""
    try:
        with transaction():
            parcel = parcels.by_public_id(me, public_id)
            name = parcel.card.serial or parcel.number
            returning.seal_returned(parcel, by=me)
    except Conflict as refused:
        return titled(name, refused.message)
    except DomainError as refused:
        return refused.message
    return None


def _sealed_words(count: int) -> str:
    return str(ngettext("%(num)s card is sealed.", "%(num)s cards are sealed.", count))
