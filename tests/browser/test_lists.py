"""Lists swap the middle of their page: the window stays, address and title follow, the way back works."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looking import until

SETTLED = """async () => {
    const frame = () => new Promise(done => requestAnimationFrame(done));
    await frame(); await frame();
    return !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added');
}"""


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
    expect(page.locator("main")).to_have_count(1)
    reviewer.check()


def test_a_session_that_ended_leads_from_a_list_to_the_sign_in_page(person):
    reviewer = person("reviewer")
    page = reviewer.open("/queue/")
    page.context.clear_cookies()
    page.locator(".desk-tabs a").nth(1).click()
    page.wait_for_url("**/sign-in?next=**")
    page.locator("input[name=username]").wait_for()
    expect(page.locator("main")).to_have_count(1)


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
    until(page, "() => scrollY > 0")
    assert page.locator("#sidebar").bounding_box()["y"] == 0


def test_a_swapped_list_begins_with_its_heading(person):
    page = person("reviewer").open("/queue/?tab=closed")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.locator(".desk-tabs a[href='/queue/']").click()
    page.locator(".desk-tabs a.active[href='/queue/']").wait_for()
    until(page, SETTLED)  # htmx brings the middle into view then
    assert page.locator("h1").bounding_box()["y"] > page.locator(".topbar").bounding_box()["height"]


def look_for(page: Page, text: str) -> None:
    page.locator("[data-search]").fill(text)
    page.locator("[data-search]").press("Enter")
    page.wait_for_url(re.compile("/search/[^/]+$"))


def test_a_search_from_a_list_swaps_the_middle_under_an_address_of_its_own(person):
    reviewer = person("reviewer")
    page = reviewer.open("/queue/")
    mark(page)
    look_for(page, "wang")
    page.locator(".person").first.wait_for()
    assert is_the_same(page)
    assert "wang" not in page.url
    expect(page.locator("#sidebar [aria-current]")).to_have_count(0)
    expect(page.locator("[data-search]")).to_have_value("")
    assert page.evaluate("document.activeElement.id") == "main"
    reviewer.check()
    found = page.locator("main").inner_text()
    page.reload()
    assert page.locator("main").inner_text() == found


def test_after_a_search_the_way_back_and_the_switches_of_the_frame_still_work(person):
    reviewer = person("reviewer")
    page = reviewer.open("/queue/?tab=unclaimed")
    look_for(page, "li")
    page.locator(".person").first.wait_for()
    at = page.url
    page.locator(".topbar [data-theme-switch] button:visible").click()
    page.locator(".person").first.wait_for()
    assert page.url == at
    look_for(page, "zh")
    page.wait_for_url(lambda url: url != at)
    page.go_back()
    page.wait_for_url(at)
    page.go_back()
    page.locator(".desk-tabs a.active[href*='tab=unclaimed']").wait_for()
    assert page.locator("#sidebar [aria-current]").get_attribute("href") == "/queue/"
    switch = page.locator(".topbar [data-theme-switch] button:visible")
    wanted = switch.get_attribute("value")
    switch.click()
    page.locator(f"html[data-theme-choice={wanted}]").wait_for(state="attached")
    reviewer.check()


def test_a_search_leaves_a_page_with_work_in_it_as_a_whole(person):
    reviewer = person("reviewer")
    page = reviewer.open("/queue/")
    page.locator("[data-rows] a.reference").first.click()
    page.wait_for_url("**/applications/**")
    mark(page)
    look_for(page, "wang")
    assert not is_the_same(page)


def test_the_cards_page_takes_scans_at_once(person):
    page = person("mailroom_clerk").open("/cards/?tab=requested")
    fields = page.locator("input.serial-input")
    page.keyboard.type("SC0000000001")
    expect(fields.first).to_have_value("SC0000000001")
    fields.first.fill("")
    assert page.locator("[data-search]").input_value() == ""
