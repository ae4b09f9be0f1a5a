"""Lists swap the middle of their page: the window stays, address and title follow, the way back works."""

from playwright.sync_api import Page


def mark(page: Page) -> None:
    page.evaluate("window.isTheSame = true")


def is_the_same(page: Page) -> bool:
    return bool(page.evaluate("window.isTheSame === true"))


def test_tab_filter_and_back_swap_the_middle_of_the_queue(person):
    reviewer = person("reviewer")
    page = reviewer.open("/queue/")
    mark(page)
    page.locator(".desk-tabs a[href*='tab=unclaimed']").click()
    page.wait_for_url("**tab=unclaimed")
    page.locator(".desk-tabs a.active[href*='tab=unclaimed']").wait_for()
    assert page.evaluate("document.activeElement.id") == "main"
    reviewer.check()
    page.locator("details.menu summary").first.click()
    page.locator("details.menu[open] input[type=checkbox]").first.check()
    page.locator("details.menu[open] button[type=submit]").click()
    page.wait_for_url("**centre=**")
    page.locator(".chip-on").wait_for()
    assert is_the_same(page)
    page.go_back()
    page.locator(".chip-on").wait_for(state="detached")
    assert page.url.endswith("tab=unclaimed")
    assert page.locator("main").count() == 1
    reviewer.check()


def test_a_session_that_ended_leads_from_a_list_to_the_sign_in_page(person):
    reviewer = person("reviewer")
    page = reviewer.open("/queue/")
    page.context.clear_cookies()
    page.locator(".desk-tabs a").nth(1).click()
    page.wait_for_url("**/sign-in?next=**")
    page.locator("input[name=username]").wait_for()
    assert page.locator("main").count() == 1


def test_a_link_outside_the_list_loads_a_whole_page(person):
    reviewer = person("reviewer")
    page = reviewer.open("/queue/")
    mark(page)
    page.locator("#sidebar a[href='/loss-reports/']").click()
    page.wait_for_url("**/loss-reports/")
    assert not is_the_same(page)


def test_the_sidebar_stays_when_a_long_list_scrolls(person):
    page = person("reviewer").open("/queue/?tab=closed")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.mouse.move(640, 300)
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > 0
    assert page.locator("#sidebar").bounding_box()["y"] == 0


def test_a_swapped_list_begins_with_its_heading(person):
    page = person("reviewer").open("/queue/?tab=closed")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.locator(".desk-tabs a[href='/queue/']").click()
    page.locator(".desk-tabs a.active[href='/queue/']").wait_for()
    page.wait_for_timeout(800)  # htmx brings the middle into view when it has settled
    assert page.locator("h1").bounding_box()["y"] > page.locator(".topbar").bounding_box()["height"]
