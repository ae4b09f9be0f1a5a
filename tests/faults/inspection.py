"""What must hold after any number of kills: no half decision, no lost job, nothing twice."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from admin_app.applications.models import Application, Decision
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.foundation.database import db
from admin_app.foundation.jobs.models import DONE, Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.models import StoredFile
from admin_app.mailing.models import Label, MailingBatch

DECIDED = {"approved": ("approve", 1), "rejected": ("reject", 0)}
"""status -> kind of its decision, how many card requests follow."""


def decision_faults() -> list[str]:
    """Half and double decisions: each case is undecided without a trace, or decided with everything that belongs to it, once."""
    db.session.rollback()
    kinds: dict[int, list[str]] = {}
    for case_id, kind in db.session.execute(select(Decision.application_id, Decision.kind)):
        kinds.setdefault(case_id, []).append(kind)
    entries = Counter(tuple(row) for row in db.session.execute(select(AuditEntry.case_ref, AuditEntry.action)))
    jobs = Counter(db.session.scalars(select(Job.dedupe_key)))
    return [fault for case in db.session.scalars(select(Application)) for fault in _faults_of(case, kinds, entries, jobs)]


def _faults_of(case: Application, kinds: dict[int, list[str]], entries: Counter, jobs: Counter) -> Iterator[str]:  # type: ignore[type-arg]
    kind, cards = DECIDED.get(case.status, ("", 0))
    wanted = {"decisions": [kind] if kind else [], "approved": 0, "rejected": 0, "jobs": cards}
    if kind:
        wanted[case.status] = 1
    found = {
        "decisions": kinds.get(case.id, []),
        "approved": entries[case.public_id, "applications.approved"],
        "rejected": entries[case.public_id, "applications.rejected"],
        "jobs": jobs[f"cards.request:{case.public_id}"],
    }
    if found != wanted:
        yield f"{case.reference} is {case.status} with {found}"
    if bool(kind) != (case.decided_by_id is not None) or (kind and case.owner_id is not None):
        yield f"{case.reference} is {case.status}, decided by {case.decided_by_id}, with {case.owner_id}"


def job_faults() -> list[str]:
    """Jobs that did not reach «done», and work of theirs that is missing or there twice. Call it once the worker has nothing to do."""
    db.session.rollback()
    faults = [f"job {job.name} is {job.status}" for job in db.session.scalars(select(Job).where(Job.status != DONE))]
    cards = Counter(db.session.scalars(select(Card.application_id)))
    asked = Counter(db.session.scalars(select(AuditEntry.case_ref).where(AuditEntry.action == "cards.requested")))
    for job in db.session.scalars(select(Job).where(Job.name == "cards.request")):
        case = db.session.get_one(Application, int(job.arguments["application_id"]))
        if (cards[case.id], asked[case.public_id]) != (1, 1):
            faults.append(f"{case.reference} has {cards[case.id]} cards, asked for {asked[case.public_id]} times")
    return faults + [fault for batch in db.session.scalars(select(MailingBatch)) for fault in _label_faults(batch)]


def _label_faults(batch: MailingBatch) -> Iterator[str]:
    ordered = batch.job is not None
    if ordered != (batch.status == "labelled") or ordered != (batch.labels_file is not None):
        yield f"batch {batch.reference} is {batch.status}, ordered: {ordered}, file: {batch.labels_file is not None}"
    for parcel in batch.parcels:
        valid = list(db.session.scalars(select(Label).where(Label.parcel_id == parcel.id, Label.voided_at.is_(None))))
        if (len(valid), len(parcel.labels)) != (int(ordered), int(ordered)):
            yield f"parcel {parcel.number} has {len(parcel.labels)} labels, {len(valid)} in force"


def file_faults() -> list[str]:
    """Rows of printed files whose object is missing or damaged."""
    faults = []
    for stored in db.session.scalars(select(StoredFile).where(StoredFile.kind == "pdf")):
        try:
            storage.read(stored)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is a fault)
            faults.append(f"{stored.original_name}: {type(error).__name__}")
    return faults
