"""The list of cards, by where they stand."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.cards import queries, rules
from admin_app.cards.models import Card
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import pick
from admin_app.staff.permissions import Role
from admin_app.web.lists.description import TIME, BulkAction, Button, Column, Empty, ListPage, Order, RowsForm, Tab
from admin_app.web.lists.drawing import macro

CELLS = "cards/cells.html"
DELIVERY = {"post": _l("By post"), "collect": _l("At the counter")}
TAB_LABELS = {
    "requested": _l("Requested"),
    "in_production": _l("At the maker"),
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
        ),
        BulkAction(
            name="hand_over", label=_l("One person collects these…"), endpoint="TogetherView.chosen", key="h", icon="hand-stop",
            permission="cards.hand_over", tabs=("to_collect",), hint=_l("Up to 20 at once; each card reports its own result"),
        ),
        BulkAction(
            name="slips", label=_l("Print the slips"), endpoint="TogetherView.chosen", key="p", icon="printer",
            permission="cards.hand_over", tabs=("gone",), hint=_l("Up to 20 at once; cards that went by post have none"),
        ),
    ],
    rows_form=RowsForm(
        endpoint="CardView.mark_made", permission="cards.make", tabs=("requested",), label=_l("Mark as made"), key="s",
        hint=_l("Scan or type the serial of each card that came from the maker; Enter goes to the next row."),
    ),
    buttons=[
        Button(
            label=_l("Mail the ready cards"), endpoint="MailingView.ready", icon="mail-forward", key="m", is_primary=True,
            permission="mailing.work", if_any="to_mail",
        ),
        Button(
            label=_l("Scan several for one person"), endpoint="TogetherView.index", icon="credit-card", permission="cards.hand_over",
            if_any="to_collect",
        ),
    ],
    empty={
        "requested": Empty(
            title=_l("No card is waiting to be made"), text=_l("Each approval requests a card by itself; it appears here at once."),
            icon="credit-card",
        ),
        "in_production": Empty(
            title=_l("No card is at the maker"), text=_l("Cards of a production batch wait here until the maker answers."),
            icon="package",
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
