"""The lists behind the figures of the reports: cases by what happened to them on which day, decisions by their reasons."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from admin_app.applications import rules as application_rules
from admin_app.applications.queries import queue
from admin_app.applications.queries.queue import Line
from admin_app.applications.queries.rows import Row, rows_of
from admin_app.dashboard import rules
from admin_app.dashboard.queries import behind
from admin_app.dashboard.queries.behind import Asked, Decided
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import listed, pick, words
from admin_app.residents import rules as resident_rules
from admin_app.web.lists.address import Wanted
from admin_app.web.lists.description import TIME, Button, Column, Empty, ListPage, Order, Tab
from admin_app.web.lists.drawing import linked
from admin_app.web.lists.filters import Choice, Days, Pairs

CASE_TABS = {"received": _l("Received"), "decided": _l("Decided"), "posted": _l("Posted")}
BACK = Button(label=_l("Back to the reports"), endpoint="ReportView.index", icon="arrow-left")


def _question(wanted: Wanted) -> Asked:
    first, last = wanted.get("days", (None, None))
    return Asked(
        tab=wanted.tab,
        first=first,
        last=last,
        centres=wanted.get("centre", ()),
        channel=wanted.get("channel", ""),
        measured=wanted.get("measured", ""),
        reason=wanted.get("reason"),
    )


class CaseRow(NamedTuple):
    """A case, and the day its card was posted."""

    shown: Row
    posted_on: Any


def _cases(found: Sequence[Any], context: Any) -> list[CaseRow]:
    shown = rows_of([Line._make(row[:-1]) for row in found], staff=context.me)
    return [CaseRow(row, one.posted_on) for row, one in zip(shown, found, strict=True)]


def _centres(_me: Actor, _tab: str) -> Pairs:
    return [(centre.code, pick(centre, "name")) for centre in queue.centres()]


def _stages(_me: Actor, tab: str) -> Pairs:
    offered = behind.MEASURED.get(tab, ()) if tab else tuple(rules.STAGE_LABELS)
    return [(stage, rules.STAGE_LABELS[stage]) for stage in offered]


def _reasons(_me: Actor, tab: str) -> Pairs:
    return [(reason.code, pick(reason, "text")) for reason in behind.reasons() if not tab or reason.kind == tab]


DAYS = Days(name="days", label=_l("Day"))
CENTRE = Choice(
    name="centre", label=_l("Centre"), offers=_centres, several=True, find=lambda code, _me: queue.centre_called(code)
)  # fmt: skip
CHANNEL = Choice(name="channel", label=_l("Channel"), offers=lambda *_: [*words(application_rules.CHANNEL_LABELS).items()])

CASES = ListPage(
    name="report-cases",
    endpoint="FigureView.cases",
    permission="reports.read",
    title=_l("Cases behind a figure"),
    subtitle=_l("What the charts count: each case on the day it was received, decided or posted; drafts are left out."),
    listed=behind.cases,
    ids=behind.case_ids,
    question=_question,
    prepare=_cases,
    row_id="shown.case.reference",
    tabs=[Tab(name=name, label=label) for name, label in CASE_TABS.items()],
    first_tab="received",
    columns=[
        Column(
            name="reference", label=_l("Reference"), value="shown.case.reference", style="tight", is_fixed=True,
            cell=linked("CaseView.show", "shown.case.reference", argument="reference"),
        ),
        Column(
            name="resident", label=_l("Resident"), value="shown.name",
            cell=lambda row, draw: draw.person(row.shown.name, row.shown.name_latin),
        ),
        Column(name="reason", label=_l("Reason"), value="shown.reason_label"),
        Column(name="channel", label=_l("Channel"), value="shown.channel_label", is_shown=False),
        Column(name="centre", label=_l("Centre"), value="shown.centre"),
        Column(
            name="status", label=_l("Status"), value="shown.status_label",
            cell=lambda row, draw: draw.status(row.shown.status_label, row.shown.mark),
        ),
        Column(
            name="received", label=_l("Received"), value="shown.case.received_on", style="nowrap",
            order=Order(by=behind.BY_RECEIPT, words=TIME, descending=True, serves=lambda tab, _filters: tab == "received"),
        ),
        Column(name="due", label=_l("Due"), value="shown.case.due_on", style="nowrap", tabs=("decided",)),
        Column(
            name="decided", label=_l("Decided"), value="shown.case.decided_on", style="nowrap",
            order=Order(by=behind.BY_DECISION, words=TIME, descending=True, serves=lambda tab, _filters: tab == "decided"),
        ),
        Column(
            name="posted", label=_l("Posted"), value="posted_on", style="nowrap", tabs=("posted",),
            order=Order(by=behind.BY_POSTING, words=TIME, descending=True, serves=lambda tab, _filters: tab == "posted"),
        ),
    ],
    order=lambda wanted: f"-{wanted.tab}",
    filters=[
        DAYS,
        CENTRE,
        CHANNEL,
        Choice(name="measured", label=_l("Time measured"), offers=_stages, not_in=("received",)),
    ],
    buttons=[BACK],
    empty=Empty(
        title=_l("No case counts here"), icon="chart-line",
        text=_l("In these days nothing of the kind happened. Take the filters away to see other days."),
    ),
)  # fmt: skip


class DecisionRow(NamedTuple):
    """A decision, the name of the resident as the reader may see it, and its coded reasons in words."""

    one: Decided
    name: str
    name_latin: str
    reasons: str


def _decisions(found: Sequence[Any], context: Any) -> list[DecisionRow]:
    coded = {reason.id: pick(reason, "text") for reason in behind.reasons()}
    made = [Decided._make(row) for row in found]
    names = [resident_rules.shown_names(one, context.me) for one in made]
    reasons = [listed([coded[one_id] for one_id in one.reasons]) for one in made]
    return [DecisionRow(one, *name, said) for one, name, said in zip(made, names, reasons, strict=True)]


def _status(row: DecisionRow, _context: Any) -> Any:
    return words(application_rules.STATUS_LABELS)[row.one.status]


DECISIONS = ListPage(
    name="report-decisions",
    endpoint="FigureView.decisions",
    permission="reports.read",
    title=_l("Decisions behind a figure"),
    subtitle=_l("What the chart of reasons counts: each decision on its day, whatever became of the case since."),
    listed=behind.decisions,
    ids=behind.decision_ids,
    question=_question,
    prepare=_decisions,
    row_id="one.id",
    row_name="one.reference",
    tabs=[Tab(name=name, label=label) for name, label in rules.OUTCOME_LABELS.items()],
    first_tab="reject",
    columns=[
        Column(
            name="reference", label=_l("Reference"), value="one.reference", style="tight", is_fixed=True,
            cell=linked("CaseView.show", "one.reference", argument="reference"),
        ),
        Column(name="resident", label=_l("Resident"), value="name", cell=lambda row, draw: draw.person(row.name, row.name_latin)),
        Column(name="reasons", label=_l("Why"), value="reasons", style="wrap"),
        Column(
            name="decided", label=_l("Decided"), value="one.decided_on", style="nowrap",
            order=Order(by=behind.BY_DAY, words=TIME, descending=True),
        ),
        Column(
            name="by", label=_l("By"), value=lambda row, _: pick(row.one, "by_name") or row.one.by_username or gettext("the office itself"),
        ),
        Column(name="centre", label=_l("Centre"), value=lambda row, _: pick(row.one, "centre_name")),
        Column(
            name="channel", label=_l("Channel"), is_shown=False,
            value=lambda row, _: words(application_rules.CHANNEL_LABELS)[row.one.channel],
        ),
        Column(
            name="status", label=_l("Status"), value=_status,
            cell=lambda row, draw: draw.status(_status(row, draw), application_rules.STATUS_MARKS[row.one.status]),
        ),
    ],
    order="-decided",
    filters=[
        DAYS,
        CENTRE,
        CHANNEL,
        Choice(name="reason", label=_l("Why"), offers=_reasons, find=lambda code, _me: behind.reason_called(code)),
    ],
    buttons=[BACK],
    empty=Empty(
        title=_l("No decision counts here"), icon="chart-line",
        text=_l("In these days nobody decided so, or not for this reason. Take the filters away to see others."),
    ),
)  # fmt: skip
