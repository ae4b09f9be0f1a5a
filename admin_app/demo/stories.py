"""What happened to one application, moment by moment, as plain data; nothing later than now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from admin_app.applications.rules import GUARDIAN_AGE, NEEDS_FORMAL_LOSS_REPORT, Applicant, Channel, Delivery, Reason, Status
from admin_app.demo import chances
from admin_app.demo.card_stories import CardStory, Moment
from admin_app.demo.office import FIRST_CENTRE, ONLINE_CENTRE, Roster
from admin_app.demo.rhythm import Arrival, OfficeDays
from admin_app.demo.second import Recommended, let_two_decide
from admin_app.foundation.actor import Actor

_CLOSING, _POSTING = 1_005, 945
"""minutes of the day: the last desk work, and when the post is handed over"""
_POSTING_WEEKDAYS, _MISSED_POST = (2,), 0.3
_SLOW_MAKING = 12
"""working days after which the maker of a small office has made every second card"""
_DRAFT_DAYS = 3
"""from the newest working days of a small office drafts are left over, so that desks show how to go on"""


def known(moment: Moment | None) -> Moment:
    """A moment that must have come at this point of a story; ValueError where the story contradicts itself."""
    if moment is None:
        raise ValueError("the story has no such moment")
    return moment


@dataclass(slots=True)
class Story:
    """One application from the first minute to now."""

    index: int
    arrival: Arrival
    reason: Reason
    channel: Channel
    centre: str
    delivery: Delivery
    applicant: Applicant
    taken_by: Actor
    stage: Status
    submitted_at: Moment | None = None
    reviewer: Actor | None = None
    asked_for: str = ""
    asked_at: Moment | None = None
    resumed_at: Moment | None = None
    claimed_at: Moment | None = None
    lease_is_running: bool = False
    first_rejected_at: Moment | None = None
    reopened_at: Moment | None = None
    supervisor: Actor | None = None
    recommended: Recommended | None = None
    is_drawn: bool = False
    decided_at: Moment | None = None
    rejected_for: str = ""
    withdrawn_at: Moment | None = None
    cards: list[CardStory] = field(default_factory=list)

    @property
    def decider(self) -> Actor | None:
        """Who made the last decision: the second person, where there had to be one."""
        return self.recommended.answered_by if self.recommended and self.recommended.answered_by else self.first

    @property
    def first(self) -> Actor | None:
        """Who reviewed it last before a second person: whoever reopened a case keeps it."""
        return self.supervisor or self.reviewer

    @property
    def is_open(self) -> bool:
        """Submitted and not closed."""
        return self.stage not in (Status.DRAFT, Status.APPROVED, Status.REJECTED, Status.WITHDRAWN)


def pick(rng: Random, weights: Mapping[Any, float]) -> Any:
    """One key of a table of weights."""
    return rng.choices(list(weights), list(weights.values()))[0]


class Desk:
    """Moves through office time: a moment some working days later, never after now unless told so."""

    def __init__(self, days: OfficeDays, rng: Random, *, few: bool) -> None:
        self.days, self.rng, self.few = days, rng, few

    def later(self, moment: Moment, working_days: int) -> Moment:
        """A minute of desk work `working_days` after a moment, on the day itself if there is time left; may be in the future."""
        days = self.days
        day = days.day_of(moment)
        earliest = 545 if working_days or not days.is_working(day) else max(545, days.minute_of(moment) + 4)
        if not days.is_working(day):
            day = days.add(day, 1)
        elif earliest >= _CLOSING:
            day, earliest = days.add(day, 1), 545
        day = days.add(day, working_days)
        return days.at(day, self.rng.uniform(earliest, min(_CLOSING, earliest + 240) if working_days else _CLOSING))

    def by_now(self, moment: Moment, after: Moment) -> Moment:
        """The moment itself, or if it is still to come one between `after` and now."""
        now = self.days.now
        return moment if moment < now else after + (now - after) * self.rng.uniform(0.35, 0.95)

    def happened(self, moment: Moment) -> Moment | None:
        """The moment if it has come."""
        return moment if moment < self.days.now else None


def tell(rng: Random, index: int, arrival: Arrival, *, days: OfficeDays, roster: Roster, age: int, few: bool, draft_every: int) -> Story:
    """The story of application `index` of somebody aged `age`; an office with `few` cases posts once a week.

    Of `draft_every` of its newest cases one is a draft of its first clerk and one of somebody else.
    """
    story = _opening(rng, index, arrival, roster=roster, age=age)
    working_age = days.between(arrival.day, days.today)
    story.stage = _stage(rng, working_age, arrival, days=days)
    if few and working_age < _DRAFT_DAYS and arrival.in_opening_hours:
        _leave_half_done(story, roster, every=draft_every)
    if story.channel == Channel.ONLINE and story.stage == Status.DRAFT:
        story.stage = Status.SUBMITTED
    desk = Desk(days, rng, few=few)
    if story.stage == Status.DRAFT:
        return story
    minutes = rng.uniform(4, 18) if story.channel == Channel.COUNTER else 0.0
    story.submitted_at = desk.by_now(arrival.at + dt.timedelta(minutes=minutes), arrival.at)
    _review(story, desk, roster=roster, working_age=working_age)
    let_two_decide(story, roster, days, few=few)
    if story.stage == Status.APPROVED:
        _make_card(story, desk)
    return story


def _opening(rng: Random, index: int, arrival: Arrival, *, roster: Roster, age: int) -> Story:
    at_counter = arrival.in_opening_hours and rng.random() < chances.COUNTER_SHARE
    channel = Channel.COUNTER if at_counter else Channel.ONLINE
    centre = pick(rng, chances.CENTRES) if at_counter or rng.random() < 0.4 else ONLINE_CENTRE
    by_proxy = rng.random() < (chances.PROXY_SHARE_OF_OLD if age > 70 else chances.PROXY_SHARE)
    applicant = Applicant.GUARDIAN if age < GUARDIAN_AGE else Applicant.PROXY if by_proxy else Applicant.SELF
    return Story(
        index=index,
        arrival=arrival,
        reason=pick(rng, chances.REASONS),
        channel=channel,
        centre=centre,
        delivery=Delivery.POST if rng.random() < chances.POST_SHARE[channel] else Delivery.COLLECT,
        applicant=applicant,
        taken_by=_more_often_the_first(rng, roster.clerks[centre]),
        stage=Status.SUBMITTED,
    )


def _stage(rng: Random, working_age: int, arrival: Arrival, *, days: OfficeDays) -> Status:
    nobody_has_worked_since = working_age == 0 and not days.is_working(arrival.day)
    if nobody_has_worked_since or (days.now - arrival.at) < dt.timedelta(minutes=40):
        return Status.SUBMITTED
    stages, weights = chances.stage_weights(working_age)
    return rng.choices(stages, weights)[0]


def _leave_half_done(story: Story, roster: Roster, *, every: int) -> None:
    """By turns, not by chance: whatever day a demo is loaded, its intake account has drafts and is not the only one."""
    turn, round_number = story.index % every, story.index // every
    own = turn == 0
    if not own and turn != every // 2:
        return
    others = [centre for centre in chances.CENTRES if centre != FIRST_CENTRE]
    story.centre = FIRST_CENTRE if own else others[round_number % len(others)]
    story.taken_by = roster.clerks[story.centre][0]
    story.channel, story.stage = Channel.COUNTER, Status.DRAFT


def _more_often_the_first(rng: Random, people: list[Actor]) -> Actor:
    # the first ones are the demo accounts: more cases, so that their own lists are alive
    return rng.choices(people, [2.2] + [1.0] * (len(people) - 1))[0]


def _review(story: Story, desk: Desk, *, roster: Roster, working_age: int) -> None:
    rng = desk.rng
    stage, start = story.stage, known(story.submitted_at)
    took = min(rng.choices(range(len(chances.DECISION_DAYS)), chances.DECISION_DAYS)[0], working_age)
    came_back = stage == Status.SUBMITTED and working_age > 2 and rng.random() < chances.CAME_BACK_SHARE
    if stage != Status.SUBMITTED or came_back:
        story.reviewer = _more_often_the_first(rng, roster.reviewers)
    asks = came_back or stage == Status.NEEDS_INFORMATION or rng.random() < chances.INFORMATION_SHARE
    if asks and story.reviewer and stage != Status.WITHDRAWN:
        _ask(story, desk, slack=working_age - (1 if came_back else took))
        start = story.resumed_at or start
    if stage in (Status.NEEDS_INFORMATION, Status.SUBMITTED):
        return
    if stage == Status.WITHDRAWN:
        story.withdrawn_at = desk.by_now(desk.later(start, min(took, 3)), start)
        story.reviewer = None
        return
    remaining = max(0, took - 1) if story.resumed_at else took
    story.claimed_at = desk.by_now(desk.later(start, remaining), start)
    if stage == Status.IN_REVIEW:
        _work_on(story, desk)
        return
    _decide(story, desk, roster=roster, working_age=working_age)


def _ask(story: Story, desk: Desk, *, slack: int) -> None:
    rng, waiting = desk.rng, story.stage == Status.NEEDS_INFORMATION
    pause, start = rng.randint(1, max(1, min(6, slack - 1))), known(story.submitted_at)
    if not waiting and slack < pause + 1:
        if story.stage == Status.SUBMITTED:
            story.reviewer = None
        return
    requests = dict(chances.REQUESTS)
    if story.reason in NEEDS_FORMAL_LOSS_REPORT and waiting:
        requests["formal_loss_needed"] = 22
    if story.applicant == Applicant.PROXY:
        requests["authorisation_missing"] = 30
    story.asked_for = pick(rng, requests)
    story.asked_at = desk.by_now(desk.later(start, rng.randint(0, 2)), start)
    if not waiting:
        story.resumed_at = desk.by_now(desk.later(story.asked_at, pause), story.asked_at)


def _work_on(story: Story, desk: Desk) -> None:
    """An open case: some were claimed in the last minutes and are being worked on right now."""
    rng, now = desk.rng, desk.days.now
    if rng.random() < 0.3 and known(story.claimed_at) < now - dt.timedelta(minutes=25):
        story.claimed_at = now - dt.timedelta(minutes=rng.uniform(2, 24))
        story.lease_is_running = True


def _decide(story: Story, desk: Desk, *, roster: Roster, working_age: int) -> None:
    rng = desk.rng
    minutes = dt.timedelta(minutes=rng.uniform(3, 45))
    claimed = known(story.claimed_at)
    decided = desk.by_now(claimed + minutes, claimed)
    if story.stage == Status.APPROVED and working_age > 12 and rng.random() < chances.REOPENED_SHARE:
        story.first_rejected_at = decided
        story.supervisor = rng.choice(roster.supervisors)
        story.reopened_at = desk.by_now(desk.later(decided, 3), decided)
        decided = desk.by_now(desk.later(story.reopened_at, 1), story.reopened_at)
    story.decided_at = decided
    if story.stage == Status.REJECTED or story.first_rejected_at:
        story.rejected_for = _rejection(story, rng)


def _rejection(story: Story, rng: Random) -> str:
    codes = dict(chances.REJECTIONS)
    if story.reason in NEEDS_FORMAL_LOSS_REPORT:
        # What is reopened and approved had its formal report all the time.
        codes |= {"loss_not_formal": 0 if story.first_rejected_at else 60, "card_still_valid": 0}
    return pick(rng, codes)


def _make_card(story: Story, desk: Desk) -> None:
    rng = desk.rng
    card = _next_card(story, desk, requested=known(story.decided_at))
    if card.made_at and rng.random() < chances.SPOILED_SHARE:
        spoiled = desk.happened(desk.later(card.made_at, 0))
        if spoiled:
            card.spoiled_at, card.ready_at = spoiled, None
            card = _next_card(story, desk, requested=spoiled)
    if card.ready_at is None:
        return
    if story.delivery == Delivery.POST:
        card.posted_at = desk.happened(_next_post(desk, card.ready_at))
    elif rng.random() > chances.UNCOLLECTED_SHARE:
        card.collected_at = desk.happened(desk.later(card.ready_at, min(15, int(rng.expovariate(0.35)) + 1)))


def _next_card(story: Story, desk: Desk, *, requested: Moment) -> CardStory:
    rng = desk.rng
    made = desk.later(requested, _SLOW_MAKING if desk.few and _is_made_slowly(story) else rng.choice((3, 3, 4, 5)))
    card = CardStory(requested, made_at=desk.happened(made))
    if card.made_at:
        card.ready_at = desk.happened(desk.later(made, rng.choice((1, 1, 2, 2))))
    story.cards.append(card)
    return card


def _is_made_slowly(story: Story) -> bool:
    """By turns, not by chance: whatever day a small office is loaded, some of its cards wait to be made."""
    return story.index % 2 == 0


def _next_post(desk: Desk, ready: Moment) -> Moment:
    days = desk.days
    day = days.day_of(ready)
    if not days.is_working(day) or days.minute_of(ready) > _POSTING - 30:
        day = days.add(day, 1)
    missed = 5 if desk.few and desk.rng.random() < _MISSED_POST else 0
    day = days.add(day, missed)
    while desk.few and day.weekday() not in _POSTING_WEEKDAYS:
        day = days.add(day, 1)
    return days.at(day, _POSTING)
