"""Door: the job that erases, which goes on where it was stopped."""

import io
from typing import Any

import pikepdf

from admin_app.erasures import operations, queries, rules
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.operations import Prepared


def erase(job: Job) -> dict[str, Any]:
    """Do every step that is not done yet, each in its transaction; objects go last, when no row knows them any more."""
    public_id, total = str(job.arguments["erasure"]), len(operations.STEPS) + 1
    page = _empty_page()
    for number, code in enumerate(operations.STEPS, start=1):
        with transaction():
            operations.do_step(queries.at_work(public_id), code, page, by=SYSTEM)
        jobs.report_progress(job, number, total)
    # What another file uses stays, and what somebody has just handed in goes with the sweep of the store.
    for sha256, is_ours in queries.objects_of(public_id).items():
        storage.delete_unused(sha256, handed_in=not is_ours)
    db.session.rollback()
    with transaction():
        erasure = queries.at_work(public_id)
        operations.complete(erasure, by=SYSTEM)
        counts = erasure.counts
    jobs.report_progress(job, total, total)
    return {"erased": counts}


def _empty_page() -> Prepared:
    """One page with nothing on it: the same bytes each time, so that the store has it once."""
    content = io.BytesIO()
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(420, 595))
        pdf.save(content, static_id=True)
    return storage.prepare_generated(content.getvalue(), rules.ERASED_NAME)
