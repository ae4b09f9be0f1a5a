"""ID numbers that are mistyped, impossible or somebody else's: a sentence in the reader's language wherever one is typed."""

import html
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import func, select
from stdnum.cn import ric

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import db, new_public_id
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.residents import rules
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.residents import id_number, register


def numbered(body: str) -> str:
    """17 digits and the check digit that belongs to them."""
    return body + ric.calc_check_digit(body + "0")


GOOD = id_number(date(1987, 4, 12))
BAD = {
    "empty": "",
    "too short": GOOD[:-1],
    "too long": GOOD + "1",
    "letters": "ABCDEFGHIJKLMNOPQR",
    "one wrong digit": f"{GOOD[:-2]}{(int(GOOD[-2]) + 1) % 10}{GOOD[-1]}",
    "no such day": numbered("33010619870230001"),
    "no such place": numbered("99999919870412001"),
    "not born yet": numbered("33010620990412001"),
    "other digits": "٣" * 18,
    "hostile": "' OR 1=1 --<b id=zz>",
}
UNUSUAL = (numbered("32111919870412001"), numbered("33010618991231001"), numbered("32111918991231001"))
"""A place that is on no list, a birth before 1900, both."""
FILLED = {"channel": "counter", "reason": "damaged", "applicant": "proxy", "agent_name": "李雷", "delivery": "collect"}


def reasons(app: Flask, number: str) -> dict[str, str]:
    """Why the rules refuse this number, in each language."""
    with pytest.raises(TextRefused) as refused:
        rules.read_id_number(number, today=clock.today())
    found = {}
    for language in ("en", "zh"):
        with app.test_request_context(), force_locale(language):
            found[language] = str(refused.value.message)
    assert found["en"] != found["zh"]
    return found


@pytest.mark.parametrize("number", BAD.values(), ids=BAD)
def test_a_number_that_is_none_gets_its_sentence_in_every_form(
    app: Flask, sign_in: Callable[..., FlaskClient], clerk: StaffMember, number: str
) -> None:
    browser, resident = sign_in(clerk), register(clerk)
    for language, sentence in reasons(app, number).items():
        browser.post("/preferences/", data={"language": language})
        found = browser.post("/residents/find", data={"id_number": number, "name": "王龑"})
        proxy = FILLED | {"agent_id_number": number, "key": new_public_id()}
        taken = browser.post(f"/intake/new/{resident.public_id}", data=proxy)
        for answer in (found, taken):
            assert answer.status_code == 422 and sentence in html.unescape(answer.text) and "<b id=zz" not in answer.text
        assert "王龑" in found.text and "李雷" in taken.text
    assert db.session.scalar(select(func.count(Application.id))) == 0
    assert db.session.scalar(select(func.count(Resident.id))) == 1


def test_a_number_that_belongs_to_another_name_tells_neither_name_nor_number(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember
) -> None:
    register(clerk, "王龑", number=GOOD)
    browser = sign_in(clerk)
    for language, part in (("en", "another name"), ("zh", "另一姓名")):
        browser.post("/preferences/", data={"language": language})
        answer = browser.post("/residents/find", data={"id_number": GOOD, "name": "李雷"})
        assert answer.status_code == 409 and part in answer.text and "王龑" not in answer.text


def test_ones_own_number_is_no_proxys(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> None:
    resident = register(clerk, number=GOOD)
    proxy = FILLED | {"agent_id_number": GOOD, "key": new_public_id()}
    assert sign_in(clerk).post(f"/intake/new/{resident.public_id}", data=proxy).status_code == 422
    assert db.session.scalar(select(func.count(Application.id))) == 0


@pytest.mark.parametrize("number", UNUSUAL)
def test_an_unusual_number_is_asked_about_once_and_kept_as_confirmed(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, number: str
) -> None:
    browser, typed = sign_in(clerk), {"id_number": number, "name": "王龑"}
    asked = browser.post("/residents/find", data=typed)
    assert asked.status_code == 422 and f'value="{number}"' in asked.text and "Is it so on the card?" in asked.text
    assert browser.post("/residents/find", data=typed | {"id_number_confirmed": GOOD}).status_code == 422
    found = browser.post("/residents/find", data=typed | {"id_number_confirmed": number})
    made = browser.post(found.location, data={"name": "王龑"})
    resident = db.session.scalars(select(Resident)).one()
    doubts = rules.read_id_number(number, today=clock.today()).confirmed
    assert resident.number_confirmed == doubts != ""
    assert str(rules.CONFIRMED_LABELS[doubts]) in browser.get(made.location).text
    assert db.session.scalars(select(AuditEntry).filter_by(action="residents.registered")).one().changes["confirmed"] == doubts
    assert browser.post("/residents/find", data=typed).location == made.location  # known now: nothing is asked


@pytest.mark.parametrize("number", UNUSUAL)
def test_an_unusual_number_of_a_proxy_is_asked_about_and_kept_as_confirmed(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, number: str
) -> None:
    browser, resident = sign_in(clerk), register(clerk)
    proxy = FILLED | {"agent_id_number": number, "key": new_public_id()}
    asked = browser.post(f"/intake/new/{resident.public_id}", data=proxy)
    assert asked.status_code == 422 and f'name="agent_id_number_confirmed" value="{number}"' in asked.text
    taken = browser.post(f"/intake/new/{resident.public_id}", data=proxy | {"agent_id_number_confirmed": number})
    case = db.session.scalars(select(Application)).one()
    assert taken.status_code == 302 and case.agent_number_confirmed == rules.read_id_number(number, today=clock.today()).confirmed
    for page in (f"/intake/{case.reference}", f"/applications/{case.reference}"):
        assert str(case.agent_number_note) in html.unescape(browser.get(page).text)
    browser.post(f"/intake/{case.reference}/change", data=FILLED | {"applicant": "self", "version": case.version})
    db.session.refresh(case)
    assert (case.agent_id_masked, case.agent_number_confirmed) == ("", "")


def test_an_unusual_number_stands_in_no_text(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> None:
    resident = register(clerk)
    statement = FILLED | {"applicant": "self", "statement": f"见 {UNUSUAL[0]}", "key": new_public_id()}
    assert sign_in(clerk).post(f"/intake/new/{resident.public_id}", data=statement).status_code == 422


def test_control_a_good_number_is_taken(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> None:
    resident = register(clerk)
    proxy = FILLED | {"agent_id_number": GOOD, "key": new_public_id()}
    assert sign_in(clerk).post(f"/intake/new/{resident.public_id}", data=proxy).status_code == 302
