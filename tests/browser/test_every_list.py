"""Every list in a real browser: it fits the window, axe finds nothing, keys move in it, and without a script it is the same list."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from admin_app.factory import create_app
from admin_app.menu import LISTS
from admin_app.staff.permissions import PERMISSIONS, Role
from admin_app.web.lists import export
from admin_app.web.lists.description import ListPage
from tests.apps import make_settings
from tests.browser.desk import Person
from tests.browser.looking import HEIGHT, WIDTH, links, wrong_with

pytestmark = pytest.mark.browser
READERS = ("mailroom_clerk", "supervisor", "auditor", "administrator", "intake_clerk", "reviewer")
TYPED = {"people": "王", "hits": "BK-26-0000001"}
MAY_BE_EMPTY = {
    "people", "hits", "posting", "failed-jobs", "readings", "restrictions", "erasures", "sealing", "destructions",
    "spoiled-cells", "clients",
}  # fmt: skip
"""Lists of which the demo office need not hold a row; what they say then is looked at all the same."""
IDS = "() => [...document.querySelectorAll('table[data-rows] tr[data-row]')].map(row => row.id)"


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app that is asked for addresses only."""
    return create_app(make_settings(tmp_path_factory.mktemp("addresses"), "", environment="demo", jobs_inline=False))


def reader_of(page: ListPage) -> str:
    return next(role for role in READERS if page.permission in PERMISSIONS[Role(role)])


def places(page: ListPage, somebody: Person, app: Flask) -> Iterator[dict[str, str]]:
    """What may stand in the path of the list's address: any batch, what a search found, or nothing."""
    with app.test_request_context():
        names = export.places_of(page)
    if names == {"token"}:
        somebody.open("/queue/" if somebody.role != "mailroom_clerk" else "/cards/").locator("[data-search]").fill(TYPED[page.name])
        somebody.page.locator("[data-search]").press("Enter")
        somebody.page.wait_for_url("**/search/*")
        yield {"token": somebody.page.url.rpartition("/")[2]}
    elif page.name == "production-cards":
        for tab in ("sent", "frozen"):
            somebody.open(f"/production/?tab={tab}")
            yield from ({"public_id": one.rpartition("/")[2]} for one in links(somebody.page, "table[data-rows]") if "/production/" in one)
    elif names:
        for tab in ("labelled", "open", "posted"):
            somebody.open(f"/mailing/batches?tab={tab}")
            yield from ({"public_id": one.rpartition("/")[2]} for one in links(somebody.page, "table[data-rows]") if "/batches/" in one)
    else:
        yield {}


def opened(page: ListPage, somebody: Person, app: Flask) -> list[str]:
    """Open the list where it holds rows, if it does anywhere; the ids of its rows."""
    for place in places(page, somebody, app):
        with app.test_request_context():
            path = app.url_for(page.endpoint, **place)
        for tab in [tab.name for tab in page.tabs if not tab.endpoint] or [""]:
            answer = somebody.page.goto(f"{somebody.desk.url}{path}{'?tab=' if tab else ''}{tab}")
            assert answer is not None
            # A batch that is not in the right state for this page leads elsewhere.
            if answer.status < 400 and path in somebody.page.url and (found := somebody.page.evaluate(IDS)):
                return list(found)
    return []


def faults_of(page: ListPage, somebody: Person, app: Flask) -> list[str]:
    """What is wrong with a list, in words."""
    rows = opened(page, somebody, app)
    if not rows:
        return ([] if page.name in MAY_BE_EMPTY else ["no row anywhere, so that nothing is proven"]) + wrong_with(somebody.page)
    view = somebody.page
    wrong = [f"row without a head: {row}" for row in rows if view.locator(f"[id='{row}'] > th[scope=row]").count() != 1]
    view.locator("h1").click()
    view.keyboard.press("j")
    try:
        # A single key acts when it is clear that no scanner goes on typing (static/desk/scanner.js).
        expect(view.locator("tr.row-current")).to_have_count(1, timeout=10_000)
    except AssertionError:
        wrong.append("j does not move to a row")
    plain = view.request.get(view.url).text()
    wrong += [f"missing without a script: {row}" for row in rows if f'id="{row}"' not in plain]
    view.evaluate("scrollTo(0, 0)")  # the way to the row left a button half below the bar at the top, as any page does that is scrolled
    return wrong + wrong_with(view)


@pytest.mark.parametrize("language", ["en", "zh"], indirect=True)
def test_every_list_fits_is_accessible_and_needs_no_script(person, language: str, addresses: Flask) -> None:
    # Each language looks at every second list, the other one at the rest.
    people: dict[str, Person] = {}
    wrong = {}
    for page in LISTS[("en", "zh").index(language) :: 2]:
        role = reader_of(page)
        if role not in people:
            people[role] = person(role, theme="auto", width=WIDTH, height=HEIGHT)
        wrong[page.name] = faults_of(page, people[role], addresses) + people[role].faults
        people[role].faults = []
    assert {name: faults for name, faults in wrong.items() if faults} == {}
