"""The copy on paper: every part and column has a word in both languages, what it says is what the file says, nobody else gets it."""

import json
from collections.abc import Callable
from datetime import date

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.extracts import queries, rules
from admin_app.extracts.rules import words
from admin_app.foundation.database import db, transaction
from admin_app.residents import operations
from admin_app.residents.models import Resident
from admin_app.retention.rules import LINES
from admin_app.staff.models import StaffMember
from tests.extracts.everybody import ADDRESS, MOVED, OTHERS, PHONE, WHY, copy_of, everybodys, made_of
from tests.factories.residents import make_resident, register

RARE = "王䶮𠮷"
"""A character of the basic plane's extension A, and one of extension B."""


def columns_without_a_word(given: dict[str, set[str]]) -> set[tuple[str, str]]:
    known = set(words.COLUMNS) | set(words.NOT_ON_PAPER)
    return {(table, name) for table, names in given.items() for name in names if name not in known and (table, name) not in words.OWN}


def given_columns() -> dict[str, set[str]]:
    models = {str(model.__tablename__): model for model, _condition in queries.parts(make_resident())}
    return {
        table: {rules.name_of(one.key) for one in sa.inspect(model).column_attrs if rules.is_given(one.key)}
        for table, model in models.items()
    }


def printed(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "".join("".join(page.get_textpage().get_text_range() for page in document).split())


def paper_of(browser: FlaskClient, resident: Resident, language: str) -> bytes:
    answer = browser.post(f"/residents/{resident.public_id}/copy", data=WHY | {"form": f"pdf-{language}"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return answer.data


def test_every_part_and_every_column_has_a_word(app: Flask) -> None:
    given = given_columns()
    assert set(words.PARTS) == set(given)
    assert columns_without_a_word(given) == set()
    with force_locale("zh"):
        assert [name for name, label in words.COLUMNS.items() if str(label).isascii()] == []


def test_control_a_column_without_a_word_is_found(app: Flask) -> None:
    assert columns_without_a_word({**given_columns(), "planted": {"shoe_size"}}) == {("planted", "shoe_size")}


@pytest.mark.parametrize(
    ("language", "title", "asked", "kept"),
    [("zh", "个人信息副本", "处理目的：", "保存期限："), ("en", "Copyofyourpersonaldata", "Whatfor:", "Howlong:")],
)
def test_the_paper_says_what_is_known_what_for_how_long_and_who_looked(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, reviewer: StaffMember, centre: Centre,
    language: str, title: str, asked: str, kept: str,
) -> None:  # fmt: skip
    case = everybodys(clerk, reviewer, centre)
    browser = sign_in("supervisor")
    browser.get(f"/residents/{case.resident.public_id}")
    made = paper_of(browser, case.resident, language)
    said = printed(made)
    assert title in said and said.count(asked) == said.count(kept) > 5
    for fact in (case.resident.open_id_number(), PHONE, ADDRESS, MOVED, "lostonthebus", "comesonMonday", "allasitshouldbe", case.reference):
        assert fact in said
    with force_locale(language):
        looked, shown = words.PARTS["read_note"][0], next(line.why for line in LINES if line.code == "cases")
        assert "".join(str(looked).split()) in said and "".join(str(shown).split()) in said
    hidden = (OTHERS, "notmine", "赵四", "".join(clerk.display_name.split()), case.resident.id_number_index)
    assert not any(text in said for text in hidden)


def test_paper_and_file_hold_the_same_and_each_is_a_line_in_the_log(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    case = everybodys(clerk, reviewer, centre)
    browser, resident = sign_in("supervisor"), case.resident
    parts = json.loads(copy_of(browser, resident).text)["parts"]
    said = printed(paper_of(browser, resident, "en"))
    for table in parts:
        assert "".join(str(words.PARTS[table][0]).split()) in said, table
    assert [entry.changes["form"] for entry in made_of(resident.public_id)] == ["json", "pdf-en"]


def test_rare_han_of_a_name_is_printed_and_what_no_font_has_is_spelled_out(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> None:
    browser, resident = sign_in("supervisor"), register(clerk, RARE)
    assert RARE in printed(paper_of(browser, resident, "zh"))
    with transaction():
        operations.note_call(resident, outcome="reached", by=clerk.actor, note="孙\U0003134a")
    assert "孙(U+3134A)" in printed(paper_of(browser, resident, "zh"))


def test_an_auditor_gets_none_and_another_form_is_refused(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> None:
    resident = register(clerk, "王龑")
    address = f"/residents/{resident.public_id}/copy"
    assert sign_in("auditor").post(address, data=WHY | {"form": "pdf-zh"}).status_code == 403
    assert sign_in("supervisor").post(address, data=WHY | {"form": "docx"}).status_code == 400
    db.session.rollback()
    assert db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.action == "extracts.made")) is None


def test_of_many_looks_the_newest_are_printed_and_the_paper_says_so(
    app: Flask, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "LINES_ON_PAPER", 2)
    looks = [{"day": date(2026, 1, day), "times": day} for day in (1, 2, 3)]
    row = queries.person_copy(register(clerk, "王龑"), {"read_note": looks}, role="", how_long=lambda _table: ())
    (section,) = row.sections
    assert [cells[1] for cells in section.rows] == ["2", "3"]
    assert section.note == "The newest 2 of 3 lines; the file for programs has more."
