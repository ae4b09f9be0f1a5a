"""Tests name a staff member where the product is handed that person's Actor: here a row of staff answers what an Actor is asked."""

from admin_app.foundation.actor import Actor, Kind
from admin_app.staff.models import StaffMember


def let_staff_members_act() -> None:
    """Give the model, in tests only, the rest of what an Actor has."""
    StaffMember.kind = Kind.STAFF
    StaffMember.rights = property(lambda member: member.actor.rights)
    StaffMember.is_staff_member = Actor.is_staff_member
