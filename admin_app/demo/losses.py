"""What happened to loss reports: those behind applications, and those that nobody applied on."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from admin_app.applications.rules import NEEDS_FORMAL_LOSS_REPORT, SAYS_NO_FORMAL_REPORT, Channel, Reason
from admin_app.applications.rules import Status as ApplicationStatus
from admin_app.demo import chances
from admin_app.demo.office import FIRST_CENTRE, ONLINE_CENTRE, Roster
from admin_app.demo.rhythm import HISTORY_DAYS, OfficeDays
from admin_app.demo.stories import Moment, Story, known, pick
from admin_app.foundation.actor import Actor
from admin_app.loss_reports.rules import Channel as LossChannel
from admin_app.loss_reports.rules import Status

_TO_CALL = (0.4, 2.5, 7.0)
"""hours until the first reports without an application lapse"""
_LIFT_REASONS = ("卡已找到", "在家中找到", "The card was found at home")


@dataclass(slots=True)
class LossStory:
    """One loss report up to now."""

    reported_at: Moment
    channel: LossChannel
    centre: str
    taken_by: Actor
    was_stolen: bool
    status: Status
    formal_at: Moment | None = None
    formal_by: Actor | None = None
    lapses_at: Moment | None = None
    ended_at: Moment | None = None
    lift_reason: str = ""

    @property
    def is_formal(self) -> bool:
        """Whether the old card is void."""
        return self.status == Status.FORMAL


def loss_behind(story: Story, rng: Random, *, now: Moment, hours: int) -> LossStory | None:
    """The loss report of a lost or stolen card; formal where the case was approved, `hours` is the life of a provisional one."""
    if story.reason not in NEEDS_FORMAL_LOSS_REPORT:
        return None
    received, at_counter = story.arrival.at, story.channel == Channel.COUNTER
    must_be_formal = story.stage in (ApplicationStatus.APPROVED, ApplicationStatus.RECOMMENDED)
    is_said_not = bool({story.asked_for, story.rejected_for} & SAYS_NO_FORMAL_REPORT)
    is_formal = must_be_formal or (not is_said_not and rng.random() < chances.FORMAL_SHARE_OF_OPEN)
    straight = is_formal and at_counter and rng.random() < 0.65
    before = rng.uniform(3, 25) / 60 if straight or not at_counter else rng.uniform(2, min(60, hours - 4))
    report = LossStory(
        reported_at=received - dt.timedelta(hours=before),
        channel=LossChannel.COUNTER if straight else LossChannel.PHONE if at_counter else LossChannel.ONLINE,
        centre=story.centre,
        taken_by=story.taken_by,
        was_stolen=story.reason == Reason.STOLEN,
        status=Status.PROVISIONAL,
        lapses_at=received - dt.timedelta(hours=before) + dt.timedelta(hours=hours),
    )
    if is_formal:
        _formalise(report, story, rng, straight=straight)
    elif known(report.lapses_at) <= now:
        report.status, report.ended_at = Status.LAPSED, report.lapses_at
    return report


def _formalise(report: LossStory, story: Story, rng: Random, *, straight: bool) -> None:
    report.status, report.lapses_at, report.formal_by = Status.FORMAL, None, story.taken_by
    if straight:
        report.formal_at = report.reported_at
    elif story.channel == Channel.COUNTER:
        report.formal_at = story.arrival.at - dt.timedelta(minutes=rng.uniform(1, 9))
    else:  # verified online with the application
        report.formal_at = report.reported_at + (story.arrival.at - report.reported_at) * rng.uniform(0.3, 0.9)
    # the report has served once the new card has left the house
    card = story.cards[-1] if story.cards else None
    report.ended_at = (card.posted_at or card.collected_at) if card else None


def lone_loss(number: int, *, seed: int, days: OfficeDays, roster: Roster, hours: int) -> LossStory:
    """A report without an application: still running (some lapse within a day), lapsed, lifted, or formal."""
    rng = Random(f"{seed}/lone loss/{number}")
    recent = rng.random() < 0.35
    back = dt.timedelta(hours=rng.uniform(0.5, hours) if recent else rng.uniform(hours, HISTORY_DAYS * 24))
    if recent and rng.random() < 0.45:  # these lapse within the next hours
        back = dt.timedelta(hours=hours) - dt.timedelta(hours=rng.uniform(0.3, 11))
    if number < len(_TO_CALL):  # the demo clerk has somebody to call
        reported = days.now - dt.timedelta(hours=hours - _TO_CALL[number])
        return _phoned(reported, FIRST_CENTRE, roster.clerks[FIRST_CENTRE][0], hours=hours)
    channel = rng.choices((LossChannel.PHONE, LossChannel.ONLINE, LossChannel.COUNTER), (6, 3, 2))[0]
    centre = ONLINE_CENTRE if channel != LossChannel.COUNTER else pick(rng, chances.CENTRES)
    reported = days.now - back
    report = LossStory(
        reported_at=reported,
        channel=channel,
        centre=centre if rng.random() < 0.4 or channel == LossChannel.COUNTER else pick(rng, chances.CENTRES),
        taken_by=rng.choice(roster.clerks[centre]),
        was_stolen=rng.random() < 0.15,
        status=Status.PROVISIONAL,
        lapses_at=reported + dt.timedelta(hours=hours),
    )
    _end_lone(report, rng, now=days.now)
    return report


def _phoned(reported: Moment, centre: str, by: Actor, *, hours: int) -> LossStory:
    """A provisional report by phone that is still running."""
    return LossStory(
        reported_at=reported,
        channel=LossChannel.PHONE,
        centre=centre,
        taken_by=by,
        was_stolen=False,
        status=Status.PROVISIONAL,
        lapses_at=reported + dt.timedelta(hours=hours),
    )


def _end_lone(report: LossStory, rng: Random, *, now: Moment) -> None:
    if report.channel == LossChannel.COUNTER:
        report.status, report.lapses_at = Status.FORMAL, None
        report.formal_at, report.formal_by = report.reported_at, report.taken_by
    elif rng.random() < 0.25:
        report.status, report.lift_reason = Status.LIFTED, rng.choice(_LIFT_REASONS)
        running = min(known(report.lapses_at), now) - report.reported_at
        report.ended_at = report.reported_at + running * rng.uniform(0.1, 0.9)
    elif known(report.lapses_at) <= now:
        report.status, report.ended_at = Status.LAPSED, report.lapses_at
