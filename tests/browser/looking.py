"""What a person would see wrong on a page: faults that axe finds in both themes, a page or a table that leaves the window."""

import re
from collections.abc import Iterable

from playwright.sync_api import Page

from tests.browser.desk import AXE, STILL

WIDTH, HEIGHT = 1280, 800
"""The smallest window that the desk promises to fit, in CSS pixels."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
AXE_RUN = """async (only) => (await axe.run(document, {runOnly: only, resultTypes: ['violations']})).violations.map(
    v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | '))"""
CUT = """() => {
    const found = [];
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide in a window of ${page.clientWidth}`);
    const said = (element) => element.textContent.trim().replace(/\\s+/g, ' ').slice(0, 40);
    for (const cell of document.querySelectorAll('main table :is(td, th)')) {
        const at = cell.getBoundingClientRect();
        if (!at.width || cell.closest('.visually-hidden')) continue;
        for (let box = cell.parentElement; box && box !== document.body; box = box.parentElement) {
            const style = getComputedStyle(box);
            const edge = box.getBoundingClientRect();
            if (style.overflowX !== 'visible' && at.right > edge.right + 1) { found.push(`column cut off: ${said(cell)}`); break; }
        }
        for (const part of [cell, ...cell.querySelectorAll('*:not(input, select, .visually-hidden)')]) {
            const clips = getComputedStyle(part).overflowX !== 'visible' && part.clientWidth > 1;
            if (clips && part.scrollWidth > part.clientWidth + 1) found.push(`text cut off: ${said(part)}`);
        }
    }
    return [...new Set(found)].slice(0, 6);
}"""
PHONE, TABLET = (390, 844), (768, 1024)
"""Narrower windows, which no page may leave to the side; 390 points are the width of most phones."""
LEAVES = """() => {
    const found = [], page = document.documentElement, width = page.clientWidth;
    if (page.scrollWidth > width) found.push(`the page is ${page.scrollWidth} wide in a window of ${width}`);
    for (const menu of document.querySelectorAll('details.menu')) {
        if (!menu.offsetParent || menu.closest('.table-scroll')) continue;
        menu.open = true;
        const at = menu.querySelector('.menu-body').getBoundingClientRect();
        if (at.left < 0 || at.right > width) found.push(`a menu leaves the window of ${width}: ${menu.textContent.trim().slice(0, 20)}`);
        menu.open = false;
    }
    return found;
}"""
LOOKS, LOOK_EVERY_MS = 200, 50
KINDS = (
    (re.compile(r"\?.*|#.*"), ""),
    (re.compile(r"(?:BK|GS|JJ)-[\d-]+|[0-9a-f]{32}"), "…"),
    (re.compile(r"(?<=/reference/)([a-z-]+)/\d+"), r"\1/…"),
    (re.compile(r"(?<=/members/)[\w.]+|(?<=^/centres/)\w+"), "…"),
)
NO_PAGE = re.compile(r"\.(?:pdf|csv|json)$|^/(?:static|documents|jobs)/|/proof/")


def kind_of(address: str) -> str:
    """The address without what differs from record to record: one of each kind is enough to look at."""
    for pattern, instead in KINDS:
        address = pattern.sub(instead, address)
    return address


def one_of_each(addresses: Iterable[str], seen: set[str]) -> list[str]:
    """The first address of every kind that is not in `seen` (which grows); files are left out."""
    fresh = []
    for address in addresses:
        kind = kind_of(address)
        if address.startswith("/") and kind not in seen and not NO_PAGE.search(kind):
            seen.add(kind)
            fresh.append(address)
    return fresh


def until(page: Page, holds: str, argument: object = None) -> None:
    """Wait until a function of the page answers true; AssertionError after ten seconds.

    Playwright's own wait_for_function evaluates a text inside the page, which our content security policy refuses as soon as its first
    look finds nothing.
    """
    for _look in range(LOOKS):
        if page.evaluate(holds, argument):
            return
        page.wait_for_timeout(LOOK_EVERY_MS)
    raise AssertionError(f"never true: {holds}")


def links(page: Page, within: str) -> list[str]:
    """Where the links below `within` lead, in the order of the page."""
    return page.eval_on_selector_all(f"{within} a[href]", "all => all.map(one => one.getAttribute('href'))")


def _put_on(page: Page, theme: str) -> None:
    """Colours of the other theme at once: axe must not measure halfway through a change of colour."""
    page.evaluate(STILL)
    page.emulate_media(color_scheme=theme)
    until(page, "theme => matchMedia(`(prefers-color-scheme: ${theme})`).matches", theme)


def leaves_narrow_windows(page: Page) -> list[str]:
    """Where the page in view, or a menu on it, is wider than a phone or a tablet; the window is as before afterwards."""
    before, found = page.viewport_size, []
    for width, height in (PHONE, TABLET):
        page.set_viewport_size({"width": width, "height": height})
        found += page.evaluate(LEAVES)
    page.set_viewport_size(before or {"width": WIDTH, "height": HEIGHT})
    return found


def wrong_with(page: Page) -> list[str]:
    """What is wrong with the page in view, in words; empty is good. The person's theme must be «as the device»."""
    _put_on(page, "light")
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate(CUT) + [f"light {one}" for one in page.evaluate(AXE_RUN, {"type": "tag", "values": TAGS})]
    _put_on(page, "dark")
    return found + [f"dark {one}" for one in page.evaluate(AXE_RUN, {"type": "rule", "values": COLOURS})]
