"""Staff verbs on a production batch before the maker has it: open, leave a card out, cancel; and that it was sent."""

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l

from admin_app.applications.queries import profiles
from admin_app.cards import queries as card_queries
from admin_app.cards.models import Card
from admin_app.cards.operations import making
from admin_app.cards.rules import Status as CardStatus
from admin_app.foundation import clock, envelopes
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.foundation.i18n import listed
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.numbering import next_number
from admin_app.foundation.typed_text import texts
from admin_app.production import rules
from admin_app.production.models import CardMaker, ProductionBatch, ProductionLine
from admin_app.production.operations import moves
from admin_app.production.operations.moves import MACHINE, ProductionRefused
from admin_app.production.queries import batches, contents
from admin_app.production.queries.batches import Wish
from admin_app.production.rules import Outcome, Why
from admin_app.staff.permissions import verb

JOB = "production.export"


@verb("production.freeze")
def freeze(wish: Wish, *, maker: CardMaker | None, seen: str | None = None, by: Actor) -> ProductionBatch:
    """A new batch of the requested cards that `wish` says, the longest waiting first; a job makes its package.

    `seen`: the newest batch when this was asked for; Conflict where there is a newer one, so that the form sent twice opens one batch.
    Cards of residents whose records are restricted are not chosen. ProductionRefused, CertificateRefused.
    """
    if maker is None:
        raise ProductionRefused(_l("Choose a maker that is in use."), field="maker")
    envelopes.read_certificate(maker.certificate)
    if not 1 <= wish.most <= rules.MOST_CARDS:
        raise ProductionRefused(_l("A production batch holds 1 to %(most)s cards.", most=rules.MOST_CARDS), field="most")
    chosen = batches.lock_due(wish)
    if not chosen:
        raise ProductionRefused(_l("No card that is requested fits this choice."), field="most")
    today = clock.today()
    reference = rules.batch_reference(today, next_number(f"production-{today:%y%m%d}"))
    if seen is not None and batches.newest(by) != seen:  # whoever numbers one waits for the other
        raise Conflict(_l("A batch was opened meanwhile. Nothing was changed: look at it first; press once more to open another one."))
    batch = ProductionBatch(
        reference=reference, status=rules.Status.FROZEN, maker_id=maker.id, card_count=len(chosen), waiting_count=len(chosen),
        created_by_id=by.staff_id, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(_line(batch, card, place) for place, card in enumerate(chosen, 1))
    making.send_to_maker(chosen, batch=reference, by=by)
    MACHINE.record(batch, "production.batch_frozen", by=by, changes={"cards": len(chosen), "maker": maker.code})
    _order_package(batch, by=by)
    return batch


def _line(batch: ProductionBatch, card: Card, place: int) -> ProductionLine:
    return ProductionLine(batch_id=batch.id, position=place, card_id=card.id, key=rules.new_key(), outcome=Outcome.WAITING)


@verb("production.export")
def order_package(batch: ProductionBatch, *, version: int, by: Actor) -> None:
    """Have the package made by a job: after one has failed, or a card was left out. One that is there stays."""
    batch = moves.lock_frozen(batch, version=version)
    if batch.exported_at is not None:
        raise Conflict(_l("The package of this batch is there already."))
    _order_package(batch, by=by)


def _order_package(batch: ProductionBatch, *, by: Actor) -> None:
    if not batch.waiting_count:
        raise ProductionRefused(_l("No card is left in this batch. Cancel it."))
    key = f"{JOB}:{batch.public_id}:{batch.version + 1}"
    job = jobs.enqueue(JOB, dedupe_key=key, by=by, batch=batch.public_id)
    MACHINE.touch(batch, job_id=job.id)
    db.session.expire(batch, ["job"])


@verb("production.leave_out")
def leave_out_unfit(batch: ProductionBatch, *, by: Actor = SYSTEM) -> int:
    """Leave out the cards that cannot be made as they are now, each with its reason; returns how many."""
    batch = moves.lock_batch(batch)
    if batch.status != rules.Status.FROZEN:
        return 0
    lines = batches.waiting_lines(batch)
    card_queries.lock([line.card for line in lines])
    photos, asked = contents.photos_of(lines), profiles.for_cases()
    whys = [contents.why_not(line.card, photos.get(line.card.application_id), asked(line.card.application).rules) for line in lines]
    unfit = [(line, why) for line, why in zip(lines, whys, strict=True) if why]
    _leave_out(batch, unfit, by=by)
    return len(unfit)


@verb("production.leave_out")
def leave_out(batch: ProductionBatch, line: ProductionLine, reason: str, *, by: Actor) -> None:
    """Take one card out before the batch is sent: it is requested as before, and the package has to be made anew."""
    reason, batch = texts.reason(reason), moves.lock_frozen(batch)
    if line.batch_id != batch.id or line.outcome != Outcome.WAITING:
        raise Conflict(_l("This card is not waiting in this batch any more. Nothing was changed."))
    card_queries.lock([line.card])
    moves.drop_package(batch)
    _leave_out(batch, [(line, Why.BY_HAND)], by=by, reason=reason)


def _leave_out(batch: ProductionBatch, unfit: Sequence[tuple[ProductionLine, Why]], *, by: Actor, reason: str | None = None) -> None:
    if not unfit:
        return
    for why in Why:
        those = [line for line, said in unfit if said == why]
        moves.end_lines(those, Outcome.LEFT_OUT, why)
        still = [line.card for line in those if line.card.status == CardStatus.IN_PRODUCTION]
        making.call_back(still, batch=batch.reference, why=str(why), by=by)
    facts = {"cards": len(unfit), "why": sorted({str(why) for _line, why in unfit})}
    MACHINE.touch(batch, waiting_count=batch.waiting_count - len(unfit), exported_at=None)
    MACHINE.record(batch, "production.cards_left_out", by=by, reason=reason, changes=facts)


@verb("production.cancel")
def cancel(batch: ProductionBatch, *, version: int, by: Actor) -> None:
    """Give up a batch that the maker does not have: its cards are requested as before."""
    batch = moves.lock_frozen(batch, version=version)
    lines = batches.waiting_lines(batch)
    card_queries.lock([line.card for line in lines])
    moves.end_lines(lines, Outcome.LEFT_OUT, Why.CANCELLED)
    still = [line.card for line in lines if line.card.status == CardStatus.IN_PRODUCTION]
    making.call_back(still, batch=batch.reference, why=str(Why.CANCELLED), by=by)
    moves.drop_package(batch)
    MACHINE.move(batch, "cancel", by=by, waiting_count=0, ended_at=clock.now())


@verb("production.send")
def send(batch: ProductionBatch, *, version: int, by: Actor) -> None:
    """The maker has the package. Conflict names cards that were spoiled since it was made; they are left out first."""
    batch = moves.lock_frozen(batch, version=version)
    if batch.exported_at is None:
        raise Conflict(_l("The package of this batch is not made yet."))
    refuse_spoiled(batches.waiting_lines(batch))
    MACHINE.move(batch, "send", by=by, sent_by_id=by.staff_id, sent_at=clock.now(), changes={"cards": batch.waiting_count})


def refuse_spoiled(lines: Iterable[ProductionLine]) -> None:
    """Conflict that names the cases whose cards are not to be made any more."""
    gone = [line.card.application.reference for line in lines if line.card.status != CardStatus.IN_PRODUCTION]
    if gone:
        sentence = _l("Spoiled since the package was made: cards of %(cases)s. Leave them out first.", cases=listed(gone[:5]))
        raise Conflict(sentence)


@verb("production.download")
def note_download(batch: ProductionBatch, *, by: Actor) -> None:
    """Enter into the log that the package was given out; the door commits that before it leaves."""
    if batch.package is None:
        raise Conflict(_l("There is no package of this batch. It is kept until the maker has answered."))
    MACHINE.record(batch, "production.downloaded", by=by, changes={"cards": batch.exported_count, "sha256": batch.package_sha256})
