"""What the lists of production show: batches, and the cards of one batch."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.foundation.i18n import words
from admin_app.production import rules
from admin_app.production.models import ProductionBatch, ProductionLine
from admin_app.production.queries import batches
from admin_app.residents import rules as resident_rules
from admin_app.web.lists.address import Wanted
from admin_app.web.lists.description import RANK, TIME, Button, Column, Empty, ListPage, Order, Tab
from admin_app.web.lists.drawing import linked, macro
from admin_app.web.lists.filters import Choice, Days

CELLS = "production/cells.html"
TAB_LABELS = {"frozen": _l("Not sent yet"), "sent": _l("At the maker"), "closed": _l("Answered by the maker"), "cancelled": _l("Cancelled")}


def _late(batch: ProductionBatch, _context: Any) -> str:
    """In words whether the maker is late."""
    return _("Late") if batches.is_late(batch) else ""


BATCHES = ListPage(
    name="production",
    endpoint="ProductionView.index",
    permission="production.read",
    title=_l("Production batches"),
    subtitle=_l("Choose → package → maker → answer → check"),
    listed=batches.listed,
    ids=batches.ids,
    question=lambda wanted: wanted.tab,
    tabs=[Tab(name=name, label=label) for name, label in TAB_LABELS.items()],
    first_tab="frozen",
    size=50,
    row_id="public_id",
    facts={"rules": rules, "last_day": batches.last_day, "is_late": batches.is_late},
    columns=[
        Column(name="batch", label=_l("Batch"), value="reference", style="tight", is_fixed=True,
               cell=linked("ProductionView.show", "public_id", text="reference", style="ref")),
        Column(name="status", label=_l("Status"), value=lambda batch, _: rules.STATUS_LABELS[batch.status],
               cell=lambda batch, draw: draw.status(rules.STATUS_LABELS[batch.status], rules.STATUS_MARKS[batch.status])),
        Column(name="maker", label=_l("Maker of cards"), value="maker.code", style="nowrap"),
        Column(name="cards", label=_l("Cards"), value="card_count", style="number"),
        Column(name="waiting", label=_l("Not answered"), value="waiting_count", style="number"),
        Column(name="opened", label=_l("Opened"), value="created_at", style="nowrap",
               order=Order(by=batches.NEWEST, words=TIME, descending=True)),
        Column(name="by", label=_l("By"), value="created_by.name_shown", style="nowrap"),
        Column(name="sent", label=_l("At the maker since"), value="sent_at", style="nowrap", tabs=("sent", "closed")),
        Column(name="answer_by", label=_l("Answer expected by"), value=lambda batch, _: batches.last_day(batch), style="nowrap",
               tabs=("sent",)),
        Column(name="late", label=_l("Late"), value=_late, style="nowrap", tabs=("sent",), cell=macro(CELLS, "late")),
        Column(name="ended", label=_l("Ended on"), value="ended_at", style="nowrap", tabs=("closed", "cancelled")),
    ],
    order="-opened",
    buttons=[Button(label=_l("Check desk"), endpoint="CheckView.index", icon="checklist", key="c", permission="production.work"),
             Button(label=_l("New batch"), endpoint="ProductionView.new", icon="plus", key="n", is_primary=True,
                    permission="production.work")],
    empty={
        "frozen": Empty(
            title=_l("No production batch is being prepared"), text=_l("A batch takes requested cards and makes the maker's package."),
            icon="package", endpoint="ProductionView.new", action=_l("New batch"), permission="production.work",
        ),
        "sent": Empty(title=_l("Nothing is at the maker"), text=_l("Batches wait here until the maker has answered."), icon="send"),
        "": Empty(title=_l("No batch is here yet"), text=_l("Batches are kept for good, with what became of each card."), icon="package"),
    },
)  # fmt: skip


def _state(line: ProductionLine) -> tuple[Any, str]:
    outcome = rules.Outcome(line.outcome)
    return rules.OUTCOME_LABELS[outcome], rules.OUTCOME_MARKS[outcome]


def _why(line: ProductionLine, _context: Any) -> Any:
    return why_text(line.why)


def why_text(why: str) -> Any:
    """Why a card was left out, or not made, in words; '' for nothing."""
    words: dict[Any, Any] = {**rules.WHY_LABELS, **rules.MAKER_FAULT_LABELS, **rules.CHECK_FAULT_LABELS}
    return words.get(why, "")


def _batch_id(context: Any) -> dict[str, int]:
    given: ProductionBatch | None = context.given.get("batch")
    return {"batch": (given or batches.by_public_id(context.me, dict(context.address.place)["public_id"])).id}


def _asked(wanted: Wanted) -> batches.LinesAsked:
    return batches.LinesAsked(wanted.get("outcome"), *wanted.get("days", (None, None)))


LINES = ListPage(
    name="production-cards",
    endpoint="ProductionView.show",
    permission="production.read",
    title=_l("Cards of the batch"),
    template="production/batch.html",
    listed=batches.lines,
    question=_asked,
    values=_batch_id,
    row_id="key",
    row_name="key",
    size=50,
    links_rows=False,
    columns=[
        Column(name="place", label="#", value="position", style="number tight",
               order=Order(by=batches.BY_PLACE, words=RANK)),
        Column(name="key", label=_l("Card key"), value="key", style="tight", is_fixed=True),
        Column(name="application", label=_l("Application"), value="card.application.reference", style="nowrap",
               cell=linked("CardView.show", "card.public_id", text="card.application.reference", style="ref")),
        Column(name="resident", label=_l("Resident"), style="nowrap",
               value=lambda line, context: resident_rules.shown_name(line.card.application.resident.name, context.me)),
        Column(name="requested", label=_l("Requested on"), value="card.requested_at", style="nowrap"),
        Column(name="outcome", label=_l("What became of it"), value=lambda line, _: _state(line)[0],
               cell=lambda line, draw: draw.status(*_state(line))),
        Column(name="why", label=_l("Why"), value=_why, style="wrap"),
        Column(name="serial", label=_l("Card serial"), value="card.serial", style="tight"),
        Column(name="actions", label=_l("Actions"), value="key", style="tight", only_screen=True, permission="production.work",
               only_if=lambda context: context.given.get("may_leave_out", False), cell=macro(CELLS, "leave_out")),
    ],
    order="place",
    filters=[
        Choice(name="outcome", label=_l("What became of it"), offers=lambda *_: [*words(rules.OUTCOME_LABELS).items()]),
        Days(name="days", label=_l("Requested on")),
    ],
    empty=Empty(title=_l("No such card of this batch is in your part of the office"), icon="package"),
)  # fmt: skip
