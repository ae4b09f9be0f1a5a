"""What a person typed and could not save."""

from sqlalchemy import select

from admin_app.applications.models import Application, FormDraft
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember


def draft_of(application: Application, staff: StaffMember) -> FormDraft | None:
    """What `staff` typed on this case and could not save, if anything."""
    return db.session.scalar(select(FormDraft).where(FormDraft.staff_id == staff.id, FormDraft.application_id == application.id))
