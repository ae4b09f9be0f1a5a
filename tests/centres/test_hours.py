"""Opening hours as text, open or closed at a moment, distances."""

from datetime import date, datetime

import pytest

from admin_app.centres import rules

WEEK = [[["09:00", "12:00"], ["13:30", "17:00"]]] * 5 + [[["09:00", "12:00"]], []]
CALENDAR = rules.WorkingCalendar({date(2026, 11, 25): "holiday", date(2026, 11, 29): "working"})


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("09:00-12:00, 13:30-17:00", [["09:00", "12:00"], ["13:30", "17:00"]]),
        ("9:00–12:00；13：30至17：00", [["09:00", "12:00"], ["13:30", "17:00"]]),
        (" 8:30 to 24:00 ", [["08:30", "24:00"]]),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert rules.parse_hours(text) == spans
    assert rules.parse_hours(rules.format_hours(spans)) == spans


@pytest.mark.parametrize(
    "text", ["9-12", "12:00-09:00", "09:00-09:00", "09:00-25:00", "24:01-24:30", "09:00", "09:00-12:00,11:00-13:00", "a-b", "09:60-10:00",
             "01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00", "09:00-10:00-11:00"],
)  # fmt: skip
def test_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(rules.HoursRefused):
        rules.parse_hours(text)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 23, 10, 0), rules.Opening(True, until="12:00")),
        (datetime(2026, 11, 23, 12, 0), rules.Opening(False, opens_on=date(2026, 11, 23), opens_at="13:30")),
        (datetime(2026, 11, 23, 17, 0), rules.Opening(False, opens_on=date(2026, 11, 24), opens_at="09:00")),
        (datetime(2026, 11, 24, 18, 0), rules.Opening(False, opens_on=date(2026, 11, 26), opens_at="09:00")),
        (datetime(2026, 11, 28, 9, 0), rules.Opening(True, until="12:00")),
        (datetime(2026, 11, 29, 9, 30), rules.Opening(True, until="12:00")),
    ],
)
def test_open_closed_holiday_and_make_up_day(moment, expected):
    assert rules.opening(WEEK, moment, CALENDAR) == expected


@pytest.mark.parametrize("week", [[], [[]] * 7])
def test_a_centre_without_hours_never_opens_and_is_not_called_closed(week):
    assert rules.opening(week, datetime(2026, 11, 23, 10, 0), CALENDAR) == rules.Opening(False, is_known=False)


def test_control_one_that_opens_once_a_week_is_known():
    week = [[["09:00", "10:00"]], *([[]] * 6)]
    assert rules.opening(week, datetime(2026, 11, 24, 10, 0), CALENDAR).is_known


@pytest.mark.parametrize(
    ("here", "there", "kilometres"),
    [((30.2741, 120.1551), (30.2741, 120.1551), 0), ((39.9042, 116.4074), (31.2304, 121.4737), 1067), ((0, 179.9), (0, -179.9), 22.24)],
)
def test_distances_follow_the_globe(here, there, kilometres):
    assert rules.distance_km(here, there) == pytest.approx(kilometres, rel=0.005, abs=0.01)
