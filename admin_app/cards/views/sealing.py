"""Doors: cards that nobody collected are sealed; sealed ones are destroyed by two people."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.audit.operations import reading
from admin_app.cards import queries, rules
from admin_app.cards.forms import MOST_ROWS
from admin_app.cards.lists import DESTRUCTIONS, SEALING
from admin_app.cards.models import Card, Destruction
from admin_app.cards.operations import sealing
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.i18n import titled
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.fresh_proof import needs_fresh_proof
from admin_app.web.lists import bulk
from admin_app.web.lists.page import render


class SealingView(DeskView):
    """Cards that nobody gets any more."""

    route_base = "/cards/sealing"
    default_view = "index"

    @expose("/", methods=["GET"])
    @requires("cards.destroy")
    def index(self) -> Any:
        """Cards that nobody collected in time, and sealed ones."""
        return render(SEALING)

    @expose("/destructions", methods=["GET"])
    @requires("cards.destroy")
    def destructions(self) -> Any:
        """What waits for a second person, and what was answered."""
        return render(DESTRUCTIONS)

    @expose("/seal", methods=["POST"])
    @requires("cards.destroy")
    def seal(self) -> Any:
        """Seal the chosen cards; each reports its own result."""
        me, chosen = signed_in(), arguments.form.public_ids("card", most=MOST_ROWS)
        bulk.say([_seal(public_id, me) for public_id in chosen], _sealed)
        return redirect(url_for("SealingView.index", tab="uncollected"))

    @expose("/ask", methods=["POST"])
    @requires("cards.destroy")
    def ask(self) -> Any:
        """The page that says exactly which cards would be destroyed; nothing is asked for yet."""
        chosen = arguments.form.public_ids("card", most=rules.MOST_TOGETHER)
        cards = queries.by_public_ids(signed_in(), chosen)
        if not cards:
            flash(_("Nothing was selected. Select rows first (x)."), "warning")
            return redirect(url_for("SealingView.index", tab="sealed"))
        _note(cards)
        return self.render_template("cards/ask_destruction.html", cards=cards, rules=rules)

    @expose("/asked", methods=["POST"])
    @requires("cards.destroy")
    def asked(self) -> Any:
        """Ask a second person to destroy them."""
        chosen = arguments.form.public_ids("card", most=rules.MOST_TOGETHER)
        with transaction():
            made = sealing.ask_destruction(queries.by_public_ids(signed_in(), chosen), by=signed_in())
            public_id = made.public_id
        flash(_("A second person is asked. The cards stay where they are until then."), "success")
        return redirect(url_for("SealingView.show", public_id=public_id))

    @expose("/destructions/<public_id>", methods=["GET"])
    @requires("cards.destroy")
    def show(self, public_id: str) -> Any:
        """One destruction: which cards, who asked, who destroyed them."""
        return self._page(queries.destruction_by_public_id(signed_in(), public_id))

    @expose("/destructions/<public_id>/answer", methods=["POST"])
    @requires("cards.destroy")
    @needs_fresh_proof
    def answer(self, public_id: str) -> Any:
        """Destroy them as the second person, or refuse."""
        answer = arguments.form.choice("answer", set(rules.Answer)) or arguments.form.refuse()
        try:
            with transaction():
                destruction = queries.destruction_by_public_id(signed_in(), public_id)
                if answer == rules.Answer.DESTROY:
                    sealing.destroy(destruction, by=signed_in())
                else:
                    sealing.refuse_destruction(destruction, by=signed_in())
        except Conflict:
            raise
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._page(queries.destruction_by_public_id(signed_in(), public_id), refused)
        flash(
            _("The cards are destroyed.") if answer == rules.Answer.DESTROY else _("Nothing is destroyed; the cards stay sealed."),
            "success",
        )
        return redirect(url_for("SealingView.show", public_id=public_id))

    def _page(self, destruction: Destruction, refused: DomainError | None = None) -> Any:
        cards = queries.of_destruction(destruction)
        _note(cards)
        facts = {"cards": cards, "is_own": signed_in().is_staff_member(destruction.asked_by_id)}
        page = self.render_template("cards/destruction.html", destruction=destruction, refused=refused, rules=rules, **facts)
        return page, refused.status if refused else 200


def _note(cards: Sequence[Card]) -> None:
    """Say that the page shows whose cards these are: somebody decides about each of them."""
    for card in cards:
        reading.opened("card", card.public_id, card.application.resident)


def _seal(public_id: str, me: Actor) -> Any:
    """Seal one card in a transaction of its own; a sentence about what stood in the way, else None."""
    try:
        with transaction():
            card = queries.by_public_id(me, public_id)
            name = card.serial or card.application.reference
            sealing.seal_uncollected(card, by=me)
    except Conflict as refused:
        return titled(name, refused.message)
    except DomainError as refused:
        return refused.message
    return None


def _sealed(count: int) -> str:
    return str(ngettext("%(num)s card is sealed.", "%(num)s cards are sealed.", count))
