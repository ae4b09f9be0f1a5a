"""Registering residents, keeping them current, and revealing an ID number."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from admin_app.audit import operations as audit
from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor, Kind, is_actor
from admin_app.foundation.database import db, new_public_id
from admin_app.foundation.errors import Conflict, NotAllowed, StaleVersion
from admin_app.foundation.reactions import react
from admin_app.foundation.typed_text import emails, numbers, texts
from admin_app.residents import queries, rules
from admin_app.residents.models import Call, Resident, ResidentCorrection, ResidentName
from admin_app.residents.rules import Outcome, Why
from admin_app.staff.permissions import verb

REVEALS_AN_HOUR = 30
SAME_CALL = timedelta(minutes=1)
"""The same outcome of the same call, sent again within this time, is the form sent twice."""
REVEALS = ("residents.revealed", "residents.phone_revealed", "residents.collector_revealed")


class NameDiffers(Conflict):
    """The ID number is known with another name."""


class TooManyReveals(NotAllowed):
    """This person has looked at many full ID numbers within an hour."""

    status = 429


@verb("residents.register_or_update")
def register_or_update(
    *,
    id_number: str,
    name: str,
    by: Actor,
    name_latin: str = "",
    phone: str = "",
    email: str = "",
    language: str = "",
    postcode: str = "",
    address: str = "",
    confirmed: str = "",
) -> Resident:
    """The resident with this ID number: registered now if not known yet, else checked and brought up to date.

    Empty values leave what is known. `confirmed` is the number that somebody compared with the card after NumberDoubted asked for it.
    Raises InvalidIdNumber, TextRefused, and NameDiffers if the number is known with another name (nothing is changed then, and the
    known name is not told).
    """
    identity = rules.read_id_number(id_number, today=clock.today())
    name = texts.name(name)
    known = queries.by_id_number(identity.number)
    if known is None:
        rules.ask_about(identity, confirmed=confirmed)
        known = _register(identity, name, name_latin, by=by)
    if not rules.is_same_name(known.name, name):
        raise NameDiffers(
            _l("This ID number is known with another name. Compare both with the ID card; if the name has changed, correct it first.")
        )
    update_contact(known, by=by, phone=phone, email=email, language=language, postcode=postcode, address=address)
    return known


@verb("residents.register_unknown")
def register_unknown(*, id_number: str, name: str, by: Actor) -> Resident:
    """The resident with this ID number for a program: registered now if not known yet, else as known; nothing known is changed or told.

    Raises InvalidIdNumber, TextRefused, and NameDiffers if the number is known with another name.
    """
    identity, name = rules.read_id_number(id_number, today=clock.today()), texts.name(name)
    known = queries.by_id_number(identity.number)
    if known is None:
        rules.ask_about(identity, confirmed="")
        known = _register(identity, name, "", by=by)
    if not rules.is_same_name(known.name, name):
        raise NameDiffers(_l("This ID number is known with another name. The resident turns to a counter with the ID card."))
    return known


def _register(identity: rules.Identity, name: str, name_latin: str, *, by: Actor) -> Resident:
    made = Resident(
        public_id=new_public_id(),
        name=name,
        name_latin=_latin(name_latin) or rules.latin_of(name),
        id_number_masked=rules.mask_id_number(identity.number),
        number_confirmed=identity.confirmed,
        created_at=clock.now(),
    )
    made.seal_id_number(identity.number)
    made.names = [ResidentName(key=key) for key in sorted(rules.name_keys(made.name, made.name_latin))]
    try:
        with db.session.begin_nested():
            db.session.add(made)
            db.session.flush()
    except IntegrityError:
        # Another counter registered the same person at the same moment.
        twin = queries.by_id_number(identity.number)
        if twin is None:
            raise
        return twin
    changes = {"id_number": made.id_number_masked} | ({"confirmed": made.number_confirmed} if made.number_confirmed else {})
    audit.record("residents.registered", "resident", made.public_id, by=by, changes=changes, about=made.id)
    return made


@verb("residents.update_contact")
def update_contact(
    resident: Resident, *, by: Actor, phone: str = "", email: str = "", language: str = "", postcode: str = "", address: str = ""
) -> None:
    """Write what is given; empty values leave what is known. Raises TextRefused."""
    known = _facts(resident)
    given = {"phone": phone, "email": email, "language": language, "postcode": postcode, "address": address}
    changed = _write(resident, {field: value for field, value in _read(given).items() if value})
    if changed:
        resident.version += 1
        _keep_history(resident, known, changed, by=by)
        audit.record("residents.updated", "resident", resident.public_id, by=by, changes={"fields": changed})
        react("residents.updated", resident, by=by)


@verb("residents.correct")
def correct(resident: Resident, *, version: int, by: Actor, reason: str = "", **values: str) -> None:
    """Write name, name_latin, phone, email, language, postcode, address as given (missing ones stay; '' clears what may be missing).

    A changed name needs a reason. Raises StaleVersion if the form was opened on an older version.
    """
    read = _read(values)
    renamed = "name" in read and read["name"] != resident.name
    reason = texts.reason(reason) if renamed or texts.line(reason) else ""
    _raise_version(resident, version)
    known = _facts(resident)
    changed = _write(resident, read)
    _keep_history(resident, known, changed, by=by, reason=reason)
    if renamed or "name_latin" in changed:
        resident.names = [ResidentName(key=key) for key in sorted(rules.name_keys(resident.name, resident.name_latin))]
    facts = {"fields": changed}
    audit.record("residents.corrected", "resident", resident.public_id, by=by, reason=reason or None, changes=facts, about=resident.id)
    if changed:
        react("residents.corrected", resident, by=by)


def _facts(resident: Resident) -> dict[str, str]:
    return {field: resident.open_phone() if field == "phone" else getattr(resident, field) for field in rules.CORRECTED}


def _keep_history(resident: Resident, known: dict[str, str], changed: list[str], *, by: Actor, reason: str = "") -> None:
    """What was known before, for each changed fact of which anything was."""
    after = _facts(resident)
    for field in changed:
        if known.get(field):
            said = {"field": field, "before": known[field], "after": after[field], "reason": reason}
            made_by_id = by.staff_id if by.kind == Kind.STAFF else None
            db.session.add(ResidentCorrection(resident_id=resident.id, made_by_id=made_by_id, made_at=clock.now(), **said))


def _latin(text: str) -> str:
    return texts.line(text, most=rules.LATIN_LENGTH, field="name_latin")


def _language(code: str) -> str:
    if code not in rules.LANGUAGE_LABELS:
        raise texts.TextRefused(_l("The office writes in Chinese or in English."), field="language")
    return code


READERS: dict[str, Callable[[str], str]] = {
    "name": texts.name,
    "name_latin": _latin,
    "phone": numbers.phone,
    "email": emails.email,
    "language": _language,
    "postcode": numbers.postcode,
    "address": texts.address,
}


def _read(values: dict[str, str]) -> dict[str, str]:
    return {field: READERS[field](text) for field, text in values.items()}


def _raise_version(resident: Resident, version: int) -> None:
    guarded = update(Resident).where(Resident.id == resident.id, Resident.version == version).values(version=version + 1)
    done: Any = db.session.execute(guarded.execution_options(synchronize_session=False))
    db.session.refresh(resident)
    if done.rowcount != 1:
        raise StaleVersion(_l("Somebody changed this resident while you were typing. Nothing of yours was saved over it."))


def _write(resident: Resident, values: dict[str, str]) -> list[str]:
    changed = []
    for field, value in values.items():
        if field == "phone" and value != resident.open_phone():
            resident.seal_phone(value)
            resident.phone_masked = rules.mask_phone(value)
            changed.append(field)
        elif field == "email" and value != resident.email:
            resident.keep_email(value)
            changed.append(field)
        elif field not in rules.MASKS and value != getattr(resident, field):
            _note_address(resident, field)
            setattr(resident, field, value)
            changed.append(field)
    return changed


def _note_address(resident: Resident, field: str) -> None:
    """Before `field` changes: an address that the office knew will not be the same any more. The first one is no change."""
    if field == "address" and resident.address:
        resident.address_changed_on = clock.today()


@verb("residents.reveal_id_number")
def reveal_id_number(resident: Resident, *, by: Actor, why: str = Why.OTHER, reason: str = "") -> str:
    """The full ID number; the door commits (and with it the audit entry) before it shows the value.

    `why` is a word of rules.Why; OTHER needs `reason` in words. Raises texts.TextRefused, and TooManyReveals after 30 within an hour.
    """
    note_reveal(resident, "residents.revealed", why=why, reason=reason, by=by)
    return resident.open_id_number()


@verb("residents.reveal_phone")
def reveal_phone(resident: Resident, *, by: Actor, why: str = Why.CALL, reason: str = "") -> str:
    """The full phone number, '' if none is known; under the rules of reveal_id_number(), which counts both."""
    note_reveal(resident, "residents.phone_revealed", why=why, reason=reason, by=by)
    return resident.open_phone()


@verb("residents.note_reveal")
def note_reveal(resident: Resident, action: str, *, why: str, reason: str, by: Actor) -> None:
    """Write down that a full number is shown, before it is; under the rules of reveal_id_number(), which counts all of them."""
    code = Why(why)
    reason = texts.reason(reason) if code == Why.OTHER or texts.line(reason) else ""
    if _reveals_of(by) >= REVEALS_AN_HOUR:
        raise TooManyReveals(_l("You have looked at many full numbers within an hour. Please wait, or ask your supervisor."))
    facts = {"why": str(code)}
    audit.record(action, "resident", resident.public_id, by=by, reason=reason or None, changes=facts, about=resident.id)


@verb("residents.watch")
def watch(resident: Resident, *, is_watched: bool, reason: str, by: Actor) -> bool:
    """From now on every look at the resident's data raises an alarm, or none does any more; False if that was so already.

    Raises texts.TextRefused.
    """
    reason = texts.reason(reason)
    if resident.is_watched == is_watched:
        return False
    resident.is_watched = is_watched
    action = "residents.watched" if is_watched else "residents.unwatched"
    audit.record(action, "resident", resident.public_id, by=by, reason=reason, about=resident.id)
    return True


@verb("residents.raise_alarm")
def raise_alarm(alarm: queries.Alarm, *, by: Actor) -> None:
    """Write the alarm into the log, where supervisors and auditors see it on their home pages."""
    facts = {"who": alarm.who} | ({"residents": alarm.people} if alarm.people else {})
    audit.record(alarm.action, alarm.subject_type, alarm.subject_ref, by=by, changes=facts)


@verb("residents.note_call")
def note_call(resident: Resident, *, outcome: str, by: Actor, note: str = "", about_ref: str = "") -> Call:
    """Keep how a call to the resident ended; `outcome` is a word of rules.Outcome. Raises TextRefused."""
    said = {"about_ref": about_ref, "outcome": str(Outcome(outcome)), "note": texts.line(note, most=rules.NOTE_LENGTH, field="note")}
    twin = queries.call_noted(resident, since=clock.now() - SAME_CALL, by=by, **said)
    if twin is not None:
        return twin
    made = Call(resident_id=resident.id, made_by_id=by.staff_id, made_at=clock.now(), **said)
    db.session.add(made)
    facts = {"outcome": made.outcome} | ({"loss_report": about_ref} if about_ref else {})
    audit.record("residents.called", "resident", resident.public_id, by=by, changes=facts)
    return made


def _reveals_of(by: Actor) -> int:
    since = clock.now() - timedelta(hours=1)
    theirs = (is_actor(AuditEntry.actor_kind, AuditEntry.actor_id, by), AuditEntry.action.in_(REVEALS), AuditEntry.at > since)
    return db.session.scalar(select(func.count()).select_from(select(AuditEntry.id).where(*theirs).limit(REVEALS_AN_HOUR).subquery())) or 0
