"""Answers of makers: what a file says, row by row, and what is to be said of each row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Application
from admin_app.cards import rules as card_rules
from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.foundation import settings, table_files
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, is_public_id
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text import numbers
from admin_app.production import rules
from admin_app.production.models import MakerAnswer, ProductionBatch, ProductionLine
from admin_app.production.queries.batches import visible_to
from admin_app.production.rules import AnswerRow, Judged, Known, Outcome
from admin_app.residents.models import Resident

AT_ONCE = 500
HEADINGS = {"key": ("KEY", "标识码"), "serial": ("SERIAL", "卡号", "序列号"), "fault": ("FAULT", "问题")}
"""Column -> what its heading may be, in capitals."""
NAMED_KEYS = 20


@dataclass(frozen=True)
class Review:
    """A file and what is said of each of its rows, as things stand now."""

    rows: tuple[Judged, ...]
    waiting: int
    """Cards of the batch that are not answered yet."""
    missing: tuple[str, ...]
    """Keys of some of those that no row answers."""
    missing_count: int

    @cached_property
    def good(self) -> list[AnswerRow]:
        """The rows that would be taken."""
        return [one.row for one in self.rows if one.fault is None and not one.is_repeated]

    @cached_property
    def bad(self) -> list[Judged]:
        """The rows that would not."""
        return [one for one in self.rows if one.fault is not None]

    @property
    def made(self) -> int:
        """Rows with a serial that would be taken."""
        return sum(bool(row.serial) for row in self.good)

    @property
    def faulty(self) -> int:
        """Rows with a fault that would be taken."""
        return len(self.good) - self.made

    @property
    def repeated(self) -> int:
        """Rows that say what is known already."""
        return sum(one.is_repeated for one in self.rows)

    @property
    def differs(self) -> bool:
        """Whether somebody else has to look: a row is not right, or a card of the batch has none."""
        return bool(self.bad or self.missing_count)


def by_public_id(staff: Actor, public_id: str) -> MakerAnswer:
    """The answer with this public id; NotFound if there is none or `staff` may not know of it."""
    wanted = select(MakerAnswer).join(MakerAnswer.batch).where(MakerAnswer.public_id == public_id, visible_to(staff))
    loaded = wanted.options(joinedload(MakerAnswer.batch), joinedload(MakerAnswer.job), joinedload(MakerAnswer.handed_in_by))
    found = db.session.scalar(loaded) if is_public_id(public_id) else None
    if found is None:
        raise NotFound(_l("There is no such answer, or you may not see it."))
    return found


def for_job(public_id: str) -> MakerAnswer | None:
    """The answer that a job takes."""
    return db.session.scalar(select(MakerAnswer).where(MakerAnswer.public_id == public_id).options(joinedload(MakerAnswer.batch)))


def of_batch(batch: ProductionBatch, *, limit: int = 20) -> list[MakerAnswer]:
    """The answers to a batch, the newest first."""
    wanted = select(MakerAnswer).where(MakerAnswer.batch_id == batch.id).order_by(MakerAnswer.id.desc()).limit(limit)
    return list(db.session.scalars(wanted.options(joinedload(MakerAnswer.handed_in_by), joinedload(MakerAnswer.confirmed_by))))


def same_file(batch: ProductionBatch, sha256: str) -> MakerAnswer | None:
    """The answer that is this very file."""
    return db.session.scalar(select(MakerAnswer).where(MakerAnswer.batch_id == batch.id, MakerAnswer.sha256 == sha256))


def rows_in(data: bytes) -> list[AnswerRow]:
    """The rows of a file. TableRefused if it is none, or has not the columns key and serial or fault."""
    table = table_files.read_table(data, most_rows=rules.MOST_ROWS)
    places = {name: _place(table.headings, words) for name, words in HEADINGS.items()}
    if places["key"] is None or (places["serial"] is None and places["fault"] is None):
        raise table_files.TableRefused(_l("The table needs the headings key and serial, and fault where a card was not made."))
    return [AnswerRow(number, *(_cell(row, places[name]) for name in HEADINGS)) for number, row in enumerate(table.rows, 1)]


def _place(headings: Sequence[str], words: Sequence[str]) -> int | None:
    return next((place for place, heading in enumerate(headings) if numbers.compact(heading) in words), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return "" if place is None else numbers.compact(row[place])


def rows_of(answer: MakerAnswer) -> list[AnswerRow]:
    """The rows of an answer whose file is kept; none where it is not any more."""
    return rows_in(storage.read(answer.file)) if answer.file is not None else []


def review(batch: ProductionBatch, rows: Sequence[AnswerRow]) -> Review:
    """What is to be said of each row now, and which cards of the batch none answers."""
    known, serials = _known([row.key for row in rows if row.key]), {row.serial for row in rows if row.serial}
    wrong = {serial for serial in serials if not _is_serial(serial)}
    judged = tuple(rules.judge(rows, known, batch_id=batch.id, taken=_taken(serials - wrong), wrong=wrong))
    answered = {one.row.key for one in judged if one.fault is None and not one.is_repeated}
    waiting = (ProductionLine.batch_id == batch.id, ProductionLine.outcome == Outcome.WAITING)
    count = db.session.scalar(select(func.count()).select_from(ProductionLine).where(*waiting)) or 0
    keys = db.session.scalars(select(ProductionLine.key).where(*waiting).order_by(ProductionLine.position))
    missing = tuple(key for key in keys if key not in answered)
    return Review(judged, count, missing[:NAMED_KEYS], len(missing))


def _is_serial(serial: str) -> bool:
    try:
        return card_rules.is_serial(numbers.serial(serial), pattern=settings.current().card_serial_pattern)
    except DomainError:
        return False


def _known(keys: Sequence[str]) -> dict[str, Known]:
    asked: Any = select(
        ProductionLine.key, ProductionLine.batch_id, ProductionLine.outcome, Card.serial, Card.status, Resident.is_restricted
    ).join(ProductionLine.card).join(Card.application).join(Application.resident)  # fmt: skip
    found: dict[str, Known] = {}
    for some in _chunks(keys):
        for key, batch_id, outcome, serial, status, is_restricted in db.session.execute(asked.where(ProductionLine.key.in_(some))):
            is_gone = outcome == Outcome.WAITING and status != CardStatus.IN_PRODUCTION
            found[key] = Known(batch_id, Outcome(outcome), serial or "", is_gone, is_restricted)
    return found


def _taken(serials: set[str]) -> set[str]:
    found: set[str] = set()
    for some in _chunks(sorted(serials)):
        found.update(one for one in db.session.scalars(select(Card.serial).where(Card.serial.in_(some))) if one)
    return found


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def lock_lines(batch: ProductionBatch, keys: Sequence[str]) -> dict[str, ProductionLine]:
    """Key -> the line of the batch that waits, locked with its card until the transaction ends."""
    wanted = select(ProductionLine).where(ProductionLine.batch_id == batch.id, ProductionLine.key.in_(keys)).order_by(ProductionLine.id)
    loaded = wanted.options(joinedload(ProductionLine.card).joinedload(Card.application)).execution_options(populate_existing=True)
    lines = db.session.scalars(loaded.with_for_update(of=ProductionLine)).unique()
    return {line.key: line for line in lines if line.outcome == Outcome.WAITING}
