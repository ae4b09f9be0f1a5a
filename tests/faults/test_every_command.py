"""Every form that somebody can send: one entry for what it does, no effect where the log takes none, and never half of it."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.foundation import settings
from admin_app.foundation.database import db
from tests.access_table import TABLE
from tests.faults import interruptions
from tests.faults.entries import ENTRIES
from tests.faults.extra_fields import written_too_much
from tests.faults.furnished import FullOffice
from tests.faults.interruptions import broken, dies_at, done, fails_at, halves, locked, one_of_each_kind, without_entry
from tests.forms import Form
from tests.routes import LETTERS, PUBLIC, RESIDENT, address, routes

pytestmark = pytest.mark.proof  # a sample of each stands in test_every_form.py, which has found the forms anyhow
TAKING = {"applications.claimed", "applications.taken_for_second", "applications.taken_over"}
PARTS = 8
"""In how many parts the kinds of forms are interrupted at each statement: hours may lie between the parts, a fault is named by one."""
BUTTON_SAYS = ("/decide", "/<document_id>")
OWN = {
    "/applications/<reference>/autosave": {"application", "unsaved_form"},
    "/lists/<name>/choices": {"list_preference"},
    "/lists/<name>/views": {"saved_view"},
    "/lists/<name>/views/remove": {"saved_view"},
    "/mailing/parcels/labels/<code>/retry": {"job", "label", "stored_file"},
    "/preferences/": {"ab_user"},
    "/unsent-forms/<public_id>/discard": {"unsent_form"},
    "/unsent-forms/keep/<form>/<subject>": {"unsent_form"},
}
"""Forms without an entry that change something all the same: what one chose for oneself, what was typed and not sent yet (and with it the
lease), and once more the job of a label whose order stands in the log."""


@pytest.fixture(autouse=True)
def honest_answers(furnished: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors become answers, as in the office."""
    monkeypatch.setitem(furnished.app.config, "TESTING", False)
    monkeypatch.setitem(furnished.app.config, "PROPAGATE_EXCEPTIONS", False)


@pytest.fixture
def jobs_wait(furnished: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows an act is done by a worker, later."""
    monkeypatch.setattr(settings.current(), "jobs_inline", False)


def key_of(form: Form) -> str:
    return form.rule + (f" {form.button[0]}={form.button[1]}" if form.rule.endswith(BUTTON_SAYS) else "")


def wrong_entries(form: Form, new: Counter[tuple[str, str]], tables: set[str]) -> list[str]:
    """What the log kept beside what it must keep, or twice; what was changed without it."""
    actions = {action for action, _subject in new}
    wanted = ENTRIES.get(key_of(form), {"no line in entries.txt"})
    named = (actions & TAKING and (actions - TAKING or {"taken"})) or actions or {"-"}
    found = [f"left {sorted(named)}"] if not named <= wanted or (wanted != {"-"} and named == {"-"} and tables) else []
    found += [f"{one} {count} times" for one, count in new.items() if count > 1]
    found += [f"changed {sorted(tables)} without an entry"] if not new and tables - OWN.get(form.rule, set()) else []
    return [f"{key_of(form)}: {one}" for one in found]


def test_every_act_leaves_its_entry_once(full_office: FullOffice) -> None:
    wrong, seen = [], set()
    for form in one_of_each_kind(full_office):
        answer, new, changed = done(full_office, form)
        if answer.status_code < 400:
            wrong += wrong_entries(form, new, set(changed) - {"audit_entry"})
            seen |= {action for action, _subject in new}
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 60


def test_control_an_act_without_an_entry_or_with_two_is_noticed() -> None:
    form = Form("r", "/", "/applications/<reference>/release", "/", ())
    once = Counter({("applications.released", "BK-1"): 1})
    assert wrong_entries(form, once, {"application"}) == []
    assert wrong_entries(form, Counter(), {"application"})
    assert wrong_entries(form, once + once, {"application"})
    assert wrong_entries(form, once + Counter({("residents.updated", "r"): 1}), {"application"})
    assert wrong_entries(Form("r", "/", "/a-new-form-without-a-line", "/", ()), Counter(), set())


def test_every_act_without_the_right_to_it_leaves_one_note(full_office: FullOffice) -> None:
    full_office.restore()
    had = db.session.scalar(sa.select(sa.func.count(AuditEntry.id)))
    wrong = []
    for route in [one for one in routes(full_office.app) if one.method == "POST"]:
        if TABLE[route.key] == PUBLIC or route.permission.startswith(RESIDENT):
            continue
        for letter in set(LETTERS) - set(TABLE[route.key]):
            before = denials(route.endpoint)
            answer = full_office.people[letter].post(address(route))
            if (answer.status_code, denials(route.endpoint) - before) != (403, 1):
                wrong.append(f"{route.key} {letter} {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == had


def denials(endpoint: str) -> int:
    db.session.rollback()
    asked = sa.select(sa.func.coalesce(sa.func.sum(ReadNote.times), 0)).where(
        ReadNote.act == "denied", ReadNote.subject_ref == endpoint[:64]
    )
    return db.session.scalar(asked) or 0


def test_no_form_writes_a_column_that_it_has_no_field_for(full_office: FullOffice, jobs_wait: None) -> None:
    forms = one_of_each_kind(full_office)
    assert len(forms) > 50
    assert sorted({place for form in forms for place in written_too_much(full_office, form)}) == []


def test_without_its_entry_no_act_takes_effect(full_office: FullOffice, jobs_wait: None) -> None:
    faults = [fault for form in one_of_each_kind(full_office) for fault in without_entry(full_office, form)]
    assert not faults, "\n".join(faults)


def test_control_an_act_that_does_without_its_entry_is_noticed(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruptions, "no_entry", interruptions.nothing_wrong)
    form = next(form for form in full_office.forms if form.rule == "/applications/<reference>/release")
    assert len(without_entry(full_office, form)) >= 2


def part_of(office: FullOffice, part: int) -> list[Form]:
    """Every so many-th kind of form: the parts of all numbers are all kinds, each once."""
    return one_of_each_kind(office)[part::PARTS]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("how", [locked, broken])
def test_a_statement_that_fails_leaves_no_half_of_a_command(full_office: FullOffice, jobs_wait: None, how: Any, part: int) -> None:
    faults = [fault for form in part_of(full_office, part) for fault in halves(full_office, form, partial(fails_at, how=how))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_process_that_dies_leaves_no_half_of_a_command(full_office: FullOffice, jobs_wait: None, part: int) -> None:
    faults = [fault for form in part_of(full_office, part) for fault in halves(full_office, form, dies_at)]
    assert not faults, "\n".join(faults)
