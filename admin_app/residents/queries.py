"""Residents by ID number, by public id, by name."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, false, func, select, true
from sqlalchemy.orm import aliased, joinedload

from admin_app.audit import queries as audit
from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.foundation import clock, crypto
from admin_app.foundation.actor import Actor, Kind, is_staff_member
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, NotFound
from admin_app.foundation.typed_text import numbers
from admin_app.residents import rules
from admin_app.residents.models import Call, Resident, ResidentCorrection, opened
from admin_app.staff.models import StaffMember

SHOWN_CORRECTIONS = 50
TRIED = 3
"""Of the oldest and of the newest residents: one row that somebody spoilt does not close the office."""
WRONG_INDEX_KEY = (
    "CARD_DESK_INDEX_KEY is not the one this office's numbers were registered with: nobody would be found, and known people registered"
    " twice. Put back the key that is kept with this database."
)
WRONG_DATA_KEYS = (
    "CARD_DESK_DATA_KEYS has not the key that this office's residents were sealed with: nothing could be read. Put back the keys that are"
    " kept with this database; older ones stay behind the newest."
)
SHOWN_CALLS = 10
OPENED = ("resident", "application", "loss_report", "card", "parcel", "document", "printed", "number", "phone")
FOUND = ("found",)
"""Ways to look (audit.rules.READINGS): at one record, and at a page of people that a search found."""


class Restricted(Conflict):
    """The records of this resident are kept and not used (room of restrictions)."""


class Erased(Conflict):
    """The data of this resident are erased (room of erasures)."""


ERASED = _l("The data of this resident are erased: nothing can be done with the records any more. Nothing was done.")
RESTRICTED = _l(
    "The records of this resident are restricted: nothing may be decided, printed, posted, handed over or changed until a supervisor"
    " lifts that. Nothing was done."
)


def refuse_print(people: Iterable[Any]) -> None:
    """Restricted or Erased if one of `people` (rows with `is_restricted` and `erased_at`) is, about whom something would be printed."""
    for one in people:
        if one.is_restricted:
            raise Restricted(RESTRICTED)
        if one.erased_at:
            raise Erased(ERASED)


def refuse_restricted(those: ColumnElement[bool], *, which: Callable[[], str] = str, goes_on: bool = False) -> None:
    """Restricted if the records of any of `those` residents are, unless it `goes_on` nevertheless; Erased if their data are.

    Nobody can restrict or erase them until the transaction ends. `which` says what the restricted ones are called, where there are several.
    """
    asked = select(Resident.is_restricted, Resident.erased_at).where(those)
    found = db.session.execute(asked.with_for_update(read=True, key_share=True)).all()
    if any(one.erased_at for one in found):
        raise Erased(ERASED)
    if any(one.is_restricted for one in found) and not goes_on:
        if names := which():
            raise Restricted(_l("Nothing was done: the records behind these are restricted: %(which)s. Leave them out.", which=names))
        raise Restricted(RESTRICTED)


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on Resident for `staff`: whoever may read residents may meet each of them, as people go to any counter."""
    return true() if staff.may("residents.read") else false()


def by_public_id(staff: Actor, public_id: str, *, erased_too: bool = False) -> Resident:
    """The resident with this public id; NotFound if there is none or `staff` may not know of them, Erased if nothing is known any more."""
    found = db.session.scalar(select(Resident).where(Resident.public_id == public_id[:64], visible_to(staff)))
    if found is None:
        raise NotFound(_l("There is no such resident, or you may not see residents."))
    if found.erased_at and not erased_too:
        raise Erased(ERASED)
    return found


def by_id_number(number: str) -> Resident | None:
    """The resident with this ID number in any spelling, found through the blind index."""
    indexes = crypto.keyring().blind_indexes("id_number", numbers.compact(number))
    return db.session.scalar(select(Resident).where(Resident.id_number_index.in_(indexes)))


def key_problem() -> str:
    """What is wrong if the keys in force are not those with which residents were registered; '' if they are, or nobody is.

    With another index key nobody would be found, and each known person registered a second time.
    """
    columns = select(Resident.public_id, Resident.id_number_sealed, Resident.id_number_index).where(Resident.erased_at.is_(None))
    ends = (columns.order_by(Resident.id).limit(TRIED), columns.order_by(Resident.id.desc()).limit(TRIED))
    opened_once = False
    for row in (row for end in ends for row in db.session.execute(end)):
        try:
            number = opened(row.id_number_sealed, row.public_id)
        except crypto.Undecipherable:
            continue
        opened_once = True
        if row.id_number_index in crypto.keyring().blind_indexes("id_number", number):
            return ""
    if opened_once:
        return WRONG_INDEX_KEY
    return WRONG_DATA_KEYS if db.session.scalar(select(Resident.id).where(Resident.erased_at.is_(None)).limit(1)) else ""


def calls_to(staff: Actor, resident: Resident, *, about_ref: str = "") -> Sequence[Call]:
    """The last calls to the resident (about one loss report, if `about_ref` says which), the newest first; nothing without the right."""
    query = select(Call).where(Call.resident_id == resident.id, visible_to(staff) if staff.may("residents.names") else false())
    if about_ref:
        query = query.where(Call.about_ref == about_ref)
    return db.session.scalars(query.options(joinedload(Call.made_by)).order_by(Call.id.desc()).limit(SHOWN_CALLS)).all()


def corrections_of(staff: Actor, resident: Resident) -> Sequence[ResidentCorrection]:
    """The last corrections of what is known about the resident, the newest first; nothing for whoever may not see the resident."""
    query = select(ResidentCorrection).where(ResidentCorrection.resident_id == resident.id, visible_to(staff))
    newest = query.options(joinedload(ResidentCorrection.made_by)).order_by(ResidentCorrection.id.desc())
    return db.session.scalars(newest.limit(SHOWN_CORRECTIONS)).all()


def call_noted(resident: Resident, *, by: Actor, since: datetime, **said: str) -> Call | None:
    """A call to the resident that `by` noted since then in just these words."""
    query = select(Call).where(Call.resident_id == resident.id, is_staff_member(Call.made_by_id, by), Call.made_at >= since)
    return db.session.scalar(query.filter_by(**said).order_by(Call.id.desc()).limit(1))


class Alarm(NamedTuple):
    """Something that the notes about looks say, and that somebody should know."""

    action: str
    """As the log calls it, of audit.rules.ALARMS."""
    subject_type: str
    subject_ref: str
    who: str
    """Name of whoever looked, as the log keeps it."""
    people: int = 0
    """How many residents, where that is what raises it."""


def new_alarms(day: date) -> list[Alarm]:
    """The alarms of this day that are not in the log yet."""
    found = [*_looks_at_watched(day), *_many(day, OPENED, rules.MANY_RESIDENTS), *_many(day, FOUND, rules.MANY_FOUND)]
    raised = {(entry.action, entry.subject_ref, entry.changes.get("who")) for entry in audit.recorded_on(day, tuple(rules.ALARMS))}
    # One of a kind for each person: whoever opened and searched too much is named once, with the people whom he opened.
    first = {(alarm.action, alarm.subject_ref, alarm.who): alarm for alarm in reversed(found)}
    return [alarm for what, alarm in reversed(first.items()) if what not in raised]


def _looks_at_watched(day: date) -> list[Alarm]:
    looked = select(ReadNote.resident_ref, ReadNote.actor_name).join(Resident, Resident.public_id == ReadNote.resident_ref)
    today = looked.where(Resident.is_watched, ReadNote.last_at >= clock.start_of(day)).distinct()
    return [Alarm("residents.watched_seen", "resident", resident, who) for resident, who in db.session.execute(today)]


def _many(day: date, acts: tuple[str, ...], most: int) -> list[Alarm]:
    """Whoever looked at `most` residents or more on that day without doing anything for them that the log knows."""
    mine, begun = aliased(ReadNote), clock.start_of(day)
    did = (AuditEntry.actor_kind == mine.actor_kind, AuditEntry.actor_id == mine.actor_id, AuditEntry.subject_ref == mine.subject_ref)
    same = (mine.actor_kind == ReadNote.actor_kind, mine.actor_id == ReadNote.actor_id, mine.resident_ref == ReadNote.resident_ref)
    acted = exists().where(*same, *did, mine.last_at >= begun, AuditEntry.at >= begun, AuditEntry.action.not_in(rules.LOOKS))
    people = func.count(ReadNote.resident_ref.distinct())
    of_staff = (ReadNote.actor_kind == Kind.STAFF, ReadNote.last_at >= begun, ReadNote.act.in_(acts), ~acted)
    counted = select(ReadNote.actor_id, ReadNote.actor_name, people).where(*of_staff).group_by(ReadNote.actor_id, ReadNote.actor_name)
    found = db.session.execute(counted.having(people >= most)).all()
    names = select(StaffMember.id, StaffMember.username).where(StaffMember.id.in_([row[0] for row in found]))
    usernames = {member: username for member, username in db.session.execute(names)}
    return [Alarm("staff.many_seen", "staff", usernames.get(who, ""), name, count) for who, name, count in found]
