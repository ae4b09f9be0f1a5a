"""Signing in and out. Passwords are compared between two transactions, never inside of one: a comparison takes a tenth of a second."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from admin_app.audit import operations as audit
from admin_app.foundation import clock, password_choice, passwords, settings
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.per_app import PerApp
from admin_app.staff import queries
from admin_app.staff.models import StaffMember

_NOBODY: PerApp[str] = PerApp("nobody_s_password", lambda: passwords.hashed(secrets.token_urlsafe()))
"""Compared when there is no such account, so that the answer takes as long as for a wrong password."""


@dataclass(frozen=True)
class Attempt:
    """Somebody who says who they are: whom they mean, if there is such a person, and what their password is compared with."""

    staff_id: int | None
    stored: str


@dataclass(frozen=True)
class Compared:
    """Whether the password was right, and its new stored form if the old one is of an older kind."""

    is_right: bool
    renewed: str | None = None


def begin(username: str) -> Attempt:
    """Whom `username` means; an unknown name and an account that is off look the same from here on."""
    nobody, member = _NOBODY.get(), queries.by_username(username) if username else None
    stored = member.password if member and member.active and member.password else nobody
    return Attempt(member.id if member else None, stored)


def compare(attempt: Attempt, password: str) -> Compared:
    """Compare `password`, slowly; one that is longer than any was ever allowed to be is refused unread."""
    if len(password) > password_choice.LONGEST_EVER or not passwords.fits(attempt.stored, password):
        return Compared(is_right=False)
    return Compared(True, passwords.hashed(password) if passwords.is_outdated(attempt.stored) else None)


def conclude(attempt: Attempt, compared: Compared) -> StaffMember | None:
    """The staff member, signed in, if the password was right and is still theirs; else None. Every attempt on an account is recorded."""
    member = queries.by_id(attempt.staff_id) if attempt.staff_id else None
    if member is None:
        return None
    paused = member.paused_until is not None and member.paused_until > clock.now()
    if paused or not (compared.is_right and member.active and member.password == attempt.stored):
        note_wrong_password(member, counts=not paused)
        return None
    member.fail_login_count, member.paused_until = 0, None
    member.password = compared.renewed or member.password
    member.login_count = (member.login_count or 0) + 1
    member.last_login = clock.now().replace(tzinfo=None)
    audit.record("staff.signed_in", "staff", member.username, by=member.actor)
    return member


def note_wrong_password(member: StaffMember, *, counts: bool = True) -> None:
    """Record that a wrong password was given for this account; too many pause it (settings sign_in_*)."""
    if counts:
        member.fail_login_count = (member.fail_login_count or 0) + 1
        if member.fail_login_count >= settings.current().sign_in_attempts:
            member.paused_until = clock.now() + timedelta(minutes=settings.current().sign_in_pause_minutes)
            member.fail_login_count = 0
    audit.record("staff.sign_in_refused", "staff", member.username, by=SYSTEM, outcome="refused")
