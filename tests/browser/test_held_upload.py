"""A PDF that looks other as it is kept: both pictures, chosen with the keyboard, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.foundation.storage import doubtful

pytestmark = pytest.mark.browser
REPORT = re.compile(r"^/loss-reports/[0-9a-f]{32}$")


def report_that_runs(clerk):
    """The address of a loss report to which a proof can still be added."""
    page = clerk.open("/loss-reports/")
    places = [href for href in (link.get_attribute("href") for link in page.locator("main a").all()) if href and REPORT.match(href)]
    return places[0]


def test_both_pictures_are_seen_and_one_is_chosen_with_the_keyboard(person, tmp_path):
    clerk, scan = person("intake_clerk"), tmp_path / "scan.pdf"
    scan.write_bytes(doubtful.with_all())
    page = clerk.open(report_that_runs(clerk))
    page.locator("#field-proof").set_input_files([scan])
    page.locator("form[data-upload] button[type=submit]").first.click()
    pictures = page.locator(".choice-picture img")
    expect(pictures).to_have_count(2)
    for number in (0, 1):
        expect(pictures.nth(number)).to_have_js_property("complete", True)
    for width, height in ((1280, 800), (768, 1024), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        clerk.check()
    page.locator("[name=page-1]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=page-1][value=kept]")).to_be_checked()
    page.locator(".choice-foot button[value=take]").focus()
    page.keyboard.press("Enter")
    page.locator("#proof .choice-words").first.wait_for()
    clerk.check()
