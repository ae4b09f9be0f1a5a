"""Every number on a home or report page that has a link is the count of what the link opens; asked of each such number there is."""

import re
from datetime import timedelta
from html import unescape

import pytest

from admin_app.foundation import clock
from admin_app.foundation.jobs.models import FAILED
from admin_app.staff.permissions import Role
from tests.factories.applications import held_by, make_application, make_decision
from tests.factories.audit import make_entry
from tests.factories.foundation import make_job
from tests.factories.staff import make_staff
from tests.web.filled_lists import Filled

TILE = re.compile(r'<div class="tile-label">([^<]*)</div>\s*<div class="tile-value"><a href="([^"]*)">([^<]*)</a>')
PANEL = re.compile(r'<h2>([^<]*) <span class="tab-count">([^<]*)</span></h2>\s*<div class="panel-actions"><a href="([^"]*)"')
CELL = re.compile(r'<td class="number"><a href="([^"]*)">([\d,]+)</a>')
ROW = re.compile(
    r'<t[dh](?! class="number")[^>]*><a href="([^"]*)">([^<]*)</a>\s*(?:<progress[^>]*></progress>)?</t[dh]>\s*'
    r'<td class="number">([\d,–]+)</td>'
)
TAB = re.compile(r'<a[^>]* href="([^"]*)"[^>]*>([^<]*?)\s*<span class="tab-count">([^<]*)</span>')
MEASURES = {"On time, 30 days": "Decided on time"}
"""Tile of a home page -> the same figure at the head of the report that it opens."""
NO_LIST = {"Free disk"}
PAGES = ("/", "/reports/", "/reports/?period=week")


@pytest.fixture
def office(app, sign_in):
    """Rows in every list; besides, what is decided, refused, seen, switched off, late, and older than the days that a tile counts."""
    filled = Filled(sign_in)
    filled.fill(3)
    reviewer, clerk = filled.people["reviewer"], filled.people["intake_clerk"]
    today, old = clock.today(), clock.now() - timedelta(days=20)
    for status in ("approved", "rejected", "withdrawn"):
        decided = {"decided_on": today, "decided_by_id": reviewer.id, "decided_at": clock.now()} if status != "withdrawn" else {}
        make_application(clerk, filled.centre, status=status, is_open=False, due_on=today, **decided)
    for days in (0, 3, 12):
        make_application(clerk, filled.centre, due_on=today - timedelta(days=days), received_on=today - timedelta(days=days), reason="lost")
    asked = make_application(clerk, filled.centre, **held_by(reviewer, channel="online"))
    make_decision(asked, reviewer, "request_information")
    for at in (clock.now(), old):
        make_entry(action="staff.sign_in_refused", subject_type="staff", subject_ref="x", outcome="refused", at=at)
        make_entry(action="residents.revealed", subject_type="resident", at=at)
    make_entry(action="staff.code_refused", subject_type="staff", subject_ref="x", outcome="refused")
    make_staff("reviewer", username="gone", active=False)
    make_job(name="mailing.render_labels", dedupe_key="f", status=FAILED, error="f")
    make_application(clerk, filled.centre, status="draft", is_open=False)
    return filled


def numbers_on(page: str) -> list[tuple[str, str, str]]:
    """(label, number, address) of every number that leads somewhere."""
    main = page[page.index("<main") : page.index("</main>")]
    found = [(label, value, url) for label, url, value in TILE.findall(main)]
    found += [(label, count, url) for label, count, url in PANEL.findall(main)]
    found += [("cell", value, url) for url, value in CELL.findall(main)]
    found += [(label, value.replace("–", "0"), url) for url, label, value in ROW.findall(main)]
    return [(unescape(label), value, unescape(url)) for label, value, url in found]


def rows_behind(browser, url: str) -> str:
    """How many rows the list at this address has, page after page."""
    count = 0
    while url:
        answer = browser.get(url)
        assert answer.status_code == 200, url
        count += len(re.findall(r'<tr id="row-', answer.text))
        following = re.search(r'<a[^>]*rel="next"[^>]*>', answer.text)
        url = unescape(re.search(r'href="([^"]*)"', following[0])[1]) if following else ""
    return f"{count:,}"


def figure_behind(browser, label: str, url: str) -> str:
    """The same figure on the page that it opens: rows of a list, a measure of a report, a fact of the system page."""
    if url.partition("?")[0] == "/reports/":
        tiles = re.findall(r'tile-label">([^<]*)</div>\s*<div class="tile-value">(?:<a[^>]*>)?([^<]*)<', browser.get(url).text)
        return dict((unescape(name), value) for name, value in tiles)[MEASURES[label]]
    if label == "Jobs waiting":
        return re.search(r"<dt>Waiting</dt><dd>([^<]*)</dd>", browser.get(url).text)[1]
    return rows_behind(browser, url)


def test_every_number_is_the_count_of_what_it_opens(office):
    seen: dict[Role, int] = {}
    wrong = []
    for role in Role:
        pages = [answer.text for address in PAGES if (answer := office.browsers[role].get(address)).status_code == 200]
        numbers = [one for page in pages for one in numbers_on(page) if one[0] not in NO_LIST]
        seen[role] = len(numbers)
        for label, value, url in dict.fromkeys(numbers):
            if (behind := figure_behind(office.browsers[role], label, url)) != value:
                wrong.append((role, label, value, behind, url))
        assert len(TILE.findall(pages[0])) == len(re.findall(r'<div class="tile-value"><a ', pages[0]))
        assert len(PANEL.findall(pages[0])) == len(re.findall(r'</span></h2>\s*<div class="panel-actions"><a ', pages[0]))
    assert wrong == []
    assert min(seen.values()) >= 3 and seen[Role.SUPERVISOR] >= 15


def test_control_a_tile_that_says_another_number_is_found(office):
    browser = office.browsers[Role.REVIEWER]
    label, value, url = next(one for one in numbers_on(browser.get("/").text) if one[0] == "Unclaimed")
    assert figure_behind(browser, label, url) == value != figure_behind(browser, label, url.replace("unclaimed", "all"))


def test_with_a_filter_every_tab_counts_what_it_shows_and_so_does_the_heading(office):
    browser = office.browsers[Role.REVIEWER]
    for query in (
        "status=approved",
        "status=in_review&owner=me",
        "status=needs_information&reason=damaged",
        "status=rejected&channel=online",
    ):
        page = browser.get(f"/queue/?{query}").text
        tabs = {label.strip(): (count, rows_behind(browser, unescape(url))) for url, label, count in TAB.findall(page)}
        assert len(tabs) == 7
        assert {label: both for label, both in tabs.items() if both[0] != both[1]} == {}
        # «Unclaimed» offers no status, «Overdue» only those of open cases: what is counted without a filter is not said to be under it.
        under = f"With these filters: {tabs['Overdue'][0]} overdue" if query.startswith(("status=in_review", "status=needs")) else ""
        assert under in page and ("With these filters" in page) == bool(under)
    page = browser.get("/queue/?reason=damaged").text
    tabs = {label.strip(): count for _, label, count in TAB.findall(page)}
    assert f"With these filters: {tabs['Unclaimed']} unclaimed · {tabs['Overdue']} overdue" in page
    assert int(rows_behind(browser, "/queue/?tab=unclaimed")) > 0
