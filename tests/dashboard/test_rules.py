"""Periods, percentiles, age bands, trends."""

from datetime import date, timedelta

import pytest

from admin_app.centres.rules import WorkingCalendar
from admin_app.dashboard import rules
from admin_app.dashboard.rules import Period, WorkingDays

FRIDAY = date(2026, 9, 18)
CALENDAR = WorkingCalendar({date(2026, 9, 16): "holiday", date(2026, 9, 12): "working"})


@pytest.mark.parametrize(
    ("histogram", "share", "expected"),
    [
        ({}, 0.5, None),
        ({3: 0}, 0.9, None),
        ({4: 1}, 0.5, 4),
        ({1: 1, 2: 1}, 0.5, 1),
        ({1: 1, 2: 1, 3: 1}, 0.5, 2),
        ({1: 9, 30: 1}, 0.9, 1),
        ({1: 8, 30: 2}, 0.9, 30),
        ({0: 5, 2: 5}, 0.9, 2),
        ({7: 1, 1: 1}, 1.0, 7),
    ],
)
def test_a_percentile_is_a_value_that_a_case_had(histogram, share, expected):
    assert rules.percentile(histogram, share) == expected


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([], (0, 0, 0, 0)),
        ([(0, 2), (5, 1)], (3, 0, 0, 0)),
        ([(6, 1), (10, 4)], (0, 5, 0, 0)),
        ([(11, 1), (20, 1)], (0, 0, 2, 0)),
        ([(21, 1), (999, 6)], (0, 0, 0, 7)),
    ],
)
def test_ages_fall_into_bands(ages, expected):
    assert rules.bands(ages) == expected


def test_the_period_before_is_as_long_and_ends_the_day_before():
    assert Period(date(2026, 3, 1), date(2026, 3, 31)).before() == Period(date(2026, 1, 29), date(2026, 2, 28))
    assert Period(FRIDAY, FRIDAY).before() == Period(FRIDAY - timedelta(days=1), FRIDAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("preset", "start"),
    [("week", date(2026, 9, 14)), ("month", date(2026, 9, 1)), ("days30", date(2026, 8, 20)), ("days90", date(2026, 6, 21))],
)
def test_every_preset_ends_today(preset, start):
    assert rules.preset_period(preset, FRIDAY) == Period(start, FRIDAY)


@pytest.mark.parametrize(
    ("day", "last"), [(date(2026, 2, 14), 28), (date(2028, 2, 29), 29), (date(2026, 12, 31), 31), (date(2026, 11, 1), 30)]
)
def test_a_month_ends_on_its_last_day(day, last):
    assert rules.month_of(day) == Period(day.replace(day=1), day.replace(day=last))


def test_months_go_back_over_the_year():
    assert rules.months_back(date(2026, 2, 28), 4) == [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1), date(2025, 11, 1)]


def test_working_days_agree_with_the_calendar():
    first = FRIDAY - timedelta(days=40)
    worked = WorkingDays(CALENDAR, first, FRIDAY)
    days = [first + timedelta(days=n) for n in range(41)]
    pairs = [(start, end) for start in days for end in days if end >= start]
    assert [worked.between(*pair) for pair in pairs] == [CALENDAR.between(*pair) for pair in pairs]


def test_a_day_before_its_start_took_no_time():
    assert WorkingDays(CALENDAR, date(2026, 9, 1), FRIDAY).between(FRIDAY, date(2026, 9, 1)) == 0


def test_the_days_of_an_age_band_are_those_whose_cases_fall_into_it():
    worked = WorkingDays(CALENDAR, FRIDAY - timedelta(days=60), FRIDAY)
    ranges = worked.band_days(FRIDAY)
    for n in range(60):
        day = FRIDAY - timedelta(days=n)
        inside = [(first is None or first <= day) and (last is None or day <= last) for first, last in ranges]
        assert inside == [bool(count) for count in rules.bands([(worked.between(day, FRIDAY), 1)])]


@pytest.mark.parametrize(
    ("difference", "more_is_good", "expected"),
    [
        (4.06, None, ("4.1 %", "up", None)),
        (4.0, True, ("4.0 %", "up", True)),
        (-4.0, True, ("4.0 %", "down", False)),
        (-0.8, False, ("0.8 %", "down", True)),
        (0.04, True, ("0.0 %", "", None)),
        (1234.5, True, ("1,234.5 %", "up", True)),
    ],
)
def test_a_trend_has_amount_direction_and_judgement(difference, more_is_good, expected):
    made = rules.trend(difference, "{} %", more_is_good=more_is_good)
    assert (made.text, made.direction, made.is_good) == expected


def test_there_is_no_trend_without_a_period_to_compare_with():
    assert rules.change(5, 0) is None
    assert rules.change(5, None) is None
    assert rules.trend(None, "{} %", more_is_good=True) is None
