"""Looking up a case by reference and code: what is shown, to whom, and how often anybody may try (O-5 of the door's tests)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application, LookUpAttempt
from admin_app.applications.operations import look_up
from admin_app.applications.rules.look_up import FAILED_OF_A_CASE, FAILED_OF_AN_ADDRESS, SIGNS, new_code, read_code, read_reference, shown
from admin_app.centres.models import Centre
from admin_app.foundation import clock, origin
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.foundation.settings import current
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.cards import make_card
from tests.factories.residents import make_resident

NAME, ADDRESS = "欧阳静", "文三路90号"


@pytest.fixture
def case(clerk: StaffMember, centre: Centre) -> Application:
    """Being examined; its resident has a name and an address that no page may show."""
    resident = make_resident(NAME, address=ADDRESS, postcode="310012")
    return make_application(clerk, centre, resident, status="submitted", is_open=True, submitted_at=clock.now())


def given(case: Application, clerk: StaffMember) -> str:
    with transaction():
        return look_up.give_code(case, by=clerk.actor)


def stamp(browser: FlaskClient) -> str:
    return re.findall(r'name="stamp" value="([^"]+)"', browser.get("/online/look-up").text)[0]


def ask(browser: FlaskClient, reference: str, code: str, **more: str):  # type: ignore[no-untyped-def]
    return browser.post("/online/look-up", data={"stamp": stamp(browser), "reference": reference, "code": code} | more)


def plain(text: str) -> str:
    """A page without what differs each time and without what was typed."""
    return re.sub(r'[0-9]{4}-[0-9]{4}-[0-9]{4}|value="[^"]*"', "", text)


def attempts() -> int:
    return int(db.session.scalar(sa.select(sa.func.count(LookUpAttempt.id))) or 0)


def test_a_code_has_eight_of_twenty_five_signs_and_is_read_however_it_is_typed() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 8 and set(code) <= set(SIGNS) for code in codes)
    assert (len(set(SIGNS)), set("0O1IL2Z5S8B") & set(SIGNS)) == (25, set())
    assert {read_code(text) for text in ("ACDE-FGHJ", "acde fghj", "ＡＣＤＥ—ＦＧＨＪ", " acdefghj ")} == {"ACDEFGHJ"}
    assert {read_code(text) for text in ("ACDE-FGH", "ACDE-FGHI", "", "ACDEFGHJK")} == {""}
    assert read_reference("bk26 0000123") == "BK-26-0000123"
    assert {read_reference(text) for text in ("GS-26-0000123", "BK-26-123", "' OR 1=1")} == {""}


def test_the_code_shows_where_the_case_stands_and_nothing_of_the_resident(
    client: FlaskClient, case: Application, clerk: StaffMember
) -> None:
    answer = ask(client, case.reference, shown(given(case, clerk)).lower())
    assert answer.status_code == 200
    assert "We are checking your application." in answer.text
    assert case.due_on.isoformat() in answer.text
    assert case.centre.name_en in answer.text
    hidden = (NAME, ADDRESS, "310012", case.resident.id_number_masked, "Lost", "Damaged")
    assert [one for one in hidden if one in answer.text] == []
    assert attempts() == 0


def test_a_clock_that_stands_still_is_said_with_since_when_and_until(client: FlaskClient, clerk: StaffMember, centre: Centre) -> None:
    today = clock.today()
    waiting = make_application(
        clerk, centre, make_resident(), status="needs_information", is_open=True, paused_on=today, answer_by=today + timedelta(days=9),
        submitted_at=clock.now(),
    )  # fmt: skip
    text = ask(client, waiting.reference, given(waiting, clerk)).text
    assert "The clock stands still, because you owe us papers" in text
    assert today.isoformat() in text and (today + timedelta(days=9)).isoformat() in text


def test_a_card_that_waits_at_the_counter_is_told(client: FlaskClient, clerk: StaffMember, centre: Centre) -> None:
    approved = make_application(
        clerk, centre, make_resident(), status="approved", delivery="collect", submitted_at=clock.now(), closed_materials=[]
    )
    make_card(approved, "ready", delivery="collect", serial="A00000001", ready_at=clock.now(), made_at=clock.now())
    assert "Your card lies ready for you." in ask(client, approved.reference, given(approved, clerk)).text


def test_wrong_code_unknown_reference_no_code_and_too_many_tries_are_one_page(
    client: FlaskClient, case: Application, clerk: StaffMember, centre: Centre
) -> None:
    right = given(case, clerk)
    without = make_application(clerk, centre, make_resident(), reference="BK-26-7000001")
    wrong = "A" * 8 if right != "A" * 8 else "C" * 8
    answers = [ask(client, *typed) for typed in ((case.reference, wrong), ("BK-26-9999999", wrong), (without.reference, wrong))]
    for _ in range(FAILED_OF_A_CASE):
        ask(client, case.reference, wrong)
    answers.append(ask(client, case.reference, right))
    assert {answer.status_code for answer in answers} == {422}
    assert len({plain(answer.text) for answer in answers}) == 1
    assert f'value="{case.reference}"' in answers[0].text, "what was typed stays"


def test_restricted_and_erased_residents_are_not_told_about(client: FlaskClient, case: Application, clerk: StaffMember) -> None:
    code = given(case, clerk)
    for column, value in (("is_restricted", True), ("erased_at", clock.now())):
        with transaction() as session:
            session.execute(sa.update(type(case.resident)).values(is_restricted=False, erased_at=None))
            session.execute(sa.update(type(case.resident)).values({column: value}))
        assert ask(client, case.reference, code).status_code == 422


def test_ten_wrong_codes_a_day_are_compared_and_then_not_even_the_right_one(
    client: FlaskClient, case: Application, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, compared = given(case, clerk), []
    compare = look_up._is_code_of
    monkeypatch.setattr(look_up, "_is_code_of", lambda found, code: compared.append(code) or compare(found, code))
    for _ in range(FAILED_OF_A_CASE + 5):
        assert ask(client, case.reference, "A" * 8).status_code == 422
    assert (len(compared), attempts()) == (FAILED_OF_A_CASE, FAILED_OF_A_CASE)
    assert ask(client, case.reference, right).status_code == 422
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1), tick=False):
        assert ask(client, case.reference, right).status_code == 200
        assert attempts() == 0


def test_an_address_may_fail_sixty_times_an_hour_whatever_it_asks_for(app: Flask, case: Application, clerk: StaffMember) -> None:
    right = given(case, clerk)
    origin.address.set("203.0.113.9")
    with transaction():
        for number in range(FAILED_OF_AN_ADDRESS):
            assert look_up.find(f"BK-26-{number:07d}", "A" * 8) is None
        assert look_up.find(case.reference, right) is None
    origin.address.set("203.0.113.10")
    with transaction():
        assert look_up.find(case.reference, right) is not None


def test_a_new_code_makes_the_one_before_void_and_both_stand_in_the_log(client: FlaskClient, case: Application, clerk: StaffMember) -> None:
    first, second = given(case, clerk), given(case, clerk)
    assert ask(client, case.reference, first).status_code == 422
    assert ask(client, case.reference, second).status_code == 200
    log = db.session.scalars(sa.text("SELECT action FROM audit_entry ORDER BY id DESC LIMIT 2")).all()
    assert log == ["applications.look_up_code_renewed", "applications.look_up_code_given"]
    row = dict(db.session.execute(sa.text("SELECT * FROM application")).mappings().one())
    assert not any(code in str(value) for value in row.values() for code in (first, second))


def test_a_draft_has_no_code(app: Flask, clerk: StaffMember, centre: Centre) -> None:
    draft = make_application(clerk, centre, make_resident(), status="draft")
    with pytest.raises(Conflict), transaction():
        look_up.give_code(draft, by=clerk.actor)


def test_the_counter_shows_a_code_once_prints_it_and_forgets_it(
    sign_in: Callable[..., FlaskClient], client: FlaskClient, case: Application, clerk: StaffMember
) -> None:
    browser, place = sign_in(clerk), f"/intake/{case.reference}"
    assert browser.post(f"{place}/look-up-code").status_code == 302
    page = browser.get(place).text
    code = re.findall(r"Look-up code: ([A-Z0-9]{4}-[A-Z0-9]{4})", page)[0]
    assert ask(client, case.reference, code).status_code == 200
    assert code in receipt(browser, place)
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        assert code not in browser.get(place).text
        assert code not in receipt(browser, place)


def receipt(browser: FlaskClient, place: str) -> str:
    with pypdfium2.PdfDocument(browser.get(f"{place}/receipt.pdf?language=en").data) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_an_office_without_pages_for_residents_gives_no_codes(
    sign_in: Callable[..., FlaskClient], case: Application, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current(), "environment", "production")
    browser, place = sign_in(clerk), f"/intake/{case.reference}"
    assert "look-up-code" not in browser.get(place).text
    browser.post(f"{place}/look-up-code")
    assert db.session.scalar(sa.select(Application.look_up_index)) is None


@pytest.mark.parametrize(
    ("reference", "code", "said"), [("", "ACDEFGHJ", "The reference looks like"), ("BK-26-0000001", "I", "The code has eight")]
)
def test_what_can_be_no_reference_or_code_is_said_at_its_field(client: FlaskClient, reference: str, code: str, said: str) -> None:
    answer = ask(client, reference, code)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<title>Error: " in answer.text
    assert attempts() == 0


def test_the_office_itself_gives_no_codes(case: Application) -> None:
    with pytest.raises(NotAllowed), transaction():
        look_up.give_code(case, by=SYSTEM)


def test_a_card_that_was_destroyed_is_not_drawn_on_its_way(client: FlaskClient, clerk: StaffMember, centre: Centre) -> None:
    approved = make_application(clerk, centre, make_resident(), status="approved", submitted_at=clock.now(), closed_materials=[])
    make_card(approved, "destroyed", ended_at=clock.now())
    page = ask(client, approved.reference, given(approved, clerk)).text
    assert "It was destroyed" in page and 'class="way"' not in page
