"""Doors: the list of cards, one card, and what is done to them."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_app.cards import operations, queries, rules
from admin_app.cards.forms import MOST_ROWS, HandOverForm, SpoilForm
from admin_app.cards.models import Card
from admin_app.foundation import keyset, settings
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import titled
from admin_app.foundation.typed_text import numbers, texts
from admin_app.staff.models import StaffMember
from admin_app.web import arguments, list_links
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.search_hits import Hit

SHOWN_PROBLEMS = 8


class CardView(DeskView):
    """Cards."""

    route_base = "/cards"

    @expose("/", methods=["GET"])
    @requires("cards.read")
    def index(self) -> Any:
        """One page of one tab."""
        me = signed_in()
        tab = arguments.choice("tab", queries.TABS, _first_tab(me))
        return self._list(me, tab)

    def _list(self, me: StaffMember, tab: str, *, typed: dict[str, str] | None = None, problems: dict[str, Any] | None = None) -> Any:
        size = arguments.size(keyset.SIZES, 50)
        page = queries.page(me, tab, cursor=arguments.cursor(), size=size)
        return self.render_template(
            "cards/index.html",
            tab=tab,
            page=page,
            counts=queries.counts(me),
            rules=rules,
            typed=typed or {},
            problems=problems or {},
            **list_links.pages("CardView.index", page, tab=tab, size=size),
        )

    @expose("/made", methods=["POST"])
    @requires("cards.make")
    def mark_made(self) -> Any:
        """The table of serials: each row is saved by itself; rows that are not right stay with what was typed."""
        me, rows = signed_in(), _typed_serials()
        problems = {card: problem for card, serial in rows.items() if (problem := _mark_made(card, serial, me)) is not None}
        if len(rows) > len(problems):
            flash(ngettext("%(num)s card is marked as made.", "%(num)s cards are marked as made.", len(rows) - len(problems)), "success")
        if not rows:
            flash(_("No serial was typed. Scan or type the serial of each card into its row."), "warning")
        if not problems:
            return redirect(url_for("CardView.index", tab="requested"))
        sentence = ngettext("%(num)s row is not right; it is kept.", "%(num)s rows are not right; they are kept.", len(problems))
        flash(sentence, "warning")
        return self._list(me, "requested", typed=rows, problems=problems), 422

    @expose("/ready", methods=["POST"])
    @requires("cards.make")
    def mark_ready(self) -> Any:
        """The chosen cards were looked at; each reports its own result."""
        me, chosen = signed_in(), arguments.form.public_ids("card", most=MOST_ROWS)
        problems = [problem for public_id in chosen if (problem := _mark_ready(public_id, me)) is not None]
        if not chosen:
            flash(_("Nothing was selected. Select rows first (x)."), "warning")
        elif len(chosen) > len(problems):
            flash(ngettext("%(num)s card is ready.", "%(num)s cards are ready.", len(chosen) - len(problems)), "success")
        for problem in problems[:SHOWN_PROBLEMS]:
            flash(problem, "warning")
        if len(chosen) == 1 and arguments.form.single("back") == "card":
            return redirect(url_for("CardView.show", public_id=chosen[0]))
        return redirect(url_for("CardView.index", tab="made"))

    @expose("/<public_id>", methods=["GET"])
    @requires("cards.read")
    def show(self, public_id: str) -> Any:
        """One card, its chain and what was done with it."""
        card = queries.by_public_id(signed_in(), public_id)
        chain = queries.of_application(signed_in(), card.application_id)
        facts = {"timeline": queries.timeline(chain), "possible": operations.MACHINE.possible(card), "rules": rules}
        return self.render_template("cards/show.html", card=card, chain=chain, **facts)

    @expose("/<public_id>/hand-over", methods=["GET"])
    @requires("cards.hand_over")
    def ask_hand_over(self, public_id: str) -> Any:
        """The page that asks who collects the card."""
        card = queries.by_public_id(signed_in(), public_id)
        return self._hand_over_page(card, HandOverForm(collected_by=card.application.resident.name))

    @expose("/<public_id>/hand-over", methods=["POST"])
    @requires("cards.hand_over")
    def hand_over(self, public_id: str) -> Any:
        """Hand the card over; the form keeps what was typed if it may not be."""
        form = HandOverForm()
        if not form.validate():
            return self._hand_over_page(queries.by_public_id(signed_in(), public_id), form), 422
        with transaction():
            operations.hand_over(queries.by_public_id(signed_in(), public_id), form.collected_by.data, by=signed_in())
        flash(_("The card was handed over."), "success")
        return redirect(url_for("CardView.show", public_id=public_id))

    def _hand_over_page(self, card: Card, form: HandOverForm) -> Any:
        return self.render_template("cards/hand_over.html", card=card, form=form, rules=rules)

    @expose("/<public_id>/spoil", methods=["GET"])
    @requires("cards.make")
    def ask_spoil(self, public_id: str) -> Any:
        """The page that says what marking a card as spoiled does."""
        return self.render_template("cards/spoil.html", card=queries.by_public_id(signed_in(), public_id), form=SpoilForm(), rules=rules)

    @expose("/<public_id>/spoil", methods=["POST"])
    @requires("cards.make")
    def spoil(self, public_id: str) -> Any:
        """Mark the card as spoiled and ask for another one."""
        form = SpoilForm()
        if not form.validate():
            card = queries.by_public_id(signed_in(), public_id)
            return self.render_template("cards/spoil.html", card=card, form=form, rules=rules), 422
        with transaction():
            following = operations.spoil(queries.by_public_id(signed_in(), public_id), form.reason.data, by=signed_in())
            next_id = following.public_id
        flash(_("The card is marked as spoiled; a new one was asked for."), "success")
        return redirect(url_for("CardView.show", public_id=next_id))


def _first_tab(me: StaffMember) -> str:
    return "to_collect" if me.may("cards.hand_over") else "requested"


def _typed_serials() -> dict[str, str]:
    """Public id -> serial of the rows into which somebody typed or scanned one."""
    return {card: serial for card, serial in arguments.form.by_row("serial", most=MOST_ROWS).items() if texts.folded(serial)}


def _mark_made(public_id: str, serial: str, me: StaffMember) -> Any:
    """Save one row in a transaction of its own; a sentence about what stood in the way, else None."""
    try:
        with transaction():
            operations.mark_made(queries.by_public_id(me, public_id), serial, by=me)
    except DomainError as refused:
        return refused.message
    return None


def _mark_ready(public_id: str, me: StaffMember) -> Any:
    try:
        with transaction():
            card = queries.by_public_id(me, public_id)
            name = card.serial or card.application.reference
            operations.mark_ready(card, by=me)
    except operations.Conflict as refused:
        return titled(name, refused.message)
    except DomainError as refused:
        return refused.message
    return None


def find(text: str, me: StaffMember) -> list[Hit]:
    """The card with exactly this serial, for the search box."""
    serial = numbers.compact(text)
    if not me.may("cards.read") or not rules.is_serial(serial, pattern=settings.current().card_serial_pattern):
        return []
    card = queries.by_serial(me, serial)
    if card is None:
        return []
    url = url_for("CardView.show", public_id=card.public_id)
    return [Hit(_l("Card"), serial, rules.STATUS_LABELS[rules.Status(card.status)], url)]
