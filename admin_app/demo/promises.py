"""The days that a case was promised, and what they were counted from."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from admin_app.applications.rules import Status
from admin_app.demo.frame import Frame
from admin_app.demo.stories import Story, known


@dataclass(frozen=True, slots=True)
class Dates:
    """When the clock began, for how many working days it stood still, what was promised, how long the decision took."""

    begin: dt.date
    due_on: dt.date
    statutory_on: dt.date
    stops: list[dict[str, object]]
    paused_days: int
    decided_in: int | None


def dates_of(frame: Frame, story: Story) -> Dates:
    """The days of a story, as applications/rules/promises.py counts them."""
    days = frame.days
    start = days.day_of(story.submitted_at) if story.submitted_at else story.arrival.day
    stops: list[dict[str, object]] = []
    paused = 0
    if story.asked_at and story.resumed_at:
        since, until = days.day_of(story.asked_at), days.day_of(story.resumed_at)
        paused = days.between(since, until)
        stops = [{"since": since.isoformat(), "until": until.isoformat(), "days": paused}]
    begin = days.day_of(story.reopened_at) if story.reopened_at else start
    decided = max(0, days.between(start, days.day_of(story.decided_at)) - paused) if story.decided_at else None
    due = days.add(days.add(begin, frame.promised_days), 0 if story.reopened_at else paused)
    return Dates(begin, due, days.add(days.add(start, frame.statutory_days), paused), stops, paused, decided)


def promised(frame: Frame, story: Story, dates: Dates) -> dict[str, Any]:
    """The columns of the case."""
    is_waiting = story.stage == Status.NEEDS_INFORMATION
    asked = frame.days.day_of(known(story.asked_at)) if is_waiting else None
    return {
        "due_on": dates.due_on,
        "statutory_on": dates.statutory_on,
        "clock_from": dates.begin,
        "promised_in": frame.promised_days,
        "statutory_in": frame.statutory_days,
        "clock_stops": dates.stops,
        "paused_on": asked,
        "answer_by": _answer_by(asked, frame) if asked else None,
        "answer_in": frame.answer_days if asked else None,
        "paused_days": dates.paused_days,
    }


def _answer_by(asked: dt.date, frame: Frame) -> dt.date:
    """The last day for an answer; never one that is over, so that no story is changed by the clock on the day it is told."""
    return max(frame.days.add(asked, frame.answer_days), frame.days.add(frame.days.today, 2))
