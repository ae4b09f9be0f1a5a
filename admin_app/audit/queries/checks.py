"""Reads of what the proof of the log stands on, for its page."""

from sqlalchemy import func, select

from admin_app.audit.models import AuditEntry, AuditSeal, ReadSeal
from admin_app.foundation.database import db, literal
from admin_app.foundation.jobs.models import Job

MOST_COUNTED = 1001


def last_check(action: str) -> AuditEntry | None:
    """The newest entry of a check."""
    newest = select(AuditEntry).where(AuditEntry.action == action)
    return db.session.scalar(newest.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(1))


def key_of_next_check(action: str, job: str) -> str:
    """What makes two checks the same work: that no other has ended since they were asked for."""
    last = last_check(action)
    return f"{job}:{last.id if last else 0}"


def job_called(dedupe_key: str) -> Job | None:
    """The job with this key."""
    return db.session.scalar(select(Job).where(Job.dedupe_key == dedupe_key))


def seal_numbered(number: int) -> AuditSeal | None:
    """One seal."""
    return db.session.get(AuditSeal, number)


def seal_of_notes(number: int) -> ReadSeal | None:
    """One seal over the notes about who looked."""
    return db.session.get(ReadSeal, number)


def latest_seal_of_notes() -> ReadSeal | None:
    """The newest seal over the notes, for a page."""
    return db.session.scalar(select(ReadSeal).order_by(ReadSeal.id.desc()).limit(1))


def latest_seal() -> AuditSeal | None:
    """The newest seal, for a page."""
    return db.session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))


def unsealed_count(after: int) -> int:
    """How many entries there are behind number `after`, counted up to MOST_COUNTED."""
    some = select(literal(1)).where(AuditEntry.id > after).limit(MOST_COUNTED).subquery()
    return int(db.session.scalar(select(func.count()).select_from(some)) or 0)
