"""The lists behind the charts of what came back by post and of cards made once more."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from admin_app.applications import rules as application_rules
from admin_app.applications.queries import queue
from admin_app.cards import rules as card_rules
from admin_app.dashboard import rules
from admin_app.dashboard.queries import behind_remade, remade
from admin_app.dashboard.queries.behind_remade import Again, Asked, CameBack
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import pick, words
from admin_app.mailing.rules import returns
from admin_app.residents import rules as resident_rules
from admin_app.web.lists.address import Wanted
from admin_app.web.lists.description import TIME, Button, Column, Empty, ListPage, Order
from admin_app.web.lists.drawing import linked
from admin_app.web.lists.filters import Choice, Days, Filter, Pairs

BACK = Button(label=_l("Back to the reports"), endpoint="ReportView.index", icon="arrow-left")


class Named(NamedTuple):
    """A row of the database, and the name of its resident as the reader may see it."""

    one: Any
    name: str
    name_latin: str


def _question(wanted: Wanted) -> Asked:
    first, last = wanted.get("days", (None, None))
    fault = wanted.get("fault")
    return Asked(
        first=first, last=last, centres=wanted.get("centre", ()), channel=wanted.get("channel", ""), reason=wanted.get("reason"),
        fault=None if fault is None else rules.kept(fault), maker=wanted.get("maker"),
    )  # fmt: skip


def _named(made: Sequence[Any], context: Any) -> list[Named]:
    return [Named(one, *resident_rules.shown_names(one, context.me)) for one in made]


def _centres(_me: Actor, _tab: str) -> Pairs:
    return [(centre.code, pick(centre, "name")) for centre in queue.centres()]


def _makers(_me: Actor, _tab: str) -> Pairs:
    return [(maker.code, pick(maker, "name")) for maker in remade.makers()]


FILTERS: tuple[Filter, ...] = (
    Days(name="days", label=_l("Day")),
    Choice(name="centre", label=_l("Centre"), offers=_centres, several=True, find=lambda code, _me: queue.centre_called(code)),
    Choice(name="channel", label=_l("Channel"), offers=lambda *_: [*words(application_rules.CHANNEL_LABELS).items()]),
)
RESIDENT = Column(name="resident", label=_l("Resident"), value="name", cell=lambda row, draw: draw.person(row.name, row.name_latin))
CENTRE = Column(name="centre", label=_l("Centre"), value=lambda row, _: pick(row.one, "centre_name"))


def _ended(row: Named) -> Any:
    return returns.OUTCOME_LABELS[returns.Outcome(row.one.outcome)] if row.one.outcome else gettext("On the shelf")


RETURNED = ListPage(
    name="report-returns",
    endpoint="FigureView.returns",
    permission="reports.read",
    title=_l("Returned parcels behind a figure"),
    subtitle=_l("What the chart of returns counts: each parcel on the day it was scanned at the returns desk."),
    listed=behind_remade.returns,
    ids=behind_remade.return_ids,
    question=_question,
    prepare=lambda found, context: _named([CameBack._make(row) for row in found], context),
    row_id="one.id",
    row_name="one.number",
    columns=[
        Column(name="parcel", label=_l("Parcel"), value="one.number", style="tight", is_fixed=True,
               cell=linked("ParcelView.show", "one.public_id", argument="public_id", text="one.number")),
        RESIDENT,
        Column(name="reason", label=_l("Why it came back"), value=lambda row, _: words(returns.RETURN_REASONS)[row.one.reason]),
        Column(name="came", label=_l("Came back"), value="one.received_at", style="nowrap",
               order=Order(by=behind_remade.BY_RETURN, words=TIME, descending=True)),
        Column(name="outcome", label=_l("What became of it"), value=lambda row, _: _ended(row)),
        Column(name="shelf", label=_l("Shelf"), value="one.shelf", style="tight", is_shown=False),
        Column(name="application", label=_l("Application"), value="one.reference", style="nowrap"),
        CENTRE,
    ],
    order="-came",
    filters=[*FILTERS, Choice(name="reason", label=_l("Why it came back"), offers=lambda *_: [*words(returns.RETURN_REASONS).items()])],
    buttons=[BACK],
    empty=Empty(
        title=_l("No parcel counts here"), icon="chart-line",
        text=_l("In these days none came back, or not for this reason. Take the filters away to see others."),
    ),
)  # fmt: skip


def _before(row: Named) -> Any:
    """What became of the card before, in words."""
    return row.one.why_before or words(card_rules.STATUS_LABELS)[row.one.status_before]


def _status(row: Named) -> Any:
    return words(card_rules.STATUS_LABELS)[row.one.status]


REMADE = ListPage(
    name="report-remade",
    endpoint="FigureView.remade",
    permission="reports.read",
    title=_l("Cards made once more"),
    subtitle=_l("What the charts of faults count: each card in the place of another one, on the day it was requested."),
    listed=behind_remade.remade,
    ids=behind_remade.remade_ids,
    question=_question,
    prepare=lambda found, context: _named([Again._make(row) for row in found], context),
    row_id="one.public_id",
    row_name="one.reference",
    columns=[
        Column(name="application", label=_l("Application"), value="one.reference", style="tight", is_fixed=True,
               cell=linked("CardView.show", "one.public_id", argument="public_id", text="one.reference")),
        RESIDENT,
        Column(name="fault", label=_l("Because of whom"), value=lambda row, _: words(rules.FAULTS)[row.one.fault or rules.NOT_SAID]),
        Column(name="why", label=_l("What became of the card before"), value=lambda row, _: _before(row), style="wrap"),
        Column(name="maker", label=_l("Maker of cards"), value=lambda row, _: pick(row.one, "maker_name") or gettext("by hand")),
        Column(name="cost", label=_l("Cost in yuan"), style="number",
               value=lambda row, _: None if row.one.cost_fen is None else card_rules.yuan(row.one.cost_fen)),
        Column(name="requested", label=_l("Requested on"), value="one.requested_at", style="nowrap",
               order=Order(by=behind_remade.BY_REQUEST, words=TIME, descending=True)),
        Column(name="status", label=_l("Status"), value=lambda row, _: _status(row),
               cell=lambda row, draw: draw.status(_status(row), card_rules.STATUS_MARKS[row.one.status])),
        Column(name="serial", label=_l("Serial of the card before"), style="tight", is_shown=False,
               value=lambda row, _: row.one.serial_before),
        CENTRE,
    ],
    order="-requested",
    filters=[
        *FILTERS,
        Choice(name="fault", label=_l("Because of whom"), offers=lambda *_: [*words(rules.FAULTS).items()]),
        Choice(name="maker", label=_l("Maker of cards"), offers=_makers, find=lambda code, _me: remade.maker_called(code)),
    ],
    buttons=[BACK],
    empty=Empty(
        title=_l("No card counts here"), icon="chart-line",
        text=_l("In these days none was made once more, or not because of whom you chose. Take the filters away to see others."),
    ),
)  # fmt: skip
