"""Reads of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, func, select

from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock, keyset
from admin_app.foundation.database import db

SYSTEM = "system"
"""Asked for as a user name: what no person did."""


@dataclass(frozen=True)
class Asked:
    """What an auditor looks for; empty means any."""

    username: str = ""
    action: str = ""
    subject_type: str = ""
    subject_ref: str = ""
    case: str = ""
    """Reference or public id of an application."""
    from_day: date | None = None
    to_day: date | None = None


def of_subject(subject_type: str, subject_ref: str, *, limit: int = 20) -> Sequence[AuditEntry]:
    """The newest entries about one record, newest first."""
    query = select(AuditEntry).where(AuditEntry.subject_type == subject_type, AuditEntry.subject_ref == subject_ref)
    return db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def page(asked: Asked, *, size: int, cursor: str | None) -> keyset.Page[AuditEntry]:
    """One page of the log, newest first; at most three statements."""
    query = select(AuditEntry).where(*_conditions(asked))
    return keyset.page(query, AuditEntry.id, cursor=cursor, descending=True, size=size, key=lambda entry: (entry.id,))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.username == SYSTEM:
        found.append(AuditEntry.actor_id.is_(None))
    elif asked.username:
        found.append(AuditEntry.actor_id == (_actor_called(asked.username) or -1))
    if asked.case:
        found.append(AuditEntry.case_ref == (_case_called(asked.case) or asked.case))
    for column, value in (
        (AuditEntry.action, asked.action),
        (AuditEntry.subject_type, asked.subject_type),
        (AuditEntry.subject_ref, asked.subject_ref),
    ):
        if value:
            found.append(column == value)
    if asked.from_day:
        found.append(AuditEntry.at >= _start_of(asked.from_day))
    if asked.to_day:
        found.append(AuditEntry.at < _start_of(asked.to_day + timedelta(days=1)))
    return found


def _actor_called(username: str) -> int | None:
    return db.session.scalar(select(User.id).where(func.lower(User.username) == username))


def usernames(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """The user name behind each actor of `entries`; one statement."""
    ids = {entry.actor_id for entry in entries if entry.actor_id is not None}
    rows = db.session.execute(select(User.id, User.username).where(User.id.in_(ids))) if ids else ()
    return {user_id: username for user_id, username in rows}


def _case_called(reference: str) -> str | None:
    query = select(AuditEntry.case_ref).where(
        AuditEntry.subject_type == "application", AuditEntry.subject_ref == reference, AuditEntry.case_ref.is_not(None)
    )
    return db.session.scalar(query.limit(1))


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.office_zone())
