"""Who works on a case: claim, next case, release, reassign. A claim is a lease that activity extends."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, bindparam, select, true, update

from admin_app.applications import queries, rules
from admin_app.applications.models import Application, Document
from admin_app.applications.operations import moves
from admin_app.applications.queries import queue, second
from admin_app.applications.queries.queue_filter import EVERYTHING, QueueFilter, conditions, to_claim
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor, is_somebody_else, is_staff_member
from admin_app.foundation.database import db, literal
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.foundation.statements import cached
from admin_app.foundation.typed_text import texts
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import is_allowed, verb

FREE: dict[str, Any] = {"owner_id": None, "claimed_at": None, "lease_until": None}


class ClaimedByAnother(Conflict):
    """Somebody else holds the case."""


class ClaimLost(Conflict):
    """The person does not hold the case (any more)."""


class OwnPart(NotAllowed):
    """Nobody gives the second decision on a case in which they had a hand."""


class OwnCasesWait(Conflict):
    """Nobody is given another case while cases of their own wait; `references` are these, the most urgent first."""

    def __init__(self, references: Sequence[str]) -> None:
        super().__init__(
            _l(
                "You still hold cases (%(count)s), the most urgent is %(reference)s. Decide or release them; then take another.",
                count=len(references), reference=references[0],
            )
        )  # fmt: skip
        self.references = references


class OwnIntake(NotAllowed):
    """Nobody decides a case that they took in."""


@verb("applications.claim")
def claim(application: Application, *, by: Actor) -> None:
    """Take the case, take over a lease that ran out, or extend one's own.

    A case that waits for its second decision is taken in the same way, by somebody who had no hand in it. Raises OwnIntake, OwnPart,
    NotAllowed, ClaimedByAnother (with the owner's name), or what moves.move() raises.
    """
    refuse_part(application, by)
    if application.status not in rules.HELD:
        moves.move(application, "claim", by=by, **_held_by(by))
    elif by.is_staff_member(application.owner_id):
        extend_lease(application, by=by)
    elif is_held(application):
        raise ClaimedByAnother(_held_text(application))
    elif application.status == rules.Status.RECOMMENDED and application.owner_id is None:
        _hand_over(application, by, "applications.taken_for_second", by=by)
    else:
        _hand_over(application, by, "applications.taken_over", by=by)


@verb("applications.next_case")
def next_case(*, by: Actor, since: datetime | None = None, view: QueueFilter = EVERYTHING) -> Application | None:
    """Claim the most urgent case of `view` that `by` may decide and return it; None when there is none (queue_filter.to_claim()).

    OwnCasesWait while `by` holds cases: nobody collects them.

    `since` is when the page with the button was made: a case that `by` claimed after that and still holds is given again, so that
    a second press takes no second case.

    Unclaimed cases first, by due date; then cases whose lease ran out. Takers never wait for each other: rows that another
    taker has locked are skipped (PostgreSQL), or takers follow one another (SQLite).
    """
    if (again := _claimed_since(since, rules.Status.IN_REVIEW, by=by)) is not None:
        return again
    _refuse_another(by)
    for wanted in (rules.Status.SUBMITTED, rules.Status.IN_REVIEW):
        found = db.session.scalar(_most_urgent(by, wanted, to_claim(view), clock.today()), {"now": clock.now()})
        if found is not None:
            claim(found, by=by)
            return found
    return None


@verb("applications.next_second")
def next_second(*, by: Actor, since: datetime | None = None, view: QueueFilter = EVERYTHING) -> Application | None:
    """Take the most urgent case of `view` for which `by` may give the second decision; None when there is none. Else as next_case()."""
    if (again := _claimed_since(since, rules.Status.RECOMMENDED, by=by)) is not None:
        return again
    _refuse_another(by)
    found = db.session.scalar(_most_urgent_second(by, to_claim(view), clock.today()), {"now": clock.now()})
    if found is not None:
        claim(found, by=by)
    return found


def _refuse_another(by: Actor) -> None:
    if held := queue.held_by(by):
        raise OwnCasesWait(held)


@cached
def _most_urgent_second(who: Actor, view: QueueFilter, today: date) -> Select[Any]:
    """The recommended case that nobody holds and in which `who` had no hand (queries/second.py says the same of one case)."""
    papers = select(Document.id).where(
        Document.application_id == Application.id, Document.removed_at.is_(None), is_staff_member(Document.added_by_id, who)
    )
    report = select(LossReport.id).where(LossReport.id == Application.loss_report_id, is_staff_member(LossReport.formal_by_id, who))
    somebody_else = (is_somebody_else(Application.taken_by_id, who), is_somebody_else(Application.recommended_by_id, who))
    is_free = Application.lease_until.is_(None) | (Application.lease_until < bindparam("now"))
    is_usable = Application.resident_id.not_in(select(Resident.id).where(Resident.is_restricted))
    asked = (Application.status == literal(rules.Status.RECOMMENDED), is_free, is_usable, queries.visible_to(who), *somebody_else)
    urgent = select(Application).where(*asked, ~papers.exists(), ~report.exists(), *_chosen(who, view, today))
    return urgent.order_by(Application.due_on, Application.id).limit(literal(1)).with_for_update(skip_locked=True, of=Application)


@cached
def _most_urgent(who: Actor, status: rules.Status, view: QueueFilter, today: date) -> Select[Any]:
    """The case that `who` may decide and nobody holds (submitted) or whose lease ran out before `now` (in review)."""
    is_free = true() if status == rules.Status.SUBMITTED else Application.lease_until < bindparam("now")
    is_usable = Application.resident_id.not_in(select(Resident.id).where(Resident.is_restricted))
    asked = (Application.status == status, is_free, is_usable, queries.visible_to(who), is_somebody_else(Application.taken_by_id, who))
    urgent = select(Application).where(*asked, *_chosen(who, view, today)).order_by(Application.due_on, Application.id).limit(literal(1))
    return urgent.with_for_update(skip_locked=True, of=Application)


def _chosen(who: Actor, view: QueueFilter, today: date) -> list[ColumnElement[bool]]:
    return [] if view == EVERYTHING else conditions(who, view, today)


def _claimed_since(since: datetime | None, status: rules.Status, *, by: Actor) -> Application | None:
    # Presses of one person follow one another: the second one sees what the first one took.
    db.session.execute(select(StaffMember.id).where(is_staff_member(StaffMember.id, by)).with_for_update(key_share=True, of=StaffMember))
    if since is None:
        return None
    mine = (is_staff_member(Application.owner_id, by), Application.status == status, Application.claimed_at > since)
    return db.session.scalars(select(Application).where(*mine).order_by(Application.claimed_at.desc(), Application.id.desc())).first()


@verb("applications.release")
def release(application: Application, *, by: Actor, version: int | None = None) -> None:
    """Give the case back to the queue: one's own, or anybody's for those who reassign."""
    if not by.is_staff_member(application.owner_id) and not is_allowed(by, "applications.release_of_another"):
        raise _not_the_holder(application)
    if application.status == rules.Status.RECOMMENDED:
        moves.touch(application, version, **FREE)
        moves.record(application, rules.PAST["release"], by=by)
    else:
        moves.move(application, "release", by=by, version=version, **FREE)


@verb("applications.reassign")
def reassign(application: Application, to: Actor, *, reason: str, by: Actor) -> None:
    """Give the case to `to`, who must be able to decide it; the reason is kept in the log.

    Raises NotAllowed, OwnIntake and OwnPart (for `to`), ReasonMissing, Conflict where `to` has it or it is not in the queue.
    """
    reason = texts.reason(reason)
    refuse_part(application, to)
    if not (is_allowed(to, "applications.approve") and queries.sees(to, application)):
        raise NotAllowed(_l("%(who)s cannot decide this case.", who=to.name_shown))
    if application.status == rules.Status.SUBMITTED:
        changes = {"owner": [None, to.display_name]}
        moves.move(application, "claim", by=by, reason=reason, changes=changes, **_held_by(to))
    elif application.status in rules.HELD and to.is_staff_member(application.owner_id):
        raise Conflict(_l("The case is with %(who)s already. Nothing was changed.", who=to.display_name))
    elif application.status in rules.HELD:
        _hand_over(application, to, "applications.reassigned", by=by, reason=reason)
    else:
        raise moves.refused(application)


@verb("applications.extend_lease")
def extend_lease(application: Application, *, by: Actor) -> None:
    """Activity of the owner: the case stays theirs for the full time from now. No new version: nothing of the case changed."""
    mine = (Application.id == application.id, is_staff_member(Application.owner_id, by), Application.status.in_(rules.HELD))
    db.session.execute(update(Application).where(*mine).values(lease_until=lease_end()).execution_options(synchronize_session=False))
    db.session.refresh(application)


def require_hold(application: Application, *, by: Actor, status: rules.Status = rules.Status.IN_REVIEW) -> None:
    """Refuse unless `by` holds the case in `status`. A lease that ran out still counts until somebody else takes the case.

    Raises moves.AlreadyDecided, OwnIntake, OwnPart, ClaimLost, or Conflict where the case is held in the other status.
    """
    if application.status in rules.CLOSED or (application.status in rules.HELD and application.status != status):
        raise moves.refused(application)
    refuse_part(application, by)
    if application.status != status or not by.is_staff_member(application.owner_id):
        raise _not_the_holder(application)


def refuse_own_intake(application: Application, who: Actor) -> None:
    """OwnIntake if `who` took the case in."""
    if who.is_staff_member(application.taken_by_id):
        raise OwnIntake(_l("%(who)s took this case in, so somebody else must decide it.", who=who.name_shown))


def refuse_part(application: Application, who: Actor) -> None:
    """OwnIntake if `who` took the case in; OwnPart if it waits for a second decision and `who` had another hand in it."""
    refuse_own_intake(application, who)
    if application.status == rules.Status.RECOMMENDED:
        for part in second.parts_of(application, who):
            raise OwnPart(second.part_text(part, who.name_shown))


def is_held(application: Application) -> bool:
    """Whether somebody's lease on the case is running."""
    is_claimed = application.status in rules.HELD and application.owner_id is not None
    return is_claimed and application.lease_until is not None and application.lease_until > clock.now()


def lease_end() -> datetime:
    """When a lease that begins now ends."""
    return clock.now() + timedelta(minutes=settings.current().claim_minutes)


def _held_by(owner: Actor) -> dict[str, Any]:
    return {"owner_id": owner.staff_id, "claimed_at": clock.now(), "lease_until": lease_end()}


def _hand_over(application: Application, to: Actor, action: str, *, by: Actor, reason: str | None = None) -> None:
    before = application.owner.display_name if application.owner else None
    moves.touch(application, **_held_by(to))
    moves.record(application, action, by=by, reason=reason, changes={"owner": [before, to.display_name]})


def _held_text(application: Application) -> Any:
    return _l(
        "%(who)s is working on this case (until %(when)s).",
        who=application.owner.name_shown if application.owner else "—",
        when=moves.at(application.lease_until),
    )


def _not_the_holder(application: Application) -> ClaimLost:
    if application.owner is not None and application.status in rules.HELD:
        return ClaimLost(_l("This case is with %(who)s now. Nothing of yours was saved over it.", who=application.owner.name_shown))
    return ClaimLost(_l("You do not hold this case. Claim it first; nothing was changed."))
