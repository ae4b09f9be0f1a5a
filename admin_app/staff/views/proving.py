"""How the signed-in person proves once more who they are: a code if they have a second factor, else the password."""

from collections.abc import Callable

from admin_app.foundation.database import transaction
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import attempts, own_account, second_factor, signing_in
from admin_app.staff.views.checking import checked, own_device
from admin_app.web.desk_view import signed_in_member
from admin_app.web.fresh_proof import Prover


def is_right(typed: str) -> bool:
    """Whether `typed` proves it; counted, recorded. TooManyAttempts, Busy."""
    me = signed_in_member()
    if asks_for_code():
        return is_right_code(me, typed, attempts.tries(me.username, own_device(me), attempts.CODE), own_account.note_proof)
    attempt, compared, _stored = checked(me.username, typed, device=own_device(me))
    with transaction():
        is_proved = signing_in.is_proved(me, attempt, compared)
        if is_proved:
            own_account.note_proof(me)
        else:
            signing_in.note_wrong_password(me.username, me)
    return is_proved


def is_right_code(member: StaffMember, code: str, who: attempts.Tries, then: Callable[[StaffMember], None]) -> bool:
    """Whether it is a code of this person, as is_second_factor() counts and records it."""
    return is_second_factor(member, lambda: second_factor.is_right(member, code), who, then)


def is_second_factor(member: StaffMember, compare: Callable[[], bool], who: attempts.Tries, then: Callable[[StaffMember], None]) -> bool:
    """Count the attempt, compare, record a wrong one, do what follows a right one, in one transaction. TooManyAttempts."""
    attempts.refuse_if_spent(who)
    with transaction():
        number = attempts.take(who)
        is_code = compare()
        if is_code:
            attempts.give_back(number)
            then(member)
        else:
            second_factor.note_wrong_code(member)
    return is_code


def asks_for_code() -> bool:
    """Whether the person has a second factor."""
    return signed_in_member().second_factor_since is not None


PROVER = Prover(is_right, asks_for_code)
