"""The audit log screen: filters, pages, words, statements."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.audit import operations, rules
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.web.reference_view import ReferenceView
from tests.audit.recorded import recorded_actions
from tests.factories.audit import new_entry


def record(count: int = 1, **facts: object) -> None:
    """`count` entries by the system."""
    values = {"action": "cards.requested", "subject_type": "card", "subject_ref": "c1", "by": SYSTEM} | facts
    with transaction():
        for _entry in range(count):
            operations.record(
                values["action"],
                values["subject_type"],
                values["subject_ref"],
                **{k: v for k, v in values.items() if k in ("by", "case_ref", "changes", "reason", "outcome", "about")},
            )


def test_auditors_read_who_did_what(sign_in, make_staff):
    li = make_staff("reviewer", username="li", name_en="Li Min", name_zh="李敏")
    sign_in(li)
    page = sign_in("auditor").get("/audit/?username=li").text
    assert "Li Min" in page and "Signed in" in page and "1 row" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=residents.revealed", 2),
        ("subject_type=resident", 2),
        ("subject_type=resident&subject_ref=r2", 1),
        ("username=system", 4),
        ("case=BK-26-0000001", 2),
        ("case=%20%EF%BC%A2k%E2%80%9326%E2%88%920000001", 2),
        ("subject_ref='BK260000001", 1),
        ("case=case1", 2),
        ("case=BK-26-0000009", 0),
        ("username=nobody", 0),
        ("from_day=2020-01-01&to_day=2020-12-31", 0),
        ("action=residents.revealed&subject_ref=r1", 1),
    ],
)
def test_each_filter_narrows_the_log(sign_in, query, found):
    record(action="residents.revealed", subject_type="resident", subject_ref="r1", case_ref="case1")
    record(action="residents.revealed", subject_type="resident", subject_ref="r2")
    record(action="applications.approved", subject_type="application", subject_ref="BK-26-0000001", case_ref="case1")
    record()
    page = sign_in("auditor").get(f"/audit/?{query}").text
    assert len(re.findall(r"<tr id=\"row-\d+\" data-row><th scope=\"row\" class=\"nowrap\"><time", page)) == found


@pytest.mark.parametrize(
    "query", ["action=nope", "subject_type=x", "from_day=2026-13-01", "to_day=x", "size=7", "page=x", "username=%00", "case=" + "x" * 33]
)
def test_an_odd_filter_answers_400(sign_in, query):
    assert sign_in("auditor").get(f"/audit/?{query}").status_code == 400


def test_pages_follow_each_other(sign_in):
    record(60)
    browser = sign_in("auditor")
    url, seen = "/audit/?action=cards.requested", 0
    while url:
        page = browser.get(url).text
        seen += page.count("<summary>Show</summary>")
        older = re.search(r'href="([^"]*)" rel="next"', page)
        url = older[1].replace("&amp;", "&") if older else None
    assert seen == 60


@pytest.mark.parametrize("size", [25, 100])
def test_a_page_needs_at_most_ten_statements(sign_in, size):
    record(110, case_ref="case1")
    browser, statements = sign_in("auditor"), []
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    page = browser.get(f"/audit/?case=case1&username=system&size={size}")
    sa.event.remove(db.engine, "before_cursor_execute", listener)
    assert page.status_code == 200
    assert len([text for text in statements if text.lstrip().startswith("SELECT")]) <= 10


def test_a_person_who_never_signed_in_is_found_by_user_name_too(sign_in, make_staff):
    li = make_staff("reviewer", username="li")
    record(by=li)
    browser = sign_in("auditor")
    assert "1 row" in browser.get("/audit/?username=Li").text
    assert "/audit/?username=li" in browser.get("/audit/").text


def test_html_in_an_entry_is_text(sign_in):
    record(changes={"note": "<script>x</script>"}, reason="<b>why</b>", about=7)
    page = sign_in("auditor").get("/audit/").text
    assert "<script>x" not in page and "<b>why" not in page and "&lt;b&gt;why" in page


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "administrator"])
def test_nobody_else_reads_the_log(sign_in, role):
    assert sign_in(role).get("/audit/").status_code == 403


def test_the_search_for_actions_finds_those_that_are_there():
    assert {"staff.signed_in", "residents.revealed", "applications.approved", "cards.made"} <= recorded_actions()


def test_every_recorded_action_has_words():
    assert recorded_actions() - set(rules.ACTIONS) == set()


def test_every_kind_of_reference_data_has_words(app):
    nouns = {view.noun for view in app.appbuilder.baseviews if isinstance(view, ReferenceView)}
    assert {f"reference.{noun}_{action}" for noun in nouns for action in ("added", "changed")} <= set(rules.ACTIONS)
    assert nouns <= set(rules.SUBJECTS)


@pytest.mark.parametrize(
    ("language", "kept", "shown"),
    [
        ("en", "Zhao Qiang 赵强", "Zhao Qiang"), ("zh", "Zhao Qiang 赵强", "赵强"), ("zh", "Aynur 阿依努尔·买买提 2", "阿依努尔·买买提 2"),
        ("zh", "Zhao Qiang", "Zhao Qiang"), ("en", "赵强", "赵强"),
    ],
)  # fmt: skip
def test_names_in_lists_are_in_the_readers_script(app: Flask, language: str, kept: str, shown: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert rules.actor(new_entry(actor_name=kept, actor_role="reviewer")) == shown


@pytest.mark.parametrize(("language", "shown"), [("en", "Card Desk"), ("zh", "补卡工作台")])
def test_what_happens_by_itself_is_done_by_the_desk_in_both_languages(app: Flask, language: str, shown: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert rules.actor(new_entry(actor_name=SYSTEM.display_name, actor_role=SYSTEM.role)) == shown
