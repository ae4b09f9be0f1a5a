"""Cases of the demo office on which two people decide."""

import datetime as dt
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from admin_app.applications.rules import Applicant, Status
from admin_app.demo import chances
from admin_app.demo.office import Roster
from admin_app.demo.rhythm import OfficeDays
from admin_app.foundation.actor import Actor

if TYPE_CHECKING:
    from admin_app.demo.stories import Story


_NEW_DAYS = 6
"""working days since the decision of an approval that may still wait for its second person"""


@dataclass(frozen=True, slots=True)
class Recommended:
    """What the first reviewer recommended; nobody has answered while the case waits."""

    at: dt.datetime
    outcome: str
    because: tuple[str, ...]
    """The rules that asked for a second person."""
    answered_by: Actor | None = None


def let_two_decide(story: "Story", roster: Roster, days: OfficeDays, *, few: bool) -> None:
    """Where a rule asks for it: a recommendation, and the second person's decision where the case is decided.

    With a chance of its own, so that everything else of the office stays as it was. In a small office some of the newest approvals still
    wait for their second person, so that there are some to look at.
    """
    rng = Random(f"{story.arrival.at.isoformat()}/{story.index}/second")
    begun, waits = story.reopened_at or story.claimed_at, _waits(story, days, few=few)
    because = [] if story.stage == Status.REJECTED else _because(story)
    share = chances.DRAWN_SHARE if because or not waits else chances.DRAWN_OF_WAITING[story.stage]
    story.is_drawn = rng.random() < share
    because += ["sample"] if story.is_drawn else []
    if begun is None or story.first is None or not because or not (waits or story.decided_at):
        return
    if not waits and story.decided_at:
        others = [one for one in (*roster.reviewers, *roster.supervisors) if one.id != story.first.id]
        outcome = "approve" if story.stage == Status.APPROVED else "reject"
        at = begun + (story.decided_at - begun) * 0.6
        story.recommended = Recommended(at, outcome, tuple(because), answered_by=rng.choice(others))
        return
    outcome = "reject" if because == ["sample"] and rng.random() < chances.REJECTION_RECOMMENDED else "approve"
    at = begun + (days.now - begun) * 0.5 if story.decided_at is None else story.decided_at
    story.recommended, story.stage, story.decided_at = Recommended(at, outcome, tuple(because)), Status.RECOMMENDED, None
    story.rejected_for = "not_entitled" if outcome == "reject" else ""


def _waits(story: "Story", days: OfficeDays, *, few: bool) -> bool:
    if story.stage == Status.IN_REVIEW:
        return not story.lease_is_running
    is_new = story.decided_at is not None and days.between(days.day_of(story.decided_at), days.today) <= _NEW_DAYS
    return few and is_new and story.stage == Status.APPROVED and story.first_rejected_at is None


def _because(story: "Story") -> list[str]:
    by_proxy = ["proxy"] if story.applicant == Applicant.PROXY else []
    return by_proxy + (["new_address"] if story.asked_for == "address_incomplete" and story.resumed_at else [])
