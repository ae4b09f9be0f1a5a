"""The list of cards, by where they stand."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.cards import queries, rules
from admin_app.cards.models import Card
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import pick
from admin_app.staff.permissions import Role
from admin_app.web.lists.description import RANK, TIME, BulkAction, Button, Column, Empty, ListPage, Order, RowsForm, Tab
from admin_app.web.lists.drawing import linked, macro

CELLS = "cards/cells.html"
DELIVERY = {"post": _l("By post"), "collect": _l("At the counter")}
TAB_LABELS = {
    "requested": _l("Requested"),
    "in_production": _l("At the maker"),
    "made": _l("Made"),
    "to_mail": _l("Ready to mail"),
    "to_collect": _l("Ready to collect"),
    "held": _l("Came back"),
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
            name="bags", label=_l("Labels for the bags"), endpoint="CounterBagView.chosen", key="b", icon="tag",
            permission="cards.hand_over", tabs=("to_collect",), hint=_l("A letter to file by, the name, and a barcode that opens the case"),
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
            label=_l("Seal and destroy"), endpoint="SealingView.index", icon="lock", permission="cards.destroy",
        ),
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
        "held": Empty(
            title=_l("No card lies on the shelf"), icon="mail",
            text=_l("Cards that the post brought back wait here until the resident is reached."),
        ),
        "gone": Empty(
            title=_l("No card has left the office yet"), text=_l("Posted, handed over and spoiled cards are kept here."), icon="history",
        ),
    },
)  # fmt: skip


def _since(card: Card, _context: Any) -> Any:
    return card.ended_at or card.ready_at


SEALING = ListPage(
    name="sealing",
    endpoint="SealingView.index",
    permission="cards.destroy",
    title=_l("Seal and destroy"),
    subtitle=_l("What nobody collected in time is sealed; what is sealed is destroyed by two people."),
    template="cards/sealing.html",
    listed=queries.uncollected,
    ids=queries.uncollected_ids,
    question=lambda wanted: wanted.tab,
    row_id="public_id",
    row_name="serial",
    facts={"rules": rules},
    tabs=[
        Tab(name="uncollected", label=_l("Not collected in time")), Tab(name="sealed", label=_l("Under seal")),
        Tab(name="open", label=_l("Waiting for a second person"), endpoint="SealingView.destructions", arguments={"tab": "open"}),
        Tab(name="answered", label=_l("Destroyed or refused"), endpoint="SealingView.destructions", arguments={"tab": "answered"}),
    ],
    first_tab="uncollected",
    size=50,
    columns=[
        Column(name="card", label=_l("Card"), value="serial", style="tight", is_fixed=True, cell=macro(CELLS, "card"),
               order=Order(by=queries.OLDEST, words=RANK, serves=lambda tab, _filters: tab == "sealed")),
        Column(name="resident", label=_l("Resident"), value=_holder, cell=macro(CELLS, "resident")),
        Column(name="application", label=_l("Application"), value="application.reference", style="nowrap"),
        Column(name="centre", label=_l("Centre"), value=lambda card, _: pick(card.application.centre, "name")),
        Column(name="ready", label=_l("Ready since"), value="ready_at", style="nowrap", tabs=("uncollected",),
               order=Order(by=queries.UNCOLLECTED_FIRST, words=TIME, serves=lambda tab, _filters: tab == "uncollected")),
        Column(name="sealed", label=_l("Sealed on"), value=_since, style="nowrap", tabs=("sealed",)),
    ],
    order=lambda wanted: "card" if wanted.tab == "sealed" else "ready",
    sent_as="card",
    actions=[
        BulkAction(name="seal", label=_l("Seal"), endpoint="SealingView.seal", icon="lock", permission="cards.destroy",
                   tabs=("uncollected",)),
        BulkAction(name="destroy", label=_l("Destroy …"), endpoint="SealingView.ask", icon="ban", permission="cards.destroy",
                   tabs=("sealed",), hint=_l("The next page says which cards; a second person destroys them with you")),
    ],
    empty={
        "uncollected": Empty(
            title=_l("Every card is collected in time"), icon="check",
            text=_l("Cards come here that lie ready at a counter for longer than the office keeps them."),
        ),
        "": Empty(title=_l("No card is sealed"), icon="lock", text=_l("Sealed cards wait here until two people destroy them.")),
    },
)  # fmt: skip
DESTRUCTIONS = ListPage(
    name="destructions",
    endpoint="SealingView.destructions",
    permission="cards.destroy",
    title=_l("Seal and destroy"),
    subtitle=_l("What nobody collected in time is sealed; what is sealed is destroyed by two people."),
    listed=queries.destructions,
    ids=queries.uncollected_ids,
    question=lambda wanted: wanted.tab,
    row_id="public_id",
    facts={"rules": rules},
    tabs=[
        Tab(name="uncollected", label=_l("Not collected in time"), endpoint="SealingView.index", arguments={"tab": "uncollected"}),
        Tab(name="sealed", label=_l("Under seal"), endpoint="SealingView.index", arguments={"tab": "sealed"}),
        Tab(name="open", label=_l("Waiting for a second person")), Tab(name="answered", label=_l("Destroyed or refused")),
    ],
    first_tab="open",
    columns=[
        Column(name="reference", label=_l("Destruction"), value="reference", style="tight", is_fixed=True,
               cell=linked("SealingView.show", "public_id", text="reference", style="ref")),
        Column(name="cards", label=_l("Cards"), value="card_count", style="number"),
        Column(name="state", label=_l("State"), value=lambda row, _: rules.DESTRUCTION_LABELS[row.answer],
               cell=lambda row, draw: draw.status(rules.DESTRUCTION_LABELS[row.answer], rules.DESTRUCTION_MARKS[row.answer])),
        Column(name="asked", label=_l("Asked on"), value="asked_at", style="nowrap",
               order=Order(by=queries.NEWEST_DESTRUCTION, words=TIME, descending=True)),
        Column(name="by", label=_l("By"), value="asked_by.name_shown", style="nowrap"),
        Column(name="answered", label=_l("Answered on"), value="answered_at", style="nowrap", tabs=("answered",)),
        Column(name="second", label=_l("Second person"), tabs=("answered",), style="nowrap",
               value=lambda row, _: row.answered_by.name_shown if row.answered_by else ""),
    ],
    order="-asked",
    empty={
        "open": Empty(
            title=_l("Nothing waits for a second person"), icon="check", text=_l("Choose sealed cards and ask for their destruction."),
        ),
        "": Empty(title=_l("Nothing was destroyed yet"), icon="history", text=_l("Each destruction is kept here with both names.")),
    },
)  # fmt: skip
