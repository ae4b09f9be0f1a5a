"""What the queue accepts in its address, and what a reviewer may type."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from admin_app.applications import rules
from admin_app.applications.queries.queue_filter import FIRST_TAB, ME, NOBODY, STATUSES, TABS, Place, QueueFilter
from admin_app.foundation.keyset import SIZES
from admin_app.web.arguments import Arguments

DRAFT_LENGTH = 20_000
"""Of a note that is kept while somebody types; what is saved is shorter (operations.decisions)."""
KNOWN = frozenset({"tab", "centre", "reason", "channel", "status", "owner", "from", "to", "size", "page"})
BULK_MOST = 100


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


def read_queue(asked: Arguments, centres: Sequence[Place], owners: Sequence[Any]) -> QueueAddress:
    """The queue's address. Unreadable (400) for a name or value that the queue does not know."""
    asked.only(KNOWN)
    by_code = {centre.code: centre for centre in centres}
    status = asked.choice("status", set(rules.Status))
    wanted = QueueFilter(
        tab=asked.choice("tab", TABS) or next((tab for tab in ("waiting", "closed") if status in STATUSES[tab]), FIRST_TAB),
        centres=tuple(by_code[code] for code in asked.several("centre", by_code)),
        reasons=tuple(asked.several("reason", set(rules.Reason))),
        channel=asked.choice("channel", set(rules.Channel)),
        status=status,
        owner=asked.choice("owner", {ME, NOBODY, *(member.username for member in owners)}),
        received_from=asked.day("from"),
        received_to=asked.day("to"),
    )
    return QueueAddress(wanted, asked.size(SIZES, SIZES[0]), asked.cursor())


@dataclass(frozen=True)
class DecisionInput:
    """What a reviewer chose and typed: the outcome, coded reasons by kind, the note, and the version that was on screen."""

    kind: str
    version: int
    reject_reasons: tuple[str, ...]
    request_reasons: tuple[str, ...]
    note: str
    """As typed; the operation reads it."""
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


def read_decision(form: Arguments) -> DecisionInput:
    """The decision form; Unreadable (400) where it is not the form that we sent."""
    kind = form.choice("kind", DECISIONS) or form.refuse()
    return DecisionInput(kind, form.version(), *_typed(form), seen=form.single("seen")[:20000])


def read_draft(form: Arguments) -> dict[str, Any]:
    """The decision form while somebody is still typing."""
    return DecisionInput("", 0, *_typed(form), seen="").draft()


def _typed(form: Arguments) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    values = form.values()
    reject, request = (tuple(code[:40] for code in values.getlist(name)[:20]) for name in ("reject_reason", "request_reason"))
    return reject, request, form.single("note")[:DRAFT_LENGTH]


def read_bulk(form: Arguments) -> tuple[str, list[str]]:
    """The verb and the public ids of a bulk action on the queue; the button of a row claims that row alone."""
    if form.single("row"):
        return "claim", [form.public_id("row")]
    return form.choice("verb", ("claim", "release")) or form.refuse(), form.public_ids("case", most=BULK_MOST)
