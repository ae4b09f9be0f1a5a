"""Saying something to a resident, once by each way; withdrawing what is not true any more."""

from collections.abc import Collection
from typing import Any

from admin_app.foundation import clock, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import add_if_new, db
from admin_app.notices import queries, rules
from admin_app.notices.models import Instead, Notice
from admin_app.notices.operations import orders
from admin_app.notices.operations.moves import MACHINE
from admin_app.notices.rules import Channel, Recipient, outbox, wording
from admin_app.residents.models import Resident
from admin_app.staff.permissions import verb

WAITING = str(rules.Status.WAITING)


@verb("notices.say")
def say(resident: Resident, said: rules.Said, *, by: Actor = SYSTEM) -> Notice | None:
    """Write a notice to the resident by each way that it goes, and give back the first one; said twice of the same, it is the same.

    None where it goes by no way: what is said in passing needs a way for messages.

    A message leaves by itself, a letter waits to be printed. Restricted records keep nothing from being written: it follows what was done
    before; printing and sending are stopped until that is lifted.
    """
    reach = reached(resident)
    ways = outbox.channels(said.kind, reach.channel)
    written = [_written(resident, said, channel, reach, is_alone=len(ways) == 1, by=by) for channel in ways]
    return written[0] if written else None


def reached(resident: Resident) -> outbox.Reach:
    """Where a message of this office reaches the resident now."""
    office = settings.current()
    return outbox.Reach(
        phone=outbox.mobile(resident.open_phone()) if office.sms_adapter else "", email=resident.email if office.email_adapter else ""
    )


def _written(resident: Resident, said: rules.Said, channel: Channel, reach: outbox.Reach, *, is_alone: bool, by: Actor) -> Notice:
    key = f"{said.kind}:{said.about}:{channel}"
    if (known := db.session.scalar(queries.keyed(key))) is not None:
        if known.status == rules.Status.DROPPED:  # true again, as of a card that goes to the post and back to the counter
            MACHINE.move(known, "renew", by=by, ended_at=None, recipient=said.to.lines if channel == Channel.LETTER else reach.to(channel))
            orders.order_if_message(known)
        return known
    letter = rules.compose(said).text
    facts: dict[str, Any] = {
        "dedupe_key": key, "resident_id": resident.id, "centre_id": said.centre_id, "case_ref": said.case_ref,
        "reference": said.reference, "kind": str(said.kind), "language": said.language, "template": said.template,
        "template_version": wording.version_of(said.template), "version": 1, "written_at": clock.now(),
    }  # fmt: skip
    if channel != Channel.LETTER:
        made = Notice(channel=str(channel), words=wording.short(said), recipient=reach.to(channel), status=WAITING, **facts)
        made.instead = Instead(said.to.lines, letter) if is_alone and said.kind not in outbox.IN_PASSING else None
    else:
        made = Notice(channel=str(channel), words=letter, recipient=said.to.lines, status=WAITING, **facts)
    return _added(made, by=by)


def _added(made: Notice, *, by: Actor) -> Notice:
    """The notice, unless another process has added it at the same moment: then the one that is there. It may leave from now on."""
    public_id, key = made.public_id, made.dedupe_key
    add_if_new(made)
    found: Notice = db.session.scalars(queries.keyed(key)).one()
    if found.public_id == public_id:
        MACHINE.record(found, "notices.written", by=by, changes={"kind": found.kind, "channel": found.channel})
        orders.order_if_message(found)
    return found


@verb("notices.by_letter")
def by_letter(notice: Notice, *, by: Actor) -> bool:
    """Write a letter with what a message said in few words; False where one is there already, or was written besides."""
    instead = notice.instead
    if instead is None:
        return False
    made = Notice(
        dedupe_key=f"{notice.dedupe_key.rpartition(':')[0]}:{Channel.LETTER}", resident_id=notice.resident_id,
        centre_id=notice.centre_id, case_ref=notice.case_ref, reference=notice.reference, kind=notice.kind, channel=str(Channel.LETTER),
        language=notice.language, template=notice.template, template_version=notice.template_version, words=instead.words,
        recipient=instead.recipient, status=WAITING, version=1, written_at=clock.now(),
    )  # fmt: skip
    return _added(made, by=by) is made


@verb("notices.drop")
def drop_waiting(case_ref: str, kinds: Collection[str], *, but: Notice | None = None, by: Actor = SYSTEM) -> int:
    """What has not left of these kinds about a case, but for one, is not true any more: it does not leave; how many that were."""
    waiting = [notice for notice in queries.waiting_of_case(case_ref) if notice.kind in kinds and notice is not but]
    for notice in waiting:
        MACHINE.move(notice, "drop", by=by, ended_at=clock.now())
    return len(waiting)


@verb("notices.readdress")
def readdress(notice: Notice, to: Recipient, *, by: Actor = SYSTEM) -> bool:
    """Let what has not left follow the resident: a letter to the address, a message to number or mailbox; True for news.

    What was printed or handed over went where it went. A resident who has neither any more leaves the message as it is: it
    fails, and its letter is written.
    """
    if notice.status != rules.Status.WAITING or not notice.words_sealed:
        return False
    if (letter := notice.instead) is not None and letter.recipient != to.lines:
        notice.instead = letter._replace(recipient=to.lines)
    channel = Channel(notice.channel)
    there = to.lines if channel == Channel.LETTER else reached(notice.resident).to(channel)
    if there in ("", notice.recipient):
        return False
    MACHINE.touch(notice, recipient=there)
    MACHINE.record(notice, "notices.readdressed", by=by)
    orders.order_if_message(notice)
    return True
