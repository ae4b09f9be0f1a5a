"""States of batches 交寄批次 and parcels 邮件, parcel numbers, tracking numbers; tables and pure functions.

Tracking numbers of two letters, nine digits and two letters follow UPU S10; the others are those of the post at home.
"""

import re
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from stdnum import luhn


class BatchStatus(StrEnum):
    """Where a mailing batch stands."""

    OPEN = "open"
    LABELLED = "labelled"
    POSTED = "posted"
    CANCELLED = "cancelled"


class ParcelStatus(StrEnum):
    """Where a parcel is."""

    PLANNED = "planned"
    LABELLED = "labelled"
    STUFFED = "stuffed"
    """The right card lies in the envelope with this label: both were scanned."""
    POSTED = "posted"
    INQUIRED = "inquired"
    DELIVERED = "delivered"
    RETURNED = "returned"
    RESOLVED = "resolved"
    LOST = "lost"
    REMOVED = "removed"


B, P = BatchStatus, ParcelStatus
BATCH_MOVES: dict[str, tuple[frozenset[BatchStatus], BatchStatus]] = {
    "label": (frozenset({B.OPEN}), B.LABELLED),
    "post": (frozenset({B.LABELLED}), B.POSTED),
    "cancel": (frozenset({B.OPEN, B.LABELLED}), B.CANCELLED),
    "take_back": (frozenset({B.POSTED}), B.LABELLED),
}
PARCEL_MOVES: dict[str, tuple[frozenset[ParcelStatus], ParcelStatus]] = {
    "label": (frozenset({P.PLANNED}), P.LABELLED),
    "stuff": (frozenset({P.LABELLED}), P.STUFFED),
    "unstuff": (frozenset({P.STUFFED}), P.LABELLED),
    "post": (frozenset({P.STUFFED}), P.POSTED),
    "remove": (frozenset({P.PLANNED, P.LABELLED, P.STUFFED}), P.REMOVED),
    "take_back": (frozenset({P.POSTED}), P.STUFFED),
    "deliver": (frozenset({P.POSTED, P.INQUIRED}), P.DELIVERED),
    "not_delivered": (frozenset({P.DELIVERED}), P.POSTED),
    "inquire": (frozenset({P.POSTED}), P.INQUIRED),
    "lose": (frozenset({P.INQUIRED}), P.LOST),
    "return": (frozenset({P.POSTED, P.INQUIRED, P.DELIVERED, P.LOST}), P.RETURNED),
    "resolve": (frozenset({P.RETURNED}), P.RESOLVED),
}
"""verb -> (from, to); the only source of what may follow what."""
BATCH_PAST = {
    "label": "mailing.batch_labelled", "post": "mailing.batch_posted", "cancel": "mailing.batch_cancelled",
    "take_back": "mailing.batch_posting_taken_back",
}  # fmt: skip
PARCEL_PAST = {
    "label": "mailing.parcel_labelled", "stuff": "mailing.parcel_stuffed", "unstuff": "mailing.parcel_unstuffed",
    "post": "mailing.parcel_posted", "remove": "mailing.parcel_removed", "take_back": "mailing.parcel_posting_taken_back",
    "deliver": "mailing.parcel_delivered", "not_delivered": "mailing.parcel_not_delivered", "inquire": "mailing.parcel_inquired",
    "lose": "mailing.parcel_lost", "return": "mailing.parcel_returned", "resolve": "mailing.return_resolved",
}  # fmt: skip
"""verb -> what the log calls it once it is done."""

LIVE = frozenset(P) - {P.REMOVED, P.RESOLVED}
"""A card is in at most one of these (index uq_parcel_live_card)."""
REPRINTABLE = frozenset({P.LABELLED, P.STUFFED})
AWAY = frozenset({P.POSTED, P.INQUIRED})
"""With the post, as far as the office knows."""
NOT_POSTED = frozenset({P.PLANNED, P.LABELLED, P.STUFFED})
"""The card still lies here, or ought to."""

BATCH_LABELS = {B.OPEN: _l("Open"), B.LABELLED: _l("Labelled"), B.POSTED: _l("Posted"), B.CANCELLED: _l("Cancelled")}
BATCH_MARKS = {B.OPEN: "ring", B.LABELLED: "dot", B.POSTED: "check", B.CANCELLED: "dash"}
PARCEL_LABELS = {
    P.PLANNED: _l("No label yet"), P.LABELLED: _l("Labelled"), P.STUFFED: _l("In its envelope"),
    P.POSTED: _l("Posted"), P.INQUIRED: _l("Inquiry with the carrier"),
    P.DELIVERED: _l("Delivered"), P.RETURNED: _l("Came back"), P.RESOLVED: _l("Came back, dealt with"), P.LOST: _l("Lost in the post"),
    P.REMOVED: _l("Taken out"),
}  # fmt: skip
PARCEL_MARKS = {
    P.PLANNED: "ring", P.LABELLED: "dot", P.STUFFED: "square", P.POSTED: "check", P.INQUIRED: "triangle", P.DELIVERED: "check",
    P.RETURNED: "square", P.RESOLVED: "dash", P.LOST: "cross", P.REMOVED: "dash",
}  # fmt: skip
SPOILED_LABEL, SPOILED_MARK = _l("Card spoiled: take it out"), "cross"
"""Said in the place of its status of a parcel whose card cannot leave any more: nothing is printed, stuffed or posted for it."""


class Void(StrEnum):
    """Why a label must not be used any more."""

    REPRINTED = "reprinted"
    TAKEN_OUT = "taken_out"
    CANCELLED = "cancelled"
    SPOILED = "spoiled"


VOID_LABELS = {
    Void.REPRINTED: _l("printed again"), Void.TAKEN_OUT: _l("taken out"), Void.CANCELLED: _l("batch cancelled"),
    Void.SPOILED: _l("card spoiled"),
}  # fmt: skip
"""In few words, for the cell of a sheet."""


MAX_PARCELS = 500
"""Parcels of one batch: what one person labels, stuffs and posts in one go."""
S10 = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
BATCH_REFERENCE = re.compile(r"JJ-[0-9]{2}-[0-9]{4}-[0-9]{2,4}")
PARCEL_NUMBER = re.compile(r"PX[0-9]{12}(-[1-9][0-9]{0,2})?")
OWN_LABEL = re.compile(r"PX[0-9]{12}-?[0-9]{0,3}")
"""The same with its copy as a tracking number is read, without hyphens."""


class Place(StrEnum):
    """Where the card of an application is, as far as somebody who asks for it needs to know."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    WITH_RESIDENT = "with_resident"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    BEING_MADE = "being_made"
    AT_MAKER = "at_maker"
    MADE = "made"
    TO_MAIL = "to_mail"
    IN_BATCH = "in_batch"
    AT_COUNTER = "at_counter"
    POSTED = "posted"
    INQUIRED = "inquired"
    DELIVERED = "delivered"
    CAME_BACK = "came_back"
    LOST = "lost"
    COLLECTED = "collected"
    SPOILED = "spoiled"
    SEALED = "sealed"
    DESTROYED = "destroyed"


PLACE_LABELS = {
    Place.DRAFT: _l("Not handed in"), Place.IN_REVIEW: _l("Being examined"), Place.WITH_RESIDENT: _l("Waiting for resident"),
    Place.REJECTED: _l("Rejected"), Place.WITHDRAWN: _l("Withdrawn"), Place.APPROVED: _l("Approved"), Place.BEING_MADE: _l("To be made"),
    Place.AT_MAKER: _l("At the maker"),
    Place.MADE: _l("Being checked"), Place.TO_MAIL: _l("Ready to mail"), Place.IN_BATCH: _l("In a mailing batch"),
    Place.AT_COUNTER: _l("Ready to collect"), Place.POSTED: _l("Posted"), Place.COLLECTED: _l("Handed over"),
    Place.SPOILED: _l("Spoiled"), Place.INQUIRED: _l("Inquiry with the carrier"), Place.DELIVERED: _l("Delivered"),
    Place.CAME_BACK: _l("Came back by post"), Place.LOST: _l("Lost in the post"), Place.SEALED: _l("Under seal"),
    Place.DESTROYED: _l("Destroyed"),
}  # fmt: skip
PLACE_MARKS = {
    Place.DRAFT: "ring-muted", Place.IN_REVIEW: "dot", Place.WITH_RESIDENT: "square", Place.REJECTED: "cross", Place.WITHDRAWN: "dash",
    Place.APPROVED: "ring", Place.BEING_MADE: "ring", Place.AT_MAKER: "ring",
    Place.MADE: "dot", Place.TO_MAIL: "square", Place.IN_BATCH: "square",
    Place.AT_COUNTER: "square", Place.POSTED: "check", Place.COLLECTED: "check", Place.SPOILED: "cross",
    Place.INQUIRED: "triangle", Place.DELIVERED: "check", Place.CAME_BACK: "square", Place.LOST: "cross", Place.SEALED: "triangle",
    Place.DESTROYED: "cross",
}  # fmt: skip


class TrackingFault(StrEnum):
    """Why a tracking number is not taken."""

    MISSING = "missing"
    CHECK_DIGIT = "check_digit"
    OWN_LABEL = "own_label"
    PATTERN = "pattern"
    TWICE = "twice"
    TAKEN = "taken"


def series_of(day: date) -> str:
    """Name of the number series of the parcels of `day`."""
    return f"parcel-{day:%y%m%d}"


def parcel_number(day: date, running: int) -> str:
    """PX + yymmdd + five digits + check digit (Luhn over all digits); ValueError beyond 99,999 a day."""
    if not 1 <= running <= 99_999:
        raise ValueError("a day has at most 99,999 parcel numbers")
    digits = f"{day:%y%m%d}{running:05d}"
    return f"PX{digits}{luhn.calc_check_digit(digits)}"


def is_parcel_number(text: str) -> bool:
    """Whether `text` is a parcel number or label code whose check digit is right."""
    return bool(PARCEL_NUMBER.fullmatch(text)) and luhn.is_valid(text[2:14])


def label_code(number: str, copy: int) -> str:
    """What the barcode of print `copy` says: the parcel number, -2, -3 … behind it for reprints."""
    return number if copy == 1 else f"{number}-{copy}"


def batch_reference(day: date, running: int) -> str:
    """JJ-26-1122-01."""
    return f"JJ-{day:%y-%m%d}-{running:02d}"


def is_batch_reference(text: str) -> bool:
    """Whether `text` has the form of a batch reference."""
    return bool(BATCH_REFERENCE.fullmatch(text))


def s10_check_digit(eight: str) -> int:
    """Check digit of a UPU S10 number: weights 8 6 4 2 3 5 9 7; 11 minus the sum modulo 11, 10 becomes 0, 11 becomes 5."""
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(S10_WEIGHTS, eight, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def tracking_fault(number: str, *, domestic: str) -> TrackingFault | None:
    """Why `number` (numbers.compact) is not taken, or None. UPU S10 numbers are checked; others must match the pattern `domestic`."""
    if not number:
        return TrackingFault.MISSING
    if OWN_LABEL.fullmatch(number):
        return TrackingFault.OWN_LABEL
    if S10.fullmatch(number):
        return None if s10_check_digit(number[2:10]) == int(number[10]) else TrackingFault.CHECK_DIGIT
    return None if len(number) <= 20 and re.fullmatch(domestic, number, re.ASCII) else TrackingFault.PATTERN


FAULT_TEXTS = {
    TrackingFault.MISSING: _l("The tracking number is missing."),
    TrackingFault.CHECK_DIGIT: _l("The check digit is wrong: a digit was mistyped."),
    TrackingFault.OWN_LABEL: _l("This is the barcode of our own label. The tracking number is on the post's receipt."),
    TrackingFault.PATTERN: _l("This is not a tracking number of the post."),
    TrackingFault.TWICE: _l("The same number stands in another row."),
    TrackingFault.TAKEN: _l("This number already belongs to another parcel."),
}


def spell_out(recipient: str, unprintable: set[str], latin: str) -> str:
    """The recipient with the Latin spelling in brackets in the place of what cannot be printed, e.g. 孙(Yan).

    The syllable of each character is taken from `latin` where both have the same number; else the whole Latin name follows.
    """
    syllables = latin.split()
    if len(syllables) == len(recipient):
        pairs = zip(recipient, syllables, strict=True)
        return "".join(f"({said})" if char in unprintable else char for char, said in pairs)
    kept = "".join(char for char in recipient if char not in unprintable)
    return f"{kept}({latin})" if latin else kept


class BookingStatus(StrEnum):
    """How far the carrier is with a parcel that it was asked to carry."""

    WAITING = "waiting"
    BOOKED = "booked"
    REFUSED = "refused"
    UNKNOWN = "unknown"


K = BookingStatus
BOOKING_MOVES: dict[str, tuple[frozenset[BookingStatus], BookingStatus]] = {
    "book": (frozenset({K.WAITING}), K.BOOKED),
    "refuse": (frozenset({K.WAITING}), K.REFUSED),
    "give_up": (frozenset({K.WAITING}), K.UNKNOWN),
    "ask_again": (frozenset({K.REFUSED, K.UNKNOWN}), K.WAITING),
}
BOOKING_PAST = {
    "book": "mailing.parcel_booked", "refuse": "mailing.booking_refused", "give_up": "mailing.booking_unknown",
    "ask_again": "mailing.booking_asked_again",
}  # fmt: skip
BOOKING_LABELS = {
    K.WAITING: _l("Waits for the carrier"), K.BOOKED: _l("Booked"), K.REFUSED: _l("Refused by the carrier"),
    K.UNKNOWN: _l("Not known"),
}  # fmt: skip
BOOKING_MARKS = {K.WAITING: "ring", K.BOOKED: "check", K.REFUSED: "cross", K.UNKNOWN: "square"}


class BookingFault(StrEnum):
    """Why a booking came to nothing, in our words; the carrier's own words are kept beside them."""

    NO_ANSWER = "no_answer"
    NUMBER = "number"
    TWICE = "twice"
    GONE = "gone"


BOOKING_FAULTS = {
    BookingFault.NO_ANSWER: _l("No answer that can be read. Whether the carrier has booked it is not known; asked again, it books once."),
    BookingFault.NUMBER: _l("The carrier gave a number that is no tracking number. Call the carrier."),
    BookingFault.TWICE: _l("The carrier gave the number of another parcel. Call the carrier; do not use it."),
    BookingFault.GONE: _l("The parcel does not wait to leave any more, or the resident's records may not be used. It was not asked."),
}
MOST_ASKED = 6
"""Times that a parcel is asked for without an answer before a person has to look."""
