"""The second factor: an authenticator's codes (TOTP), and recovery codes for the day on which it is lost."""

import hmac

import pyotp
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from admin_app.audit import operations as audit
from admin_app.foundation import clock, crypto
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.readable import random_code
from admin_app.foundation.typed_text import numbers
from admin_app.staff import queries
from admin_app.staff.models import Authenticator, Passkey, RecoveryCode, StaffMember

ISSUER = "Card Desk"
STEP_SECONDS, STEPS_BESIDE = 30, 1
"""How long a code is shown; how many steps a clock may be early or late."""
RECOVERY_CODES, GROUPS, GROUP_LETTERS = 10, 2, 5
"""Ten codes of 49 random bits."""


class WrongCode(DomainError):
    """The code is not right, was used already, or is of another time."""


def new_secret() -> str:
    """160 random bits, as authenticators read them."""
    return pyotp.random_base32()


def address_of(secret: str, member: StaffMember) -> str:
    """What the QR code says: the secret, and what the authenticator calls it."""
    return pyotp.TOTP(secret).provisioning_uri(name=member.username, issuer_name=ISSUER)


def set_up(member: StaffMember, secret: str, code: str) -> list[str]:
    """Keep `secret` once `code` shows that the authenticator has it; returns the recovery codes, which are nowhere else."""
    if member.second_factor_since is not None:
        raise Conflict(_l("You have a second factor already. Nothing was changed."))
    step = _step_of(secret, code)
    if step is None:
        raise WrongCode(_l("This code is not right. Look at the clock of the device, and type the code that it shows now."))
    sealed = crypto.encrypt_text(secret, context=_place(member))
    db.session.add(Authenticator(staff_id=member.id, secret=sealed, last_step=step))
    member.second_factor_since = clock.now()
    audit.record("staff.second_factor_added", "staff", member.username, by=member.actor)
    return _fresh_codes(member)


def is_right(member: StaffMember, code: str) -> bool:
    """Whether `code` is a code of now that was not used yet, or an unused recovery code; from now on it is used."""
    return _is_code_of_now(member, code) or _is_recovery_code(member, code)


def note_wrong_code(member: StaffMember) -> None:
    """Record a wrong code."""
    audit.record("staff.code_refused", "staff", member.username, by=SYSTEM, outcome="refused")


def new_recovery_codes(member: StaffMember) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing."""
    if member.second_factor_since is None:
        raise Conflict(_l("You have no second factor. Nothing was changed."))
    audit.record("staff.recovery_codes_made", "staff", member.username, by=member.actor)
    return _fresh_codes(member)


def remove(member: StaffMember) -> None:
    """Take one's own second factor away."""
    if member.second_factor_since is None:
        raise Conflict(_l("You have no second factor. Nothing was changed."))
    forget(member)
    audit.record("staff.second_factor_removed", "staff", member.username, by=member.actor)


def forget(member: StaffMember) -> None:
    """Delete authenticator, recovery codes and passkeys."""
    for table in (Authenticator, RecoveryCode, Passkey):
        db.session.execute(delete(table).where(table.staff_id == member.id))
    member.second_factor_since = None


def _is_code_of_now(member: StaffMember, code: str) -> bool:
    kept = queries.authenticator_of(member.id)
    step = _step_of(crypto.decrypt_text(kept.secret, context=_place(member)), code) if kept else None
    if step is None:
        return False
    later = update(Authenticator).where(Authenticator.staff_id == member.id, Authenticator.last_step < step).values(last_step=step)
    return bool(db.session.execute(later.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def _step_of(secret: str, code: str) -> int | None:
    """The step of which `code` is the code, of those around now."""
    totp, now = pyotp.TOTP(secret, interval=STEP_SECONDS), int(clock.now().timestamp()) // STEP_SECONDS
    typed = numbers.compact(code).encode()
    steps = range(now - STEPS_BESIDE, now + STEPS_BESIDE + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), typed)), None)


def _is_recovery_code(member: StaffMember, code: str) -> bool:
    unused = (RecoveryCode.staff_id == member.id, RecoveryCode.code_key.in_(_code_keys(member, code)), RecoveryCode.used_at.is_(None))
    taken = update(RecoveryCode).where(*unused).values(used_at=clock.now())
    if not db.session.execute(taken.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        return False
    audit.record("staff.recovery_code_used", "staff", member.username, by=member.actor)
    return True


def _fresh_codes(member: StaffMember) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == member.id))
    codes, key_name = [random_code(GROUPS, GROUP_LETTERS) for _code in range(RECOVERY_CODES)], crypto.keyring().index_names[0]
    keys = [_code_keys(member, code)[0] for code in codes]
    db.session.add_all(RecoveryCode(staff_id=member.id, code_key=key, key_name=key_name) for key in keys)
    return codes


def _code_keys(member: StaffMember, code: str) -> tuple[str, ...]:
    return crypto.keyring().blind_indexes(f"recovery code|{member.id}", numbers.compact(code).lower())


def _place(member: StaffMember) -> str:
    return f"authenticator|secret|{member.id}"
