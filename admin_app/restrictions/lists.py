"""The list of restrictions, for supervisors and auditors."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation import clock
from admin_app.residents.rules import shown_name
from admin_app.restrictions import queries, rules
from admin_app.restrictions.models import Restriction
from admin_app.web.lists.description import TIME, Column, Empty, ListPage, Order
from admin_app.web.lists.drawing import macro
from admin_app.web.lists.filters import Choice

CELLS = "restrictions/cells.html"
STATES = {"open": _l("In force"), "lifted": _l("Lifted"), "all": _l("All")}


def _is_late(row: Restriction) -> bool:
    return row.lifted_at is None and row.look_again_on <= clock.today()


def _state(row: Restriction, _context: Any) -> Any:
    if row.lifted_at is not None:
        return STATES["lifted"]
    return _l("Look at it again") if _is_late(row) else STATES["open"]


RESTRICTIONS = ListPage(
    name="restrictions",
    endpoint="RestrictionView.index",
    permission="restrictions.read",
    title=_l("Restricted records"),
    subtitle=_l("Kept and not used: nothing is decided, printed, posted, handed over, changed or erased until it is lifted"),
    listed=queries.listed,
    question=lambda wanted: wanted.get("state", "open"),
    row_id="public_id",
    facts={"rules": rules},
    columns=[
        Column(
            name="resident", label=_l("Resident"), value=lambda row, page: shown_name(row.resident.name, page.me), is_fixed=True,
            cell=macro(CELLS, "resident"),
        ),
        Column(name="kind", label=_l("Why"), value=lambda row, _: rules.KIND_LABELS[rules.Kind(row.kind)], cell=macro(CELLS, "kind")),
        Column(
            name="since", label=_l("Since"), value="made_at", style="nowrap",
            order=Order(by=queries.NEWEST, words=TIME, descending=True),
        ),
        Column(name="by", label=_l("Set by"), value="made_by.name_shown"),
        Column(name="look_again_on", label=_l("Look at it again on"), value="look_again_on", style="nowrap"),
        Column(
            name="state", label=_l("State"), value=_state,
            cell=lambda row, draw: draw.status(_state(row, None), "dash" if row.lifted_at else "triangle" if _is_late(row) else "dot"),
        ),
        Column(name="lifted_at", label=_l("Lifted on"), value="lifted_at", style="nowrap", is_shown=False),
        Column(
            name="lifted_by", label=_l("Lifted by"), value=lambda row, _: row.lifted_by.name_shown if row.lifted_by else "", is_shown=False,
        ),
    ],
    order="-since",
    filters=[Choice(name="state", label=_l("State"), offers=lambda *_: [*STATES.items()], default="open")],
    empty=Empty(
        title=_l("Nothing is restricted"), text=_l("A supervisor restricts the records of a resident on the resident's page."), icon="lock",
    ),
)  # fmt: skip
