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
    RETURNED = "returned"
    LOST = "lost"
    DELIVERED = "delivered"
    DESTROYED = "destroyed"


class Channel(StrEnum):
    """By which way."""

    LETTER = "letter"
    SMS = "sms"
    EMAIL = "email"


class Status(StrEnum):
    """Where a notice is."""

    WAITING = "waiting"
    PRINTED = "printed"
    DROPPED = "dropped"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


S = Status
MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "print": (frozenset({S.WAITING}), S.PRINTED),
    "drop": (frozenset({S.WAITING}), S.DROPPED),
    "renew": (frozenset({S.DROPPED}), S.WAITING),
    "begin": (frozenset({S.WAITING}), S.SENDING),
    "deliver": (frozenset({S.SENDING}), S.SENT),
    "fail": (frozenset({S.SENDING}), S.FAILED),
    "lose": (frozenset({S.SENDING}), S.UNKNOWN),
    "put_back": (frozenset({S.SENDING}), S.WAITING),
    "again": (frozenset({S.FAILED, S.UNKNOWN}), S.WAITING),
}
"""verb -> (from, to); the only source of what may follow what."""
PAST = {
    "print": "notices.printed",
    "drop": "notices.dropped",
    "renew": "notices.renewed",
    "begin": "notices.begun",
    "deliver": "notices.sent",
    "fail": "notices.failed",
    "lose": "notices.not_known",
    "put_back": "notices.put_back",
    "again": "notices.ordered_again",
}
"""verb -> what the log calls it once it is done."""

KIND_LABELS = {
    Kind.APPROVED: _l("Approval"),
    Kind.REJECTED: _l("Rejection"),
    Kind.INFORMATION: _l("Request for information"),
    Kind.REMINDER: _l("Reminder"),
    Kind.LAPSED: _l("Rejected because nothing was brought"),
    Kind.READY: _l("Card ready to collect"),
    Kind.POSTED: _l("Card in the post"),
    Kind.RETURNED: _l("Card came back by post"),
    Kind.LOST: _l("Card lost in the post, a new one is made"),
    Kind.DELIVERED: _l("Card delivered"),
    Kind.DESTROYED: _l("Card destroyed"),
}
CHANNEL_LABELS = {Channel.LETTER: _l("Letter"), Channel.SMS: _l("Message to the phone"), Channel.EMAIL: _l("E-mail")}
STATUS_LABELS = {
    S.WAITING: _l("Waits to leave"),
    S.PRINTED: _l("Was printed"),
    S.DROPPED: _l("Withdrawn, not sent"),
    S.SENDING: _l("Being sent"),
    S.SENT: _l("Taken by the gateway"),
    S.FAILED: _l("Not sent"),
    S.UNKNOWN: _l("Nobody knows whether it was sent"),
}
STATUS_MARKS = {
    S.WAITING: "ring",
    S.PRINTED: "check",
    S.DROPPED: "dash",
    S.SENDING: "dot",
    S.SENT: "check",
    S.FAILED: "cross",
    S.UNKNOWN: "triangle",
}
"""Shape beside the word, so that colour alone never tells one from the other."""
ERRORS = {
    "not_connected": _l("The settings name no way for it any more"),
    "not_reached": _l("The gateway was not reached"),
    "busy": _l("The gateway takes nothing for the time being"),
    "gateway_refused": _l("The gateway does not take it"),
    "gateway_failed": _l("The gateway failed while it had it"),
    "no_answer": _l("It was handed over, and no whole answer came"),
    "strange_answer": _l("The answer was not one of a gateway"),
    "interrupted": _l("The desk was stopped while it was handed over"),
}
"""Why a message is not sent, or nobody knows."""
TAB_LABELS = {
    "waiting": _l("Letters to print"),
    "printed": _l("Printed letters"),
    "outbox": _l("Messages on their way"),
    "sent": _l("Sent"),
    "trouble": _l("Not sent or not known"),
    "dropped": _l("Withdrawn before leaving"),
}
L, M, E = Channel
TABS: dict[str, tuple[tuple[Channel, Status], ...]] = {
    "waiting": ((L, S.WAITING),),
    "printed": ((L, S.PRINTED),),
    "outbox": ((M, S.WAITING), (M, S.SENDING), (E, S.WAITING), (E, S.SENDING)),
    "sent": ((M, S.SENT), (E, S.SENT)),
    "trouble": ((M, S.FAILED), (M, S.UNKNOWN), (E, S.FAILED), (E, S.UNKNOWN)),
    "dropped": ((L, S.DROPPED), (M, S.DROPPED), (E, S.DROPPED)),
}
"""tab -> what stands in it: each pair is one range of the index (channel, status, id)."""
