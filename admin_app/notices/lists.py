"""The list of letters to residents, by where they stand."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation.i18n import LANGUAGES, pick
from admin_app.notices import queries, rules
from admin_app.notices.models import Notice
from admin_app.residents.rules import shown_name
from admin_app.web.lists.description import TIME, BulkAction, Button, Column, Empty, ListPage, Order, Tab
from admin_app.web.lists.drawing import macro

CELLS = "notices/cells.html"


def _stopped(notice: Notice, _context: Any) -> Any:
    """Why a letter that waits cannot be printed, or cannot be posted."""
    if notice.status != rules.Status.WAITING:
        return ""
    if notice.resident.is_restricted:
        return _l("The records are restricted: not printed until that is lifted")
    return "" if len(notice.recipient.splitlines()) > 1 else _l("No address is known: the counter hands it over")


NOTICES = ListPage(
    name="notices",
    endpoint="NoticeView.index",
    permission="notices.print",
    title=_l("Letters to residents"),
    subtitle=_l("Decisions, requests and where the card is, in the words that were said"),
    listed=queries.listed,
    ids=queries.ids,
    question=lambda wanted: wanted.tab,
    row_id="public_id",
    row_name="reference",
    facts={"rules": rules},
    size=50,
    tabs=[Tab(name=name, label=rules.STATUS_LABELS[status]) for name, status in queries.TABS.items()],
    first_tab="waiting",
    columns=[
        Column(
            name="letter", label=_l("What was said"), value=lambda row, _: rules.KIND_LABELS[row.kind], is_fixed=True,
            cell=macro(CELLS, "letter"),
        ),
        Column(name="reference", label=_l("Case"), value="reference", style="nowrap", cell=macro(CELLS, "case")),
        Column(name="resident", label=_l("Resident"), value=lambda row, page: shown_name(row.resident.name, page.me)),
        Column(name="language", label=_l("Language"), value=lambda row, _: LANGUAGES[row.language]),
        Column(name="centre", label=_l("Centre"), value=lambda row, _: pick(row.centre, "name"), is_shown=False),
        Column(
            name="status", label=_l("Status"), value=lambda row, _: rules.STATUS_LABELS[row.status],
            cell=lambda row, draw: draw.status(rules.STATUS_LABELS[row.status], rules.STATUS_MARKS[row.status]),
        ),
        Column(name="note", label=_l("Note"), value=_stopped, style="wrap", tabs=("waiting",)),
        Column(
            name="written", label=_l("Written on"), value="written_at", style="nowrap",
            order=Order(by=queries.OLDEST, words=TIME),
        ),
        Column(name="ended", label=_l("Printed or withdrawn"), value="ended_at", style="nowrap", tabs=("printed", "dropped")),
        Column(
            name="printed_by", label=_l("Printed by"), tabs=("printed",),
            value=lambda row, _: row.printed_by.name_shown if row.printed_by else "",
        ),
    ],
    order=lambda wanted: "-written" if wanted.tab in queries.NEWEST_FIRST else "written",
    sent_as="notice",
    actions=[
        BulkAction(
            name="print", label=_l("Print these…"), endpoint="NoticeView.chosen", key="p", icon="printer", permission="notices.print",
            tabs=("waiting", "printed"), hint=_l("Up to 50 at once, in one document"),
        ),
    ],
    buttons=[
        Button(
            label=_l("Print what waits"), endpoint="NoticeView.letters", icon="printer", key="a", is_primary=True,
            permission="notices.print", if_any="waiting",
        ),
    ],
    empty={
        "waiting": Empty(
            title=_l("No letter waits to be printed"), icon="mail",
            text=_l("Each decision writes its letter by itself, some seconds later, when it cannot be taken back any more."),
        ),
        "printed": Empty(
            title=_l("No letter was printed yet"), text=_l("Letters that came out of the printer are kept here."), icon="printer",
        ),
        "dropped": Empty(
            title=_l("No letter was withdrawn"), icon="mail",
            text=_l("A letter that has not left and is not true any more, as of a case that was reopened, comes here by itself."),
        ),
    },
)  # fmt: skip
