"""Staff verbs on what a maker answers: hand a file in, say that its rows are taken, take them, put it aside; and close a batch."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from admin_app.cards import operations as cards
from admin_app.cards import queries as card_queries
from admin_app.cards.operations import making
from admin_app.cards.rules import Status as CardStatus
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import add_if_new, db
from admin_app.foundation.errors import Conflict, DomainError, NotAllowed
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text import texts
from admin_app.production import rules
from admin_app.production.models import MakerAnswer, ProductionBatch, ProductionLine
from admin_app.production.operations import moves
from admin_app.production.operations.moves import MACHINE
from admin_app.production.queries import answers, batches
from admin_app.production.queries.answers import Review
from admin_app.production.rules import AnswerRow, MakerFault, Outcome, Why
from admin_app.staff.permissions import verb

JOB = "production.take_answer"


@verb("production.hand_in")
def hand_in(batch: ProductionBatch, file: storage.Prepared, *, row_count: int, by: Actor) -> MakerAnswer:
    """The answer that this file is: nothing of it is taken yet. The same file twice is one answer.

    `file` was stored before the transaction (storage.prepare_table). Conflict unless the maker has the batch.
    """
    batch = _lock_sent(batch)
    known = answers.same_file(batch, file.sha256)
    if known is None:
        add_if_new(
            MakerAnswer(
                batch_id=batch.id, sha256=file.sha256, kind=file.clean.kind.value, file_id=storage.accept(file).id, row_count=row_count,
                handed_in_by_id=by.staff_id, handed_in_at=clock.now(),
            )
        )  # fmt: skip
        MACHINE.record(batch, "production.answer_handed_in", by=by, changes={"rows": row_count, "sha256": file.sha256})
        return answers.same_file(batch, file.sha256)  # type: ignore[return-value]  # it was just added, by us or by somebody else
    if known.confirmed_at is None and known.ended_at is not None:  # it was put aside
        known.ended_at, known.handed_in_by_id, known.handed_in_at = None, by.staff_id, clock.now()
        MACHINE.record(batch, "production.answer_handed_in", by=by, changes={"rows": known.row_count, "sha256": known.sha256})
    return known


@verb("production.confirm")
def confirm(answer: MakerAnswer, review: Review, *, reason: str = "", by: Actor) -> None:
    """The good rows of the answer are taken, by a job. Where counts differ, somebody else than who handed it in says so, with a reason.

    `review` was made in this request, from the file as it is kept. NotAllowed, ReasonMissing; Conflict if there is nothing to take.
    """
    batch = _lock_sent(answer.batch)
    db.session.refresh(answer)
    if answer.confirmed_at is not None or answer.ended_at is not None:
        raise Conflict(_l("Somebody has decided about this answer already. Nothing was changed."))
    if not review.good:
        raise Conflict(_l("This answer has no row that could be taken. Nothing was changed."))
    if review.differs and by.is_staff_member(answer.handed_in_by_id):
        raise NotAllowed(_l("The counts differ: somebody else than who handed the file in looks at it and takes it."))
    answer.reason = texts.reason(reason) if review.differs else ""
    answer.confirmed_by_id, answer.confirmed_at = by.staff_id, clock.now()
    answer.job_id = jobs.enqueue(JOB, dedupe_key=f"{JOB}:{answer.public_id}", by=by, answer=answer.public_id).id
    facts = {"made": review.made, "faulty": review.faulty, "refused": len(review.bad), "missing": review.missing_count}
    MACHINE.record(batch, "production.answer_confirmed", by=by, reason=answer.reason or None, changes=facts)


@verb("production.put_aside")
def put_aside(answer: MakerAnswer, *, by: Actor) -> None:
    """The file is not taken; it can be handed in again."""
    batch = _lock_sent(answer.batch)
    db.session.refresh(answer)
    if answer.confirmed_at is not None or answer.ended_at is not None:
        raise Conflict(_l("Somebody has decided about this answer already. Nothing was changed."))
    answer.ended_at = clock.now()
    MACHINE.record(batch, "production.answer_put_aside", by=by, changes={"rows": answer.row_count, "sha256": answer.sha256})


@verb("production.take")
def take_rows(answer: MakerAnswer, rows: Sequence[AnswerRow], *, by: Actor) -> int:
    """Take some rows: each card is made with its serial, or spoiled for its fault. What cannot be any more stays; returns how many."""
    batch = batches.lock(answer.batch)
    lines = answers.lock_lines(batch, [row.key for row in rows])
    taken = sum(_take(batch, lines[row.key], row, by=by) for row in rows if row.key in lines)
    answer.taken_count += taken
    return taken


def _take(batch: ProductionBatch, line: ProductionLine, row: AnswerRow, *, by: Actor) -> bool:
    try:
        with db.session.begin_nested():
            if row.serial:
                making.come_from_maker(line.card, row.serial, batch=batch.reference, by=by)
                line.outcome, line.ended_at = Outcome.MADE, clock.now()
            else:
                _spoil(batch, line, rules.FAULT_WORDS[row.fault], by=by)
    except DomainError:  # taken, spoiled, restricted since the review: it stays unanswered
        db.session.refresh(line)
        return False
    return True


def _spoil(batch: ProductionBatch, line: ProductionLine, fault: MakerFault, *, by: Actor) -> None:
    said = f"{batch.reference}: {rules.MAKER_FAULT_LABELS[fault]}"
    cards.spoil(line.card, said, by=by, booked=_booked(batch, fault))
    line.outcome, line.why, line.ended_at = Outcome.FAULTY, fault, clock.now()


def _booked(batch: ProductionBatch, fault: MakerFault) -> cards.Booked:
    """Whom the new card is put down to. Where the office's photo or data were at fault no card was made, so that none costs anything."""
    if fault in rules.BOOKED_TO_OFFICE:
        return cards.Booked("office")
    price = batch.maker.card_yuan
    return cards.Booked("maker", None if price is None else price * 100)


@verb("production.take")
def finish(answer: MakerAnswer, *, by: Actor) -> None:
    """All rows of the answer that could be were taken; a batch of which nothing waits any more is closed."""
    batch = batches.lock(answer.batch)
    if answer.ended_at is not None:
        return
    answer.ended_at = clock.now()
    waiting = select(func.count()).where(ProductionLine.batch_id == batch.id, ProductionLine.outcome == Outcome.WAITING)
    left = db.session.scalar(waiting) or 0
    MACHINE.touch(batch, waiting_count=left)
    MACHINE.record(batch, "production.answer_taken", by=by, changes={"cards": answer.taken_count, "waiting": left})
    if not left and batch.status == rules.Status.SENT:
        _end(batch, by=by)


@verb("production.close")
def close(batch: ProductionBatch, reason: str, *, version: int, by: Actor) -> None:
    """The maker will not deliver what is missing: those cards are requested again. Somebody else than who sent the batch says so."""
    reason, batch = texts.reason(reason), _lock_sent(batch)
    if batch.version != version:
        raise moves.StaleVersion(_l("The batch has changed since you opened the page. Nothing was changed; look at it again."))
    if by.is_staff_member(batch.sent_by_id):
        raise NotAllowed(_l("You sent this batch yourself: somebody else says that the rest will not be delivered."))
    lines = batches.waiting_lines(batch)
    card_queries.lock([line.card for line in lines])
    moves.end_lines(lines, Outcome.MISSING, Why.NOT_DELIVERED)
    gone = [line.card for line in lines if line.card.status == CardStatus.IN_PRODUCTION]
    making.call_back(gone, batch=batch.reference, why=str(Why.NOT_DELIVERED), by=by)
    _end(batch, by=by, reason=reason, missing=len(lines))


def _end(batch: ProductionBatch, *, by: Actor, reason: str | None = None, missing: int = 0) -> None:
    moves.drop_package(batch)
    moves.drop_answers(batch)
    MACHINE.move(batch, "close", by=by, reason=reason, waiting_count=0, ended_at=clock.now(), changes={"missing": missing})


def _lock_sent(batch: ProductionBatch) -> ProductionBatch:
    fresh = moves.lock_batch(batch)
    if fresh.status != rules.Status.SENT:
        raise MACHINE.refused(fresh)
    return fresh
