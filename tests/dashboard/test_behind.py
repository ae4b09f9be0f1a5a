"""Every mark of every chart opens the list that shows exactly what it counts; what counts nothing says so in its table."""

import html
import json
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from admin_app.dashboard.views import marks
from admin_app.dashboard.views.charts import CHARTS
from admin_app.staff.models import StaffMember
from reports.text.words import text
from tests.dashboard.counted_office import Office, add, add_remade, decide, september
from tests.factories.applications import make_decision

WEEK = {"from": "2026-09-07", "to": "2026-09-18"}
VIEWS = (WEEK, WEEK | {"centre": "GS"}, WEEK | {"channel": "online"}, {"period": "days90", "centre": ["XH", "GS"], "channel": "counter"})
NAMES = {"chart.reason", "chart.maker"}
"""Columns of the tables that name a row besides the first one."""
SHOWS_A_ZERO = 20
"""Fewer links than this in all tables together would mean that days without cases have lost theirs."""


@pytest.fixture
def browser(office: Office, sign_in: Callable[..., FlaskClient], make_staff: Callable[..., StaffMember]) -> FlaskClient:
    """The supervisor of the whole office; one case more was withdrawn, one decided twice for the same reason;

    parcels came back, and cards were made once more.
    """
    add_remade(office, make_staff("mailroom_clerk", username="mailer"))
    add(office, office.west, 16, due=30, status="withdrawn", is_open=False)
    twice = add(office, office.west, 10, due=30)
    for day in (15, 17):
        decide(office, twice, "request_information", september(day), 0)
    return sign_in(office.supervisor)


def rows_behind(browser: FlaskClient, url: str) -> int:
    """How many rows the list at `url` has."""
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return answer.text.count("<tr id=")


def linked_figures(page: str) -> dict[str, list[tuple[str, int]]]:
    """Chart -> (address, figure) of each link in its table."""
    found = {}
    for name, card in re.findall(r'<section class="panel chart-card chart-(\w+)"(.*?)</section>', page, re.S):
        cells = re.findall(r'<td class="number"><a href="([^"]+)">([\d,]+)</a></td>', card)
        found[name] = [(html.unescape(url), int(figure.replace(",", ""))) for url, figure in cells]
    return found


def wrong_lists(browser: FlaskClient, figures: dict[str, list[tuple[str, int]]]) -> list[tuple[str, str, int, int]]:
    """(chart, address, figure, rows) where the list does not show what the figure counts."""
    asked = [(name, url, figure, rows_behind(browser, url)) for name, cells in figures.items() for url, figure in cells]
    return [one for one in asked if one[2] != one[3]]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: urlencode(view, doseq=True))
def test_every_figure_of_every_table_opens_as_many_rows(browser: FlaskClient, view: dict) -> None:
    figures = linked_figures(browser.get(f"/reports/?{urlencode(view, doseq=True)}").text)
    assert set(figures) == set(CHARTS)
    few = {name: cells[:30] + [one for one in cells[30:] if one[1]] for name, cells in figures.items()}
    assert not wrong_lists(browser, few)


def test_the_figures_that_are_compared_are_no_zeros_alone(browser: FlaskClient) -> None:
    figures = linked_figures(browser.get(f"/reports/?{urlencode(WEEK)}").text)
    assert {name for name, cells in figures.items() if any(figure for _url, figure in cells)} == set(CHARTS)
    assert sum(figure == 0 for _url, figure in figures["flow"]) >= SHOWS_A_ZERO


def test_every_column_of_every_table_counts_or_says_that_it_does_not(browser: FlaskClient) -> None:
    page = browser.get(f"/reports/?{urlencode(WEEK)}").text
    for name, card in re.findall(r'<section class="panel chart-card chart-(\w+)"(.*?)</section>', page, re.S):
        headers = [html.unescape(header) for header in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', card)][1:]
        rows = [re.findall(r"<td.*?</td>", row) for row in re.findall(r'<tr><th scope="row">.*?</tr>', card, re.S)]
        unlinked = {header for row in rows for header, cell in zip(headers, row, strict=True) if "<a " not in cell}
        columns, why = marks.STATEMENTS.get(name, (frozenset(), ""))
        assert unlinked == {text(key, "en") for key in columns} | {text(key, "en") for key in NAMES if text(key, "en") in headers}, name
        assert not why or html.escape(str(why)) in card or str(why) in card


@pytest.mark.parametrize("chart", sorted(CHARTS))
def test_every_mark_of_a_figure_opens_what_its_cell_in_the_table_opens(browser: FlaskClient, chart: str) -> None:
    figure = json.loads(browser.get(f"/reports/{chart}.json?{urlencode(WEEK)}").text)
    for trace in figure["data"]:
        counted = trace["x"] if trace.get("orientation") == "h" else trace["y"]
        assert len(trace["customdata"]) == len(counted)
        assert all(trace["customdata"]), "a mark that opens nothing"
        if chart != "stages":
            assert [rows_behind(browser, url) for url in trace["customdata"]] == counted
    cells = dict(linked_figures(browser.get(f"/reports/?{urlencode(WEEK)}").text)[chart])
    assert {url for trace in figure["data"] for url in trace["customdata"]} <= set(cells)


def test_the_chart_on_the_home_page_opens_lists_too(browser: FlaskClient) -> None:
    figures = linked_figures(browser.get("/").text)
    assert len(figures["flow"]) == 90
    assert not wrong_lists(browser, {"flow": [one for one in figures["flow"] if one[1]]})


def test_a_supervisor_of_one_centre_finds_the_cases_of_that_centre(office: Office, make_staff, sign_in) -> None:
    bound = sign_in(make_staff("supervisor", username="east", centre=office.east))
    figures = linked_figures(bound.get(f"/reports/?{urlencode(WEEK)}").text)
    assert any(figure for _url, figure in figures["outcomes"])
    assert not wrong_lists(bound, figures)
    assert rows_behind(bound, "/reports/lists/cases?tab=received&centre=XH") == 0
    assert rows_behind(bound, "/reports/lists/decisions?centre=XH") == 0


def test_an_auditor_sees_the_same_rows_without_names(office: Office, sign_in) -> None:
    auditor = sign_in("auditor")
    assert not wrong_lists(auditor, linked_figures(auditor.get(f"/reports/?{urlencode(WEEK)}").text))
    name = office.clerk and "王䶮"
    for url in ("/reports/lists/cases", "/reports/lists/cases?tab=decided", "/reports/lists/decisions"):
        assert name not in auditor.get(url).text


def test_a_stage_asked_for_in_another_tab_chooses_nothing(browser: FlaskClient) -> None:
    assert rows_behind(browser, "/reports/lists/cases?tab=posted&measured=decision") == 0
    assert rows_behind(browser, "/reports/lists/cases?tab=decided&measured=decision") > 0


@pytest.mark.parametrize("query", ["tab=gone", "reason=no_such", "measured=sleep", "centre=ZZ", "from=9999-99-99", "owner=me"])
def test_what_the_lists_do_not_know_is_refused(browser: FlaskClient, query: str) -> None:
    for url in ("/reports/lists/cases", "/reports/lists/decisions"):
        assert browser.get(f"{url}?{query}").status_code == 400


def test_a_decision_says_its_reasons_and_who_gave_it(browser: FlaskClient, office: Office) -> None:
    answer = browser.get("/reports/lists/decisions?tab=request_information&order=decided").text
    assert answer.count("<tr id=") == 3
    assert office.reviewer.name_en in answer


def test_a_decision_of_the_office_itself_says_so(browser: FlaskClient, office: Office) -> None:
    lapsed = add(office, office.west, 3, due=12, status="rejected", is_open=False)
    make_decision(lapsed, office.reviewer, "reject", decided_by_id=None, decided_on=september(18))
    assert "the office itself" in browser.get("/reports/lists/decisions").text


def test_control_a_list_that_shows_more_than_its_figure_is_noticed(browser: FlaskClient) -> None:
    assert wrong_lists(browser, {"flow": [("/reports/lists/cases?tab=received&from=2026-09-14&to=2026-09-15", 2)]})
