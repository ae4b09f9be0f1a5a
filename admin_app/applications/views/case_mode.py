"""What a person may do on the page of a case."""

from admin_app.applications.models import Application
from admin_app.applications.operations import claims
from admin_app.applications.queries import second
from admin_app.applications.rules import Status
from admin_app.foundation.actor import Actor

FIXED = {
    Status.DRAFT: "draft", Status.NEEDS_INFORMATION: "waiting", Status.APPROVED: "closed", Status.REJECTED: "closed",
    Status.WITHDRAWN: "closed",
}  # fmt: skip
"""Where the status says it all."""


def mode_of(case: Application, me: Actor) -> str:
    """What the person may do here.

    'mine', 'free', 'expired' (may be taken over), 'theirs' (somebody else holds it), 'own_intake', 'own_part' (no second decision by
    this person), 'waiting', 'closed', 'draft' or 'read_only'. Of a recommended case the first three are about the second decision.
    """
    if case.status in FIXED:
        return FIXED[Status(case.status)]
    if not me.may("applications.decide_second" if case.status == Status.RECOMMENDED else "applications.decide"):
        return "read_only"
    return _hindered(case, me) or _held(case, me)


def _hindered(case: Application, me: Actor) -> str:
    if me.is_staff_member(case.taken_by_id):
        return "own_intake"
    return "own_part" if case.status == Status.RECOMMENDED and second.parts_of(case, me) else ""


def _held(case: Application, me: Actor) -> str:
    if case.status == Status.SUBMITTED or (case.status == Status.RECOMMENDED and case.owner_id is None):
        return "free"
    if me.is_staff_member(case.owner_id):
        return "mine"
    return "theirs" if claims.is_held(case) else "expired"
