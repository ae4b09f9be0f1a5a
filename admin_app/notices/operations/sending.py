"""A message to a phone or a mailbox: taken, handed over outside of any transaction, and what became of it written down.

It is taken before it is handed over, so that a process that dies leaves «being sent», which the next one turns into «unknown»: nothing is
sent a second time because nobody knows how the first time ended.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from admin_app.foundation import clock, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.notices import queries, rules
from admin_app.notices.models import Notice
from admin_app.notices.operations import orders, telling
from admin_app.notices.operations.gateways import Message, Outcome, Result
from admin_app.notices.operations.moves import MACHINE
from admin_app.notices.rules import outbox
from admin_app.staff.permissions import verb

S = rules.Status


@verb("notices.send")
def take(notice: Notice, *, is_again: bool, by: Actor = SYSTEM) -> Message | None:
    """Take a waiting message to hand it over; None where there is nothing to hand over now.

    At night, over the budget of the hour and while the records are restricted it waits. `is_again`: a worker had this job before, and died.
    """
    if notice.status == S.SENDING and is_again:
        MACHINE.move(notice, "lose", by=by, changes={"why": "interrupted"}, ended_at=clock.now(), error="interrupted")
    if notice.status != S.WAITING or not notice.recipient:
        return None
    now = clock.now()
    leaves = _leaves_at(now)
    if notice.resident.is_restricted:
        leaves = now + outbox.HOUR
    if leaves > now:
        MACHINE.touch(notice)
        orders.order_if_message(notice, wait=leaves - now)
        return None
    MACHINE.move(notice, "begin", by=by, in_case=False, tries=notice.tries + 1, tried_at=now)
    return Message(notice.recipient, notice.words, notice.public_id, rules.Channel(notice.channel), notice.language)


@verb("notices.settle")
def settle(notice: Notice, outcome: Outcome, *, by: Actor = SYSTEM) -> None:
    """Write down what became of a message that was handed over; one that was refused is told by a letter, where it went alone."""
    if notice.status != S.SENDING:
        return
    ended: dict[str, Any] = {"ended_at": clock.now(), "error": outcome.code}
    if outcome.result == Result.SENT:
        MACHINE.move(notice, "deliver", by=by, **ended)
    elif outcome.result == Result.UNKNOWN:
        MACHINE.move(notice, "lose", by=by, changes={"why": outcome.code}, **ended)
    elif outcome.result == Result.LATER and notice.tries < outbox.MOST_TRIES:
        MACHINE.move(notice, "put_back", by=by, in_case=False, error=outcome.code)
        orders.order_if_message(notice, wait=outcome.wait or outbox.wait_after(notice.tries))
    else:
        MACHINE.move(notice, "fail", by=by, changes={"why": outcome.code}, **ended)
        telling.by_letter(notice, by=by)


@verb("notices.send_again")
def send_again(notices: Sequence[Notice], *, by: Actor) -> int:
    """Have messages handed over once more that were refused, or of which nobody knows: who says so has asked. How many that were."""
    fresh = [notice for notice in queries.lock(notices) if notice.status in (S.FAILED, S.UNKNOWN)]
    for notice in fresh:
        MACHINE.move(notice, "again", by=by, ended_at=None, tries=0, error="")
        orders.order_if_message(notice)
    return len(fresh)


@verb("notices.write_instead")
def write_instead(notices: Sequence[Notice], *, by: Actor) -> int:
    """Write a letter in place of each message that failed, or of which nobody knows whether it arrived; how many letters are new."""
    fresh = [notice for notice in queries.lock(notices) if notice.status in (S.FAILED, S.UNKNOWN)]
    return sum(telling.by_letter(notice, by=by) for notice in fresh)


def _leaves_at(now: datetime) -> datetime:
    """The first moment at which a message may leave."""
    office, wanted = settings.current(), now
    recent = queries.handed_over_since(now - outbox.HOUR, most=office.sms_per_hour)
    wanted = outbox.within_budget(now, recent, office.sms_per_hour) + timedelta(0)
    return outbox.allowed_from(clock.to_office(wanted), outbox.hours(office.sms_hours))
