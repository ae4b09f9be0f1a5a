"""The working-day calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.centres.rules import WorkingCalendar

CALENDAR = WorkingCalendar()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 9, 28), True),  # a Sunday, made up for National Day
        (date(2026, 2, 14), True),  # a Saturday, made up for the Spring Festival
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 23), True),  # a Monday
    ],
)
def test_make_up_days_are_worked_and_holidays_are_not(day, works):
    assert CALENDAR.is_working_day(day) is works


def test_the_office_may_override_a_day():
    day = date(2026, 11, 23)
    assert not WorkingCalendar({day: "holiday"}).is_working_day(day)


def test_a_deadline_skips_the_weekend():
    assert CALENDAR.add(date(2026, 11, 20), 1) == date(2026, 11, 23)


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(1, 40))
def test_adding_and_counting_agree(start, days):
    assert CALENDAR.between(start, CALENDAR.add(start, days)) == days


def test_a_calendar_without_working_days_is_refused_instead_of_counted_for_ever():
    class Closed(WorkingCalendar):
        def is_working_day(self, day):
            return False

    with pytest.raises(ValueError, match="too few"):
        Closed().add(date(2026, 1, 1), 1)
