"""What a person typed and could not save."""

from sqlalchemy import select

from admin_app.applications.models import Application, FormDraft
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db


def draft_of(application: Application, staff: Actor) -> FormDraft | None:
    """What `staff` typed on this case and could not save, if anything."""
    return db.session.scalar(
        select(FormDraft).where(is_staff_member(FormDraft.staff_id, staff), FormDraft.application_id == application.id)
    )
