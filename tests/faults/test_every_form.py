"""Every form that any page shows, found by following links: sent twice, with markup, with nonsense. A new form is covered by itself."""

import html
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import make_response, request
from sqlalchemy.exc import DataError, IntegrityError

from admin_app.audit import operations as audit
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from admin_app.web import form_marks
from tests.access_table import TABLE
from tests.faults import interruptions
from tests.faults.extra_fields import written_too_much
from tests.faults.full_office import LANGUAGES
from tests.faults.furnished import FullOffice, missing_rules
from tests.faults.typed import columns_with
from tests.forms import PLACES_FOR_FILES, Crawler, Form, filled
from tests.routes import LETTERS, checksum
from tests.sealed import sealed_texts

MARK = "\"'><b id=zz>"
RAW = "<b id=zz"
NONSENSE = ("", "x" * 3000, "9" * 5000, "-1", "\u202e\u0007' OR 1=1 --", "𠮷\u0301ﷺ")
EACH_TIME_ANEW = {
    "/account/password": "a wrong current password is an attempt, and each is one line in the log",
    "/account/second-factor/recovery-codes": "only the codes that were shown last are valid",
    "/intake/<reference>/look-up-code": "each press gives a new code and makes the one before it void",
    "/online/look-up": "a wrong code is an attempt, and each is one line",
    "/sign-in/passkey": "a wrong answer is an attempt, and each is one line in the log",
    "/account/sessions/end-others": "ends whatever sessions there are at that moment",
    "/clients/<public_id>/keys": "a key is shown once: whoever did not see it makes the other one of two, and ends the first",
    "/mailing/batches/<public_id>/labels.pdf": "every opening of printed labels is one line in the log",
    "/mailing/parcels/labels/<code>.pdf": "as before",
    "/lists/<name>/export": "every file that leaves is one line in the log",
    "/audit/proof/": "every check of the log is one line in it",
    "/cards/<public_id>/collector": "every look at a full ID number is one line in the log",
    "/production/<public_id>/download": "every package that leaves is one line in the log",
    "/mailing/returns/<public_id>/phone": "every look at a full phone number is one line in the log",
    "/residents/<public_id>/call": "every look at a full phone number is one line in the log",
    "/residents/<public_id>/copy": "every copy that leaves is one line in the log",
    "/residents/<public_id>/reveal": "every look at a full ID number is one line in the log",
    "/online/sign-in": "each code that is asked for is one of a budget",
    "/sign-in": "every sign-in is one line in the log",
    "/staff/members/<username>/password": "only the password that was shown last is valid",
    "/staff/members/<username>/sign-out": "ends whatever sessions there are at that moment",
}
"""Actions whose second time is an action of its own, by design."""
NEEDS_ANOTHER = {
    "/account/passkeys/add", "/sign-in/passkey", "/mailing/carrier-file/track", "/online/centres", "/online/look-up",
    "/online/sign-in/code",
}  # fmt: skip
"""Sent with what a device signed (tests/staff/test_passkeys.py has one), with where it is (tests/online/test_centres.py), with a code that
is kept nowhere (tests/online/test_look_up.py, test_sign_in.py), or asks a carrier (tests/mailing/test_carrier_news.py has one): here they
are refused."""
ONLY_FOR_SECONDS = ["/account/undo/"]
"""On no page but right after an act: tests/applications/test_taking_back.py sends it, twice as well."""
WHILE_A_JOB_WORKS = ["/mailing/all/<public_id>/stop", "/mailing/all/stop"]
"""On no page but while labels are made or batches are opened, which is over at once here: tests/mailing/test_runs.py sends them."""
HELP = ["/addresses/aside", "/addresses/read"]
"""Asked by the script of an address field, and by the switches of a form: they store nothing (tests/web/test_addresses.py)."""
KEPT_TEXT = {"unsaved_form", "unsent_form"}
"""What was typed into a form that came too late is kept for its author; that is no effect on the case."""


def unclear(form: Form, answer: Any) -> str:
    """What is wrong with an answer: a fault, or a page that is not in the reader's language; '' if nothing is."""
    if answer.status_code >= 500:
        return f"{form.rule} {form.button}: {answer.status_code}"
    by_address = parse_qs(urlsplit(form.action).query).get("lang", [""])[0]  # residents' pages: ADR 0068
    chosen = by_address or (form.button[1] if form.button[0] == "language" else LANGUAGES.get(form.letter, ""))
    wanted = {"zh": "zh-Hans"}.get(chosen, "en")
    is_page = not 300 <= answer.status_code < 400
    if is_page and answer.mimetype == "text/html" and "<html" in answer.text and not re.search(rf'<html[^>]* lang="{wanted}"', answer.text):
        return f"{form.rule} {form.button}: {answer.status_code}, not in {wanted}"
    return ""


def test_every_post_route_has_a_form_on_a_page(full_office: FullOffice) -> None:
    assert missing_rules(full_office, full_office.forms) == sorted([*ONLY_FOR_SECONDS, *WHILE_A_JOB_WORKS, *HELP])


def test_no_form_leads_nowhere_or_to_what_its_reader_may_not_do(full_office: FullOffice) -> None:
    wrong = [
        (form.page, form.action, form.letter)
        for form in full_office.crawler.forms
        if not form.rule or not (TABLE[f"POST {form.rule}"] == "everybody" or form.letter in TABLE[f"POST {form.rule}"])
    ]
    assert wrong == []


def test_every_form_that_takes_files_is_known_to_the_tests_of_uploads(full_office: FullOffice) -> None:
    taking = {form.rule for form in full_office.crawler.forms if any(field.kind == "file" for field in form.fields)}
    assert taking == PLACES_FOR_FILES


def send_twice(office: FullOffice, form: Form) -> tuple[Any, Any, set[str], set[str]]:
    """Both answers, the tables that the first one changed, and those that the second one changed."""
    office.restore()
    fresh = office.sender.current(form)
    assert fresh is not None
    data, before = filled(fresh), checksum()
    with time_machine.travel(clock.now(), tick=False):
        first, _page = office.sender.press(fresh, data)
        between = checksum()
        second, _page = office.sender.press(fresh, data)
    after = checksum()
    return first, second, changes(before, between), changes(between, after)


def changes(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_the_same_form_twice_has_no_second_effect(full_office: FullOffice) -> None:
    doubled, faults, refused = [], [], {form.rule for form in full_office.forms}
    for form in full_office.forms:
        first, second, _once, twice = send_twice(full_office, form)
        faults += [fault for answer in (first, second) if (fault := unclear(form, answer))]
        if twice - KEPT_TEXT and form.rule not in EACH_TIME_ANEW:
            doubled.append((form.rule, form.button, second.status_code, sorted(twice)))
        if first.status_code < 400:
            refused.discard(form.rule)
    assert (doubled, faults) == ([], [])
    assert refused == NEEDS_ANOTHER, "these forms were never sent with success: give tests/forms.py better answers"


def test_control_a_second_effect_is_noticed(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def again_and_again(**_arguments: Any) -> str:
        with transaction() as session:
            audit.record("staff.signed_in", "staff", "m-i", by=session.scalars(sa.select(StaffMember)).first().actor)
        return "done"

    again_and_again.is_public = True  # type: ignore[attr-defined]
    form = next(form for form in full_office.forms if form.rule == "/cards/<public_id>/spoil")
    monkeypatch.setitem(full_office.app.view_functions, "CardView.spoil", again_and_again)
    assert send_twice(full_office, form)[3] == {"audit_entry"}


@pytest.mark.about_pages
def test_markup_in_any_field_is_never_markup_on_a_page(full_office: FullOffice) -> None:
    faults, holding = [], set()
    for form in interruptions.one_of_each_kind(full_office):
        for field in form.texts:
            full_office.restore()
            answer, page = full_office.sender.send(form, **{field.name: MARK})
            faults += [unclear(form, answer)] if unclear(form, answer) else []
            if RAW in page or RAW.encode() in answer.data:  # an answer may be a PDF
                faults.append((form.rule, field.name))
            holding |= columns_with(RAW)
    assert faults == []
    assert {("resident", "address"), ("application", "statement"), ("decision", "note"), ("card", "spoil_reason")} <= holding
    full_office.restore()
    write_everywhere(holding)
    crawler = Crawler(full_office.app, full_office.people).crawl("".join(LETTERS))
    assert [place for place, page in crawler.pages.items() if RAW in page] == []
    assert sum("&lt;b id=zz" in page for page in crawler.pages.values()) > 50, "the markup was hardly shown anywhere"


def write_everywhere(columns: set[tuple[str, str]]) -> None:
    """Markup into these columns of every row (of one row where all must differ), and into the log, to which one can only add."""
    with transaction() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.case_ref.is_not(None)).order_by(AuditEntry.id.desc())).first()
        by = session.scalars(sa.select(StaffMember)).first()
        audit.record(entry.action, entry.subject_type, entry.subject_ref, by=by, case_ref=entry.case_ref, reason=MARK, about=7)
    texts = {model: names for model, names in sealed_texts().items() if model.__tablename__ not in KEPT_TEXT}
    sealed = {(model.__tablename__, name): model for model, names in texts.items() for name in names}
    with transaction() as session:
        for (_table, name), model in sealed.items():
            for row in session.scalars(sa.select(model)):
                setattr(row, name, MARK)
    apart = {(table, "content") for table in KEPT_TEXT} | {("audit_entry", column.name) for column in AuditEntry.__table__.columns}
    for name, column in sorted(columns - sealed.keys() - apart):
        table = db.metadata.tables[name]
        for condition in (sa.true(), table.c.id == sa.select(sa.func.max(table.c.id)).scalar_subquery()):
            try:
                with transaction() as session:
                    session.execute(sa.update(table).where(condition).values({column: MARK}))
                break
            except IntegrityError:
                continue


@pytest.mark.about_pages
def test_control_markup_on_a_page_is_noticed(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    form = next(form for form in full_office.forms if form.rule == "/cards/<public_id>/spoil")
    assert RAW not in full_office.sender.send(form, reason=MARK)[1]
    full_office.restore()
    for name in ("show", "index", "spoil"):
        monkeypatch.setitem(
            full_office.app.view_functions, f"CardView.{name}", careless(full_office.app.view_functions[f"CardView.{name}"])
        )
    assert RAW in full_office.sender.send(form, reason=MARK)[1]


def careless(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view as it would be without escaping."""

    def unescaped(**arguments: Any) -> Any:
        answer = make_response(view(**arguments))
        answer.set_data(html.unescape(answer.get_data(as_text=True)))
        return answer

    unescaped.is_public = True  # type: ignore[attr-defined]
    return unescaped


@pytest.mark.about_pages
@pytest.mark.parametrize("turns", [3, pytest.param(1, marks=pytest.mark.proof)])
def test_nonsense_in_any_field_gets_a_clear_answer(full_office: FullOffice, turns: int) -> None:
    faults: list[tuple[str, str, str]] = []
    sent = 0
    for form in interruptions.one_of_each_kind(full_office):
        full_office.restore()
        fresh = full_office.sender.current(form)
        assert fresh is not None
        usual, browser = filled(fresh), full_office.people[form.letter]
        for name in [name for name in usual if not isinstance(usual[name], tuple) and name != form_marks.FIELD]:
            sent += 1
            for nonsense in NONSENSE[sent % turns :: turns]:  # for a commit, fields take turns with a third of it
                data = [(key, nonsense if key == name else value) for key, value in usual.items(multi=True) if not isinstance(value, tuple)]
                fault = unclear(form, browser.post(form.action, data=to_dict(data)))
                faults += [(fault, name, nonsense[:20])] if fault else []
    assert faults == []


@pytest.mark.about_pages
def test_some_forms_write_no_column_that_they_have_no_field_for(full_office: FullOffice) -> None:
    forms = [
        next(form for form in full_office.forms if form.rule == rule) for rule in ("/staff/members/<username>", "/cards/<public_id>/spoil")
    ]
    assert {place for form in forms for place in written_too_much(full_office, form)} == set()


@pytest.mark.about_pages
def test_control_a_view_that_writes_whatever_comes_is_found(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(public_id: str, **_arguments: Any) -> str:
        with transaction() as session:
            card = session.scalars(sa.select(Card).where(Card.public_id == public_id)).one()
            card.serial = request.form.get("serial", card.serial)
        return "done"

    careless.is_public = True  # type: ignore[attr-defined]
    form = next(form for form in full_office.forms if form.rule == "/cards/<public_id>/spoil")
    monkeypatch.setitem(full_office.app.view_functions, "CardView.spoil", careless)
    assert (form.rule, "card", "serial") in written_too_much(full_office, form)


SAMPLED = ("/applications/<reference>/release", "/cards/<public_id>/spoil")
"""Two commands that are broken off for each commit; all of them in test_every_command.py."""


@pytest.mark.parametrize("rule", SAMPLED)
def test_a_command_takes_effect_as_a_whole_with_its_entry_or_not_at_all(
    full_office: FullOffice, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    monkeypatch.setitem(full_office.app.config, "TESTING", False)
    monkeypatch.setitem(full_office.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    form = next(form for form in full_office.forms if form.rule == rule)
    assert interruptions.without_entry(full_office, form) == []
    for interrupt in (partial(interruptions.fails_at, how=interruptions.locked), interruptions.dies_at):
        assert interruptions.halves(full_office, form, interrupt) == []


def test_control_a_command_that_commits_in_between_is_noticed(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_two_steps(public_id: str) -> str:
        for action in ("staff.signed_in", "staff.signed_out"):
            with transaction() as session:
                audit.record(action, "staff", "m-i", by=session.scalars(sa.select(StaffMember)).first().actor)
        return "done"

    in_two_steps.is_public = True  # type: ignore[attr-defined]
    form = next(form for form in full_office.forms if form.rule == "/cards/<public_id>/spoil")
    monkeypatch.setitem(full_office.app.view_functions, "CardView.spoil", in_two_steps)
    monkeypatch.setitem(full_office.app.config, "TESTING", False)
    assert interruptions.halves(full_office, form, interruptions.dies_at)


def to_dict(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The pairs as the test client takes them."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.about_pages
def test_control_a_fault_is_noticed(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(**_arguments: Any) -> None:
        raise DataError("too long", {}, Exception())

    break_down.is_public = True  # type: ignore[attr-defined]
    form = next(form for form in full_office.forms if form.rule == "/cards/<public_id>/spoil")
    monkeypatch.setitem(full_office.app.view_functions, "CardView.spoil", break_down)
    monkeypatch.setitem(full_office.app.config, "TESTING", False)
    assert unclear(form, full_office.people[form.letter].post(form.action))
