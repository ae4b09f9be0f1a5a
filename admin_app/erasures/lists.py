"""The list of erasures, for supervisors and auditors."""

from flask_babel import lazy_gettext as _l

from admin_app.erasures import queries, rules
from admin_app.residents.rules import shown_name
from admin_app.web.lists.description import TIME, Column, Empty, ListPage, Order
from admin_app.web.lists.drawing import macro
from admin_app.web.lists.filters import Choice

CELLS = "erasures/cells.html"
STATES = {"open": _l("Waiting or in progress"), "ended": _l("Ended"), "all": _l("All")}

ERASURES = ListPage(
    name="erasures",
    endpoint="ErasureView.index",
    permission="erasures.read",
    title=_l("Erasures"),
    subtitle=_l("Whose data were erased, or are to be: one supervisor asks, another one carries it out"),
    listed=queries.listed,
    question=lambda wanted: wanted.get("state", "open"),
    row_id="public_id",
    facts={"rules": rules},
    columns=[
        Column(
            name="resident", label=_l("Resident"), value=lambda row, page: shown_name(row.resident.name, page.me), is_fixed=True,
            cell=macro(CELLS, "resident"),
        ),
        Column(name="number", label=_l("Key of the resident"), value="resident.public_id", style="tight", is_shown=False),
        Column(name="why", label=_l("Why"), value=lambda row, _: rules.WHY_LABELS[rules.Why(row.why)], style="wrap"),
        Column(
            name="asked_at", label=_l("Erasure asked for"), value="asked_at", style="nowrap",
            order=Order(by=queries.NEWEST, words=TIME, descending=True),
        ),
        Column(name="asked_by", label=_l("By"), value="asked_by.name_shown"),
        Column(
            name="state", label=_l("State"), value=lambda row, _: rules.STATE_LABELS[row.state],
            cell=lambda row, draw: draw.status(rules.STATE_LABELS[row.state], rules.STATE_MARKS[row.state]),
        ),
        Column(
            name="answered_by", label=_l("Answered by"), value=lambda row, _: row.answered_by.name_shown if row.answered_by else "",
        ),
        Column(name="ended_at", label=_l("Ended on"), value="ended_at", style="nowrap"),
    ],
    order="-asked_at",
    filters=[Choice(name="state", label=_l("State"), offers=lambda *_: [*STATES.items()], default="open")],
    empty=Empty(
        title=_l("Nothing to erase"), text=_l("A supervisor asks for it on the resident's page."), icon="circle-x",
    ),
)  # fmt: skip
