"""The list of loss reports: whom to call today, what runs, what is formal, what has ended."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.foundation.i18n import pick
from admin_app.loss_reports import queries, rules
from admin_app.loss_reports.models import LossReport
from admin_app.residents import rules as resident_rules
from admin_app.residents.models import Call
from admin_app.web.lists.description import DUE, TIME, Button, Column, Empty, ListPage, Order, Tab
from admin_app.web.lists.drawing import linked, macro
from admin_app.web.template_filters import moment


class Line(NamedTuple):
    """A report, and the last call about it (None where there was none, or nobody asks)."""

    report: LossReport
    last_call: Call | None


def _lines(reports: Sequence[LossReport], context: Any) -> list[Line]:
    calls = queries.last_calls(reports, context.me) if context.tab == "call" else {}
    return [Line(report, calls.get(report.public_id)) for report in reports]


def _last_call(line: Line, _context: Any) -> Any:
    call = line.last_call
    if call is None:
        return _("none yet")
    return f"{resident_rules.OUTCOME_LABELS[resident_rules.Outcome(call.outcome)]} · {moment(call.made_at)}"


TAB_LABELS = {"call": _l("To call today"), "provisional": _l("Provisional"), "formal": _l("Formal"), "ended": _l("Ended")}
CELLS = "loss_reports/cells.html"
RUNNING, FIXED = ("call", "provisional"), ("formal", "ended")
LOSS_REPORTS = ListPage(
    name="loss-reports",
    endpoint="LossReportView.index",
    permission="loss_reports.read",
    title=_l("Loss reports"),
    subtitle=_l("A provisional report lapses by itself; a formal one makes the card void for good."),
    listed=queries.listed,
    ids=queries.ids,
    question=lambda wanted: queries.asked(wanted.tab),
    prepare=_lines,
    row_id="report.public_id",
    facts={"rules": rules},
    tabs=[Tab(name=name, label=label) for name, label in TAB_LABELS.items()],
    first_tab=lambda me: "call" if queries.has_calls(me) else "provisional",
    columns=[
        Column(
            name="reference", label=_l("Reference"), value="report.reference", style="tight", is_fixed=True,
            cell=linked("LossReportView.show", "report.public_id", text="report.reference", style="ref"),
        ),
        Column(name="resident", label=_l("Resident"), cell=macro(CELLS, "resident"),
               value=lambda line, context: resident_rules.shown_name(line.report.resident.name, context.me)),
        Column(
            name="status", label=_l("Status"), value=lambda line, _: rules.STATUS_LABELS[line.report.status], style="tight",
            tabs=("provisional", *FIXED),
            cell=lambda line, draw: draw.status(rules.STATUS_LABELS[line.report.status], rules.STATUS_MARKS[line.report.status]),
        ),
        Column(
            name="lapses", label=_l("Lapses"), value="report.lapses_at", style="tight keep", tabs=RUNNING, cell=macro(CELLS, "lapses"),
            order=Order(by=queries.BY_LAPSE, words=DUE),
        ),
        Column(
            name="since", label=_l("Since"), value=lambda line, _: line.report.ended_at or line.report.formal_at, style="tight", tabs=FIXED
        ),
        Column(
            name="call", label=_l("Call"), value="report.public_id", style="tight", tabs=("call",), permission="residents.reveal",
            only_screen=True, cell=macro(CELLS, "call"),
        ),
        Column(name="last_call", label=_l("Last call"), value=_last_call, tabs=("call",)),
        Column(name="phone", label=_l("Phone"), value="report.resident.phone_masked", style="tight", tabs=("call",)),
        Column(name="channel", label=_l("Came in by"), value=lambda line, _: rules.CHANNEL_LABELS[line.report.channel]),
        Column(name="centre", label=_l("Centre"), value=lambda line, _: pick(line.report.centre, "name")),
        Column(
            name="reported", label=_l("Reported on"), value="report.reported_at", style="tight",
            order=Order(by=queries.NEWEST, words=TIME, descending=True, serves=lambda tab, _filters: tab in FIXED),
        ),
    ],
    order=lambda wanted: "lapses" if wanted.tab in RUNNING else "-reported",
    buttons=[
        Button(
            label=_l("New loss report"), endpoint="ResidentView.index", arguments={"goal": "loss_report"}, icon="plus", key="n",
            is_primary=True, permission="loss_reports.take",
        )
    ],
    empty={
        "call": Empty(
            title=_l("Nobody to call today"), icon="phone-call",
            text=_l(
                "Provisional reports that lapse before their centre has been open for another hour appear here "
                "until the resident is reached."
            ),
        ),
        "": Empty(
            title=_l("No reports here"), icon="shield-check",
            text=_l("A lost or stolen card is reported by phone or at the counter. Start with the ID number."),
        ),
    },
)  # fmt: skip
