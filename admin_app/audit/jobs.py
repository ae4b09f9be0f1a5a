"""Doors: files of long lists, made by the worker; doing a job again makes no second file and no second entry in the log.

And the check of the log, and its anchors on their way out: a check that was done twice stands in the log twice.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from admin_app.audit import operations, queries
from admin_app.audit.operations import anchors
from admin_app.foundation import clock, list_files, outgoing, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.limits import Kind
from admin_app.web.lists import export


class AnchorRefused(Exception):
    """The receiver of anchors answered with another status than 2xx."""


def write_list_file(job: Job, *, actor_of: Callable[[int], Actor | None]) -> dict[str, Any] | None:
    """Make the file that was ordered ('file': the order's public id), of what its owner may see now.

    `actor_of(id of a staff member)` gives them as they are now, None if they are gone.
    """
    order = list_files.waiting(str(job.arguments["file"]))
    if order is None:
        return None
    public_id, list_name, kind = order.public_id, order.list_name, order.kind
    with force_locale(order.language):
        me = actor_of(order.staff_id)
        context = _context(order, me)
        db.session.rollback()
        table = export.whole_table(context, progress=partial(_progress, job))
        content = export.content_of(table, kind, list_name)
        prepared = storage.prepare_table(content, Kind(kind), export.file_name(context, kind))
    with transaction():
        if list_files.finish(public_id, prepared, row_count=len(table.rows)) is None:
            return None
        operations.record("lists.exported", "list", list_name, by=context.me, changes=export.facts_of(context, kind, len(table.rows)))
    return {"rows": len(table.rows)}


def _context(order: list_files.ListFile, me: Actor | None) -> Any:
    page = export.called(order.list_name)
    if page is None or me is None:
        raise export.NotExported(_("You may not see this list any more; no file was made."))
    return export.ordered_view(page, me, query=order.query, place=order.place, columns=order.columns)


def _progress(job: Job, done: int) -> None:
    """Say how far the file is; the read transaction is ended first, so that nobody waits for it."""
    db.session.rollback()
    jobs.report_progress(job, done, 0)


def check_log(job: Job, *, actor_of: Callable[[int], Actor | None]) -> dict[str, Any]:
    """Check the whole log and enter the result, as of whoever asked for it."""
    newest = queries.newest_seal()
    db.session.rollback()
    total = newest.entries_so_far if newest else 0
    proof = operations.prove(lambda done: jobs.report_progress(job, done, total))
    who = actor_of(job.created_by_id) if job.created_by_id is not None else None
    with transaction():
        operations.record_check(proof, by=who or SYSTEM)
    return proof.facts()


def send_anchor(job: Job) -> None:
    """POST an anchor to the address of the settings; an answer that is not 2xx is an error, after which the job is tried again."""
    seal = queries.seal_numbered(int(job.arguments["seal"]))
    if seal is None or not settings.current().anchor_url:
        return
    notes = queries.seal_of_notes(int(job.arguments.get("note_seal", 0)))
    line = anchors.anchor_of(seal, clock.now(), notes).line()
    db.session.rollback()
    answer = outgoing.ask(settings.current().anchor_url, body=line.encode(), headers={"Content-Type": "application/json"})
    if not answer.is_good:
        raise AnchorRefused(answer.status)
