"""Before somebody decides they see the letter: the very sentences that go out, in the language of the resident."""

import pytest
from lxml import html
from sqlalchemy import func, select

from admin_app.applications.operations import decisions
from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.notices.models import Notice
from admin_app.notices.rules import read_words
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_ready_case
from tests.factories.residents import make_resident

KINDS = {"approve": (), "reject": ("not_entitled",), "request_information": ("photo_missing",)}


@pytest.fixture
def browser(sign_in):
    return sign_in("reviewer", username="desk")


@pytest.fixture
def holder(browser):
    return db.session.scalars(select(StaffMember).where(StaffMember.username == "desk")).one()


def sent(kind: str, version: int = 1) -> dict[str, object]:
    field = {"reject": "reject_reason", "request_information": "request_reason"}.get(kind, "reject_reason")
    return {"letter": kind, "version": version, "seen": "", "view": "", "note": "for colleagues", field: list(KINDS[kind])}


def sentences(page: str) -> list[str]:
    """Title, paragraphs and points of the letter that a page shows."""
    (shown,) = html.fromstring(page).find_class("letter-preview")
    return [" ".join(one.text_content().split()) for one in shown.iter("p", "li")]


def said(notice: Notice) -> list[str]:
    words = read_words(notice.words)
    lines = [words.title]
    for block in words.blocks:
        lines += block if isinstance(block, tuple) else [block]
    return [" ".join(line.split()) for line in lines]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_is_what_goes_out(kind, browser, holder, clerk, centre):
    case = make_ready_case(clerk, holder, centre)
    shown = sentences(browser.post(f"/applications/{case.reference}/letter", data=sent(kind)).text)
    given = {"reasons": KINDS[kind]} if KINDS[kind] else {}
    with transaction():
        getattr(decisions, kind)(case, by=holder, **given)
    assert shown == said(db.session.scalars(select(Notice)).one()) and len(shown) > 2


def test_the_letter_is_in_the_language_of_the_resident_not_of_the_reader(browser, holder, clerk, centre):
    case = make_ready_case(clerk, holder, centre)
    page = browser.post(f"/applications/{case.reference}/letter", data=sent("reject")).text
    assert 'lang="zh-Hans"' in page and "不予通过" in page
    foreign = make_ready_case(clerk, holder, centre, resident=make_resident(name="Maria Silva"))
    page = browser.post(f"/applications/{foreign.reference}/letter", data=sent("reject")).text
    assert "is rejected" in page and "不予通过" not in page


def test_nothing_is_decided_kept_or_written_by_looking(browser, holder, clerk, centre):
    case = make_ready_case(clerk, holder, centre)
    counts = [db.session.scalar(select(func.count(table.id))) for table in (Notice, AuditEntry, Job)]
    browser.post(f"/applications/{case.reference}/letter", data=sent("reject"))
    db.session.rollback()
    assert counts == [db.session.scalar(select(func.count(table.id))) for table in (Notice, AuditEntry, Job)]
    assert (case.status, case.version) == ("in_review", 1)


def test_a_script_gets_the_sentences_alone(browser, holder, clerk, centre):
    case = make_ready_case(clerk, holder, centre)
    address = f"/applications/{case.reference}/letter"
    piece = browser.post(address, data=sent("reject"), headers={"HX-Request": "true"}).text
    assert "<main" not in piece and sentences(piece) == sentences(browser.post(address, data=sent("reject")).text)


def test_a_letter_without_its_reasons_is_not_shown(browser, holder, clerk, centre):
    case = make_ready_case(clerk, holder, centre)
    page = browser.post(f"/applications/{case.reference}/letter", data=sent("reject") | {"reject_reason": []}).text
    assert "Choose at least one reason" in page and "letter-preview" not in page


def test_what_colleagues_write_to_each_other_is_in_no_letter(browser, holder, clerk, centre):
    case = make_ready_case(clerk, holder, centre)
    page = browser.post(f"/applications/{case.reference}/letter", data=sent("reject"), headers={"HX-Request": "true"}).text
    assert "for colleagues" not in page


def test_each_dialogue_of_a_decision_offers_its_letter(browser, holder, clerk, centre):
    case = make_ready_case(clerk, holder, centre)
    page = html.fromstring(browser.get(f"/applications/{case.reference}").text)
    buttons = page.xpath(f"//button[@formaction='/applications/{case.reference}/letter']")
    assert {button.get("value") for button in buttons} == set(KINDS)
    assert all(button.get("formtarget") == "_blank" and button.get("hx-post") for button in buttons)


def test_whoever_needs_no_letter_decides_with_the_keys_of_before(browser, holder, clerk, centre):
    case = make_ready_case(clerk, holder, centre)
    page = html.fromstring(browser.get(f"/applications/{case.reference}").text)
    for kind in KINDS:
        (dialogue,) = [one for one in page.find_class("outcome") if one.xpath(f".//button[@name='letter'][@value='{kind}']")]
        buttons = [button.get("name") for button in dialogue.iter("button")]
        assert buttons.index("kind") < buttons.index("letter")
