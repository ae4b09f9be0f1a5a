"""What a clerk typed into a form and did not send is there again, for that clerk alone, until it is sent or its days are over."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.residents.models import Resident
from admin_app.restrictions import operations as restrictions
from admin_app.retention import operations as retention
from admin_app.staff.models import StaffMember
from admin_app.unsent_forms import operations, queries
from admin_app.unsent_forms.models import UnsentForm
from admin_app.unsent_forms.rules import LONGEST, MOST
from admin_app.unsent_table import TABLE
from tests.factories.applications import make_application
from tests.factories.residents import id_number, register
from tests.factories.staff import make_staff

SignIn = Callable[..., FlaskClient]
WORDS = "在公交车上丢的，穿蓝色外套"
PROXY = "买买提·吐尔逊"


@pytest.fixture
def browser(sign_in: SignIn, clerk: StaffMember) -> FlaskClient:
    return sign_in(clerk)


def place(form: str, subject: str) -> str:
    return f"/unsent-forms/keep/{form}/{subject}"


def typed(**more: str) -> dict[str, str]:
    return {"key": new_public_id(), "reason": "damaged", "statement": WORDS, "agent_name": PROXY, "agent_id_number": id_number()} | more


def rows() -> list[UnsentForm]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(UnsentForm).order_by(UnsentForm.id)))


def page(browser: FlaskClient, address: str) -> str:
    return html.unescape(browser.get(address).text)


def keep(resident: Resident, by: StaffMember, form: str = "application", **more: Any) -> bool:
    fields = tuple(typed().items())
    with transaction():
        return operations.keep(resident, form, fields, **({"key": new_public_id(), "by": by.actor} | more))


def test_what_was_typed_is_there_in_another_browser_after_signing_out(browser: FlaskClient, sign_in: SignIn, clerk: StaffMember) -> None:
    resident = register(clerk)
    said = typed()
    answer = browser.post(place("application", resident.public_id), data=said)
    assert answer.json["is_kept"] and re.fullmatch("[0-9]{2}:[0-9]{2}", answer.json["at"])
    browser.post("/sign-out")
    other = sign_in(clerk)
    for address in ("/", "/intake/"):
        assert 'href="/unsent-forms/"' in other.get(address).text, address
    listed = page(other, "/unsent-forms/")
    assert f'href="/intake/new/{resident.public_id}"' in listed and resident.name in listed and WORDS not in listed
    assert f'href="/intake/new/{resident.public_id}"' in page(other, f"/residents/{resident.public_id}")
    shown = page(other, f"/intake/new/{resident.public_id}")
    assert "You go on with what you typed on" in shown
    assert all(f'value="{said[name]}"' in shown for name in ("agent_name", "agent_id_number", "key")) and WORDS in shown


def test_it_is_read_in_chinese(sign_in: SignIn, clerk: StaffMember, centre: Centre) -> None:
    browser, resident = sign_in("intake_clerk", centre=centre, language="zh"), register(clerk)
    browser.post(place("loss_report", resident.public_id), data=typed(circumstances=WORDS))
    assert "未提交的表单" in page(browser, "/unsent-forms/")
    assert "可以继续填写" in page(browser, f"/loss-reports/new/{resident.public_id}")


@pytest.mark.parametrize("known", TABLE, ids=lambda known: known.kind.code)
def test_every_such_form_says_where_it_is_kept_and_comes_back(known: Any, browser: FlaskClient, clerk: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, status="draft", is_open=False, reason="lost")
    subject = case.reference if known.argument == "reference" else case.resident.public_id
    with browser.application.test_request_context():
        address = browser.application.url_for(known.page, **{known.argument: subject})
    keeps = place(known.kind.code, subject)
    fresh = page(browser, address)
    assert f'data-autosave-url="{keeps}"' in fresh and f'formaction="{keeps}"' in fresh
    text = next(name for name in ("statement", "circumstances") if name in known.kind.fields)
    assert browser.post(keeps, data={"key": new_public_id(), text: WORDS, "later": "yes"}).location == "/unsent-forms/"
    assert WORDS in page(browser, address) and address in page(browser, "/unsent-forms/")


def test_it_lies_encrypted_and_no_log_names_it(browser: FlaskClient, clerk: StaffMember) -> None:
    said = typed()
    before = db.session.scalar(sa.select(sa.func.count(AuditEntry.id)))
    resident = register(clerk)
    entries = db.session.scalar(sa.select(sa.func.count(AuditEntry.id)))
    browser.post(place("application", resident.public_id), data=said)
    (row,) = rows()
    content = bytes(row.content_sealed or b"")
    assert all(value.encode() not in content for value in said.values())
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == entries != before


def test_nobody_else_sees_or_discards_it(browser: FlaskClient, sign_in: SignIn, clerk: StaffMember, centre: Centre) -> None:
    resident = register(clerk)
    browser.post(place("application", resident.public_id), data=typed())
    (row,) = rows()
    colleague = sign_in(make_staff("intake_clerk", centre=centre))
    assert WORDS not in page(colleague, f"/intake/new/{resident.public_id}")
    assert resident.public_id not in page(colleague, "/unsent-forms/")
    assert colleague.post(f"/unsent-forms/{row.public_id}/discard").status_code == 404
    assert rows()[0].content


def test_a_reviewer_keeps_loss_reports_and_no_applications(sign_in: SignIn, clerk: StaffMember, reviewer: StaffMember) -> None:
    resident, browser = register(clerk), sign_in(reviewer)
    assert browser.post(place("loss_report", resident.public_id), data=typed()).status_code == 200
    assert browser.post(place("application", resident.public_id), data=typed()).status_code == 403


def test_once_sent_it_is_gone_and_what_comes_late_from_its_page_is_not_kept(browser: FlaskClient, clerk: StaffMember) -> None:
    resident, said = register(clerk), typed(reason="damaged", applicant="self", channel="counter", delivery="collect")
    said |= {"agent_name": "", "agent_id_number": ""}
    browser.post(place("application", resident.public_id), data=said)
    sent = browser.post(f"/intake/new/{resident.public_id}", data=said)
    assert sent.status_code == 302, sent.text
    late = browser.post(place("application", resident.public_id), data=said)
    assert late.json["is_kept"] is False
    assert [row.content for row in rows()] == [()]
    assert WORDS not in page(browser, f"/intake/new/{resident.public_id}")


def test_control_another_drawing_of_the_form_is_kept(browser: FlaskClient, clerk: StaffMember) -> None:
    resident = register(clerk)
    with transaction():
        operations.close(resident, "application", key=new_public_id(), by=clerk.actor)
    assert browser.post(place("application", resident.public_id), data=typed()).json["is_kept"]


def test_without_script_a_refused_form_and_the_page_that_asks_once_more_keep_it(browser: FlaskClient, clerk: StaffMember) -> None:
    resident = register(clerk)
    assert browser.post(f"/intake/new/{resident.public_id}", data=typed(reason="other", statement="")).status_code == 422
    formal = {"key": new_public_id(), "channel": "counter", "kind": "formal", "circumstances": WORDS}
    assert browser.post(f"/loss-reports/new/{resident.public_id}", data=formal).status_code == 200
    assert [(row.form, bool(row.content)) for row in rows()] == [("application", True), ("loss_report", True)]
    browser.post(f"/loss-reports/new/{resident.public_id}", data=formal | {"confirmed": "yes"})
    assert rows()[1].content == ()


def test_a_form_is_discarded_from_the_list_and_from_its_page(browser: FlaskClient, clerk: StaffMember) -> None:
    resident = register(clerk)
    for data, target in (({}, "/unsent-forms/"), ({"then": "form"}, f"/intake/new/{resident.public_id}")):
        said = typed()
        browser.post(place("application", resident.public_id), data=said)
        answer = browser.post(f"/unsent-forms/{rows()[0].public_id}/discard", data=data)
        assert answer.location == target and rows()[0].content == ()
        assert browser.post(place("application", resident.public_id), data=said).json["is_kept"] is False


def test_a_change_goes_on_and_says_what_a_colleague_changed_meanwhile(browser: FlaskClient, clerk: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, status="draft", is_open=False, reason="damaged", statement="as it was")
    reference, begun = case.reference, str(case.version)
    browser.post(place("change", reference), data=typed(begun=begun))
    assert "Saved now" not in page(browser, f"/intake/{reference}/change")
    with transaction() as session:
        session.execute(
            sa.update(Application).where(Application.id == case.id).values(statement="by a colleague", version=case.version + 1)
        )
    shown = page(browser, f"/intake/{reference}/change")
    assert "Saved now" in shown and "by a colleague" in shown and WORDS in shown


def test_the_records_of_a_restricted_resident_take_none(browser: FlaskClient, clerk: StaffMember) -> None:
    resident, supervisor = register(clerk), make_staff("supervisor")
    keep(resident, clerk)
    with transaction():
        later = clock.today() + timedelta(days=9)
        restrictions.restrict(resident, kind="dispute", reason="they say it is wrong", look_again_on=later, by=supervisor.actor)
    answer = browser.post(place("application", resident.public_id), data=typed())
    assert answer.status_code == 409 and "restricted" in answer.json["problem"]
    assert "data-autosave-url" not in browser.get(f"/intake/new/{resident.public_id}").text
    assert browser.post(f"/unsent-forms/{rows()[0].public_id}/discard").status_code == 302


def test_so_many_are_kept_and_no_more_and_the_sentence_says_so(browser: FlaskClient, clerk: StaffMember) -> None:
    for number in range(MOST):
        assert keep(register(clerk, f"王{chr(0x4E00 + number)}", number=id_number()), clerk)
    resident = register(clerk, "李四", number=id_number())
    with pytest.raises(operations.TooMany):
        keep(resident, clerk)
    answer = browser.post(place("application", resident.public_id), data=typed())
    assert answer.status_code == 409 and str(MOST) in answer.json["problem"]
    assert browser.post(place("application", resident.public_id), data=typed(later="yes")).status_code == 409
    with transaction():
        operations.discard(queries.mine(clerk.actor)[0], by=clerk.actor)
    assert keep(resident, clerk)


@pytest.mark.parametrize("much", [{"statement": "x" * (LONGEST + 1)}, {"statement": "x" * (LONGEST - 9), "address": "x" * 10}])
def test_what_is_far_too_long_is_not_kept_and_says_so(much: dict[str, str], browser: FlaskClient, clerk: StaffMember) -> None:
    answer = browser.post(place("application", register(clerk).public_id), data=typed(**much))
    assert answer.status_code == 422 and answer.json["problem"] and rows() == []


def test_only_fields_of_the_form_are_kept(browser: FlaskClient, clerk: StaffMember) -> None:
    browser.post(place("application", register(clerk).public_id), data=typed(password="secret", unknown="x", csrf_token="y"))
    assert not {"password", "unknown", "csrf_token"} & {name for name, _value in rows()[0].content}


@pytest.mark.parametrize("address", ["/unsent-forms/keep/none/x", "/unsent-forms/keep/change/BK-26-9999999", "/unsent-forms/x/discard"])
def test_what_there_is_not_is_refused(address: str, browser: FlaskClient) -> None:
    assert browser.post(address, data=typed()).status_code in (400, 404)


def test_it_ends_by_itself_after_its_days(app: Flask, clerk: StaffMember) -> None:
    old, new = register(clerk), register(clerk, "李四", number=id_number())
    keep(old, clerk)
    keep(new, clerk)
    days = settings.current().unsent_form_days
    with transaction() as session:
        for resident, age in ((old, days + 1), (new, days - 1)):
            aged = sa.update(UnsentForm).where(UnsentForm.resident_id == resident.id)
            session.execute(aged.values(kept_at=clock.now() - timedelta(days=age)))
    with transaction():
        retention.order_run(clock.now().isoformat())
    assert [row.resident_id for row in rows()] == [new.id]


def test_it_goes_with_the_draft_that_it_is_about(app: Flask, clerk: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, status="draft", is_open=False)
    keep(case.resident, clerk, "change", about_ref=case.reference)
    with transaction() as session:
        long_ago = clock.now() - timedelta(days=settings.current().draft_days + 1)
        session.execute(sa.update(Application).where(Application.id == case.id).values(received_at=long_ago))
    with transaction():
        retention.order_run(clock.now().isoformat())
    assert rows() == []


def test_what_another_request_wrote_at_the_same_moment_is_replaced(app: Flask, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    resident = register(clerk)
    keep(resident, clerk)
    seen = queries.row_of
    answers = iter([None])
    monkeypatch.setattr(operations.queries, "row_of", lambda *given: next(answers, seen(*given)))
    keep(resident, clerk)
    assert len(rows()) == 1


def test_a_case_that_is_taken_in_forgets_only_its_own_form(app: Flask, clerk: StaffMember) -> None:
    resident = register(clerk)
    keep(resident, clerk, "loss_report")
    with transaction():
        operations.close(resident, "application", key=new_public_id(), by=clerk.actor)
    assert [bool(row.content) for row in rows()] == [True, False]
