"""Cards and parcels that have left, one in each state; cards that nobody collects."""

from datetime import timedelta

from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.staff.models import StaffMember
from tests.factories.cards import approved, make_card, make_destruction
from tests.factories.mailing import make_batch, make_inquiry, make_label, make_parcel, make_return, s10

STATES = {
    "posted": "posted", "inquired": "posted", "delivered": "delivered", "returned": "held", "resolved": "sealed", "lost": "lost",
}  # fmt: skip
"""Status of a parcel -> that of its card."""
GONE_TO = "莫干山路77号"
"""Not the address of a centre, which everybody may read."""


def make_gone(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    """A posted batch with a parcel in each state, a card that nobody collected, sealed ones, destructions that wait and are over."""
    today, now = clock.today(), clock.now()
    batch = make_batch(mailer, "posted", posted_on=today, posted_at=now, labelled_at=now, parcel_count=len(STATES))
    for place, (status, of_card) in enumerate(STATES.items(), 1):
        card = make_card(approved(clerk, centre), of_card, serial=f"GONE{place:06d}", ended_at=now)
        facts = {
            "status": status,
            "tracking_number": s10(500 + place),
            "posted_at": now,
            "next_on": today,
            "since_on": today,
            "address": GONE_TO,
        }
        parcel = make_parcel(batch, card, place, **facts)
        make_label(parcel)
        if status == "inquired":
            make_inquiry(parcel, mailer)
        if status in ("returned", "resolved"):
            make_return(parcel, mailer, **({"outcome": "sealed", "ended_at": now} if status == "resolved" else {}))
    long_ago = now - timedelta(days=400)
    make_card(approved(clerk, centre, delivery="collect"), "ready", serial="GONE000091", ready_at=long_ago)
    make_card(approved(clerk, centre), "sealed", serial="GONE000092", ended_at=now)
    asked = make_destruction(mailer, centre_id=centre.id)
    make_card(approved(clerk, centre), "sealed", serial="GONE000093", ended_at=now, destruction_id=asked.id)
    over = make_destruction(mailer, answer="destroy", answered_by_id=clerk.id, answered_at=now)
    make_card(approved(clerk, centre), "destroyed", serial="GONE000094", ended_at=now, destruction_id=over.id)
