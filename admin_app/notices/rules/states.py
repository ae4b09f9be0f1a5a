"""Kinds of notices 通知, the ways in which they go, and the states between writing and leaving."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Kind(StrEnum):
    """What is said."""

    APPROVED = "approved"
    REJECTED = "rejected"
    INFORMATION = "information"
    REMINDER = "reminder"
    LAPSED = "lapsed"
    READY = "ready"
    POSTED = "posted"


class Channel(StrEnum):
    """By which way."""

    LETTER = "letter"


class Status(StrEnum):
    """Where a notice is."""

    WAITING = "waiting"
    PRINTED = "printed"
    DROPPED = "dropped"


S = Status
MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "print": (frozenset({S.WAITING}), S.PRINTED),
    "drop": (frozenset({S.WAITING}), S.DROPPED),
    "renew": (frozenset({S.DROPPED}), S.WAITING),
}
"""verb -> (from, to); the only source of what may follow what."""
PAST = {"print": "notices.printed", "drop": "notices.dropped", "renew": "notices.renewed"}
"""verb -> what the log calls it once it is done."""

KIND_LABELS = {
    Kind.APPROVED: _l("Approval"),
    Kind.REJECTED: _l("Rejection"),
    Kind.INFORMATION: _l("Request for information"),
    Kind.REMINDER: _l("Reminder"),
    Kind.LAPSED: _l("Rejected because nothing was brought"),
    Kind.READY: _l("Card ready to collect"),
    Kind.POSTED: _l("Card posted"),
}
CHANNEL_LABELS = {Channel.LETTER: _l("Letter")}
STATUS_LABELS = {S.WAITING: _l("Waits to be printed"), S.PRINTED: _l("Printed"), S.DROPPED: _l("Withdrawn, not sent")}
STATUS_MARKS = {S.WAITING: "ring", S.PRINTED: "check", S.DROPPED: "dash"}
"""Shape beside the word, so that colour alone never tells one from the other."""
