"""Doors: the list of cards, one card, and what is done to them."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_app.audit.operations import reading
from admin_app.cards import operations, queries, rules
from admin_app.cards.forms import MOST_ROWS, HandOverForm, SpoilForm
from admin_app.cards.models import Card
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import pick, titled
from admin_app.foundation.typed_text import numbers, texts
from admin_app.staff.permissions import Role
from admin_app.web import arguments, undo_bar
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists import bulk
from admin_app.web.lists.description import TIME, BulkAction, Button, Column, Empty, ListPage, Order, RowsForm, Tab
from admin_app.web.lists.drawing import macro
from admin_app.web.lists.page import render
from admin_app.web.search_hits import Hit

CELLS = "cards/cells.html"
DELIVERY = {"post": _l("By post"), "collect": _l("At the counter")}
TAB_LABELS = {
    "requested": _l("Requested"),
    "made": _l("Made"),
    "to_mail": _l("Ready to mail"),
    "to_collect": _l("Ready to collect"),
    "gone": _l("Issued or spoiled"),
}


def _first_tab(me: Actor) -> str:
    return "to_collect" if me.may("cards.hand_over") else "requested"


def _holder(card: Card, context: Any) -> str:
    # Auditors see who did what, not whom.
    name = card.application.resident.name
    return f"{name[:1]}＊＊" if context.me.role == Role.AUDITOR else name


CARDS = ListPage(
    name="cards",
    endpoint="CardView.index",
    permission="cards.read",
    title=_l("Cards"),
    subtitle=_l("From the request to the envelope or the counter"),
    template="cards/index.html",
    listed=queries.listed,
    ids=queries.ids,
    question=lambda wanted: wanted.tab,
    row_id="public_id",
    row_name="application.reference",
    facts={"rules": rules},
    size=50,
    tabs=[Tab(name=name, label=label) for name, label in TAB_LABELS.items()],
    first_tab=_first_tab,
    columns=[
        Column(
            name="serial_input", label=_l("Serial"), value="serial", style="serial-cell", tabs=("requested",), permission="cards.make",
            only_screen=True, cell=macro(CELLS, "serial_input"),
        ),
        Column(name="card", label=_l("Card"), value="serial", style="tight", is_fixed=True, cell=macro(CELLS, "card")),
        Column(name="resident", label=_l("Resident"), value=_holder, cell=macro(CELLS, "resident")),
        Column(name="application", label=_l("Application"), value="application.reference", style="nowrap"),
        Column(name="delivery", label=_l("Delivery"), value=lambda card, _: DELIVERY[card.delivery]),
        Column(name="centre", label=_l("Centre"), value=lambda card, _: pick(card.application.centre, "name")),
        Column(
            name="status", label=_l("Status"), value=lambda card, _: rules.STATUS_LABELS[card.status],
            cell=lambda card, draw: draw.status(rules.STATUS_LABELS[card.status], rules.STATUS_MARKS[card.status]),
        ),
        Column(
            name="since", label=_l("Since"), style="nowrap", unsorted=_l("same order as “Requested on”"),
            value=lambda card, _: card.ended_at or card.ready_at or card.made_at or card.requested_at,
        ),
        Column(
            name="requested", label=_l("Requested on"), value="requested_at", style="nowrap", is_shown=False,
            order=Order(by=queries.OLDEST, words=TIME),
        ),
    ],
    order=lambda wanted: "-requested" if wanted.tab in queries.NEWEST_FIRST else "requested",
    sent_as="card",
    actions=[
        BulkAction(
            name="ready", label=_l("Mark as ready"), endpoint="CardView.mark_ready", key="r", icon="check", permission="cards.make",
            tabs=("made",), hint=_l("Checked: photo, name and chip are right"),
        )
    ],
    rows_form=RowsForm(
        endpoint="CardView.mark_made", permission="cards.make", tabs=("requested",), label=_l("Mark as made"), key="s",
        hint=_l("Scan or type the serial of each card that came from the maker; Enter goes to the next row."),
    ),
    buttons=[
        Button(
            label=_l("Mail the ready cards"), endpoint="MailingView.ready", icon="mail-forward", key="m", is_primary=True,
            permission="mailing.work", if_any="to_mail",
        )
    ],
    empty={
        "requested": Empty(
            title=_l("No card is waiting to be made"), text=_l("Each approval requests a card by itself; it appears here at once."),
            icon="credit-card",
        ),
        "made": Empty(
            title=_l("No card is waiting to be checked"), text=_l("Cards come here once their serial is entered under “Requested”."),
            icon="credit-card", endpoint="CardView.index", arguments={"tab": "requested"}, action=_l("Show requested cards"),
        ),
        "to_mail": Empty(
            title=_l("No card is waiting for the post"), text=_l("Checked cards that go by post wait here."), icon="mail",
        ),
        "to_collect": Empty(
            title=_l("No card is waiting at the counter"), icon="hand-stop",
            text=_l("Cards that residents collect themselves wait here until they are handed over."),
        ),
        "gone": Empty(
            title=_l("No card has left the office yet"), text=_l("Posted, handed over and spoiled cards are kept here."), icon="history",
        ),
    },
)  # fmt: skip


class CardView(DeskView):
    """Cards."""

    route_base = "/cards"

    @expose("/", methods=["GET"])
    @requires("cards.read")
    def index(self) -> Any:
        """One page of one tab."""
        return render(CARDS)

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
        return render(CARDS, arguments={"tab": "requested"}, status=422, typed=rows, problems=problems)

    @expose("/ready", methods=["POST"])
    @requires("cards.make")
    def mark_ready(self) -> Any:
        """The chosen cards were looked at; each reports its own result."""
        me, chosen, began = signed_in(), arguments.form.public_ids("card", most=MOST_ROWS), clock.now()
        bulk.say([_mark_ready(public_id, me) for public_id in chosen], _ready)
        undo_bar.remember(me, since=began)
        if len(chosen) == 1 and arguments.form.single("back") == "card":
            return redirect(url_for("CardView.show", public_id=chosen[0]))
        return redirect(url_for("CardView.index", tab="made"))

    @expose("/<public_id>", methods=["GET"])
    @requires("cards.read")
    def show(self, public_id: str) -> Any:
        """One card, its chain and what was done with it."""
        card = queries.by_public_id(signed_in(), public_id)
        _opened(card)
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
        _opened(card)
        return self.render_template("cards/hand_over.html", card=card, form=form, rules=rules)

    @expose("/<public_id>/spoil", methods=["GET"])
    @requires("cards.make")
    def ask_spoil(self, public_id: str) -> Any:
        """The page that says what marking a card as spoiled does."""
        card = _opened(queries.by_public_id(signed_in(), public_id))
        return self.render_template("cards/spoil.html", card=card, form=SpoilForm(), rules=rules)

    @expose("/<public_id>/spoil", methods=["POST"])
    @requires("cards.make")
    def spoil(self, public_id: str) -> Any:
        """Mark the card as spoiled and ask for another one."""
        form = SpoilForm()
        if not form.validate():
            card = _opened(queries.by_public_id(signed_in(), public_id))
            return self.render_template("cards/spoil.html", card=card, form=form, rules=rules), 422
        with transaction():
            following = operations.spoil(queries.by_public_id(signed_in(), public_id), form.reason.data, by=signed_in())
            next_id = following.public_id
        flash(_("The card is marked as spoiled; a new one was requested."), "success")
        return redirect(url_for("CardView.show", public_id=next_id))


def _opened(card: Card) -> Card:
    """The card, and that it was looked at."""
    reading.opened("card", card.public_id, card.application.resident)
    return card


def _typed_serials() -> dict[str, str]:
    """Public id -> serial of the rows into which somebody typed or scanned one."""
    return {card: serial for card, serial in arguments.form.by_row("serial", most=MOST_ROWS).items() if texts.folded(serial)}


def _mark_made(public_id: str, serial: str, me: Actor) -> Any:
    """Save one row in a transaction of its own; a sentence about what stood in the way, else None."""
    try:
        with transaction():
            operations.mark_made(queries.by_public_id(me, public_id), serial, by=me)
    except DomainError as refused:
        return refused.message
    return None


def _ready(count: int) -> str:
    return str(ngettext("%(num)s card is ready.", "%(num)s cards are ready.", count))


def _mark_ready(public_id: str, me: Actor) -> Any:
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


def find(text: str, me: Actor) -> list[Hit]:
    """The card with exactly this serial, for the search box."""
    serial = numbers.compact(text)
    if not me.may("cards.read") or not rules.is_serial(serial, pattern=settings.current().card_serial_pattern):
        return []
    card = queries.by_serial(me, serial)
    if card is None:
        return []
    url = url_for("CardView.show", public_id=card.public_id)
    return [Hit(_l("Card"), serial, rules.STATUS_LABELS[rules.Status(card.status)], url)]
