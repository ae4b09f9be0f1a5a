"""axe finds nothing: on every page, in every menu and dialogue and with a toast, both languages, both themes, four widths (a proof)."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.desk import AXE, STILL
from tests.browser.looking import TAGS, links, one_of_each

pytestmark = pytest.mark.browser
ROLES = ("intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "auditor", "administrator")
WINDOWS = ((390, 844), (768, 1024), (1280, 800), (1920, 1080))
THEMES = ("light", "dark")
AXE_RUN = """async ([place, only]) => (await axe.run(place ? document.querySelector(place) : document,
    {runOnly: {type: 'tag', values: only}, resultTypes: ['violations']})).violations.map(
    v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | '))"""
MENUS = "() => [...document.querySelectorAll('details')].filter(one => one.offsetParent && one.checkVisibility()).length"
OPEN_MENU = """(place) => {
    const all = [...document.querySelectorAll('details')].filter(one => one.offsetParent && one.checkVisibility());
    document.querySelectorAll('[data-under-look]').forEach(one => {
        one.open = one.dataset.underLook === 'open';
        delete one.dataset.underLook;
    });
    const menu = all[place];
    if (!menu) return false;
    menu.dataset.underLook = menu.open ? 'open' : 'closed';
    menu.open = true;
    return true;
}"""
OVERLAYS = "() => [...document.querySelectorAll('dialog[id], [popover][id]')].map(one => one.id)"
SHOW = """(id) => {
    const one = document.getElementById(id);
    if (one.matches(':popover-open, dialog[open]')) return true;
    try { one.matches('dialog') ? one.showModal() : one.showPopover(); } catch { return false; }
    return one.checkVisibility();
}"""
MARKUP = """(place) => document.querySelector(place).outerHTML.replace(/[0-9a-f]{32}|(?<=value=")[^"]*/g, '')"""
HIDE = "(id) => { const one = document.getElementById(id); one.matches('dialog') ? one.close() : one.hidePopover(); }"


@dataclass
class Looks:
    """What was looked at, by kind, and what axe found."""

    page: Page
    seen: Counter[str] = field(default_factory=Counter)
    known: set[tuple[int, str]] = field(default_factory=set)
    """Widths and markup of the menus and dialogues that were looked at: most stand on every page."""
    wrong: list[str] = field(default_factory=list)

    def look(self, kind: str, place: str = "") -> None:
        """Run axe on the whole page, or on what `place` selects."""
        self.seen[kind] += 1
        found = self.page.evaluate(AXE_RUN, [place, TAGS])
        where = f"{self.page.url} {self.page.viewport_size['width']} {kind} {place}"  # type: ignore[index]
        self.wrong += [f"{where} {fault}" for fault in found]

    def is_new(self, place: str) -> bool:
        """Whether what `place` selects was not looked at yet in a window of this width."""
        width: int = self.page.viewport_size["width"]  # type: ignore[index]
        fresh = {(width, self.page.evaluate(MARKUP, place))} - self.known
        self.known |= fresh
        return bool(fresh)

    def everything(self) -> None:
        """The page in view, then each of its menus, dialogues and drawers, one open at a time."""
        self.page.evaluate(STILL)
        self.page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        self.look("page")
        for number in range(self.page.evaluate(MENUS)):
            if self.page.evaluate(OPEN_MENU, number) and self.is_new("[data-under-look]"):
                self.look("menu", "[data-under-look]")
        self.page.evaluate(OPEN_MENU, -1)
        for overlay in self.page.evaluate(OVERLAYS):
            if self.page.evaluate(SHOW, overlay):
                if self.is_new(place := f"[id='{overlay}']"):
                    self.look("dialogue", place)
                self.page.evaluate(HIDE, overlay)


def addresses(page: Page) -> Iterator[str]:
    """Every page of the sidebar of the role in view, and one of each kind behind it: whoever asks opens each before the next."""
    seen: set[str] = set()
    behind = ["/account/"]
    for address in one_of_each(links(page, "nav.sidebar"), seen):
        yield address
        behind += links(page, "main")
    yield from one_of_each(behind, seen)


def toast(somebody, address: str) -> None:
    """Open a page that says in a toast what became of something: a bulk action with nothing selected."""
    page = somebody.page
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    form = {"csrf_token": token, "verb": "claim"}
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert page.request.post(f"{somebody.desk.url}/queue/bulk", form=form, headers=headers, max_redirects=0).status == 302
    somebody.open(address)
    page.locator("#flashes .notice").first.wait_for()


def report(name: str, looks: Looks) -> None:
    """The counts, for whoever keeps them (EYES names a folder)."""
    if os.environ.get("EYES"):
        lines = [f"{kind} {count}" for kind, count in sorted(looks.seen.items())] + looks.wrong
        Path(os.environ["EYES"], f"axe-{name}.txt").write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.proof
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_anywhere(person, role, theme, language) -> None:
    somebody = person(role, theme=theme)
    looks = Looks(somebody.page)
    sidebar = len(one_of_each(links(somebody.open("/"), "nav.sidebar"), set()))
    for address in addresses(somebody.open("/")):
        somebody.open(address)
        if somebody.page.locator("[data-figure-url]").count():
            somebody.page.locator(".js-plotly-plot, .chart-empty").first.wait_for()
        for width, height in WINDOWS:
            somebody.page.set_viewport_size({"width": width, "height": height})
            looks.everything()
    report(f"{role}-{theme}-{language}", looks)
    assert looks.wrong == []
    assert looks.seen["page"] > len(WINDOWS) * (sidebar + 2), "hardly more than the sidebar was looked at"
    assert looks.seen["menu"] and looks.seen["dialogue"]


@pytest.mark.proof
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_a_toast(person, theme, language) -> None:
    somebody = person("reviewer", theme=theme)
    looks = Looks(somebody.page)
    for width, height in WINDOWS:
        somebody.page.set_viewport_size({"width": width, "height": height})
        somebody.open("/queue/")
        toast(somebody, "/queue/")
        looks.everything()
        looks.look("toast", "#flashes")
    report(f"toast-{theme}-{language}", looks)
    assert looks.wrong == []
    assert looks.seen["toast"] == len(WINDOWS)


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_control_a_fault_that_only_an_open_menu_shows_is_found(person) -> None:
    somebody = person("administrator")
    page = somebody.open("/centres/")
    faulty = "<details><summary>More</summary><button></button></details>"
    page.evaluate("(html) => document.querySelector('main').insertAdjacentHTML('beforeend', html)", faulty)
    looks = Looks(page)
    looks.everything()
    assert any("menu" in fault and "button-name" in fault for fault in looks.wrong)
    assert not any(" page " in fault for fault in looks.wrong)
