"""The facts of the log in words: every fact that the source records, every code that one can hold, in both languages."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

import admin_app
from admin_app import fact_table
from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.audit.models import AuditEntry
from admin_app.audit.operations.proof import Proof
from admin_app.audit.rules import ACTIONS
from admin_app.demo import operations as demo
from admin_app.foundation.database import db
from admin_app.menu import LISTS, SCREENS
from admin_app.web import fact_words
from tests.factories.applications import make_application
from tests.factories.audit import make_entry

ROOT = Path(admin_app.__file__).parent
NOT_WORDS = re.compile(r"\b(?=\w*[a-f])(?=\w*\d)[0-9a-f]{12,}\b|[\[\]{}]|\b[a-z]+_[a-z_]+\b|\bNone\b|\bTrue\b|\bFalse\b")
"""Hexadecimal digits, lists and mappings, names of columns and codes, Python's words."""


@pytest.fixture(params=["en", "zh"])
def spoken(request: Any, app: Any) -> Iterator[str]:
    """A request in each language."""
    with app.test_request_context(), force_locale(request.param):
        yield request.param


def recorded_facts(source: str) -> set[str]:
    """The names of the facts that a file hands to the log: keys of what is called `changes`, with the variables that lead there."""
    found: set[str] = set()
    for function in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)):
        given = [node.value for node in ast.walk(function) if isinstance(node, ast.keyword) and node.arg == "changes"]
        if function.name in ("_facts", "facts_of"):
            given += [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
        found |= {name for value in given for name in _keys(function, value, set())}
    return found - {"before", "after"}


def _keys(function: ast.FunctionDef, value: ast.expr, seen: set[str]) -> Iterator[str]:
    if isinstance(value, ast.Dict):
        yield from (str(key.value) for key in value.keys if isinstance(key, ast.Constant))
    elif isinstance(value, ast.BinOp | ast.IfExp):
        for part in (value.left, value.right) if isinstance(value, ast.BinOp) else (value.body, value.orelse):
            yield from _keys(function, part, seen)
    elif isinstance(value, ast.Name) and value.id not in seen:
        for assigned in _assigned(function, value.id):
            yield from _keys(function, assigned, seen | {value.id})


def _assigned(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets) and node.value is not None:
            yield node.value


def test_every_fact_that_the_source_records_has_a_name():
    known = {name for _action, name in fact_table.facts(LISTS, ())}
    files = [file for file in ROOT.rglob("*.py") if not {"migrations", "templates"} & set(file.parts)]
    found = {name: file.name for file in files for name in recorded_facts(file.read_text())}
    assert len(found) > 30
    assert {name: file for name, file in found.items() if name not in known} == {}
    assert {name for name in Proof.__dataclass_fields__ if ("audit", name) not in fact_table.FACTS} == set()


def test_control_a_fact_without_a_name_is_found():
    planted = "def do():\n    facts = {'colour': 1}\n    facts |= {'shape': 2}\n    record('x.y', changes=facts | {'size': 3})\n"
    assert recorded_facts(planted) == {"colour", "shape", "size"}


def test_every_column_of_the_reference_screens_has_a_name_and_words(app, spoken):
    views = [screen for screen in SCREENS if issubclass(screen, AuditedReferenceView)]
    assert len(views) >= 5
    for view in views:
        action = f"reference.{view.noun}_changed"
        assert [name for name in view.add_columns if fact_words.known(action, name) is None] == []
        for name, labels in view.choice_labels.items():
            for code, label in labels.items():
                assert fact_words.lines(action, {name: code})[0][2] == str(label)


def _with_codes() -> dict[tuple[str, str], Any]:
    return {key: fact.words for key, fact in fact_table.FACTS.items() if isinstance(fact.words, dict)}


def test_a_table_of_codes_has_a_word_for_each_of_them():
    enumerations = {key: {type(code) for code in words if isinstance(code, StrEnum)} for key, words in _with_codes().items()}
    missing = {
        (key, code) for key, kinds in enumerations.items() for kind in kinds for code in kind if code not in fact_table.FACTS[key].words
    }
    assert sum(map(bool, enumerations.values())) >= 14
    assert missing == set()


@pytest.mark.parametrize("key", _with_codes(), ids="-".join)
def test_every_code_reads_as_words(spoken, key):
    room, name = key
    action = room if "." in room else next((action for action in ACTIONS if action.startswith(f"{room}.")), "documents.added")
    for code in fact_table.FACTS[key].words:
        for value in (str(code), [None, str(code)], [str(code), str(code)]):
            (line,) = fact_words.lines(action, {name: value})
            assert not NOT_WORDS.search(" ".join(filter(None, line))), line


def test_what_a_whole_office_has_in_its_log_reads_as_words(app):
    demo.load(12, seed=3, report=lambda _stage, _done, _total: None)
    entries = db.session.scalars(sa.select(AuditEntry)).all()
    facts = {(entry.action, name) for entry in entries for name in entry.changes_stored}
    named = [entry for entry in entries if {"material", "reasons"} & set(entry.changes_stored)]
    assert len(facts) > 20 and named
    assert {one for one in facts if fact_words.known(*one) is None} == set()
    for code in ("en", "zh"):
        with app.test_request_context(), force_locale(code):
            assert [text for entry in entries if NOT_WORDS.search(text := fact_words.text(entry.action, entry.changes))] == []
            assert [entry.action for entry in named if not fact_words.told(entry)] == []


def test_what_no_table_knows_reads_without_brackets_and_long_digits(spoken):
    facts = {"odd_thing": ["a", "b"], "key": "0123456789abcdef0123456789abcdef", "map": {"x": 1}, "yes": True, "none": None}
    assert not NOT_WORDS.search(fact_words.text("gone.away", facts))


REFUSED = {"material": "photo", "verdict": ["pending", "refused"], "reason": "photo_background"}


def test_a_history_names_the_document_and_the_reason(spoken):
    entry = make_entry(action="applications.document_refused", subject_type="document", changes=REFUSED)
    assert fact_words.told(entry) == {
        "en": "Recent bareheaded colour photo · Photo: background is not white", "zh": "近期免冠彩色照片 · 照片背景不合格",
    }[spoken]  # fmt: skip


def test_the_log_shows_words(app, sign_in):
    make_entry(action="applications.document_refused", subject_type="document", subject_ref="d1", changes=REFUSED)
    page = sign_in("auditor").get("/audit/").text
    for words in ("Verdict", "waits for a verdict", "Photo: background is not white"):
        assert words in page
    for code in ("photo_background", "[&#39;pending", "&#39;refused&#39;"):
        assert code not in page


def test_a_case_tells_which_document_was_refused_for_which_reason(clerk, reviewer, centre, sign_in):

    case = make_application(clerk, centre)
    make_entry(action="applications.document_refused", subject_type="document", case_ref=case.public_id, changes=REFUSED)
    make_entry(action="applications.rejected", case_ref=case.public_id, subject_type="application", changes={"reasons": ["not_entitled"]})
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    assert "Refused a document: Recent bareheaded colour photo · Photo: background is not white" in page
    assert "Rejected the application: The person is not insured with this office" in page


def test_each_day_of_a_reference_entry_reads_as_a_day_in_its_history(spoken):
    days = [
        (action, name)
        for view in SCREENS
        if issubclass(view, AuditedReferenceView)
        for name, column in view.model.__table__.c.items()
        for action in (f"reference.{view.noun}_added", f"reference.{view.noun}_changed")
        if isinstance(column.type, sa.Date) and fact_words.known(action, name)
    ]
    assert ("reference.photo_profile_changed", "valid_from") in days
    for action, name in days:
        (line,) = fact_words.lines(action, {"before": {name: "2026-11-22"}, "after": {name: None}})
        assert line[1:] == ({"en": "2026-11-22", "zh": "2026年11月22日"}[spoken], "—"), (action, name)
