"""Every page that the sidebar of a role leads to, and one of each kind behind it: both languages, both themes, the smallest window."""

import pytest

from tests.browser.looking import HEIGHT, WIDTH, leaves_narrow_windows, links, one_of_each, wrong_with

pytestmark = pytest.mark.browser
ROLES = ("intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "auditor", "administrator")


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_fits_the_window_and_is_accessible(person, role):
    somebody = person(role, theme="auto", width=WIDTH, height=HEIGHT)
    seen: set[str] = set()
    wrong = {}
    sidebar = one_of_each(links(somebody.page, "nav.sidebar"), seen)
    assert len(sidebar) > 3
    behind = ["/account/"]
    for address in sidebar:
        wrong[address] = look(somebody, address)
        behind += links(somebody.page, "main")
    for address in one_of_each(behind, seen):
        wrong[address] = look(somebody, address)
    assert {address: faults for address, faults in wrong.items() if faults} == {}
    assert len(wrong) > 8


def look(somebody, address: str) -> list[str]:
    """Open a page and say what is wrong with it, what the browser noticed included."""
    somebody.open(address)
    if somebody.page.locator("[data-figure-url]").count():
        somebody.page.locator(".js-plotly-plot, .chart-empty").first.wait_for()
    faults, somebody.faults = somebody.faults, []
    return faults + wrong_with(somebody.page) + leaves_narrow_windows(somebody.page)


def test_a_refusal_is_a_page_of_the_desk_too(person):
    somebody = person("reviewer", theme="auto", width=WIDTH, height=HEIGHT)
    for address, status in (("/nowhere", 404), ("/system", 403), ("/queue/?size=all", 400)):
        answer = somebody.page.goto(somebody.desk.url + address)
        assert answer is not None
        assert answer.status == status
        assert wrong_with(somebody.page) == []


def damage(html: str, style: str) -> str:
    """A script that adds `html` to the page and gives its element .damage a style."""
    return f"""() => {{ document.querySelector('main').insertAdjacentHTML('beforeend', `{html}`);
        document.querySelector('.damage').style.cssText = '{style}'; }}"""


BROKEN = damage('<button class="broken"></button><p class="damage">Faint</p>', "color: #333c44")
WIDE_TABLE = damage(
    '<div class="table-scroll"><table><tr><td>first</td><td class="damage">last</td></tr></table></div>', "min-width: 3000px"
)
WIDE_BLOCK = damage('<p class="damage">wide</p>', "width: 3000px")
WIDE_MENU = damage('<details class="menu"><summary>More</summary><p class="menu-body damage">wide</p></details>', "left: -40px")
CUT_TEXT = damage('<table><tr><td><div class="damage">BK-26-0000001</div></td></tr></table>', "width: 20px; overflow: hidden")


@pytest.mark.parametrize("language", ["en"], indirect=True)
@pytest.mark.parametrize(
    ("script", "noticed"),
    [
        (BROKEN, {"light button-name", "dark color-contrast"}), (WIDE_TABLE, {"column cut off"}),
        (WIDE_BLOCK, {"the page is"}), (CUT_TEXT, {"text cut off"}),
    ],
    ids=["button without a name, text too dark", "table too wide", "block too wide", "text cut off"],
)  # fmt: skip
def test_a_damaged_page_is_noticed(person, script, noticed):
    somebody = person("administrator", theme="auto", width=WIDTH, height=HEIGHT)
    assert wrong_with(somebody.open("/centres/")) == []
    somebody.page.evaluate(script)
    found = wrong_with(somebody.page)
    assert {word for word in noticed if any(one.startswith(word) for one in found)} == noticed


@pytest.mark.parametrize("language", ["en"], indirect=True)
@pytest.mark.parametrize(("script", "said"), [(WIDE_BLOCK, "the page is"), (WIDE_MENU, "a menu leaves")])
def test_a_page_that_leaves_a_phone_is_noticed(person, script, said):
    somebody = person("administrator", theme="auto", width=WIDTH, height=HEIGHT)
    assert leaves_narrow_windows(somebody.open("/centres/")) == []
    somebody.page.evaluate(script)
    assert any(one.startswith(said) for one in leaves_narrow_windows(somebody.page))


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_an_error_in_the_console_is_noticed(person):
    somebody = person("administrator", theme="auto", width=WIDTH, height=HEIGHT)
    somebody.open("/centres/")
    somebody.page.evaluate("() => console.error('broken')")
    with somebody.page.expect_event("pageerror"):
        somebody.page.evaluate("() => setTimeout(() => { throw new Error('worse'); })")
    assert [fault.split(":")[0] for fault in somebody.faults] == ["console", "script"]
