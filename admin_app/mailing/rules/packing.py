"""What goes into an envelope, why it does not, and how the post carries it; tables and pure functions."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Mismatch(StrEnum):
    """Why label and card do not go together, or one of them is not what it should be."""

    NO_LABEL = "no_label"
    VOID_LABEL = "void_label"
    OTHER_BATCH = "other_batch"
    NOT_HERE = "not_here"
    NO_CARD = "no_card"
    OTHER_CARD = "other_card"
    SPOILED = "spoiled"


MISMATCH_LABELS = {
    Mismatch.NO_LABEL: _l("This is no label of ours. Scan the label first, then the card."),
    Mismatch.VOID_LABEL: _l("This label is void. Destroy it."),
    Mismatch.OTHER_BATCH: _l("This label belongs to another batch."),
    Mismatch.NOT_HERE: _l("This parcel is not packed now: it was taken out, or has left."),
    Mismatch.NO_CARD: _l("No card of this batch has this serial."),
    Mismatch.OTHER_CARD: _l("Wrong card: it belongs into another envelope."),
    Mismatch.SPOILED: _l("The card of this parcel is spoiled. Take the parcel out."),
}
"""What the stuffing desk says when it stops."""


class Difference(StrEnum):
    """Why a parcel that has a label does not leave with its batch."""

    SPOILED = "spoiled"
    MISSING = "missing"
    ADDRESS = "address"
    HELD_BACK = "held_back"
    OTHER = "other"


DIFFERENCE_LABELS = {
    Difference.SPOILED: _l("Card spoiled"), Difference.MISSING: _l("Card or envelope missing"),
    Difference.ADDRESS: _l("Address in doubt"), Difference.HELD_BACK: _l("Held back: collected or sent another way"),
    Difference.OTHER: _l("Another reason"),
}  # fmt: skip


class Postage(StrEnum):
    """How the post carries a batch."""

    REGISTERED = "registered"
    EMS = "ems"
    PARCEL = "parcel"


POSTAGE_LABELS = {Postage.REGISTERED: _l("Registered letter"), Postage.EMS: _l("Express (EMS)"), Postage.PARCEL: _l("Parcel service")}


def postage_prices(written: str) -> dict[str, int]:
    """Class -> price of a piece in fen, of a setting like "registered=4.20 ems=20"; classes without a price are left out."""
    pairs = (word.partition("=") for word in written.split())
    return {name: round(float(price) * 100) for name, _sign, price in pairs}
