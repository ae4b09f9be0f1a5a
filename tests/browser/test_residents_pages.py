"""Residents' pages as people meet them: sizes by the rules for elders, what axe finds, the way from the start page without script."""

import json

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.desk import Desk
from tests.browser.looking import wrong_with

pytestmark = pytest.mark.browser
NEEDS = "/online/what-you-need?reason=lost&applicant=self&age=16"
PAGES = ("/online/", "/online/centres", "/online/centres/WS", "/online/what-you-need", NEEDS, "/online/look-up", "/online/none")
PHONE = {"width": 360, "height": 740}
LEAST = {"": 18, "large": 24, "largest": 30}
"""Size of the text -> pixels of the main text."""
MEASURE = """([text, main]) => {
    const found = [], shown = (one) => one.getBoundingClientRect();
    const say = (one, what) => found.push(`${what}: ${(one.textContent || one.name || '').trim().slice(0, 30)}`);
    for (const one of document.querySelectorAll('main p, main li, main dd, main td, main th, label, legend, footer p, .switches *')) {
        const style = getComputedStyle(one), size = parseFloat(style.fontSize), at = shown(one);
        if (!at.height || at.left < 0) continue;
        if (size < text) say(one, `text of ${size}`);
        if (parseFloat(style.lineHeight) < 1.3 * size) say(one, `line of ${style.lineHeight} for ${size}`);
    }
    for (const one of document.querySelectorAll('a, button, select, input:not([type=hidden]):not([type=radio]), label.pick')) {
        const at = shown(one), least = one.matches('.choice, .main') ? main : 44;
        if (at.height && at.left >= 0 && (at.height < least - 0.5 || at.width < 44 - 0.5)) say(one, `target of ${at.width} x ${at.height}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    return found;
}"""


def opened(desk: Desk, chromium: Browser, contexts: list[BrowserContext], language: str, *, scripts: bool = True) -> Page:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN" if language == "zh" else "en-GB", java_script_enabled=scripts)
    contexts.append(context)
    return context.new_page()


def test_text_lines_and_targets_have_the_sizes_for_elders(
    desk: Desk, chromium: Browser, contexts: list[BrowserContext], language: str
) -> None:
    page, wrong = opened(desk, chromium, contexts, language), []
    for place in PAGES:
        for text, least in LEAST.items():
            page.goto(f"{desk.url}{place}{'&' if '?' in place else '?'}text={text}")
            wrong += [(place, text, one) for one in page.evaluate(MEASURE, [least, 60])]
    assert wrong == []
    assert page.evaluate(MEASURE, [31, 60]), "a control: nothing would be too small"
    assert contexts[-1].cookies() == []


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_axe_finds_nothing_in_light_and_dark(desk: Desk, chromium: Browser, contexts: list[BrowserContext], language: str) -> None:
    page, wrong = opened(desk, chromium, contexts, language), []
    for place in PAGES:
        page.goto(f"{desk.url}{place}")
        wrong += [(place, one) for one in wrong_with(page)]
    assert wrong == []


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_without_script_the_start_page_leads_to_the_state_of_a_case(
    desk: Desk, chromium: Browser, contexts: list[BrowserContext], language: str
) -> None:
    page = opened(desk, chromium, contexts, language, scripts=False)
    one = json.loads((desk.instance / "demo-codes.json").read_text(encoding="utf-8"))[0]
    page.goto(f"{desk.url}/online/")
    page.locator(".choice[href*='look-up']").click()
    page.locator("#reference").fill(one["reference"])
    page.locator("#code").fill("AAAA-AAAA")
    page.locator("main form button").click()
    page.locator(".summary a").first.wait_for()
    page.locator("#code").fill(one["code"].lower())
    page.locator("main form button").click()
    page.get_by_role("heading", name="We need something from you.").wait_for()
    page.locator(".switches button", has_text="Largest text").click()
    page.locator("html.text-largest").wait_for()
    page.get_by_role("heading", name="We need something from you.").wait_for()
    assert contexts[-1].cookies() == []
