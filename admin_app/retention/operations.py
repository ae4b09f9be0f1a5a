"""Deleting what is older than its time, batch by batch, and saying so in the log."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select

from admin_app.applications.models import Application, Document, UnsavedForm
from admin_app.audit import operations as audit
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage.models import StoredFile
from admin_app.residents.models import Call
from admin_app.retention import queries
from admin_app.staff.permissions import verb
from admin_app.unsent_forms.models import UnsentForm

BATCH = 500
"""Records of one transaction: others wait for no more than that."""
ACTION, JOB = "retention.applied", "retention.apply"


@verb("retention.apply")
def delete_due(code: str, *, by: Actor) -> int:  # noqa: ARG001  # the log tells of the whole run
    """Delete up to BATCH records of a kind that are due, with what belongs to them alone; returns how many."""
    found = list(db.session.scalars(queries.due(code).limit(BATCH).with_for_update(skip_locked=True)))
    if found:
        DELETE[code](found)
    return len(found)


def order_run(once_for: str) -> Job:
    """Have a job delete what is due; needs an open transaction(). The same `once_for` is the same run."""
    return jobs.enqueue(JOB, dedupe_key=f"{JOB}:{once_for}")


@verb("retention.apply")
def record_run(counts: dict[str, int], *, by: Actor) -> None:
    """One entry for a whole run: how many records of each kind were deleted, and how old they had to be."""
    days = {code: queries.days_of(code) for code in queries.DUE}
    audit.record(ACTION, "retention", "retention", by=by, changes={"deleted": counts, "days": days})


def _rows_of(model: Any) -> Callable[[list[int]], None]:
    def remove(ids: list[int]) -> None:
        db.session.execute(delete(model).where(model.id.in_(ids)))

    return remove


def _drafts(ids: list[int]) -> None:
    about = select(Application.reference).where(Application.id.in_(ids)), select(Application.resident_id).where(Application.id.in_(ids))
    db.session.execute(delete(UnsentForm).where(UnsentForm.about_ref.in_(about[0]), UnsentForm.resident_id.in_(about[1])))
    files = list(db.session.scalars(select(Document.file_id).where(Document.application_id.in_(ids))))
    for model in (UnsavedForm, Document):
        db.session.execute(delete(model).where(model.application_id.in_(ids)))
    db.session.execute(delete(Application).where(Application.id.in_(ids)))
    db.session.execute(delete(StoredFile).where(StoredFile.id.in_(files)))  # the objects go with the next sweep


DELETE: dict[str, Callable[[list[int]], None]] = {
    "unsaved_forms": _rows_of(UnsavedForm),
    "unsent_forms": _rows_of(UnsentForm),
    "drafts": _drafts,
    "calls": _rows_of(Call),
}
