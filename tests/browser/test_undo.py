"""What was just done is offered to be taken back: by key, by button, without a script; the offer goes when its seconds are over."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.cases import ready_case

pytestmark = pytest.mark.browser
WORDS = {"en": ("Take the decision back", "is taken back. The case is with you"), "zh": ("撤销决定", "已撤销。办件仍由您办理")}


def look(page, name: str) -> None:
    """A screenshot for whoever wants to see the page (EYES names a folder)."""
    if os.environ.get("EYES"):
        page.screenshot(path=Path(os.environ["EYES"]) / f"{name}.png")


def approve(page) -> None:
    """By keys alone."""
    page.keyboard.press("1")
    page.locator("#outcome-approve").wait_for(state="visible")
    with page.expect_navigation():
        page.locator("#outcome-approve button[name=kind][value=approve]").press("Enter")


def test_a_decision_is_taken_back_by_one_key(person, desk, language):
    reviewer = person("reviewer", theme="dark" if language == "zh" else "light")
    page, reference = reviewer.page, ready_case(desk, desk.accounts["reviewer"]["username"])
    reviewer.open(f"/applications/{reference}")
    page.locator("#decision-note").fill("All compared.")
    page.locator("#decision-note").blur()
    approve(page)
    bar = page.locator("[data-undo-line]")
    bar.wait_for()
    assert reference in bar.inner_text() and WORDS[language][0] in bar.inner_text()
    look(page, f"undo-{language}")
    reviewer.check()
    with page.expect_navigation():
        page.keyboard.press("u")
    page.locator("#flashes .notice").first.wait_for()
    assert WORDS[language][1] in page.locator("#flashes").inner_text()
    assert f"/applications/{reference}" in page.url
    expect(page.locator("#decision-note")).to_have_value("All compared.")
    expect(bar).to_have_count(0)
    look(page, f"undone-{language}")
    approve(page)
    bar.wait_for()
    for width, height in ((768, 1024), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        look(page, f"undo-{language}-{width}")
    expect(bar).to_have_count(0)
