"""Doors: the check desk: scan the serial of a card from the maker, compare, say right or what is wrong."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.cards import operations as cards
from admin_app.cards import queries as card_queries
from admin_app.cards.models import Card
from admin_app.cards.rules import STATUS_LABELS, Fault, Status
from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError, NotFound
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text import numbers
from admin_app.production.forms import CheckForm
from admin_app.production.operations import checking
from admin_app.production.queries import checking as queries
from admin_app.production.rules import CheckFault
from admin_app.web import arguments, files, form_errors, undo_bar
from admin_app.web.desk_view import DeskView, expose, requires, signed_in

PHOTO_WIDTH = 320


class CheckView(DeskView):
    """The check desk."""

    route_base = "/production/check"
    default_view = "index"

    @expose("/", methods=["GET"])
    @requires("production.work")
    def index(self) -> Any:
        """The field into which a serial is scanned."""
        return self._desk()

    @expose("/", methods=["POST"])
    @requires("production.work")
    def scan(self) -> Any:
        """To the card with this serial; what does not wait to be looked at is said."""
        typed = arguments.form.single("serial")
        card = card_queries.by_serial(signed_in(), numbers.compact(typed)) if typed.strip() else None
        if card is None or card.status != Status.MADE:
            return self._desk(422, problem=_why_not(card, typed), typed=typed)
        return redirect(url_for("CheckView.show", public_id=card.public_id))

    def _desk(self, status: int = 200, *, problem: Any = "", typed: str = "") -> Any:
        waiting = card_queries.counts(signed_in(), "made")["made"]
        return self.render_template("production/check.html", problem=problem, typed=typed, waiting=waiting), status

    @expose("/<public_id>", methods=["GET"])
    @requires("production.work")
    def show(self, public_id: str) -> Any:
        """What must be on the card; what a new one costs is that of its maker, until somebody says otherwise."""
        card = card_queries.by_public_id(signed_in(), public_id)
        line = queries.made_line(card)
        price = line.batch.maker.card_yuan if line else None
        return self._card_page(card, CheckForm(formdata=None, fault=str(Fault.MAKER), cost=price))

    def _card_page(self, card: Card, form: CheckForm, status: int = 200) -> Any:
        if card.status != Status.MADE:
            raise Conflict(_("This card does not wait to be checked any more."))
        reading.opened("card", card.public_id, card.application.resident)
        line = queries.made_line(card)
        facts = {"line": line, "left": queries.left_to_check(line.batch) if line else 0, "has_photo": queries.photo_for(card) is not None}
        return self.render_template("production/check_card.html", card=card, form=form, **facts), status

    @expose("/<public_id>/photo", methods=["GET"])
    @requires("production.work")
    def photo(self, public_id: str) -> Any:
        """The photo that must be on the card, while it waits to be looked at."""
        card = card_queries.by_public_id(signed_in(), public_id)
        photo = queries.photo_for(card)
        if photo is None:
            raise NotFound(_("There is no photo to compare this card with."))
        reading.opened("document", card.public_id, card.application.resident)
        return files.picture(storage.page_image(photo, 1, PHOTO_WIDTH), name=f"{card.application.reference}.jpg")

    @expose("/<public_id>/right", methods=["POST"])
    @requires("production.work")
    def right(self, public_id: str) -> Any:
        """The card is right; on to the next one."""
        me, began = signed_in(), clock.now()
        with transaction():
            card = card_queries.by_public_id(me, public_id)
            serial = card.serial
            cards.mark_ready(card, by=me)
        undo_bar.remember(me, since=began)
        flash(_("%(serial)s is right and ready.", serial=serial), "success")
        return redirect(url_for("CheckView.index"))

    @expose("/<public_id>/wrong", methods=["POST"])
    @requires("production.work")
    def wrong(self, public_id: str) -> Any:
        """The card is not right: it is made once more."""
        me, form = signed_in(), CheckForm()
        if not form.validate():
            return self._card_page(card_queries.by_public_id(me, public_id), form, 422)
        try:
            with transaction():
                card = card_queries.by_public_id(me, public_id)
                checking.fail(card, CheckFault(form.what.data), form.note.data or "", booked=form.booked(), by=me)
        except Conflict:
            raise
        except DomainError as refused:
            return self._card_page(card_queries.by_public_id(me, public_id), form, form_errors.put(form, refused))
        flash(_("The card is marked as spoiled; a new one was requested."), "success")
        return redirect(url_for("CheckView.index"))


def _why_not(card: Card | None, typed: str) -> Any:
    if not typed.strip():
        return _("Scan a card, or type its serial.")
    if card is None:
        return _("No card here has the serial “%(serial)s”.", serial=typed.strip()[:30])
    return _("%(serial)s does not wait to be checked: it is “%(status)s”.", serial=card.serial, status=STATUS_LABELS[Status(card.status)])
