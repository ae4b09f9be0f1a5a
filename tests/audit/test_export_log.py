"""The log as lines: one entry is one line of valid JSON in plain ASCII, whatever somebody typed."""

import json

import pytest

from admin_app.audit import operations
from admin_app.foundation import origin
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from tests.factories.audit import make_entry
from tests.faults.interruptions import no_entry

HOSTILE = {
    "a new line": "one\ntwo\r\nthree",
    "what looks like another entry": '"}\n{"id": 4711, "action": "applications.approved"}',
    "colours of a terminal": "\x1b[31mred\x1b[0m\x9b2J",
    "another direction": "\u202ecod.exe\u2066x\u2069",
    "separators of lines": "one\u2028two\u2029three\x85four\x0bfive\x0csix",
    "quotes": "\"'\\`${x}%(y)s",
    "both scripts": "赵强 Zhao Qiang 𠮷",
    "a formula": "=cmd|' /C calc'!A0",
}


def lines(app, *more: str) -> list[str]:
    db.session.rollback()
    said = app.test_cli_runner().invoke(args=["export-log", "--no-record", *more])
    assert said.exit_code == 0, said.output
    return said.stdout.split("\n")[:-1]


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_entry_is_a_line_of_json_whatever_it_holds(app, kind):
    text = HOSTILE[kind]
    make_entry(reason=text, actor_name=text, changes={"note": text, text: [text]})
    make_entry()
    first, second = lines(app)
    read = json.loads(first)
    assert (read["reason"], read["actor_name"], read["changes"]) == (text, text, {"note": text, text: [text]})
    assert first.isascii() and first.isprintable() and json.loads(second)["id"] == 2


def test_a_nul_and_a_million_characters_are_a_line_too(app):
    facts = {"nul": "a\x00b", "long": "x\n" * 500_000}
    make_entry(changes=facts)
    (line,) = lines(app)
    assert json.loads(line)["changes"] == facts


def test_facts_that_are_too_long_are_refused_with_their_action(app):
    with pytest.raises(ValueError, match="too long"), transaction():
        operations.record("cards.requested", "card", "c1", by=SYSTEM, changes={"note": "x" * 100_000})
    with transaction():
        operations.record("cards.requested", "card", "c1", by=SYSTEM, changes={"note": "x" * 99_000})
    assert len(lines(app)) == 1


def test_control_without_escaping_a_new_line_would_begin_another_line(app):
    make_entry(changes={"note": HOSTILE["a new line"]})
    raw = str(json.loads(lines(app)[0])["changes"]["note"])
    assert len(raw.splitlines()) == 3


def test_only_what_came_since_is_given_out(app):
    for _number in range(5):
        make_entry()
    assert [json.loads(line)["id"] for line in lines(app, "--after", "3")] == [4, 5]


def test_that_the_log_is_given_out_stands_in_it_and_in_what_is_given_out(app):
    make_entry()
    db.session.rollback()
    said = app.test_cli_runner().invoke(args=["export-log", "--after", "0"])
    assert said.exit_code == 0, said.output
    first, last = map(json.loads, said.stdout.split("\n")[:-1])
    assert (first["action"], last["action"], last["origin"]) == ("applications.claimed", "audit.given_out", "command line")
    assert last["changes"] == {"after": 0, "login": origin.login()}
    assert [json.loads(line)["action"] for line in lines(app)] == ["applications.claimed", "audit.given_out"], "and once"


def test_nothing_is_given_out_where_that_cannot_be_entered(app):
    make_entry()
    with no_entry():
        said = app.test_cli_runner().invoke(args=["export-log"])
    assert (said.exit_code, said.stdout) == (1, "")
    assert len(lines(app)) == 1, "control: it is there"
