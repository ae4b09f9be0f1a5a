"""Reads of the log for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, false, func, select, true

from admin_app.audit import rules
from admin_app.audit.models import AuditEntry
from admin_app.foundation import actor, clock, keyset, ranges
from admin_app.foundation.actor import Actor, is_actor
from admin_app.foundation.database import db, literal
from admin_app.foundation.typed_text import numbers

SYSTEM = "system"
"""Asked for as a user name: what no person did."""
NO_PERSON, NOBODY = 0, -1
NEWEST = keyset.Order((AuditEntry.at, AuditEntry.id))
"""By the hour, so that days are a range of every index of the log."""


@dataclass(frozen=True)
class EntryFilter:
    """What an auditor looks for; empty means any."""

    actor: int | None = None
    """The id of a staff member, NO_PERSON for what happened by itself, NOBODY for somebody unknown."""
    action: str = ""
    subject_type: str = ""
    subject_ref: str = ""
    case: str = ""
    """Public id of an application."""
    from_day: date | None = None
    to_day: date | None = None


def of_subject(subject_type: str, subject_ref: str, *, limit: int = 20) -> Sequence[AuditEntry]:
    """The newest entries about one record, newest first."""
    query = select(AuditEntry).where(AuditEntry.subject_type == subject_type, AuditEntry.subject_ref == subject_ref)
    return db.session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)).all()


def recorded_on(day: date, actions: tuple[str, ...]) -> Sequence[AuditEntry]:
    """The entries of these actions since the beginning of `day`, for whoever looks for what happened already."""
    since = (AuditEntry.action.in_(actions), AuditEntry.at >= clock.start_of(day))
    return db.session.scalars(select(AuditEntry).where(*since).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(1_000)).all()


def visible_to(who: Actor) -> ColumnElement[bool]:
    """The condition on AuditEntry for `who`: whoever may read the log sees all of it, everybody else nothing."""
    return true() if who.may("audit.read") else false()


def listed(who: Actor, asked: EntryFilter, _today: date) -> keyset.Query:
    """The entries of the log that `asked` wants."""
    wanted = [[*one, visible_to(who)] for one in _ranges(asked)]
    return ranges.walked(AuditEntry.id, wanted, select(AuditEntry))


def _ranges(asked: EntryFilter) -> list[ranges.Range]:
    """Whatever is asked, a few walks along the indexes of the log: a kind of record is the actions that are recorded of it."""
    shared = _conditions(asked)
    if asked.case or asked.subject_ref or not (asked.action or asked.subject_type):
        exactly = ((AuditEntry.action, asked.action), (AuditEntry.subject_type, asked.subject_type))
        return [[*shared, *(column == value for column, value in exactly if value)]]
    actions = rules.actions_on(asked.subject_type) if asked.subject_type else (asked.action,)
    wanted = [action for action in actions if asked.action in ("", action)]
    return [[AuditEntry.action == action, *shared] for action in wanted] or [[false()]]


def _conditions(asked: EntryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.actor is not None:
        member = (AuditEntry.actor_kind == literal(actor.Kind.STAFF), AuditEntry.actor_id == asked.actor)
        by_itself = is_actor(AuditEntry.actor_kind, AuditEntry.actor_id, actor.SYSTEM)
        found += [by_itself] if asked.actor == NO_PERSON else member
    for column, value in (
        (AuditEntry.case_ref, asked.case),
        (AuditEntry.subject_ref, asked.subject_ref),
    ):
        if value:
            found.append(column == value)
    if asked.from_day:
        found.append(AuditEntry.at >= clock.start_of(asked.from_day))
    if asked.to_day:
        found.append(AuditEntry.at < clock.start_of(asked.to_day + timedelta(days=1)))
    return found


def actor_called(username: str) -> int:
    """Whom `EntryFilter.actor` names by a user name; case does not matter."""
    if username.lower() == SYSTEM:
        return NO_PERSON
    return db.session.scalar(select(User.id).where(func.lower(User.username) == username.lower())) or NOBODY


def usernames(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """id of the entry -> user name of the staff member who acted, for those of `entries` where it was one; one statement."""
    ids = {entry.actor_id for entry in entries if entry.actor_kind == actor.Kind.STAFF}
    rows = db.session.execute(select(User.id, User.username).where(User.id.in_(ids))) if ids else ()
    names = {user_id: username for user_id, username in rows}
    return {entry.id: names[entry.actor_id] for entry in entries if entry.actor_kind == actor.Kind.STAFF and entry.actor_id in names}


def case_called(reference: str) -> str:
    """The public id of the application with this reference in any spelling, as the log knows it; the reference if it knows none."""
    reference = numbers.reference(reference)
    query = select(AuditEntry.case_ref).where(
        AuditEntry.subject_type == "application", AuditEntry.subject_ref == reference, AuditEntry.case_ref.is_not(None)
    )
    return db.session.scalar(query.limit(1)) or reference
