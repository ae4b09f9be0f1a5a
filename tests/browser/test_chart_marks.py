"""A click on a mark of a chart opens the list behind it, whichever of several marks the hint speaks of."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CHARTS = ("flow", "outcomes", "stages", "backlog", "returns")
PLACES = """(chart) => {
    const { xaxis, yaxis } = chart._fullLayout, found = [], area = chart.querySelector('.nsewdrag').getBoundingClientRect();
    const ends = {};
    chart.data.forEach((trace, line) => trace.customdata.forEach((url, place) => {
        const x = trace.x[place], y = trace.y[place];
        if (!(trace.orientation === 'h' ? x : y)) return;
        let left = xaxis.d2p(x), top = yaxis.d2p(y);
        if (trace.orientation === 'h') {
            const start = chart.layout.barmode === 'stack' ? ends[y] ?? 0 : 0;
            ends[y] = start + x;
            left = (xaxis.d2p(start) + xaxis.d2p(start + x)) / 2;
        } else if (trace.type === 'bar') {
            const bar = chart.calcdata[line][place];
            left = xaxis.c2p(bar.p0 + (bar.p1 - bar.p0) / 2);
            const start = chart.layout.barmode === 'stack' ? ends[x] ?? 0 : 0;
            ends[x] = start + y;
            top = (yaxis.d2p(start) + yaxis.d2p(start + y)) / 2;
        }
        found.push({ line, place, url, left: area.left + left, top: area.top + top });
    }));
    return found;
}"""
"""Each mark that counts something: its trace, its place in it, its address, and where its middle is on the screen (a line: the point)."""


def marks(page: Page, chart: str) -> list[dict]:
    """The marks of one chart that do not lie on one another."""
    box = page.locator(f".chart-{chart} .js-plotly-plot")
    box.locator(".nsewdrag").wait_for()
    box.scroll_into_view_if_needed()
    found = box.evaluate(PLACES)
    apart = [one for one in found if all(one is other or is_apart(one, other) for other in found)]
    by_trace: dict[int, list[dict]] = {}
    for one in apart:
        by_trace.setdefault(one["line"], []).append(one)
    return [one for line in by_trace.values() for one in line[-2:]]


def is_apart(one: dict, other: dict) -> bool:
    """Whether two marks lie so far from one another that a hand would tell them apart."""
    return abs(one["left"] - other["left"]) > 3 or abs(one["top"] - other["top"]) > 3


@pytest.mark.parametrize("chart", CHARTS)
def test_a_click_on_a_mark_opens_its_list(person, chart: str) -> None:
    supervisor = person("supervisor")
    address = "/reports/?period=days90"
    found = marks(supervisor.open(address), chart)
    assert len(found) > 1
    assert len({one["line"] for one in found}) > 1 or chart == "outcomes"
    for one in found:
        page = supervisor.open(address)
        fresh = next(again for again in marks(page, chart) if again["url"] == one["url"] and again["line"] == one["line"])
        page.mouse.move(fresh["left"] - 1, fresh["top"])
        page.mouse.move(fresh["left"], fresh["top"])
        page.locator(f".chart-{chart} .hoverlayer :is(.hovertext, .legend)").first.wait_for()
        page.mouse.click(fresh["left"], fresh["top"])
        page.wait_for_url(lambda url, wanted=one["url"]: url.endswith(wanted))
        assert page.locator("tbody tr").count() > 0
    supervisor.check()


def test_the_table_beside_a_chart_opens_the_same_lists_by_keyboard(person) -> None:
    page = person("supervisor").open("/reports/")
    page.locator(".chart-flow .twin > summary").focus()
    page.keyboard.press("Enter")
    link = page.locator(".chart-flow .twin td a").first
    target = link.get_attribute("href")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(target))
