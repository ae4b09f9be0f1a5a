"""What is recorded of cards and parcels once they have left, and of cards that nobody collects, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

ACTIONS: dict[str, Any] = {
    "mailing.parcel_delivered": _l("The parcel was delivered"),
    "mailing.parcel_not_delivered": _l("Took back that the parcel was delivered"),
    "mailing.parcel_inquired": _l("Asked the carrier where the parcel is"),
    "mailing.parcel_lost": _l("Declared the parcel lost"),
    "mailing.parcel_returned": _l("The parcel came back"),
    "mailing.return_resolved": _l("Dealt with a parcel that came back"),
    "mailing.contact_tried": _l("Tried to reach the resident about a parcel that came back"),
    "mailing.shelf_changed": _l("Put a card on another shelf"),
    "cards.delivered": _l("The card was delivered"),
    "cards.not_delivered": _l("Took back that the card was delivered"),
    "cards.held": _l("The card came back and lies on a shelf"),
    "cards.released": _l("Sent a card on that had come back"),
    "cards.lost": _l("The card was lost in the post"),
    "cards.written_off": _l("The card came back and is of no use any more"),
    "cards.sealed": _l("Sealed the card"),
    "cards.destroyed": _l("Destroyed the card"),
    "cards.destruction_asked": _l("Asked a second person to destroy sealed cards"),
    "cards.destruction_done": _l("Had sealed cards destroyed, as a second person"),
    "cards.destruction_refused": _l("Refused the destruction of sealed cards"),
}
OF_PARCELS = frozenset(name.partition(".")[2] for name in ACTIONS if name.startswith("mailing.")) | {
    "recipient_corrected", "label_reprinted", "parcel_labelled", "parcel_posted", "tracking_corrected", "parcel_removed",
    "parcel_stuffed", "parcel_unstuffed", "number_scanned", "label_opened", "label_opened_again",
    "parcel_posting_taken_back", "phone_printed", "parcel_booked", "booking_refused", "booking_unknown", "booking_asked_again",
}  # fmt: skip
"""Actions of the mailroom that are recorded of a parcel; the others are of a batch."""
