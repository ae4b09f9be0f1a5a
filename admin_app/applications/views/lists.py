"""What the queue and the counter's desk show."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.applications import rules
from admin_app.applications.queries import intake, queue, queue_filter
from admin_app.applications.queries.queue_filter import QueueFilter
from admin_app.applications.queries.rows import Row, days_left_counter, rows_of
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import pick, words
from admin_app.web.lists.address import Wanted
from admin_app.web.lists.description import DUE, TIME, BulkAction, Button, Column, Empty, ListPage, Order, Tab
from admin_app.web.lists.drawing import Draw, linked
from admin_app.web.lists.filters import Choice, Days, Pairs
from admin_app.web.promised_day import Promise
from admin_app.web.template_filters import capped


def queue_question(wanted: Wanted) -> QueueFilter:
    """What the address asks for, as the queries take it."""
    received_from, received_to = wanted.get("received", (None, None))
    return QueueFilter(
        tab=wanted.tab or queue_filter.FIRST_TAB,
        centres=wanted.get("centre", ()),
        reasons=wanted.get("reason", ()),
        channel=wanted.get("channel", ""),
        status=wanted.get("status", ""),
        owner=wanted.get("owner", ""),
        received_from=received_from,
        received_to=received_to,
    )


def _tab_of(arguments: MultiDict[str, str]) -> str:
    status = arguments.get("status", "")
    return next((tab for tab in ("waiting", "closed") if status in queue_filter.STATUSES[tab]), "")


def _first_order(wanted: Wanted) -> str:
    order, falls = queue.first_order(queue_question(wanted))
    return ("-" if falls else "") + ("received" if order is queue.BY_RECEIPT else "due")


def _by_due(_tab: str, filters: Collection[str]) -> bool:
    # A range of days of receipt is walked along its own index: by due date, old decided cases would lie behind all newer ones.
    return "received" not in filters


def _by_receipt(tab: str, filters: Collection[str]) -> bool:
    return "received" in filters or (tab in ("todo", "all") and not {"status", "owner", "centre", "reason"} & set(filters))


def _centres(_me: Actor, _tab: str) -> Pairs:
    return [(centre.code, pick(centre, "name")) for centre in queue.centres()]


def _statuses(_me: Actor, tab: str) -> Pairs:
    possible = queue_filter.STATUSES.get(tab, rules.OPEN) if tab else frozenset(rules.Status)
    return [(status, word) for status, word in words(rules.STATUS_LABELS).items() if status in possible]


def _owners(me: Actor, _tab: str) -> Pairs:
    names = [(member.username, pick(member, "name") or member.username) for member in queue.deciders(me)]
    return [(queue_filter.ME, _("me")), (queue_filter.NOBODY, _("nobody")), *names]


def _holder(row: Row, draw: Draw) -> Any:
    me = draw.context.me
    case, is_second = row.case, row.case.status == rules.Status.RECOMMENDED
    is_free = not row.owner and (is_second or case.status == rules.Status.SUBMITTED)
    is_own = me.is_staff_member(case.taken_by_id) or (is_second and me.is_staff_member(case.recommended_by_id))
    if not is_free or is_own or not me.may("applications.decide_second" if is_second else "applications.claim"):
        return row.owner or "—"
    return draw.macro("queue/cells.html", "claim")(row)


def _promise(case: Any) -> Promise | date | None:
    """The promised day of a case: it may move while the case is open."""
    return Promise.of(case.due_on) if case.is_open else case.due_on


def _due(row: Row, draw: Draw) -> Any:
    return draw.ui.due(row.case.due_on, row.case.is_open, row.is_paused, row.days_left)


def _recommended(row: Row, _draw: Any) -> Any:
    return words(rules.RECOMMENDATION_LABELS).get(row.case.recommendation or "", "")


def _rows(lines: Sequence[Any], context: Any) -> list[Row]:
    return rows_of([queue.Line._make(line) for line in lines], staff=context.me)


def _subtitle(shown: Any) -> Any:
    counts, address, me = shown.counts, shown.address, shown.me
    if not address.is_narrowed:
        numbers = {"unclaimed": capped(counts["unclaimed"]), "overdue": capped(counts["overdue"])}
        if address.order == "due":
            return _("%(unclaimed)s unclaimed · %(overdue)s overdue · most urgent first", **numbers)
        return _("%(unclaimed)s unclaimed · %(overdue)s overdue", **numbers)
    # A tab where a filter in force can choose nothing counts without it: such a number is none «with these filters».
    under = {name: capped(counts[name]) for name in ("unclaimed", "overdue") if address.in_tab(name, me).given == address.given}
    if len(under) == 2:
        return _("With these filters: %(unclaimed)s unclaimed · %(overdue)s overdue", **under)
    if under:
        # «Overdue» offers every filter that «Unclaimed» does.
        return _("With these filters: %(overdue)s overdue", **under)
    return ""


QUEUE = ListPage(
    name="queue",
    endpoint="QueueView.index",
    permission="applications.read",
    title=_l("Queue"),
    subtitle=_subtitle,
    template="queue/index.html",
    listed=queue.listed,
    ids=queue.ids,
    question=queue_question,
    prepare=_rows,
    row_id="case.reference",
    sent_id="case.public_id",
    tabs=[Tab(name=name, label=label, is_counted=name != "closed") for name, label in queue_filter.TABS.items()],
    first_tab=queue_filter.FIRST_TAB,
    tab_of=_tab_of,
    columns=[
        Column(
            name="reference", label=_l("Reference"), value="case.reference", style="tight", is_fixed=True,
            cell=linked("CaseView.show", "case.reference", keeps_view=True),
        ),
        Column(name="resident", label=_l("Resident"), value="name", cell=lambda row, draw: draw.person(row.name, row.name_latin)),
        Column(name="reason", label=_l("Reason"), value="reason_label"),
        Column(name="channel", label=_l("Channel"), value="channel_label"),
        Column(name="centre", label=_l("Centre"), value="centre"),
        Column(name="status", label=_l("Status"), value="status_label", cell=lambda row, draw: draw.status(row.status_label, row.mark)),
        Column(name="recommended", label=_l("Recommended"), value=_recommended, style="nowrap", tabs=("second",)),
        Column(name="owner", label=_l("With"), value="owner", cell=_holder),
        Column(
            name="due", label=_l("Due"), value=lambda row, _: _promise(row.case), style="keep", cell=_due,
            order=Order(by=queue.BY_DUE, words=DUE, serves=_by_due),
        ),
        Column(
            name="answer", label=_l("Answer by"), value=lambda row, _: Promise.of(row.case.answer_by), style="nowrap", tabs=("waiting",),
        ),
        Column(name="decided", label=_l("Decided"), value="case.decided_on", style="nowrap", tabs=("closed",)),
        Column(
            name="received", label=_l("Received"), value="case.received_on", style="nowrap", is_shown=False,
            order=Order(by=queue.BY_RECEIPT, words=TIME, serves=_by_receipt),
        ),
        Column(name="age", label=_l("Time open"), value="age", style="number nowrap", unsorted=_l("same order as “Received”")),
    ],
    order=_first_order,
    filters=[
        Choice(name="centre", label=_l("Centre"), offers=_centres, several=True, find=lambda code, _me: queue.centre_called(code)),
        Choice(name="reason", label=_l("Reason"), offers=lambda *_: [*words(rules.REASON_LABELS).items()], several=True),
        Choice(name="channel", label=_l("Channel"), offers=lambda *_: [*words(rules.CHANNEL_LABELS).items()]),
        Choice(name="status", label=_l("Status"), offers=_statuses, not_in=("unclaimed", "waiting", "second")),
        Choice(name="owner", label=_l("With"), offers=_owners),
        Days(name="received", label=_l("Received")),
    ],
    sent_as="case",
    actions=[
        BulkAction(name="claim", label=_l("Claim"), endpoint="QueueView.bulk", key="c", permission="applications.claim"),
        BulkAction(name="release", label=_l("Release"), endpoint="QueueView.bulk", permission="applications.claim"),
    ],
    key_hints=[(("n",), _l("next case"))],
    empty={
        "mine": Empty(
            title=_l("No case is with you"),
            text=_l("Press “Next case” to take the most urgent one, or claim cases from the tab “Unclaimed”."),
            endpoint="QueueView.index", arguments={"tab": "unclaimed"}, action=_l("Show unclaimed cases"),
        ),
        "second": Empty(
            title=_l("Nothing waits for a second decision"), icon="circle-check",
            text=_l("Cases that a colleague recommended for a decision appear here; what you recommended yourself does not."),
        ),
        "overdue": Empty(title=_l("Nothing is overdue"), text=_l("Every open case is inside its promised time."), icon="circle-check"),
        "": Empty(
            title=_l("Nothing here"),
            text=_l("Cases appear here when a counter submits them. The most urgent one comes first."),
        ),
    },
)  # fmt: skip


COUNTER_TABS = {
    "drafts": _l("My drafts"),
    "waiting": _l("Waiting for resident"),
    "remind": _l("To remind"),
    "running": _l("Taken in by me"),
}


def _counter_tab(me: Actor) -> str:
    counts = intake.desk_counts(me)
    return "drafts" if counts["drafts"] or not counts["waiting"] else "waiting"


def _counter_due(case: Any, draw: Draw) -> Any:
    if case.status == rules.Status.DRAFT:
        return "—"
    left = draw.remembered("days_left", days_left_counter)
    return draw.ui.due(case.due_on, case.is_open, case.paused_on is not None, left(case.due_on))


COUNTER = ListPage(
    name="counter",
    endpoint="IntakeView.index",
    permission="applications.take_in",
    title=_l("Counter"),
    subtitle=_l("Drafts that are not handed in yet, and cases that wait for their residents."),
    listed=intake.listed,
    ids=intake.ids,
    question=lambda wanted: wanted.tab,
    row_id="reference",
    tabs=[Tab(name=name, label=label) for name, label in COUNTER_TABS.items()],
    first_tab=_counter_tab,
    columns=[
        Column(
            name="reference", label=_l("Reference"), value="reference", style="tight", is_fixed=True,
            cell=linked("DraftView.show", "reference", style="ref"),
            order=Order(by=intake.NEWEST, words=TIME, descending=True, serves=lambda tab, _filters: tab != "remind"),
        ),
        Column(
            name="resident", label=_l("Resident"), value="resident.name",
            cell=lambda case, draw: draw.person(case.resident.name, case.resident.name_latin),
        ),
        Column(name="reason", label=_l("Reason"), value=lambda case, _: words(rules.REASON_LABELS)[case.reason]),
        Column(name="applicant", label=_l("Applicant"), value=lambda case, _: words(rules.APPLICANT_LABELS)[case.applicant]),
        Column(
            name="status", label=_l("Status"), value=lambda case, _: words(rules.STATUS_LABELS)[case.status], style="tight",
            cell=lambda case, draw: draw.status(words(rules.STATUS_LABELS)[case.status], rules.STATUS_MARKS[case.status]),
        ),
        Column(name="owner", label=_l("With"), value=lambda case, _: pick(case.owner, "name") if case.owner else ""),
        Column(name="received", label=_l("Received"), value="received_at", style="tight", unsorted=_l("same order as “Reference”")),
        Column(name="waiting", label=_l("Waiting since"), value="paused_on", style="tight", tabs=("waiting", "remind")),
        Column(
            name="answer", label=_l("Answer by"), value=lambda case, _: Promise.of(case.answer_by), style="tight keep",
            tabs=("waiting", "remind"),
            order=Order(by=intake.BY_ANSWER, words=DUE, serves=lambda tab, _filters: tab == "remind"),
        ),
        Column(
            name="due", label=_l("Due"), value=lambda case, _: _promise(case), style="tight keep", tabs=("drafts", "running"),
            cell=_counter_due,
        ),
    ],
    order=lambda wanted: "answer" if wanted.tab == "remind" else "-reference",
    sent_as="case",
    sent_id="public_id",
    actions=[
        BulkAction(
            name="receipts", label=_l("Print the receipts"), endpoint="ReceiptView.chosen", key="p", icon="printer",
            permission="applications.take_in", hint=_l("Up to 20 at once"),
        ),
    ],
    buttons=[
        Button(
            label=_l("New application"), endpoint="ResidentView.index", arguments={"goal": "application"}, icon="plus", key="n",
            is_primary=True,
        ),
        Button(label=_l("Unsent forms"), endpoint="UnsentFormView.index", icon="clock"),
    ],
    empty={
        "drafts": Empty(
            title=_l("No drafts"), icon="clipboard-list", endpoint="ResidentView.index", arguments={"goal": "application"},
            text=_l("A new application starts with the resident's ID card and stays here until it is handed in."),
            action=_l("New application"),
        ),
        "waiting": Empty(
            title=_l("Nobody owes the office anything"), icon="circle-check",
            text=_l("Cases for which the reviewers asked for more appear here; complete them when the resident comes."),
        ),
        "remind": Empty(
            title=_l("Nobody is to be reminded"), icon="circle-check",
            text=_l("Residents with few days left are reminded by the office itself. Whoever was not reminded appears here."),
        ),
        "": Empty(
            title=_l("Nothing in progress"), text=_l("Your applications that are with the reviewers appear here until they are decided."),
        ),
    },
)  # fmt: skip
