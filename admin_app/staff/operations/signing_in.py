"""Signing in. An attempt is counted, then compared between two transactions (it takes a tenth of a second), then recorded."""

import secrets
from dataclasses import dataclass

from admin_app.audit import operations as audit
from admin_app.foundation import clock, password_choice, passwords
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.per_app import PerApp
from admin_app.staff import queries
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import attempts
from admin_app.staff.operations.attempts import Tries

NOBODY = "-"
"""What the log calls an account that there is none of: what was typed may have been a password."""
_NOBODY_S: PerApp[str] = PerApp("nobody_s_password", lambda: passwords.hashed(secrets.token_urlsafe()))
"""Compared when there is no such account, so that the answer takes as long as for a wrong password."""


@dataclass(frozen=True)
class Attempt:
    """A counted attempt: the name that was typed, and what the password is compared with, if there is anything."""

    name: str
    number: int
    stored: str | None


@dataclass(frozen=True)
class Compared:
    """Whether the password was right, and its new stored form if the old one is of an older kind."""

    is_right: bool
    renewed: str | None = None


def begin(username: str, who: Tries) -> Attempt:
    """Count the attempt and say what it means. An unknown name and an account that is off look the same from here on.

    TooManyAttempts if there is none left. Needs a transaction, which need not wait for the disk.
    """
    number = attempts.take(who)
    member = queries.by_username(username)
    stored = member.password if member and member.active else None
    return Attempt(username, number, stored)


def compare(attempt: Attempt, password: str) -> Compared:
    """Compare `password`, slowly; one that is longer than any was ever allowed to be is refused unread."""
    nobody_s = _NOBODY_S.get()
    if len(password) > password_choice.LONGEST_EVER or not passwords.fits(attempt.stored or nobody_s, password):
        return Compared(is_right=False)
    return Compared(True, passwords.hashed(password) if passwords.is_outdated(attempt.stored or nobody_s) else None)


def conclude(attempt: Attempt, compared: Compared) -> StaffMember | None:
    """The staff member if the password was right and is still theirs; else None, which is recorded. Who has no second factor is in."""
    member = queries.by_username(attempt.name)
    if member is None or not is_proved(member, attempt, compared):
        note_wrong_password(attempt.name, member)
        return None
    if member.second_factor_since is None:
        enter(member)
    return member


def enter(member: StaffMember) -> None:
    """Everything was proved: record that this person is in."""
    member.login_count = (member.login_count or 0) + 1
    member.last_login = clock.now().replace(tzinfo=None)
    audit.record("staff.signed_in", "staff", member.username, by=member.actor)


def is_proved(member: StaffMember, attempt: Attempt, compared: Compared) -> bool:
    """Whether the password was right and is still theirs; then the attempt was none, and an older hash is renewed."""
    if not (compared.is_right and member.active and member.password == attempt.stored):
        return False
    attempts.give_back(attempt.number)
    member.password = compared.renewed or member.password
    return True


def note_wrong_password(name: str, member: StaffMember | None) -> None:
    """Record a wrong password; and, when it was the last that strangers may try, until when they cannot. The same work for every name."""
    until = attempts.paused_until(name)
    audit.record("staff.sign_in_refused", "staff", member.username if member else NOBODY, by=SYSTEM, outcome="refused")
    if member is not None and until is not None and until != member.paused_until:
        member.paused_until = until
        audit.record("staff.sign_in_paused", "staff", member.username, by=SYSTEM, outcome="refused")
