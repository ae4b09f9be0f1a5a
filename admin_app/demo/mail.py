"""Mailing batches, parcels and labels of demo cards."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from sqlalchemy import bindparam, update

from admin_app.demo.frame import Frame
from admin_app.demo.label_sheets import KNOWN_DAYS, Print, lay
from admin_app.demo.registry import postal_columns
from admin_app.demo.stories import Moment
from admin_app.demo.timeline import Log
from admin_app.foundation import crypto
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.mailing import rules
from admin_app.mailing.models import MailingBatch
from admin_app.residents.rules import mask_phone

_REPRINTED_SHARE = 0.015
_REPRINT_REASONS = ("卡纸", "打印模糊", "Jammed in the printer")
_STOCKS = ("L7163", "L7163", "L7160", "T100150")


@dataclass(slots=True)
class _Batch:
    row: int
    day: dt.date
    size: int
    by: Actor
    reference: str
    public_id: str
    stock: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands on a parcel."""

    card: int
    recipient: str
    postcode: str
    address: str
    phone: str


class Mailroom:
    """Puts posted cards into the batches of their day and some of the ready ones into a batch that is still open."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._cap = 64 if frame.count <= 20_000 else 200
        self._current: dict[dt.date, _Batch] = {}
        self._counts: dict[int, int] = {}
        self._open: _Batch | None = None
        self._prints: dict[int, Print] = {}

    def use(self, frame: Frame) -> None:
        """Write with the writer of another chunk from now on."""
        self._frame = frame

    def post(self, envelope: Envelope, *, at: Moment, rng: Random) -> Actor:
        """A parcel of the day's batch; returns who posted it."""
        day = self._frame.days.day_of(at)
        batch = self._current.get(day)
        if batch is None or batch.size >= self._cap:
            batch = self._current[day] = self._new_batch(day, posted_at=at)
        parcel, number = self._parcel(batch, envelope, status=rules.ParcelStatus.POSTED, posted_at=at, tracking=self._tracking(rng))
        self._labels(parcel, number, batch, at=at - dt.timedelta(minutes=70), rng=rng)
        return batch.by

    def plan(self, envelope: Envelope, *, most: int) -> bool:
        """Put a ready card into the open batch unless that has `most` parcels; whether it found room."""
        if self._open is None:
            self._open = self._new_batch(self._frame.days.today, posted_at=None)
        if self._open.size >= most:
            return False
        self._parcel(self._open, envelope, status=rules.ParcelStatus.PLANNED, posted_at=None, tracking=None)
        return True

    def close_books(self) -> None:
        """Write how many parcels each batch has, and on which sheets the labels of the last days lie; needs an open transaction."""
        for done in self._prints.values():
            lay(done, self._frame)
        self._prints.clear()
        if not self._counts:
            return
        rows = [{"row": row, "size": size} for row, size in self._counts.items()]
        table = MailingBatch.__table__
        statement = update(table).where(table.c.id == bindparam("row")).values(parcel_count=bindparam("size"))
        db.session.connection().execute(statement, rows)
        self._counts.clear()

    def _new_batch(self, day: dt.date, *, posted_at: Moment | None) -> _Batch:
        frame = self._frame
        running = frame.numbers.next(f"batch-{day:%y%m%d}")
        by = frame.roster.mailroom[running % len(frame.roster.mailroom)]
        reference = rules.batch_reference(day, running)
        public_id = frame.public_id("batch", reference)
        created = (posted_at or frame.days.now) - dt.timedelta(minutes=100)
        labelled = posted_at - dt.timedelta(minutes=70) if posted_at else None
        row = frame.writer.add(
            "mailing_batch",
            public_id=public_id,
            reference=reference,
            status=(rules.BatchStatus.POSTED if posted_at else rules.BatchStatus.OPEN).value,
            stock_id=frame.roster.stocks[_STOCKS[running % len(_STOCKS)]],
            start_cell=1,
            label_language="zh" if posted_at else "rule",
            created_by_id=by.id,
            created_at=created,
            labelled_at=labelled,
            posted_at=posted_at,
            posted_on=day if posted_at else None,
            version=3 if posted_at else 1,
        )
        log, subject = Log(frame.writer), ("mailing_batch", reference)
        log.entry(created, "mailing.batch_opened", subject, by)
        log.entry(labelled, "mailing.batch_labelled", subject, by, changes={"status": ["open", "labelled"]})
        log.entry(posted_at, "mailing.batch_posted", subject, by, changes={"status": ["labelled", "posted"]})
        return _Batch(row, day, 0, by, reference, public_id, frame.roster.stocks[_STOCKS[running % len(_STOCKS)]])

    def _tracking(self, rng: Random) -> str:
        eight = f"{(self._frame.numbers.next('demo-tracking') * 7 + 40_000_000) % 10**8:08d}"
        return f"{'EA' if rng.random() < 0.2 else 'RA'}{eight}{rules.s10_check_digit(eight)}CN"

    def _parcel(
        self, batch: _Batch, envelope: Envelope, *, status: rules.ParcelStatus, posted_at: Moment | None, tracking: str | None
    ) -> tuple[int, str]:
        frame = self._frame
        batch.size += 1
        self._counts[batch.row] = batch.size
        number = rules.parcel_number(batch.day, frame.numbers.next(rules.series_of(batch.day)))
        public_id = frame.public_id("parcel", number)
        row = frame.writer.add(
            "parcel",
            public_id=public_id,
            number=number,
            batch_id=batch.row,
            position=batch.size,
            card_id=envelope.card,
            recipient=envelope.recipient,
            **postal_columns("parcel", public_id, envelope.postcode, envelope.address, ring=crypto.keyring()),
            phone_masked=mask_phone(envelope.phone),
            status=status.value,
            tracking_number=tracking,
            posted_at=posted_at,
            version=3 if posted_at else 1,
        )
        return row, number

    def _labels(self, parcel: int, number: str, batch: _Batch, *, at: Moment, rng: Random) -> None:
        add, again = self._frame.writer.add, rng.random() < _REPRINTED_SHARE
        redone = at + dt.timedelta(minutes=9) if again else None
        first = add("label", parcel_id=parcel, copy=1, code=rules.label_code(number, 1), created_at=at, printed_at=at, voided_at=redone)
        if again:
            reason = rng.choice(_REPRINT_REASONS)
            code = rules.label_code(number, 2)
            facts = {"created_by_id": batch.by.id, "created_at": redone, "printed_at": redone, "reprint_reason": reason}
            second = add("label", parcel_id=parcel, copy=2, code=code, **facts)
        if (self._frame.days.today - batch.day).days <= KNOWN_DAYS:
            done = self._prints.setdefault(batch.row, Print(batch.stock, at))
            done.labels.append(first)
            if again:
                done.again[first] = second
