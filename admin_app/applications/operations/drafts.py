"""What a person typed and could not save is kept for them."""

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from admin_app.applications.models import Application, FormDraft
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db
from admin_app.staff.permissions import verb


@verb("applications.keep_draft")
def keep_draft(application: Application, content: dict[str, Any], *, by: Actor) -> None:
    """Keep `content` (JSON values) as what `by` typed on this case, replacing what was kept before."""
    if _replace(application, content, by):
        return
    try:
        with db.session.begin_nested():
            db.session.add(FormDraft(staff_id=by.staff_id, application_id=application.id, content=content, saved_at=clock.now()))
    except IntegrityError:  # another request of the same person was faster
        _replace(application, content, by)


@verb("applications.drop_draft")
def drop_draft(application: Application, *, by: Actor) -> None:
    """Forget it: it was saved or is no longer wanted."""
    db.session.execute(delete(FormDraft).where(is_staff_member(FormDraft.staff_id, by), FormDraft.application_id == application.id))


def _replace(application: Application, content: dict[str, Any], by: Actor) -> bool:
    mine = (is_staff_member(FormDraft.staff_id, by), FormDraft.application_id == application.id)
    done: Any = db.session.execute(update(FormDraft).where(*mine).values(content=content, saved_at=clock.now()))
    return bool(done.rowcount)
