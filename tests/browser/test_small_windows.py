"""On a tablet what decides is always in view; messages move nothing; whoever comes back to a list finds the row that was left."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Person

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["zh"], indirect=True)]
TABLET = {"width": 768, "height": 1024}
WINDOWS = (TABLET, {"width": 1024, "height": 768}, {"width": 390, "height": 844}, {"width": 1280, "height": 800})
OUT_OF_VIEW = """(selector) => [...document.querySelectorAll(selector)].filter(one => one.offsetParent).filter(one => {
    const at = one.getBoundingClientRect();
    const behind = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
    const isOut = at.left < 0 || at.top < 0 || at.right > innerWidth + 1 || at.bottom > innerHeight + 1;
    return isOut || !(one.contains(behind) || one === behind);
}).map(one => one.textContent.trim().replace(/\\s+/g, ' '))"""
SIDEWAYS = """(selector) => [...document.querySelectorAll(selector)].filter(one => {
    const at = one.getBoundingClientRect(), box = one.closest('.table-scroll').getBoundingClientRect();
    return at.left < 0 || at.left < box.left - 1 || at.right > Math.min(innerWidth, box.right) + 1;
}).length"""
DECIDING = "#decision .button-row .btn:not([disabled])"


def held_case(reviewer: Person) -> Page:
    """The first case that nobody has claimed, claimed."""
    page = reviewer.open("/queue/?tab=unclaimed")
    page.locator("tr[data-row] th a[href]").first.click()
    page.wait_for_url("**/applications/**")
    page.keyboard.press("c")
    page.locator("#decision").wait_for()
    return page


def released(page: Page) -> None:
    """The case in view goes back into the queue, whose page says so."""
    page.locator("form[action$='/release'] button").click()
    page.wait_for_url("**/queue/**")


@pytest.mark.parametrize(("role", "address"), [("reviewer", "/queue/?tab=all"), ("intake_clerk", "/loss-reports/")])
def test_on_a_tablet_the_day_that_counts_stays_in_view_however_a_list_scrolls(person, role: str, address: str) -> None:
    page = person(role, **TABLET).open(address)
    scroller = page.locator(".table-scroll").first
    assert page.locator("td.keep").count() > 0
    for left in ("0", "one.scrollWidth"):
        scroller.evaluate(f"one => {{ one.scrollLeft = {left} }}")
        assert page.evaluate(SIDEWAYS, "td.keep, th.keep") == 0
    assert page.evaluate(SIDEWAYS, "tbody th[scope=row], td:last-child") > 0, "the list is not wider than the window: nothing is proven"


def test_due_date_and_decisions_stay_in_view_in_every_window(person) -> None:
    reviewer = person("reviewer", **TABLET)
    page = held_case(reviewer)
    wrong = {}
    for window in WINDOWS:
        page.set_viewport_size(window)  # type: ignore[arg-type]
        for where in ("0", "document.documentElement.scrollHeight"):
            page.evaluate(f"() => scrollTo(0, {where})")
            wanted = DECIDING if window["width"] < 600 else f"{DECIDING}, .case-bar .chip"
            if found := page.evaluate(OUT_OF_VIEW, wanted):
                wrong[window["width"], where] = found
    assert wrong == {}
    assert page.locator(DECIDING).count() >= 2
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    page.locator(".case-foot").evaluate("one => { one.style.position = 'static' }")
    page.evaluate("() => scrollTo(0, 0)")
    assert page.evaluate(OUT_OF_VIEW, DECIDING), "control: a foot that scrolls away is noticed"
    released(page)


def test_a_message_moves_nothing(person) -> None:
    reviewer = person("reviewer")
    page = held_case(reviewer)
    released(page)
    expect(page.locator("#flashes .notice")).to_be_visible()
    places = "() => [...document.querySelectorAll('main :is(.btn, h1, tbody tr)')].map(one => one.getBoundingClientRect().top)"
    with_message = page.evaluate(places)
    page.locator("#flashes [data-dismiss]").click()
    expect(page.locator("#flashes .notice")).to_have_count(0)
    assert with_message == page.evaluate(places) and len(with_message) > 5


def test_back_restores_the_row_that_was_left(person) -> None:
    page = person("reviewer", width=1280, height=560).open("/queue/?tab=closed")
    row = page.locator("tr[data-row]").nth(18)
    name = row.get_attribute("id")
    row.locator("th a[href]").click()
    page.wait_for_url("**/applications/**")
    page.go_back()
    left = page.locator("tr.row-left")
    expect(left).to_have_count(1)
    assert left.get_attribute("id") == name
    expect(left).to_be_in_viewport()
    page.keyboard.press("j")
    assert page.locator("tr.row-current").get_attribute("id") == page.locator("tr[data-row]").nth(19).get_attribute("id")
