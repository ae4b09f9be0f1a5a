"""What is typed at the counter is kept a moment later, and stands in another browser after the first one was closed."""

import re

import pytest

from tests.browser.desk import Person

pytestmark = pytest.mark.browser
WORDS = "在公交车上丢的 on the bus"
LISTS = ("/intake/?tab=running", "/intake/", "/loss-reports/")
"""A demo has none of one of them on some days."""


def to_a_resident(somebody: Person) -> str:
    """The address of the page of somebody with a case or a loss report; where it stands now."""
    page = next(page for place in LISTS if (page := somebody.open(place)).locator("tr[data-row]").count())
    page.locator("tr[data-row] a.ref").first.click()
    page.locator("main a[href*='/residents/']:not([href*='?'])").first.click()
    page.wait_for_url(re.compile("/residents/[0-9a-f]{32}$"))
    return page.url


def test_what_is_typed_is_kept_and_goes_on_in_another_browser(person):
    first = person("intake_clerk")
    place = to_a_resident(first).replace("/residents/", "/loss-reports/new/")
    page = first.page
    page.goto(place)
    first.check()
    page.locator("[name=circumstances]").press_sequentially(WORDS)
    page.locator("[data-autosave-state]:not(:empty)").wait_for()
    with page.expect_response(lambda answer: "/unsent-forms/keep/" in answer.url) as left:
        page.locator("[name=was_stolen]").check(force=True)
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")  # nobody waits for the pause who leaves the page
    assert left.value.json()["is_kept"]
    page.close()

    second = person("intake_clerk")
    page = second.open("/")
    page.locator("a[href$='/unsent-forms/']").first.click()
    second.check()
    page.locator(f"a[href='{place.removeprefix(second.desk.url)}']").click()
    assert page.locator("[name=circumstances]").input_value() == WORDS and page.locator("[name=was_stolen]").is_checked()
    second.check()
    page.locator(".unsent-discard button").click()
    page.wait_for_url(place)
    assert page.locator("[name=circumstances]").input_value() == ""
    assert second.faults == []


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_what_is_more_than_a_form_may_hold_still_stands_there_after_going_back(person):
    somebody = person("intake_clerk")
    page = somebody.page
    page.goto(to_a_resident(somebody).replace("/residents/", "/loss-reports/new/"))
    field = page.locator("[name=circumstances]")
    field.evaluate("field => field.removeAttribute('maxlength')")
    field.fill("y" * 520_000)
    with page.expect_navigation() as refused:
        page.locator("form[data-autosave-url] button.btn-primary").click()
    assert refused.value.status == 413
    page.get_by_text("Go back: what you typed still stands there").wait_for()
    page.go_back()
    assert len(field.input_value()) == 520_000
