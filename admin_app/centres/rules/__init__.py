"""Working days, the notices that they follow, opening hours, distance; tables and pure functions."""

from admin_app.centres.rules.hours import (
    LONGEST_CLOSED,
    USUAL_WEEK,
    WEEKDAYS,
    HoursRefused,
    Opening,
    distance_km,
    format_hours,
    hours_on,
    next_opening,
    opening,
    parse_hours,
)
from admin_app.centres.rules.notices import NoticeRefused, festival_words, official_days, read_notice
from admin_app.centres.rules.working_days import KINDS, LONGEST_WAIT, NONE_MOVES, ONE_DAY, Moved, WorkingCalendar

__all__ = [
    "KINDS",
    "LONGEST_CLOSED",
    "LONGEST_WAIT",
    "NONE_MOVES",
    "ONE_DAY",
    "USUAL_WEEK",
    "WEEKDAYS",
    "HoursRefused",
    "Moved",
    "NoticeRefused",
    "Opening",
    "WorkingCalendar",
    "distance_km",
    "festival_words",
    "format_hours",
    "hours_on",
    "next_opening",
    "official_days",
    "opening",
    "parse_hours",
    "read_notice",
]
