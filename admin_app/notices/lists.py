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
    """Why a notice that waits cannot leave, or what went wrong with one that should have left."""
    if notice.error:
        return rules.ERRORS.get(notice.error, notice.error)
    if notice.status != rules.Status.WAITING:
        return ""
    if notice.resident.is_restricted:
        return _l("The records are restricted: it does not leave until that is lifted")
    has_address = notice.channel != rules.Channel.LETTER or len(notice.recipient.splitlines()) > 1
    return "" if has_address else _l("No address is known: the counter hands it over")


NOTICES = ListPage(
    name="notices",
    endpoint="NoticeView.index",
    permission="notices.print",
    title=_l("Notices to residents"),
    subtitle=_l("Letters and messages about decisions, requests and where the card is, in the words that were said"),
    listed=queries.listed,
    ids=queries.ids,
    question=lambda wanted: wanted.tab,
    row_id="public_id",
    row_name="reference",
    facts={"rules": rules},
    size=50,
    tabs=[Tab(name=name, label=label) for name, label in rules.TAB_LABELS.items()],
    first_tab="waiting",
    columns=[
        Column(
            name="letter", label=_l("What was said"), value=lambda row, _: rules.KIND_LABELS[row.kind], is_fixed=True,
            cell=macro(CELLS, "letter"),
        ),
        Column(name="reference", label=_l("Case"), value="reference", style="nowrap", cell=macro(CELLS, "case")),
        Column(name="resident", label=_l("Resident"), value=lambda row, page: shown_name(row.resident.name, page.me)),
        Column(name="channel", label=_l("By which way"), value=lambda row, _: rules.CHANNEL_LABELS[row.channel]),
        Column(name="language", label=_l("Language"), value=lambda row, _: LANGUAGES[row.language]),
        Column(name="centre", label=_l("Centre"), value=lambda row, _: pick(row.centre, "name"), is_shown=False),
        Column(
            name="status", label=_l("Status"), value=lambda row, _: rules.STATUS_LABELS[row.status],
            cell=lambda row, draw: draw.status(rules.STATUS_LABELS[row.status], rules.STATUS_MARKS[row.status]),
        ),
        Column(name="note", label=_l("Note"), value=_stopped, style="wrap", tabs=("waiting", "outbox", "trouble")),
        Column(
            name="written", label=_l("Written on"), value="written_at", style="nowrap",
            order=Order(by=queries.OLDEST, words=TIME),
        ),
        Column(name="ended", label=_l("Left or ended"), value="ended_at", style="nowrap", tabs=("printed", "sent", "trouble", "dropped")),
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
        BulkAction(
            name="again", label=_l("Send again"), endpoint="NoticeView.chosen", key="s", icon="send", permission="notices.print",
            tabs=("trouble",), hint=_l("Where nobody knows whether it arrived, ask the resident or the gateway first"),
        ),
        BulkAction(
            name="letter", label=_l("Write letters instead"), endpoint="NoticeView.chosen", key="l", icon="mail",
            permission="notices.print", tabs=("trouble",),
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
        "outbox": Empty(
            title=_l("No message is on its way"), icon="send",
            text=_l("Messages to phones and mailboxes leave by themselves, within the hours of the office, where the settings name a way."),
        ),
        "sent": Empty(title=_l("No message was sent yet"), text=_l("What the gateway has taken is kept here."), icon="send"),
        "trouble": Empty(
            title=_l("Nothing went wrong"), icon="check",
            text=_l("Messages that the gateway refused, and those of which nobody knows whether they were sent, wait here for somebody."),
        ),
        "dropped": Empty(
            title=_l("Nothing was withdrawn"), icon="mail",
            text=_l("What has not left and is not true any more, as of a case that was reopened, comes here by itself."),
        ),
    },
)  # fmt: skip
