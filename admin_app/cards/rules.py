"""States of a card 卡 and the moves between them."""

import re
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Status(StrEnum):
    """Where a card is."""

    REQUESTED = "requested"
    IN_PRODUCTION = "in_production"
    MADE = "made"
    READY = "ready"
    POSTED = "posted"
    DELIVERED = "delivered"
    HELD = "held"
    LOST = "lost"
    SEALED = "sealed"
    DESTROYED = "destroyed"
    COLLECTED = "collected"
    SPOILED = "spoiled"


S = Status
MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "mark_made": (frozenset({S.REQUESTED}), S.MADE),
    "send_to_maker": (frozenset({S.REQUESTED}), S.IN_PRODUCTION),
    "call_back": (frozenset({S.IN_PRODUCTION}), S.REQUESTED),
    "come_from_maker": (frozenset({S.IN_PRODUCTION}), S.MADE),
    "mark_ready": (frozenset({S.MADE}), S.READY),
    "spoil": (frozenset({S.REQUESTED, S.IN_PRODUCTION, S.MADE, S.READY}), S.SPOILED),
    "post": (frozenset({S.READY}), S.POSTED),
    "collect": (frozenset({S.READY}), S.COLLECTED),
    "take_back_ready": (frozenset({S.READY}), S.MADE),
    "take_back_posting": (frozenset({S.POSTED}), S.READY),
    "deliver": (frozenset({S.POSTED}), S.DELIVERED),
    "not_delivered": (frozenset({S.DELIVERED}), S.POSTED),
    "hold": (frozenset({S.POSTED, S.DELIVERED}), S.HELD),
    "release": (frozenset({S.HELD}), S.READY),
    "lose": (frozenset({S.POSTED}), S.LOST),
    "write_off": (frozenset({S.HELD}), S.SPOILED),
    "seal": (frozenset({S.HELD, S.READY, S.LOST}), S.SEALED),
    "destroy": (frozenset({S.SEALED}), S.DESTROYED),
}
"""verb -> (from, to); the only source of what may follow what."""

STATUS_LABELS = {
    S.REQUESTED: _l("Requested"), S.IN_PRODUCTION: _l("At the maker"), S.MADE: _l("Made"), S.READY: _l("Ready"), S.POSTED: _l("Posted"),
    S.COLLECTED: _l("Handed over"), S.SPOILED: _l("Spoiled"), S.DELIVERED: _l("Delivered"), S.HELD: _l("Came back, on the shelf"),
    S.LOST: _l("Lost in the post"), S.SEALED: _l("Under seal"), S.DESTROYED: _l("Destroyed"),
}  # fmt: skip
STATUS_MARKS = {
    S.REQUESTED: "ring", S.IN_PRODUCTION: "ring", S.MADE: "dot", S.READY: "square", S.POSTED: "check", S.COLLECTED: "check",
    S.SPOILED: "cross", S.DELIVERED: "check", S.HELD: "square", S.LOST: "cross", S.SEALED: "triangle", S.DESTROYED: "cross",
}  # fmt: skip

MAX_NAME = 50
PAST = {
    "mark_made": "cards.made",
    "send_to_maker": "cards.sent_to_maker",
    "call_back": "cards.called_back",
    "come_from_maker": "cards.came_from_maker",
    "mark_ready": "cards.ready",
    "spoil": "cards.spoiled",
    "post": "cards.posted",
    "collect": "cards.handed_over",
    "take_back_ready": "cards.ready_taken_back",
    "take_back_posting": "cards.posting_taken_back",
    "deliver": "cards.delivered",
    "not_delivered": "cards.not_delivered",
    "hold": "cards.held",
    "release": "cards.released",
    "lose": "cards.lost",
    "write_off": "cards.written_off",
    "seal": "cards.sealed",
    "destroy": "cards.destroyed",
}
"""verb -> what the log calls it once it is done."""


class Answer(StrEnum):
    """What a second person said to the destruction of sealed cards."""

    DESTROY = "destroy"
    REFUSE = "refuse"


DESTRUCTION_LABELS = {"": _l("Waits for a second person"), Answer.DESTROY: _l("Destroyed"), Answer.REFUSE: _l("Not agreed")}
DESTRUCTION_MARKS = {"": "triangle", Answer.DESTROY: "check", Answer.REFUSE: "cross"}
SEAL_REASONS = {
    "not_collected": _l("Nobody collected it"), "not_reached": _l("It came back and the resident was not reached"),
    "replaced": _l("It was given up for lost and came back"),
}  # fmt: skip
"""Why a card is sealed."""
MOST_TOGETHER = 200
"""Cards of one destruction: what two people look through together."""


def destruction_reference(day: date, running: int) -> str:
    """XH-26-1122-01."""
    return f"XH-{day:%y-%m%d}-{running:02d}"


class Collector(StrEnum):
    """Who collects a card at the counter."""

    RESIDENT = "resident"
    PROXY = "proxy"


class Authority(StrEnum):
    """The document by which somebody collects the card of another person."""

    AUTHORISATION = "authorisation"
    GUARDIANSHIP = "guardianship"


class Fault(StrEnum):
    """Because of whom a card had to be made once more."""

    RESIDENT = "resident"
    MAKER = "maker"
    POST = "post"
    OFFICE = "office"


FAULT_LABELS = {
    Fault.RESIDENT: _l("The resident"), Fault.MAKER: _l("The maker"), Fault.POST: _l("The post"), Fault.OFFICE: _l("The office"),
}  # fmt: skip
MOST_YUAN = 10_000
"""What a card that is made once more may be said to cost."""
COLLECTOR_LABELS = {Collector.RESIDENT: _l("The resident, ID card seen"), Collector.PROXY: _l("Somebody else: proxy or guardian")}
AUTHORITY_LABELS = {
    Authority.AUTHORISATION: _l("Signed authorisation"),
    Authority.GUARDIANSHIP: _l("Household register or proof of guardianship"),
}
ADULT_AGE = 18
"""From this age on somebody may collect the card of another person."""


def yuan(fen: int) -> str:
    """An amount in fen, in yuan: 1250 is 12.50."""
    return f"{fen // 100}.{fen % 100:02d}"


def is_serial(serial: str, *, pattern: str) -> bool:
    """Whether the normalised `serial` matches the office's `pattern` as a whole and fits the column."""
    return len(serial) <= 20 and re.fullmatch(pattern, serial, re.ASCII) is not None


def may_be_posted(status: str, delivery: str) -> bool:
    """Whether a card in this status goes into a parcel."""
    return status in MOVES["post"][0] and delivery == "post"
