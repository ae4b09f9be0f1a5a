"""Each figure against the office of conftest.py, counted by hand."""

import pytest

from admin_app.centres import queries as centres
from admin_app.dashboard.queries import flow, home, summary
from admin_app.dashboard.queries.flow import Counts
from admin_app.dashboard.rules import Period
from reports.tables.rows import BacklogRow, DayCount, StageTime
from tests.dashboard.counted_office import TODAY, WEEK, Office, add, september


def test_days_count_received_decided_and_posted(office: Office):
    assert flow.flow(office.filter()).days == (
        DayCount(september(14), 2, 1, 0),
        DayCount(september(15), 1, 0, 0),
        DayCount(september(16), 0, 1, 0),
        DayCount(september(17), 0, 0, 1),
        DayCount(september(18), 0, 1, 1),
    )


def test_sums_stand_beside_those_of_the_period_before(office: Office):
    found = flow.flow(office.filter())
    assert found.now == Counts(received=3, decided=3, in_time=2, posted=2)
    assert found.before == Counts(received=2, decided=1, in_time=1, posted=1)


@pytest.mark.parametrize(
    ("channel", "expected"), [("counter", Counts(2, 2, 2, 2)), ("online", Counts(1, 1, 0, 0)), ("", Counts(3, 3, 2, 2))]
)
def test_the_channel_narrows_every_sum(office: Office, channel: str, expected: Counts):
    assert flow.flow(office.filter(channel=channel)).now == expected


def test_centres_narrow_every_sum(office: Office):
    assert flow.flow(office.filter(centres=(office.east.id,))).now == Counts(received=0, decided=1, in_time=1, posted=1)
    assert flow.flow(office.filter(centres=(office.east.id, office.west.id))).now == flow.flow(office.filter()).now


def test_open_cases_stand_by_status_and_age(office: Office):
    found = flow.backlog(office.filter(), centres.calendar())
    # E is 3 working days old, H 13, F 9.
    assert found.rows == (
        BacklogRow("Unclaimed", 1, 0, 0, 0),
        BacklogRow("In review", 0, 0, 1, 0),
        BacklogRow("Waiting for resident", 0, 1, 0, 0),
    )
    assert found.statuses == ("submitted", "in_review", "needs_information")
    assert found.total == 3


def test_the_age_of_an_open_case_counts_days_on_which_it_stood_still(office: Office):
    add(office, office.west, 7, due=30, paused_days=6)
    # Received 9 working days ago, stood still on 6 of them: as old as F, which stands still now.
    assert flow.backlog(office.filter(), centres.calendar()).rows[0] == BacklogRow("Unclaimed", 1, 1, 0, 0)


def test_a_case_whose_clock_stands_is_not_overdue(office: Office):
    assert flow.backlog(office.filter(), centres.calendar()).overdue == 1


def test_the_backlog_does_not_depend_on_the_period(office: Office):
    long_ago = Period(september(1), september(2))
    assert flow.backlog(office.filter(period=long_ago), centres.calendar()) == flow.backlog(office.filter(), centres.calendar())


def test_stages_have_the_middle_case_and_the_slowest_tenth(office: Office):
    found = flow.stages(office.filter(), centres.calendar())
    # Decided after 1, 2, 4; posted 2 and 3 later; the whole way 4 (A) and 4 less a day that stood still (C).
    assert found.rows == (
        StageTime("Submitted → decided", 2, 4, 3),
        StageTime("Approved → posted", 2, 3, 2),
        StageTime("Received → posted", 3, 4, 2),
    )
    assert (found.whole_p90, found.whole_p90_before) == (4, 2)


def test_reasons_are_counted_by_outcome_the_most_frequent_first(office: Office):
    found = flow.outcomes(office.filter())
    assert sorted((row.outcome, row.count) for row in found) == [("Asked for information", 1), ("Rejected", 1), ("Rejected", 1)]
    assert flow.outcomes(office.filter(period=Period(september(15), TODAY))) == tuple(row for row in found if row.outcome == "Rejected")


def test_an_empty_period_gives_zeros_and_no_percentiles(office: Office):
    quiet = office.filter(period=Period(september(1), september(1)), centres=(office.east.id,))
    assert flow.flow(quiet).now == Counts()
    assert flow.flow(quiet).now.on_time_share is None
    assert [row.p90_days for row in flow.stages(quiet, centres.calendar()).rows] == [None, None, None]
    assert flow.outcomes(quiet) == ()


def test_a_supervisor_with_a_centre_sees_its_figures_only(office: Office, make_staff):
    bound = make_staff("supervisor", username="east", centre=office.east)
    assert flow.flow(office.filter(staff=bound)).now == Counts(received=0, decided=1, in_time=1, posted=1)
    assert flow.backlog(office.filter(staff=bound), centres.calendar()).total == 1
    assert flow.centres_of(bound) == [office.east]
    assert [row.outcome for row in flow.outcomes(office.filter(staff=bound))] == ["Asked for information"]


def test_a_filter_on_another_centre_shows_a_bound_supervisor_nothing(office: Office, make_staff):
    bound = make_staff("supervisor", username="east", centre=office.east)
    assert flow.flow(office.filter(staff=bound, centres=(office.west.id,))).now == Counts()


def test_the_five_figures_carry_their_trends(office: Office):
    shown = {one.key: one for one in summary.measures(summary.figures(office.filter(), centres.calendar()))}
    assert {key: one.value for key, one in shown.items()} == {
        "received": "3", "decided": "3", "open": "3", "on_time": "66.7 %", "whole": "4",
    }  # fmt: skip
    assert (shown["received"].trend.text, shown["received"].trend.is_good) == ("50.0 %", None)
    assert (shown["on_time"].trend.direction, shown["on_time"].trend.is_good) == ("down", False)
    assert (shown["whole"].trend.text, shown["whole"].trend.is_good) == ("2.0 days", False)
    assert shown["open"].note == "1 overdue"


def test_workloads_count_open_overdue_and_recent_decisions(office: Office):
    (only,) = home.workloads(office.supervisor)
    assert (only.member.username, only.open_cases, only.overdue, only.first_due_on) == ("reviewer", 1, 1, september(10))
    assert only.decided == 3


def test_each_figure_is_one_statement(office: Office, count_statements):
    calendar, chosen = centres.calendar(), office.filter(period=WEEK)
    assert chosen.staff.role == "supervisor"
    with count_statements() as statements:
        summary.figures(chosen, calendar)
    assert len(statements) == 5
