"""Saying something to a resident, once; printing it; withdrawing what is not true any more."""

from collections.abc import Collection, Sequence

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import add_if_new, db
from admin_app.foundation.errors import Conflict
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.notices import queries, rules
from admin_app.notices.models import Notice
from admin_app.notices.rules import wording
from admin_app.residents.models import Resident
from admin_app.staff.permissions import verb

MOST_AT_ONCE = 50
"""Letters of one document."""


@verb("notices.say")
def say(resident: Resident, said: rules.Said, *, by: Actor = SYSTEM) -> Notice:
    """Write a notice to the resident; said twice of the same, the one that is there comes back.

    Restricted records keep none from being written: it follows what was done before; printing it is refused until that is lifted.
    """
    key = f"{said.kind}:{said.about}:{rules.Channel.LETTER}"
    if (known := db.session.scalar(queries.keyed(key))) is not None:
        if known.status == rules.Status.DROPPED:  # true again, as of a card that goes to the post and back to the counter
            MACHINE.move(known, "renew", by=by, ended_at=None)
        return known
    made = Notice(
        dedupe_key=key, resident_id=resident.id, centre_id=said.centre_id, case_ref=said.case_ref, reference=said.reference,
        kind=str(said.kind), channel=str(rules.Channel.LETTER), language=said.language, template=said.template,
        template_version=wording.version_of(said.template), words=rules.compose(said).text, recipient=said.to.lines,
        status=str(rules.Status.WAITING), version=1, written_at=clock.now(),
    )  # fmt: skip
    public_id = made.public_id
    add_if_new(made)
    found = db.session.scalars(queries.keyed(key)).one()
    if found.public_id == public_id:  # no other process said it at the same moment
        MACHINE.record(found, "notices.written", by=by, changes={"kind": found.kind, "channel": found.channel})
    return found


@verb("notices.print")
def mark_printed(notices: Sequence[Notice], *, by: Actor) -> int:
    """These letters came out of the printer, all or none; how many of them that is news of. Conflict where one was withdrawn meanwhile."""
    fresh = queries.lock(notices)
    news = [notice for notice in fresh if notice.status != rules.Status.PRINTED]
    for notice in news:
        MACHINE.move(notice, "print", by=by, ended_at=clock.now(), printed_by_id=by.staff_id)
    return len(news)


@verb("notices.drop")
def drop_waiting(case_ref: str, kinds: Collection[str], *, but: Notice | None = None, by: Actor = SYSTEM) -> int:
    """What has not left of these kinds about a case, but for one, is not true any more: it does not leave; how many that were."""
    waiting = [notice for notice in queries.waiting_of_case(case_ref) if notice.kind in kinds and notice is not but]
    for notice in waiting:
        MACHINE.move(notice, "drop", by=by, ended_at=clock.now())
    return len(waiting)


def _subject(notice: Notice) -> Subject:
    return Subject("notice", notice.public_id, notice.case_ref, notice.resident_id)


def _refusal(notice: Notice, _version: int | None) -> Conflict:
    label = rules.STATUS_LABELS[rules.Status(notice.status)]
    return Conflict(_l("The letter about %(case)s is now “%(status)s”. Nothing was changed.", case=notice.reference, status=label))


MACHINE: Machine[Notice] = Machine(Notice, moves=rules.MOVES, past=rules.PAST, subject=_subject, refusal=_refusal, record=audit.record)
