"""What comes back by post 退件 and what gets lost: coded reasons, ways to reach a resident, how it ended; tables alone."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from admin_app.mailing.rules import ParcelStatus as P


class ReturnReason(StrEnum):
    """Why the post brought a parcel back, as it says on the envelope."""

    MOVED = "moved"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_COLLECTED = "not_collected"
    DAMAGED = "damaged"
    OTHER = "other"


RETURN_REASONS = {
    ReturnReason.MOVED: _l("Moved"), ReturnReason.UNKNOWN: _l("Unknown at the address"),
    ReturnReason.REFUSED: _l("Refused by the recipient"),
    ReturnReason.NOT_COLLECTED: _l("Not collected at the post office"), ReturnReason.DAMAGED: _l("Damaged"),
    ReturnReason.OTHER: _l("Another reason"),
}  # fmt: skip
BY_KEY = {
    ReturnReason.MOVED: _l("1 Moved"), ReturnReason.UNKNOWN: _l("2 Unknown at the address"), ReturnReason.REFUSED: _l("3 Refused"),
    ReturnReason.NOT_COLLECTED: _l("4 Not collected at the post office"), ReturnReason.DAMAGED: _l("5 Damaged"),
    ReturnReason.OTHER: _l("6 Another reason"),
}  # fmt: skip
"""The same with the key that chooses each of them at the returns desk."""


class Way(StrEnum):
    """How somebody tried to reach a resident about a card that came back."""

    PHONE = "phone"
    MESSAGE = "message"
    LETTER = "letter"
    IN_PERSON = "in_person"


class Reached(StrEnum):
    """What came of it."""

    NO_ANSWER = "no_answer"
    WRONG = "wrong"
    WAITS = "waits"
    ADDRESS = "address"
    COUNTER = "counter"


WAY_LABELS = {Way.PHONE: _l("By phone"), Way.MESSAGE: _l("By message"), Way.LETTER: _l("By letter"), Way.IN_PERSON: _l("Face to face")}
REACHED_LABELS = {
    Reached.NO_ANSWER: _l("No answer"), Reached.WRONG: _l("Wrong number or address"), Reached.WAITS: _l("Will call back"),
    Reached.ADDRESS: _l("Gave a new address"), Reached.COUNTER: _l("Wants to collect it at the counter"),
}  # fmt: skip
SETTLED = frozenset({Reached.ADDRESS, Reached.COUNTER})
"""After these the next step is the office's own, and due at once."""


class Outcome(StrEnum):
    """How it ended with a parcel that came back."""

    AGAIN = "again"
    COUNTER = "counter"
    REPLACED = "replaced"
    SEALED = "sealed"


OUTCOME_LABELS = {
    Outcome.AGAIN: _l("To be posted again"), Outcome.COUNTER: _l("To be collected at the counter"),
    Outcome.REPLACED: _l("Replaced by a new card"), Outcome.SEALED: _l("Under seal"),
}  # fmt: skip
ANSWER_LABELS = {"delivered": _l("Delivered"), "returned": _l("Came back"), "lost": _l("Declared lost")}
"""How an inquiry with the carrier ended, in words; '' while it runs."""
NEXT_STEPS = {
    P.POSTED: _l("Ask where it is"), P.INQUIRED: _l("Has the carrier answered?"), P.RETURNED: _l("Reach the resident"),
}  # fmt: skip
"""What is to be done with a parcel on the day that its row names."""
CONTACT_AGAIN_DAYS = 3
"""Working days after which somebody tries again to reach a resident."""
SHELF_LENGTH, NOTE_LENGTH, CARRIER_REFERENCE_LENGTH = 20, 200, 40
