"""What a mailroom meets each week: parcels that came back, some that nobody has heard of, one that was lost, cards that are sealed."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from admin_app.cards import operations as cards
from admin_app.cards.operations import sealing
from admin_app.demo import office
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import MailingBatch, MailReturn, Parcel
from admin_app.mailing.operations import returning, tracing
from admin_app.mailing.rules import ParcelStatus
from admin_app.mailing.rules.returns import Reached, ReturnReason, Way

Step = Callable[[Parcel, Actor], None]
LOST_BECAUSE = "邮政答复查无下落"
ON_ITS_WAY = timedelta(days=2)


def add_once() -> int:
    """Let some of the newest posted parcels come back, get lost or arrive, by the mailroom's own verbs; returns how many.

    An office that has a return already gets none. Opens its own transactions.
    """
    with transaction():
        if db.session.scalar(select(MailReturn.id).limit(1)) is not None:
            return 0
        by = office.roster().mailroom[0]
        newest = select(Parcel).join(MailingBatch).where(Parcel.status == ParcelStatus.POSTED, MailingBatch.posted_on.is_not(None))
        found = db.session.scalars(newest.order_by(Parcel.id.desc()).limit(len(STEPS))).all()
        for parcel, step in zip(found, STEPS, strict=False):
            step(parcel, by)
    return len(found)


def _came_back(reason: ReturnReason, shelf: str, days: int, *, after: int = 0) -> Step:
    """It came back `days` ago; somebody is to look at it `after` so many days from today."""

    def do(parcel: Parcel, by: Actor) -> None:
        returning.take_return(parcel, reason=reason, shelf=shelf, by=by)
        since = max(parcel.batch.posted_on or clock.today(), clock.today() - timedelta(days=days))
        tracing.PARCELS.touch(parcel, since_on=since, next_on=clock.today() + timedelta(days=after))

    return do


def _tried(reason: ReturnReason, shelf: str, days: int) -> Step:
    def do(parcel: Parcel, by: Actor) -> None:
        _came_back(reason, shelf, days)(parcel, by)
        returning.note_attempt(parcel, way=Way.PHONE, result=Reached.NO_ANSWER, note="", made_on=clock.today(), by=by)

    return do


def _sealed(parcel: Parcel, by: Actor) -> None:
    _came_back(ReturnReason.UNKNOWN, "C1", 9)(parcel, by)
    if parcel.came_back is not None:
        parcel.came_back.keep_until = clock.today() - timedelta(days=1)
        db.session.flush()
    returning.seal_returned(parcel, by=by)


def _to_destroy(parcel: Parcel, by: Actor) -> None:
    _sealed(parcel, by)
    sealing.ask_destruction([parcel.card], by=by)


def _delivered(parcel: Parcel, by: Actor) -> None:
    tracing.mark_delivered(parcel, on=_day_after(parcel), by=by)


def _asked(parcel: Parcel, by: Actor) -> None:
    tracing.inquire(parcel, asked_on=_day_after(parcel), carrier_reference="CX-20511", by=by)


def _lost(parcel: Parcel, by: Actor) -> None:
    _asked(parcel, by)
    tracing.declare_lost(parcel, reason=LOST_BECAUSE, booked=cards.Booked("post", 2000), by=by)


def _not_heard_of(parcel: Parcel, _by: Actor) -> None:
    tracing.PARCELS.touch(parcel, next_on=clock.today())


def _sent_on(parcel: Parcel, by: Actor) -> None:
    _came_back(ReturnReason.MOVED, "A2", 3)(parcel, by)
    case = parcel.card.application
    way = returning.Way("post", case.recipient, case.postcode, case.address)
    returning.send_on(parcel, way, version=case.version, by=by)


def _day_after(parcel: Parcel) -> date:
    return min(clock.today(), (parcel.batch.posted_on or clock.today()) + ON_ITS_WAY)


STEPS: tuple[Step, ...] = (
    _came_back(ReturnReason.NOT_COLLECTED, "A1", 0), _asked, _delivered, _not_heard_of, _to_destroy,
    _tried(ReturnReason.MOVED, "A1", 4), _lost, _sealed, _delivered, _came_back(ReturnReason.REFUSED, "B2", 6, after=2), _sent_on,
    _not_heard_of, _asked, _delivered, _delivered, _came_back(ReturnReason.DAMAGED, "B2", 1),
)  # fmt: skip
"""What becomes of the newest posted parcels, one after the other: those that every small office should show come first."""
