"""What a person typed and could not save."""

from sqlalchemy import select

from admin_app.applications.models import Application, UnsavedForm
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db


def unsaved_of(application: Application, staff: Actor) -> UnsavedForm | None:
    """What `staff` typed on this case and could not save, if anything."""
    return db.session.scalar(
        select(UnsavedForm).where(is_staff_member(UnsavedForm.staff_id, staff), UnsavedForm.application_id == application.id)
    )
