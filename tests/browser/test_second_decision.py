"""A case on which two people decide, from the first reviewer's recommendation to the card, with the keyboard alone, in both languages."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.databases.way_back import office_file

pytestmark = pytest.mark.browser
WORDS = {
    "en": ("Recommended: approval", "A proxy filed the application.", "Approved the application (second decision)"),
    "zh": ("初审意见：通过", "申请由他人代办。", "复核通过"),
}
NUMBER = {"en": 0, "zh": 1}


def let_a_proxy_have_filed(desk, place: int) -> str:
    """A case goes back to the queue as one that a proxy filed, every paper of it accepted; returns its reference."""
    ready = """
        SELECT id, reference FROM application WHERE status IN ('submitted', 'in_review') AND reason NOT IN ('lost', 'stolen')
        AND applicant = 'self' ORDER BY id LIMIT 1 OFFSET ?"""  # others may have left none unclaimed
    with office_file(desk.instance / "card_desk.db", timeout=60) as database:
        number, reference = database.execute(ready, (place,)).fetchone()
        unclaimed = "status = 'submitted', owner_id = NULL, claimed_at = NULL, lease_until = NULL"
        database.execute(f"UPDATE application SET {unclaimed}, applicant = 'proxy', agent_name = '赵敏' WHERE id = ?", (number,))
        paper = "SELECT file_id, added_by_id, added_at FROM document WHERE application_id = ? LIMIT 1"
        papers = database.execute(paper, (number,)).fetchone()
        for material in ("proxy_id", "authorisation"):
            database.execute(
                "INSERT INTO document (public_id, application_id, material, file_id, added_by_id, added_at, verdict, verdict_note)"
                " VALUES (lower(hex(randomblob(16))), ?, ?, ?, ?, ?, 'pending', '')",
                (number, material, *papers),
            )
        database.execute("UPDATE document SET verdict = 'accepted' WHERE application_id = ?", (number,))
    return str(reference)


def look(page, name: str) -> None:
    """A screenshot for whoever wants to see the page (EYES names a folder)."""
    if os.environ.get("EYES"):
        page.screenshot(path=Path(os.environ["EYES"]) / f"{name}.png")


def tab_to(page, selector: str) -> None:
    """Press Tab until the control has the focus."""
    for _ in range(40):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}")


def pressed(page, key: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def recommend(reviewer, reference: str) -> None:
    """Claim the case, read why two people are needed, recommend approval."""
    page = reviewer.open(f"/applications/{reference}")
    pressed(page, "c")
    page.locator("#second-needed").wait_for()
    assert WORDS[reviewer.language][1] in page.locator("#second-needed").inner_text()
    reviewer.check()
    look(page, f"first-{reviewer.language}")
    page.keyboard.press("1")
    page.locator("#outcome-approve").wait_for(state="visible")
    assert page.evaluate("() => document.activeElement.name") == "why"
    reviewer.check()
    page.keyboard.type("ok")
    tab_to(page, "button[name=kind][value=recommend_approval]")
    pressed(page, "Enter")
    # The question that was refused stands open, and alone says why.
    page.locator("#outcome-approve .notice-danger").wait_for()
    expect(page.locator("main .notice-danger")).to_have_count(1)
    reviewer.check()
    look(page, f"refused-{reviewer.language}")
    expect(page.locator("#field-why")).to_have_value("ok")
    page.locator("#field-why").press("End")
    page.keyboard.type(" - called the resident")
    look(page, f"recommend-{reviewer.language}")
    tab_to(page, "button[name=kind][value=recommend_approval]")
    pressed(page, "Enter")
    page.wait_for_url(lambda url: reference not in url)


def test_two_people_decide_without_a_mouse(person, desk, language):
    reference = let_a_proxy_have_filed(desk, NUMBER[language])
    reviewer, supervisor = person("reviewer"), person("supervisor")
    recommend(reviewer, reference)
    page = reviewer.open(f"/applications/{reference}")
    expect(page.locator("#decision")).to_have_count(0)
    reviewer.check()
    look(page, f"own-{language}")

    page = supervisor.open("/")
    supervisor.check()
    look(page, f"home-{language}")
    page = supervisor.open("/queue/?tab=second")
    supervisor.check()
    look(page, f"tab-{language}")
    page = supervisor.open(f"/applications/{reference}")  # «next second decision» would give a more urgent one, or one of their own
    pressed(page, "c")
    assert reference in page.url
    recommendation = page.locator("#recommendation").inner_text()
    assert WORDS[language][0] in recommendation and WORDS[language][1] in recommendation and "called the resident" in recommendation
    supervisor.check()
    look(page, f"second-{language}")
    send_back_and_again(supervisor, reviewer, reference)
    page.keyboard.press("1")
    page.locator("#outcome-approve").wait_for(state="visible")
    supervisor.check()
    tab_to(page, "button[name=kind][value=approve]")
    pressed(page, "Enter")
    page = supervisor.open(f"/applications/{reference}")
    assert WORDS[language][2] in page.locator("#timeline").inner_text()
    supervisor.check()
    look(page, f"decided-{language}")


def send_back_and_again(supervisor, reviewer, reference: str) -> None:
    """The second person sends it back with a reason, the first one recommends once more, the second one takes it again."""
    page = supervisor.page
    page.keyboard.press("2")
    page.locator("#outcome-back").wait_for(state="visible")
    assert page.evaluate("() => document.activeElement.name") == "why"
    supervisor.check()
    page.keyboard.type("the signature differs")
    tab_to(page, "button[value=send_back]")
    pressed(page, "Enter")
    page.wait_for_load_state()
    page = reviewer.open(f"/applications/{reference}")
    assert "the signature differs" in page.locator("#timeline").inner_text()
    reviewer.check()
    page.keyboard.press("1")
    page.locator("#outcome-approve").wait_for(state="visible")
    page.keyboard.type("a new signature")
    tab_to(page, "button[name=kind][value=recommend_approval]")
    pressed(page, "Enter")
    page.wait_for_url(lambda url: reference not in url)
    page = supervisor.open(f"/applications/{reference}")
    pressed(page, "c")
    page.locator("#recommendation").wait_for()


def test_the_page_of_the_rules_is_whole_and_in_the_readers_language(person, language):
    supervisor = person("supervisor")
    page = supervisor.open("/queue/second-decision")
    supervisor.check()
    look(page, f"rules-{language}")
    text = page.locator("main").inner_text()
    assert WORDS[language][1] in text
    assert ("two people" in text) is (language == "en")
