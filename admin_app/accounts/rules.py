"""How a resident proves who they are by a code to the phone on file (ADR 0075): numbers, the message, who they are then; pure functions."""

from datetime import datetime, timedelta

from flask_babel import force_locale, gettext

from admin_app.foundation.actor import Actor, Kind
from admin_app.foundation.filing import Level
from admin_app.foundation.typed_text.search_keys import search_key

CODE_DIGITS = 6
TRIES = 5
"""Codes that may be typed for one that was asked for, right or wrong."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
A_DAY, AN_HOUR = 10, 5
"""Codes that may be asked for with one ID number and name: fifty guesses a day at one in a million."""
ADDRESS_AN_HOUR = 20
"""Codes that may be asked for from one address, for whomever."""
ALL_AN_HOUR = 3000
"""Codes that may be asked for in all: each is a row, and strangers must not fill the disk."""
PHONE_A_DAY = 15
"""Codes that leave for one phone: a family may share it."""
TOUCH_EVERY = timedelta(seconds=60)
"""What says that a session is in use is written no more often."""
ROLE = "resident"
"""What the log calls residents who act themselves."""


def is_over(asked_at: datetime, sent_at: datetime | None, *, minutes: int, now: datetime) -> bool:
    """Whether it is too late for the code that was asked for then and left at `sent_at` (None: not yet)."""
    return now >= (sent_at or asked_at) + timedelta(minutes=minutes)


def message(code: str, *, language: str, minutes: int, host: str) -> str:
    """The words to the phone: no name, no number of a person, no link; with a host in the form by which a browser finds the code."""
    with force_locale(language):
        words = gettext(
            "%(code)s is your code to sign in for your social security card, good for %(minutes)s minutes. "
            "Nobody of the office will ever ask you for it.",
            code=code,
            minutes=minutes,
        )
    return f"{words}\n@{host} #{code}" if host else words


def folded_name(name: str) -> str:
    """A name as it is compared: as residents' rules do."""
    return search_key(name)


def actor(account_id: int, level: int) -> Actor:
    """The resident of this account, as far as it is known who they are. The log never keeps their name."""
    return Actor(Kind.RESIDENT, account_id, ROLE, identity_level=int(Level(level)), name_en="Resident", name_zh="参保人")
