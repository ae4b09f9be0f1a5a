"""How many steps the work takes, counted in a real browser: docs/figures.md has the same figures."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.counted import Counted
from tests.browser.desk import ROOT
from tests.browser.paper import visitor

pytestmark = pytest.mark.browser
FIGURES = ROOT / "docs" / "figures.md"
PAPERS = ("id_copy", "application_form", "photo", "old_card")
"""What a damaged card needs."""
INTAKE_ACTIONS, INTAKE_LOADS, DECISION_KEYS = 12, 5, 6
NUMBERS = {"en": 310, "zh": 320}


def register(clerk, guest) -> None:
    """The resident is known already: they were here before."""
    page, person = clerk.open("/residents/?goal=application"), guest.person
    page.locator("[name=id_number]").fill(person.identity.id_number)
    page.locator("main [name=name]").fill(person.name.written)
    page.locator("main form button[type=submit]").first.click()
    page.locator("[name=phone]").fill(person.phone)
    page.locator("[name=postcode]").fill("310012")
    page.locator("[name=address]").fill("浙江省杭州市西湖区\n文三路90号3幢2单元1201室")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/intake/new/"))


def take_in(clerk, guest, folder: Path) -> tuple[Counted, str]:
    """From the home page until the receipt is on the screen; the count and the reference."""
    page = clerk.open("/")
    counted = Counted(page)
    counted.key_to_another_page("n")
    counted.type(guest.person.identity.id_number)
    expect(page.locator("main [name=name]")).to_have_value(guest.person.name.written)
    counted.key_to_another_page("Enter")
    counted.click(page.locator("label", has=page.locator("input[name=reason][value=damaged]")))
    counted.click(page.locator("label", has=page.locator("input[name=delivery][value=post]")))
    with page.expect_navigation():
        counted.click(page.locator("form[data-needs-url] button[type=submit]").first)
    reference = re.search(r"BK-\d\d-\d+", page.url).group()
    files = guest.files | {"old_card": [str(folder / "old.jpg")]}
    for material in PAPERS:
        counted.choose(page.locator(f"#files-{material}"), files[material])
        page.locator(f"#material-{material} figure").nth(len(files[material]) - 1).wait_for()
    page.locator("#submit button[type=submit]:not([disabled])").wait_for()
    counted.key_to_another_page("s")
    counted.open_beside(page.locator("a[href$='/receipt.pdf?language=zh']"))
    return counted, reference


def decide(reviewer, reference: str) -> Counted:
    """Look at the four papers of a case that one holds, and approve it."""
    page = reviewer.open(f"/applications/{reference}")
    page.keyboard.press("c")
    page.locator("[data-key=v]:visible").first.wait_for()
    counted = Counted(page)
    while page.locator("button[name=verdict][value=accepted]:visible").count() and counted.actions < 2 * DECISION_KEYS:
        counted.key_to_another_page("v")
    counted.key("1")
    page.locator("#outcome-approve").wait_for(state="visible")
    counted.key_to_another_page("Enter")
    return counted


def test_a_known_resident_is_served_and_their_case_decided_in_few_steps(person, tmp_path, language) -> None:
    clerk, guest = person("intake_clerk"), visitor(NUMBERS[language], tmp_path)
    (tmp_path / "old.jpg").write_bytes(Path(guest.files["id_copy"][1]).read_bytes())
    one_each = guest.files | {"id_copy": guest.files["id_copy"][:1]}
    guest = type(guest)(guest.person, one_each)
    register(clerk, guest)
    counted, reference = take_in(clerk, guest, tmp_path)
    assert counted.actions <= INTAKE_ACTIONS
    assert counted.loads <= INTAKE_LOADS
    clerk.check()
    reviewer = person("reviewer")
    decision = decide(reviewer, reference)
    assert decision.actions <= DECISION_KEYS
    assert reference in reviewer.page.locator("[data-undo-line]").inner_text()


def test_the_figures_in_the_documents_are_those_that_are_counted() -> None:
    said = FIGURES.read_text(encoding="utf-8")
    assert f"| {INTAKE_ACTIONS} actions, {INTAKE_LOADS} page loads |" in said
    assert f"| {DECISION_KEYS} keys |" in said
