"""What the stuffing desk knows: how many envelopes are done, which wrong pair still has to be put right, how the books stand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from admin_app.foundation.database import db
from admin_app.mailing.models import Label, MailingBatch, Parcel, StuffingStop
from admin_app.mailing.rules import ParcelStatus
from admin_app.mailing.rules.packing import Difference


@dataclass(frozen=True)
class Balance:
    """Labels, differences, cards in their envelopes and tracking numbers of one batch: they have to come out even before it is posted."""

    labelled: int
    """Parcels that ever had a label."""
    reprinted: int
    """Labels that were printed again: their first print is void."""
    removed: dict[str, int]
    """Word of packing.Difference -> parcels that were taken out with a label."""
    remaining: int
    """Parcels that are still in the batch."""
    stuffed: int
    """Those whose card lies in its envelope, both scanned, or which have left."""
    numbered: int
    """Those that have a tracking number already."""

    @property
    def missing(self) -> int:
        """Parcels of which nobody has scanned label and card."""
        return self.remaining - self.stuffed

    @property
    def is_even(self) -> bool:
        """Whether cards, labels and envelopes are as many, each difference with its reason."""
        return not self.missing and self.labelled - sum(self.removed.values()) == self.remaining


def balance(batch: MailingBatch) -> Balance:
    """How the books of the batch stand (one statement)."""
    prints = select(func.count(Label.id)).where(Label.parcel_id == Parcel.id).scalar_subquery()
    each = select(Parcel.status, Parcel.removed_why, Parcel.tracking_number, prints.label("prints")).where(Parcel.batch_id == batch.id)
    one = each.subquery()
    kinds = select(one.c.status, one.c.removed_why, one.c.prints, func.count(), func.count(one.c.tracking_number))
    return _added_up(db.session.execute(kinds.group_by(one.c.status, one.c.removed_why, one.c.prints)).all())


def balance_of(labels: Sequence[Label], parcels: Sequence[Parcel]) -> Balance:
    """The same from every label of the batch (printed.labels_of) and the parcels in it, where a page has them already."""
    prints, each = Counter(label.parcel_id for label in labels), {one.id: one for one in [*(label.parcel for label in labels), *parcels]}
    return _added_up([(one.status, one.removed_why, prints[one.id], 1, int(one.tracking_number is not None)) for one in each.values()])


def _added_up(rows: Sequence[Any]) -> Balance:
    """(status, why it was taken out, labels of each, how many parcels, how many of them with a tracking number) -> the books."""
    here = [row for row in rows if row[0] != ParcelStatus.REMOVED]
    removed: dict[str, int] = {}
    for status, why, times, count, _numbers in rows:
        if status == ParcelStatus.REMOVED and times:
            removed[why or Difference.OTHER] = removed.get(why or Difference.OTHER, 0) + count
    waiting = (ParcelStatus.PLANNED, ParcelStatus.LABELLED)
    return Balance(
        labelled=sum(row[3] for row in rows if row[2]),
        reprinted=sum((row[2] - 1) * row[3] for row in rows if row[2]),
        removed=removed,
        remaining=sum(row[3] for row in here),
        stuffed=sum(row[3] for row in here if row[0] not in waiting),
        numbered=sum(row[4] for row in here),
    )


def open_stops(batch: MailingBatch) -> Sequence[StuffingStop]:
    """The wrong pairs of the batch that nobody has put right, oldest first."""
    mine = select(StuffingStop).where(StuffingStop.batch_id == batch.id, StuffingStop.settled_at.is_(None)).order_by(StuffingStop.id)
    return db.session.scalars(mine.options(joinedload(StuffingStop.parcel), joinedload(StuffingStop.other))).all()
