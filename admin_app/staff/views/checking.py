"""How every door compares a password: in its turn, counted before, outside of any transaction."""

from typing import NamedTuple

from admin_app.foundation import passwords
from admin_app.foundation.database import transaction
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import attempts, signing_in


class Checked(NamedTuple):
    """A compared attempt, for the transaction that concludes it; and what is stored of a new password, if one was to be hashed."""

    attempt: signing_in.Attempt
    compared: signing_in.Compared
    stored: str = ""


def checked(username: str, password: str, *, device: str | None, new: str = "") -> Checked:
    """Count and compare; hash `new` if the password was right.

    TooManyAttempts and passwords.Busy come before anything is compared; a refused attempt writes nothing.
    """
    who = attempts.tries(username, device)
    attempts.refuse_if_spent(who)
    with passwords.turn():
        with transaction(durable=False):
            attempt = signing_in.begin(username, who)
        compared = signing_in.compare(attempt, password)
        return Checked(attempt, compared, passwords.hashed(new) if new and compared.is_right else "")


def own_device(member: StaffMember) -> str:
    """The budget of somebody who is signed in already: their own, whichever browser they use."""
    return f"signed in|{member.id}"
