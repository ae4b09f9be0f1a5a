"""The page of the proof: what seals and anchors say, a check by a job, its result with who asked."""

import re

import pytest

from admin_app.audit import operations
from admin_app.foundation import settings
from admin_app.foundation.jobs import operations as jobs
from tests.factories.audit import make_entry
from tests.owner import as_owner


@pytest.fixture(autouse=True)
def own_anchors(app, tmp_path):
    """No anchors of other tests."""
    before = settings.current()
    settings.use(before.model_copy(update={"anchor_file": str(tmp_path / "anchors.jsonl")}))
    yield
    settings.use(before)


def sealed(count: int = 5) -> None:
    for _number in range(count):
        make_entry()
    operations.seal_due()


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_before_anything_is_checked_the_page_says_so(sign_in):
    page = sign_in("auditor").get("/audit/proof/").text
    assert "Nobody has checked the log yet." in page and "Nothing is sealed yet." in page


def test_an_auditor_has_the_log_checked(sign_in):
    sealed()
    browser = sign_in("auditor", username="shen", name_en="Shen Yi")
    operations.seal_due()
    operations.anchor_due()
    assert browser.post("/audit/proof/").status_code == 302
    page = text(browser.get("/audit/proof/").text)
    assert "Every sealed entry is as it was written." in page
    assert "Asked by Shen Yi" in page and "Entries verified 6" in page and "Anchors compared 1" in page


def test_the_first_bad_entry_is_named_on_the_page(sign_in):
    sealed()
    browser = sign_in("auditor")
    with as_owner() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET reason = 'x' WHERE id = 2")
    browser.post("/audit/proof/")
    page = browser.get("/audit/proof/").text
    assert "Entry 2 is not as it was sealed (seal 1)." in page and "Every sealed entry is as it was written" not in page


def test_a_check_without_an_anchor_says_what_it_could_not_see(sign_in):
    sealed()
    browser = sign_in("auditor")
    browser.post("/audit/proof/")
    assert "There was no anchor" in browser.get("/audit/proof/").text


def test_whoever_asks_while_a_check_is_at_work_gets_the_same_one(sign_in, monkeypatch):
    monkeypatch.setattr(jobs, "run", lambda _job: None)
    sealed()
    browser, other = sign_in("auditor"), sign_in("auditor", username="other")
    browser.post("/audit/proof/")
    other.post("/audit/proof/")
    pages = [one.get("/audit/proof/").text for one in (browser, other)]
    assert len({re.search(r'data-progress-url="([^"]+)"', page)[1] for page in pages}) == 1
    assert "The log is being checked." in pages[0]


def test_each_check_that_is_asked_for_afterwards_is_another(sign_in):
    sealed()
    browser = sign_in("auditor")
    browser.post("/audit/proof/")
    browser.post("/audit/proof/")
    assert browser.get("/audit/?action=audit.checked").text.count("<summary>Show</summary>") == 2


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "administrator"])
def test_nobody_else_sees_or_asks_for_the_proof(sign_in, role):
    browser = sign_in(role)
    assert (browser.get("/audit/proof/").status_code, browser.post("/audit/proof/").status_code) == (403, 403)
