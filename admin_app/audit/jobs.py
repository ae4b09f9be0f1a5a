"""Doors: files of long lists, made by the worker; doing a job again makes no second file and no second entry in the log."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from admin_app.audit import operations
from admin_app.foundation import list_files
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.limits import Kind
from admin_app.web.lists import export


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
