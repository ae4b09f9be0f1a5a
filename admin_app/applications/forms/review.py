"""What the queue accepts in its address, and what a reviewer may type."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.applications import rules
from admin_app.applications.queries.queue_filter import FIRST_TAB, ME, NOBODY, STATUSES, TABS, Place, QueueFilter
from admin_app.foundation.errors import DomainError
from admin_app.foundation.keyset import SIZES

NOTE_LENGTH = 500
KNOWN = frozenset({"tab", "centre", "reason", "channel", "status", "owner", "from", "to", "size", "page"})
BULK_MOST = 100


class Unreadable(DomainError):
    """An argument in the address or form that we did not make."""

    status = 400


@dataclass(frozen=True)
class QueueAddress:
    """The queue's address, read: the view, the page in it, and how many rows."""

    wanted: QueueFilter
    size: int = 25
    cursor: str | None = None

    @property
    def first_page(self) -> "QueueAddress":
        """The same view from its beginning."""
        return replace(self, cursor=None)

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The arguments for url_for() of this view (first page), with `changes`; nothing that is at its default."""
        wanted = self.wanted
        found: dict[str, Any] = {
            "tab": wanted.tab if wanted.tab != FIRST_TAB else None, "centre": [centre.code for centre in wanted.centres],
            "reason": list(wanted.reasons), "channel": wanted.channel, "status": wanted.status, "owner": wanted.owner,
            "from": wanted.received_from.isoformat() if wanted.received_from else None,
            "to": wanted.received_to.isoformat() if wanted.received_to else None,
            "size": self.size if self.size != SIZES[0] else None,
        }  # fmt: skip
        return {name: value for name, value in (found | changes).items() if value}


def read_queue(arguments: MultiDict[str, str], centres: Sequence[Place], owners: Sequence[Any]) -> QueueAddress:
    """The queue's address. Unreadable (400) for a name or value that the queue does not know."""
    if not set(arguments) <= KNOWN or sum(len(arguments.getlist(name)) for name in arguments) > 80:
        raise _unreadable()
    by_code = {centre.code: centre for centre in centres}
    names = {ME, NOBODY, *(member.username for member in owners)}
    codes = dict.fromkeys(_several(arguments, "centre", by_code))
    received_from, received_to = _day(arguments, "from"), _day(arguments, "to")
    status = _one(arguments, "status", set(rules.Status))
    wanted = QueueFilter(
        tab=_one(arguments, "tab", TABS) or next((tab for tab in ("waiting", "closed") if status in STATUSES[tab]), FIRST_TAB),
        centres=tuple(by_code[code] for code in codes),
        reasons=tuple(dict.fromkeys(_several(arguments, "reason", set(rules.Reason)))),
        channel=_one(arguments, "channel", set(rules.Channel)),
        status=status,
        owner=_one(arguments, "owner", names),
        received_from=received_from,
        received_to=received_to,
    )
    size = int(_one(arguments, "size", {str(size) for size in SIZES}) or SIZES[0])
    return QueueAddress(wanted, size, arguments.get("page") or None)


def _one(arguments: MultiDict[str, str], name: str, allowed: Collection[str]) -> str:
    values = [value for value in arguments.getlist(name) if value]
    if len(values) > 1 or any(value not in allowed for value in values):
        raise _unreadable()
    return values[0] if values else ""


def _several(arguments: MultiDict[str, str], name: str, allowed: Collection[str]) -> list[str]:
    values = [value for value in arguments.getlist(name) if value]
    if any(value not in allowed for value in values):
        raise _unreadable()
    return values


def _day(arguments: MultiDict[str, str], name: str) -> date | None:
    value = arguments.get(name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> Unreadable:
    return Unreadable(_l("This address asks for something that the queue does not have. Start again from the queue."))


@dataclass(frozen=True)
class DecisionInput:
    """What a reviewer chose and typed: the outcome, coded reasons by kind, the note, and the version that was on screen."""

    kind: str
    version: int
    reject_reasons: tuple[str, ...]
    request_reasons: tuple[str, ...]
    note: str
    seen: str

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that belong to the chosen outcome."""
        chosen = {"reject": self.reject_reasons, "request_information": self.request_reasons}
        return chosen.get(self.kind, ())

    def draft(self) -> dict[str, Any]:
        """What is kept when it cannot be saved."""
        chosen = {"reject_reasons": list(self.reject_reasons), "request_reasons": list(self.request_reasons)}
        return chosen | {"kind": self.kind, "note": self.note}


DECISIONS = ("approve", "reject", "request_information")


def read_decision(form: MultiDict[str, str]) -> DecisionInput:
    """The decision form; Unreadable (400) where it is not the form that we sent."""
    kind = form.get("kind", "")
    if kind not in DECISIONS:
        raise _unreadable_form()
    return DecisionInput(kind, read_version(form), *_typed(form), seen=form.get("seen", "")[:20000])


def read_draft(form: MultiDict[str, str]) -> dict[str, Any]:
    """The decision form while somebody is still typing."""
    return DecisionInput("", 0, *_typed(form), seen="").draft()


def _typed(form: MultiDict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    reject, request = (tuple(code[:40] for code in form.getlist(name)[:20]) for name in ("reject_reason", "request_reason"))
    return reject, request, clean_note(form.get("note", ""))


def clean_note(text: str) -> str:
    """The note without control characters, at most NOTE_LENGTH long."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("".join(char for char in line if char.isprintable()) for line in lines).strip()[:NOTE_LENGTH]


def read_version(form: Mapping[str, str]) -> int:
    """The version that the form showed."""
    value = form.get("version", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise _unreadable_form()
    return int(value)


def read_moment(text: str) -> datetime | None:
    """When the page was made that a form stood on; None if the form does not say it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def read_bulk(form: MultiDict[str, str]) -> tuple[str, list[str]]:
    """The verb and the public ids of a bulk action on the queue; the button of a row claims that row alone."""
    verb, chosen = form.get("verb", ""), list(dict.fromkeys(form.getlist("case")))
    if "row" in form:
        verb, chosen = "claim", [form["row"]]
    if verb not in ("claim", "release") or len(chosen) > BULK_MOST or any(len(one) != 32 for one in chosen):
        raise _unreadable_form()
    return verb, chosen


def _unreadable_form() -> Unreadable:
    return Unreadable(_l("This form is not one of ours or is damaged. Go back, reload the page and send it again. Nothing was changed."))
