"""What a person typed and did not save is kept for them."""

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from admin_app.applications.models import Application, UnsavedForm
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db
from admin_app.foundation.typed_text import texts
from admin_app.staff.permissions import verb

LONGEST = 20_000
"""Of a text that is still being typed; what is saved is shorter (operations.decisions)."""


@verb("applications.keep_unsaved")
def keep_unsaved(application: Application, content: dict[str, Any], *, by: Actor) -> None:
    """Keep `content` (JSON values) as what `by` typed on this case, replacing what was kept before.

    Texts stay exactly as they were typed; TextRefused where one holds what could never be saved, or is far too long.
    """
    for name, typed in content.items():
        if isinstance(typed, str):
            texts.unfinished(typed, most=LONGEST, field=name)
    if _replace(application, content, by):
        return
    try:
        with db.session.begin_nested():
            db.session.add(UnsavedForm(staff_id=by.staff_id, application_id=application.id, **_written(application, content, by)))
    except IntegrityError:  # another request of the same person was faster
        _replace(application, content, by)


@verb("applications.drop_unsaved")
def drop_unsaved(application: Application, *, by: Actor) -> None:
    """Forget it: it was saved or is no longer wanted."""
    db.session.execute(delete(UnsavedForm).where(is_staff_member(UnsavedForm.staff_id, by), UnsavedForm.application_id == application.id))


def _replace(application: Application, content: dict[str, Any], by: Actor) -> bool:
    mine = (is_staff_member(UnsavedForm.staff_id, by), UnsavedForm.application_id == application.id)
    done: Any = db.session.execute(update(UnsavedForm).where(*mine).values(**_written(application, content, by)))
    return bool(done.rowcount)


def _written(application: Application, content: dict[str, Any], by: Actor) -> dict[str, Any]:
    sealed = UnsavedForm.seal(content, staff_id=by.staff_id, application_id=application.id)
    return {"content_sealed": sealed, "saved_at": clock.now()}
