"""Every form while somebody else holds the database: each is told so with 503, nothing is half done, and afterwards it works."""

from collections.abc import Iterator
from typing import Any

import pytest

from admin_app.foundation import patience, patient_postgres
from admin_app.foundation.database import db
from admin_app.foundation.database_trouble import RETRY_AFTER, Trouble
from tests.faults.furnished import FullOffice
from tests.forms import Form, filled
from tests.held import locked
from tests.routes import checksum

SAVES_NOTHING = {
    "/mailing/batches/<public_id>/post": "asks whether it is meant, and saves nothing yet",
    "/residents/known": "says that nobody has the number, of which nothing is noted",
}
NEEDS_ANOTHER = {"/account/passkeys/add", "/sign-in/passkey", "/mailing/carrier-file/track", "/online/centres", "/online/sign-in/code"}
"""Refused with a database or without: here no device signs or says where it is, no phone has a code, and no carrier answers."""


@pytest.fixture
def office(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> Iterator[FullOffice]:
    """The full office as it is served, but its requests wait a moment only."""
    monkeypatch.setattr(patience, "REQUEST_SECONDS", 0.1 if db.engine.dialect.name == "sqlite" else 2.0)
    monkeypatch.setattr(patient_postgres, "LOCK_SECONDS", 0.1)
    monkeypatch.setitem(full_office.app.config, "PROPAGATE_EXCEPTIONS", False)
    db.engine.dispose()
    yield full_office
    db.engine.dispose()


def in_order(office: FullOffice) -> list[Form]:
    """Samples of every form, those of strangers last: what a stranger chooses is no row."""
    return sorted(office.forms, key=lambda form: form.letter == "-")


def one_of_each_rule(office: FullOffice) -> Iterator[Form]:
    seen = set()
    for form in in_order(office):
        if form.rule not in seen:
            seen.add(form.rule)
            yield form


def send_while_locked(office: FullOffice, form: Form) -> tuple[Any, bool, Any]:
    """The answer, whether anything changed, and the answer to the same form afterwards."""
    office.restore()
    fresh = office.sender.current(form)
    assert fresh is not None
    before = checksum()
    with locked():
        told, _page = office.sender.press(fresh, filled(fresh))
    is_changed = checksum() != before
    again, _page = office.sender.press(fresh, filled(fresh))
    return told, is_changed, again


@pytest.mark.proof
def test_every_form_is_told_of_a_locked_database_and_works_afterwards(office: FullOffice) -> None:
    faults, worked = [], set()
    for form in in_order(office):
        if form.rule in worked:
            continue
        told, is_changed, again = send_while_locked(office, form)
        if is_changed or (told.status_code, told.headers.get("Retry-After")) != (503, str(RETRY_AFTER[Trouble.LOCKED])):
            faults.append((form.rule, told.status_code, is_changed))
        worked |= {form.rule} if again.status_code < 400 else set()
    assert {rule for rule, *_what in faults} == SAVES_NOTHING.keys(), faults
    assert not any(is_changed for *_what, is_changed in faults)
    assert {form.rule for form in office.forms} - worked == NEEDS_ANOTHER


@pytest.mark.proof
def test_no_form_repeats_a_password(office: FullOffice) -> None:
    secret, seen = "what only one person knows", set()
    for form in one_of_each_rule(office):
        typed = {field.name: secret for field in form.fields if field.kind == "password"}
        if typed:
            office.restore()
            with locked():
                assert secret not in office.sender.press(form, filled(form, **typed))[0].text
            seen.add(form.rule)
    assert {"/sign-in", "/account/password"} <= seen
