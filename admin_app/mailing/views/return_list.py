"""The list of parcels that somebody is to look at: what is due today, what lies on the shelf, whom the carrier is asked about."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_app.foundation import clock
from admin_app.mailing import rules
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries import returns
from admin_app.mailing.rules import returns as words
from admin_app.residents.rules import shown_name
from admin_app.web.lists.description import DUE, BulkAction, Column, Empty, ListPage, Order, Tab
from admin_app.web.lists.drawing import macro

CELLS = "mailing/return_cells.html"
TAB_LABELS = {"due": _l("Due today"), "shelf": _l("On the shelf"), "ask": _l("Ask where they are"), "asked": _l("Inquiries")}


def step_of(parcel: Parcel) -> Any:
    """What is to be done next with a parcel, in words."""
    if parcel.came_back is not None and parcel.came_back.keep_until < clock.today():
        return _("Seal the card")
    return words.NEXT_STEPS.get(rules.ParcelStatus(parcel.status), "")


def days_of(parcel: Parcel) -> str:
    """How long it lies here, or how long ago it left."""
    since = parcel.since_on or parcel.batch.posted_on
    days = (clock.today() - since).days if since else 0
    return str(ngettext("%(num)s day", "%(num)s days", days))


def _reason(parcel: Parcel, _context: Any) -> Any:
    return words.RETURN_REASONS[words.ReturnReason(parcel.came_back.reason)] if parcel.came_back else ""


RETURNS = ListPage(
    name="returns",
    endpoint="ReturnsView.index",
    permission="mailing.read",
    title=_l("Returns and inquiries"),
    subtitle=_l("Scan → reason → shelf → reach the resident → on again"),
    template="mailing/returns.html",
    listed=returns.listed,
    ids=returns.ids,
    question=lambda wanted: wanted.tab,
    tabs=[Tab(name=name, label=label) for name, label in TAB_LABELS.items()],
    first_tab="due",
    size=50,
    row_id="public_id",
    row_name="number",
    sent_as="parcel",
    facts={"rules": rules},
    columns=[
        Column(name="parcel", label=_l("Parcel"), value="number", style="tight", is_fixed=True, cell=macro(CELLS, "parcel")),
        Column(name="step", label=_l("Next step"), value=lambda parcel, _: step_of(parcel), style="nowrap"),
        Column(name="due", label=_l("Due"), value="next_on", style="tight", order=Order(by=returns.NEXT, words=DUE)),
        Column(name="days", label=_l("For"), value=lambda parcel, _: days_of(parcel), style="tight"),
        Column(name="recipient", label=_l("Recipient"), style="nowrap",
               value=lambda parcel, context: shown_name(parcel.recipient, context.me)),
        Column(name="reason", label=_l("Why it came back"), value=_reason, tabs=("due", "shelf")),
        Column(name="shelf", label=_l("Shelf"), value=lambda parcel, _: parcel.came_back.shelf if parcel.came_back else "",
               style="tight", tabs=("due", "shelf")),
        Column(name="status", label=_l("Status"), value=lambda parcel, _: rules.PARCEL_LABELS[rules.ParcelStatus(parcel.status)],
               tabs=("due",), cell=lambda parcel, draw: draw.status(
                   rules.PARCEL_LABELS[rules.ParcelStatus(parcel.status)], rules.PARCEL_MARKS[rules.ParcelStatus(parcel.status)])),
        Column(name="tracking", label=_l("Tracking number"), value="tracking_number", style="nowrap"),
        Column(name="card", label=_l("Card"), value="card.serial", style="tight", is_shown=False),
    ],
    order="due",
    actions=[
        BulkAction(
            name="seal", label=_l("Seal"), endpoint="ReturnsView.seal", icon="lock", permission="cards.destroy", tabs=("shelf",),
            hint=_l("Cards that lay here for as long as the office keeps them; each reports its own result"),
        ),
    ],
    empty={
        "due": Empty(
            title=_l("Nothing is due today"), icon="check",
            text=_l("Parcels come here on the day that somebody is to look at them."),
        ),
        "shelf": Empty(title=_l("No card lies on the shelf"), icon="mail", text=_l("Scan an envelope that the post brought back.")),
        "ask": Empty(
            title=_l("No parcel is missing"), icon="truck",
            text=_l("Parcels come here that were posted long ago and of which nobody said that they were delivered."),
        ),
        "asked": Empty(
            title=_l("No inquiry is running"), icon="inbox", text=_l("What the carrier was asked about waits here for its answer."),
        ),
    },
)  # fmt: skip
