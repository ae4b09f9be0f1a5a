"""When a message to a phone may leave, and when it is tried again; pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from admin_app.notices.rules.states import Channel, Kind

FORMAL = frozenset({Kind.REJECTED, Kind.INFORMATION, Kind.LAPSED, Kind.RETURNED, Kind.LOST, Kind.DESTROYED})
"""What must be had on paper: a letter, and a message besides."""
IN_PASSING = frozenset({Kind.DELIVERED})
"""What is worth a message and no letter: whoever has the card in hand need not read it, whoever has it not hears that somebody has."""
MOST_TRIES = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Reach:
    """Where a resident is reached at once, with what the settings can send; '' where not."""

    phone: str = ""
    """Digits of a mobile number."""
    email: str = ""

    @property
    def channel(self) -> Channel | None:
        """The way of a message, one alone: an e-mail where the resident gave an address for it, else to the phone; None for none."""
        return Channel.EMAIL if self.email else Channel.SMS if self.phone else None

    def to(self, channel: Channel) -> str:
        """The address or number of that way."""
        return self.email if channel == Channel.EMAIL else self.phone


def channels(kind: Kind, message: Channel | None) -> tuple[Channel, ...]:
    """By which ways something is said: what is no decision goes by the message alone where there is one; () for none at all."""
    if message is None:
        return () if kind in IN_PASSING else (Channel.LETTER,)
    return (Channel.LETTER, message) if kind in FORMAL else (message,)


def hours(text: str) -> tuple[int, int]:
    """08-20: from which hour on and until which one messages leave; ValueError for anything else."""
    first, _, last = text.partition("-")
    begins, ends = int(first), int(last)
    if not 0 <= begins < ends <= 24:
        raise ValueError("hours are two of 0 to 24, the earlier one first")
    return begins, ends


def allowed_from(moment: datetime, allowed: tuple[int, int]) -> datetime:
    """The first moment from `moment` (on the office's clock) on at which a message may leave: nobody is woken."""
    begins, ends = allowed
    if begins <= moment.hour < ends:
        return moment
    day = moment.date() + (timedelta(days=1) if moment.hour >= ends else timedelta(0))
    return datetime.combine(day, time(begins), moment.tzinfo)


def within_budget(now: datetime, recent: Sequence[datetime], most: int) -> datetime:
    """When the next message may leave: `recent` are the moments of those that left within the hour, at most `most` of them."""
    if len(recent) < most:
        return now
    return sorted(recent)[-most] + HOUR


def wait_after(tries: int) -> timedelta:
    """How long a message waits after it was refused for the time being so many times: twice as long each time, an hour at most."""
    return min(FIRST_WAIT * 2 ** max(0, tries - 1), LONGEST_WAIT)


def mobile(phone: str) -> str:
    """The number to which a message can go, digits alone; '' for one that has no messages."""
    digits = "".join(char for char in phone if char.isascii() and char.isdigit())
    digits = digits.removeprefix("0086") if len(digits) > 13 else digits
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    return digits if len(digits) == 11 and digits.startswith("1") else ""
