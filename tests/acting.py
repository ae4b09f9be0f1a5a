"""Tests name a staff member where the product is handed that person's Actor: here a row of staff answers what an Actor is asked.

Never inside a request: there the product has to bring an Actor itself, so that a page that hands on a row fails as it would for people.
"""

from collections.abc import Callable
from typing import Any

from flask import has_request_context

from admin_app.foundation.actor import Kind
from admin_app.staff.models import StaffMember


def let_staff_members_act() -> None:
    """Give the model, in tests and outside of requests only, the rest of what an Actor has."""
    StaffMember.kind = _outside_of_requests(lambda _member: Kind.STAFF)
    StaffMember.rights = _outside_of_requests(lambda member: member.actor.rights)
    StaffMember.is_staff_member = _outside_of_requests(lambda member: member.actor.is_staff_member)
    StaffMember.staff_id = _outside_of_requests(lambda member: member.id)


def _outside_of_requests(answer: Callable[[Any], Any]) -> property:
    def asked(member: Any) -> Any:
        if has_request_context():
            raise AttributeError("a row of staff is no Actor: hand on member.actor")
        return answer(member)

    return property(asked)
