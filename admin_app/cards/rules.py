"""States of a card 卡 and the moves between them (design §4)."""

import re
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Status(StrEnum):
    """Where a card is."""

    REQUESTED = "requested"
    IN_PRODUCTION = "in_production"
    MADE = "made"
    CHECKED = "checked"
    READY = "ready"
    POSTED = "posted"
    DELIVERED = "delivered"
    RETURNED = "returned"
    HELD = "held"
    COLLECTED = "collected"
    SPOILED = "spoiled"
    SEALED = "sealed"
    DESTROYED = "destroyed"


S = Status
MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "mark_made": (frozenset({S.REQUESTED, S.IN_PRODUCTION}), S.MADE),
    "mark_ready": (frozenset({S.MADE, S.CHECKED}), S.READY),
    "spoil": (frozenset({S.REQUESTED, S.IN_PRODUCTION, S.MADE, S.CHECKED, S.READY}), S.SPOILED),
    "post": (frozenset({S.READY, S.HELD}), S.POSTED),
    "collect": (frozenset({S.READY, S.HELD}), S.COLLECTED),
}
"""verb -> (from, to) of this version; the states of later stations are already named so that stored words never change."""

STATUS_LABELS = {
    S.REQUESTED: _l("Requested"), S.IN_PRODUCTION: _l("In production"), S.MADE: _l("Made"), S.CHECKED: _l("Checked"),
    S.READY: _l("Ready"), S.POSTED: _l("Posted"), S.DELIVERED: _l("Delivered"), S.RETURNED: _l("Returned"), S.HELD: _l("Held"),
    S.COLLECTED: _l("Handed over"), S.SPOILED: _l("Spoiled"), S.SEALED: _l("Sealed"), S.DESTROYED: _l("Destroyed"),
}  # fmt: skip
STATUS_MARKS = {
    S.REQUESTED: "ring", S.IN_PRODUCTION: "dot", S.MADE: "dot", S.CHECKED: "dot", S.READY: "square", S.POSTED: "check",
    S.DELIVERED: "check", S.RETURNED: "triangle", S.HELD: "square", S.COLLECTED: "check", S.SPOILED: "cross", S.SEALED: "dash",
    S.DESTROYED: "dash",
}  # fmt: skip

MAX_NAME = 50
PAST = {
    "mark_made": "cards.made",
    "mark_ready": "cards.ready",
    "spoil": "cards.spoiled",
    "post": "cards.posted",
    "collect": "cards.handed_over",
}
"""verb -> what the log calls it once it is done."""


def is_serial(serial: str, *, pattern: str) -> bool:
    """Whether the normalised `serial` matches the office's `pattern` as a whole and fits the column."""
    return len(serial) <= 20 and re.fullmatch(pattern, serial, re.ASCII) is not None


def may_be_posted(status: str, delivery: str) -> bool:
    """Whether a card in this status goes into a parcel."""
    return status in MOVES["post"][0] and delivery == "post"
