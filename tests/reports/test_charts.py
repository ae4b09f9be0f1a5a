"""Charts are plain JSON, readable without colour, and say what their table says."""

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from reports.charts import paper, screen
from reports.charts.series import LINES, THEMES
from reports.tables import chart_tables
from reports.tables.rows import BacklogRow, DayCount, KindCount, MakerCount, MonthCount, ReasonCount, StageTime

ROOT = Path(__file__).parents[2]
DAYS = [DayCount(dt.date(2026, 11, day), day, day + 1, day + 2) for day in range(1, 22)]
QUEUES = [BacklogRow("Unclaimed", 8, 4, 2, 1), BacklogRow("In <b>review</b>", 1, 1, 0, 3)]
STAGES = [StageTime("Intake → claim", 0.3, 0.9, 40), StageTime("Made → posted", None, None)]
REASONS = [
    ReasonCount("Rejected", "Photo", 4),
    ReasonCount("Approved", "Complete", 90),
    ReasonCount("Rejected", "Other", 2),
    ReasonCount("Asked", "Photo", 4),
]
MONTHS = [
    MonthCount(dt.date(2026, month, 1), dt.date(2026, month, 28), (KindCount("Moved", month), KindCount("Refused", 0)), Decimal("12.50"))
    for month in (10, 11)
]
MAKERS = [MakerCount(dt.date(2026, 11, 1), dt.date(2026, 11, 30), name, 3, Decimal("37.50")) for name in ("Works", "Other <b>")]
CHARTS = {
    "flow_per_day": DAYS,
    "backlog_by_age": QUEUES,
    "stage_times": STAGES,
    "outcomes_by_reason": REASONS,
    "counts_by_month": MONTHS,
    "faults_by_maker": MAKERS,
}


@pytest.fixture(params=CHARTS)
def name(request) -> str:
    return request.param


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_are_plain_json(name, language, theme):
    figure = getattr(screen, name)(CHARTS[name], language=language, theme=theme)
    assert set(json.loads(json.dumps(figure, allow_nan=False))) == {"data", "layout"}
    assert figure["data"]


def test_figures_have_no_title_of_their_own_and_make_room_for_labels(name):
    layout = getattr(screen, name)(CHARTS[name], language="en")["layout"]
    assert "title" not in layout
    assert layout["xaxis"]["automargin"] and layout["yaxis"]["automargin"]


def test_figures_and_tables_work_without_rows(name):
    assert json.dumps(getattr(screen, name)([], language="zh"))
    assert getattr(chart_tables, name)([], language="zh").rows == ()


def test_themes_differ_in_every_colour_of_a_line(name):
    light, dark = (json.dumps(getattr(screen, name)(CHARTS[name], language="en", theme=theme)) for theme in ("light", "dark"))
    assert light != dark


def test_themes_have_the_same_tokens():
    assert set(THEMES["light"]) == set(THEMES["dark"])


def test_every_table_is_as_wide_as_its_headers(name):
    table = getattr(chart_tables, name)(CHARTS[name], language="zh")
    assert {len(row) for row in table.rows} == {len(table.headers)}
    assert len(table.rows) == len(CHARTS[name])


def test_lines_differ_by_dash_and_marker_not_by_colour_alone():
    data = screen.flow_per_day(DAYS, language="en")["data"]
    assert len({(line["line"]["dash"], line["marker"]["symbol"]) for line in data}) == 3


def test_outcomes_differ_by_hatching_not_by_colour_alone():
    data = screen.outcomes_by_reason(REASONS, language="en")["data"]
    assert len({bar["marker"]["pattern"]["shape"] for bar in data}) == 3


def test_lines_say_what_their_table_says():
    data = screen.flow_per_day(DAYS, language="en")["data"]
    rows = chart_tables.flow_per_day(DAYS, language="en").rows
    assert [list(line["y"]) for line in data] == [list(column) for column in list(zip(*rows, strict=True))[1:]]


@pytest.mark.parametrize("length", [1, 2, 7, 10, 11, 31, 62])
def test_a_short_range_names_whole_days_and_each_once(length):
    days = [DayCount(dt.date(2026, 11, 1) + dt.timedelta(days=day), 1, 0, 0) for day in range(length)]
    axis = screen.flow_per_day(days, language="zh")["layout"]["xaxis"]
    assert axis["tick0"] == "2026-11-01" and axis["dtick"] % screen.DAY_MS == 0
    assert 1 <= length / (axis["dtick"] / screen.DAY_MS) <= screen.MOST_TICKS


@pytest.mark.parametrize(("most", "by_ones"), [(0, True), (3, True), (9, True), (10, False)])
def test_few_cases_are_counted_by_whole_numbers(most, by_ones):
    axis = screen.flow_per_day([DayCount(dt.date(2026, 11, 1), most, 0, 0)], language="en")["layout"]["yaxis"]
    assert (axis.get("dtick") == 1) == by_ones


def test_two_outcomes_with_one_reason_stay_two_bars():
    figure = screen.outcomes_by_reason(REASONS, language="en")
    places = [place for bar in figure["data"] for place in bar["y"]]
    assert sorted(places) == [0, 1, 2, 3]


def test_the_most_frequent_reason_comes_first():
    assert chart_tables.outcomes_by_reason(REASONS, language="en").rows[0] == ("Approved", "Complete", 90, "90.0 %")


def test_names_from_the_office_are_shown_as_they_are_written():
    figure = screen.backlog_by_age(QUEUES, language="en")
    assert figure["layout"]["yaxis"]["ticktext"][1] == "In &lt;b&gt;review&lt;/b&gt;"


def test_labels_are_in_the_language_of_the_reader():
    assert [line["name"] for line in screen.flow_per_day(DAYS, language="zh")["data"]] == ["受理", "办结", "寄出"]


PAPER = {"flow_per_day": DAYS, "backlog_by_age": QUEUES, "stage_times": STAGES}


@pytest.mark.parametrize("name", PAPER)
def test_paper_has_the_colours_of_the_light_screen(name):
    colours = set(re.findall("#[0-9a-f]{6}", getattr(paper, name)(PAPER[name], language="en", size=(250, 100)).decode()))
    shown = set(re.findall("#[0-9a-f]{6}", json.dumps(getattr(screen, name)(PAPER[name], language="en", theme="light"))))
    assert colours and colours <= set(THEMES["light"].values()) and colours - shown == set()


def test_a_colour_is_changed_in_one_place(monkeypatch):
    monkeypatch.setattr(paper, "COLOURS", changed := dict(THEMES["light"]) | {LINES[0].name: "#123456"})
    monkeypatch.setattr(screen, "THEMES", dict(THEMES) | {"light": changed})
    assert b"#123456" in paper.flow_per_day(DAYS, language="en", size=(250, 100))
    assert "#123456" in json.dumps(screen.flow_per_day(DAYS, language="en"))


def test_no_other_file_names_a_colour_of_the_charts():
    """Scripts and style sheets of the screen draw what the server sends; the code of both charts takes the table."""
    own = {colour for theme in THEMES.values() for name, colour in theme.items() if name.startswith(("age.", "p90"))}
    files = [*(ROOT / "reports").rglob("*.py"), *(ROOT / "reports/templates").rglob("*.css"), *(ROOT / "admin_app/static/desk").iterdir()]
    shared = {"#1f5fae", "#d63939"}  # the office's blue and red, which other things have, too
    holders = {file.name for file in files if any(colour in file.read_text(encoding="utf-8") for colour in own - shared)}
    assert holders == {"series.py"}
