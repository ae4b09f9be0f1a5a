"""Which rules ask for a second person, and what somebody has done in a case: from stored facts, never from who has which role today."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload, load_only

from admin_app.applications import rules
from admin_app.applications.models import Application, Recommendation
from admin_app.applications.rules import DecisionKind, SecondRule
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember


def asking(application: Application, who: Actor) -> dict[DecisionKind, tuple[SecondRule, ...]]:
    """For an approval and for a rejection by `who`: the rules that ask for a second person now; none: `who` decides alone."""
    hit = frozenset(_of_the_case(application)) | frozenset(parts_of(application, who))
    return {
        outcome: tuple(rule for rule, (outcomes, _text) in rules.SECOND_DECISION.items() if rule in hit and outcome in outcomes)
        for outcome in (DecisionKind.APPROVE, DecisionKind.REJECT)
    }


def parts_of(application: Application, who: Actor) -> list[SecondRule]:
    """What `who` has done in the case besides taking it in: recommended, added papers that count, made its loss report formal."""
    parts = []
    if who.is_staff_member(application.recommended_by_id):
        parts.append(SecondRule.OWN_RECOMMENDATION)
    if any(who.is_staff_member(paper.added_by_id) for paper in application.documents if paper.removed_at is None):
        parts.append(SecondRule.OWN_PAPERS)
    if application.loss_report is not None and who.is_staff_member(application.loss_report.formal_by_id):
        parts.append(SecondRule.OWN_LOSS_REPORT)
    return parts


def part_text(part: SecondRule, name: str) -> Any:
    """Why somebody of that name, who had this hand in a case, cannot give its second decision."""
    texts = {
        SecondRule.OWN_RECOMMENDATION: _l("%(who)s recommended the decision, so somebody else must give the second one.", who=name),
        SecondRule.OWN_PAPERS: _l("%(who)s added papers to this case, so somebody else must give the second decision.", who=name),
        SecondRule.OWN_LOSS_REPORT: _l(
            "%(who)s made the loss report of this case formal, so somebody else must give the second decision.", who=name
        ),
    }
    return texts[part]


def _of_the_case(application: Application) -> list[SecondRule]:
    today = clock.today()
    found = {
        SecondRule.PROXY: application.applicant == rules.Applicant.PROXY,
        SecondRule.SAMPLE: application.is_sampled is True,
        SecondRule.NEW_ADDRESS: _is_recent(application.address_changed_on, today)
        or _is_recent(application.resident.address_changed_on, today),
        SecondRule.THIRD_CARD: replaced_within_a_year(application) >= rules.CARDS_A_YEAR,
    }
    return [rule for rule, is_so in found.items() if is_so]


def _is_recent(day: date | None, today: date) -> bool:
    return day is not None and (today - day).days <= rules.ADDRESS_DAYS


def year_before(day: date) -> date:
    """The same day of the year before; the last of February where there is none."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day - timedelta(days=366)


def replaced_within_a_year(application: Application) -> int:
    """How many other applications of the same resident were approved within the last twelve months (one statement)."""
    theirs = (Application.resident_id == application.resident_id, Application.id != application.id)
    approved = (Application.status == rules.Status.APPROVED, Application.decided_on >= year_before(clock.today()))
    return db.session.scalar(select(func.count(Application.id)).where(*theirs, *approved)) or 0


def open_recommendation(application: Application) -> Recommendation | None:
    """The recommendation that waits for its answer."""
    if application.status != rules.Status.RECOMMENDED:
        return None
    asked = (Recommendation.application_id == application.id, Recommendation.answer.is_(None))
    return db.session.scalar(select(Recommendation).where(*asked).order_by(Recommendation.id.desc()).limit(1))


def recommendations(application: Application) -> list[Recommendation]:
    """Every recommendation of the case with both people, the latest last (one statement)."""
    theirs = select(Recommendation).where(Recommendation.application_id == application.id)
    people = [
        joinedload(role).options(load_only(StaffMember.username, StaffMember.name_en, StaffMember.name_zh), lazyload(StaffMember.centre))
        for role in (Recommendation.recommended_by, Recommendation.answered_by)
    ]
    return list(db.session.scalars(theirs.options(*people).order_by(Recommendation.id)))
