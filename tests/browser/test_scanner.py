"""A scanner that goes off while no field has the focus: what it types is searched for, no shortcut and no button is pressed by it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cases import ready_case
from tests.browser.looking import links, one_of_each

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["en"], indirect=True)]
KEYS = "() => [...new Set([...document.querySelectorAll('[data-key]')].map(one => one.dataset.key).filter(key => key.length === 1))]"
ONTO_A_BUTTON = """() => {
    document.activeElement.blur();
    [...document.querySelectorAll('main [data-key], main button[type=submit], main a[href]')].find(one => one.offsetParent)?.focus();
}"""
CODE = "690123456789"
WITHOUT_BOX = {"administrator"}
"""Who may not search: what is scanned there does nothing at all."""
READS_ONLY = {"auditor"}
"""Whoever changes nothing has pages with hardly a key: a button under the focus is what a scan could press there."""
ROLES = [
    "reviewer", "mailroom_clerk", *(pytest.param(role, marks=pytest.mark.proof) for role in ("intake_clerk", "supervisor", "auditor")),
    "administrator",
]  # fmt: skip


HEAR = """(clicksToo) => {
    window.heard = [];
    const note = (event, text) => { window.heard.push(text); event.preventDefault(); event.stopImmediatePropagation(); };
    window.addEventListener('submit', (event) => {
        const sent = new FormData(event.target, event.submitter);
        note(event, [new URL(event.target.action).pathname, sent.get('q') ?? sent.get('kind') ?? ''].join(' ').trim());
    }, true);
    if (clicksToo) window.addEventListener('click', (event) => note(event, 'pressed ' + event.target.outerHTML.slice(0, 80)), true);
}"""
"""Note which forms are sent and what is pressed, and keep the page from doing it."""


def hear(page: Page, *, clicks_too: bool = True) -> None:
    """Listen from now on."""
    page.evaluate(HEAR, clicks_too)


SCAN = """(code) => {
    window.heard.length = 0;
    for (const key of [...code, 'Enter']) {
        const at = document.activeElement;
        const goesOn = at.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
        if (key === 'Enter' && goesOn && at.matches('a, button, summary')) at.click();
    }
    return [...window.heard];
}"""
"""What a browser makes of a scanner: the keys within a millisecond, and Enter presses what has the focus unless somebody stops it."""


def scan(page: Page, code: str) -> list[str]:
    """Scan the code; what the page did with it."""
    return list(page.evaluate(SCAN, code))


FIELD = "main :is(input:not([type]), input[type=text], input[type=search], textarea):visible:enabled"


@pytest.mark.parametrize("role", ROLES)
def test_scanner_and_palette_start_from_any_page_whatever_its_keys_do(person, role):
    somebody = person(role)
    page, seen, behind, tried = somebody.page, set(), [], []
    sidebar = one_of_each(links(page, "nav.sidebar"), seen)
    for address in sidebar:
        somebody.open(address)
        behind += links(page, "main")
        tried.append(scan_each_key(page, role))
    for address in one_of_each(behind, seen):
        somebody.open(address)
        tried.append(scan_each_key(page, role))
    assert len(tried) > 6
    assert sum(tried) > 6 or role in WITHOUT_BOX | READS_ONLY


def open_palette(page: Page) -> None:
    """Ctrl-K opens it with something to choose, Escape closes it."""
    page.keyboard.press("Control+k")
    page.locator("#palette[open]").wait_for()
    assert page.locator("#palette li[data-index]").count() > 3, page.url
    page.keyboard.press("Escape")
    expect(page.locator("#palette[open]")).to_have_count(0)


def scan_each_key(page: Page, role: str) -> int:
    """The palette opens, out of a field, too; a scan is heard, with each key of the page in front, behind, and a button under the focus.

    How many keys that were.
    """
    open_palette(page)
    if page.locator(FIELD).count():
        page.locator(FIELD).first.focus()
        open_palette(page)
    hear(page)
    keys = page.evaluate(KEYS)
    for key in ["", *keys]:
        page.evaluate(ONTO_A_BUTTON)
        code = f"{key}{CODE}{key}"
        assert scan(page, code) == ([] if role in WITHOUT_BOX else [f"/search/ {code}"]), (page.url, key)
    return len(keys)


def test_a_scan_on_the_review_desk_searches_instead_of_approving(person, desk):
    reviewer = person("reviewer")
    page, reference = reviewer.page, ready_case(desk, desk.accounts["reviewer"]["username"])
    for code in (f"{CODE}1", f"]C1{CODE}", f"1{CODE}3"):
        reviewer.open(f"/applications/{reference}")
        expect(page.locator("button[data-key='1']")).to_be_enabled()
        hear(page, clicks_too=False)
        assert scan(page, code) == [f"/search/ {code}"]
        assert page.locator(".outcome:visible").count() == 0


def test_control_without_the_guard_the_same_scan_approves(person, desk):
    reviewer = person("reviewer")
    page, reference = reviewer.page, ready_case(desk, desk.accounts["reviewer"]["username"])
    page.route("**/scanner.js*", lambda route: route.fulfill(status=200, content_type="text/javascript", body=""))
    reviewer.open(f"/applications/{reference}")
    hear(page, clicks_too=False)
    assert scan(page, f"{CODE}1") == [f"/applications/{reference}/decide approve"]


def test_a_single_key_is_a_shortcut_still_and_a_scan_into_a_field_stays_there(person, desk):
    reviewer = person("reviewer")
    page, reference = reviewer.page, ready_case(desk, desk.accounts["reviewer"]["username"])
    reviewer.open(f"/applications/{reference}")
    hear(page, clicks_too=False)
    page.keyboard.press("1")
    expect(page.locator("#outcome-approve")).to_be_visible()
    assert scan(page, CODE) == [f"/search/ {CODE}"]
    page.locator("#decision-note").fill("")
    page.locator("#decision-note").press_sequentially(CODE)
    expect(page.locator("#decision-note")).to_have_value(CODE)


def test_whoever_types_on_at_once_after_the_key_of_the_search_box_types_into_it(person):
    page = person("reviewer").open("/")
    hear(page, clicks_too=False)
    assert scan(page, f"/{CODE}") == [f"/search/ {CODE}"]
