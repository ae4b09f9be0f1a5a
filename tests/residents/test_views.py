"""The pages about people: what is shown, what is not, and to whom."""

import html
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.foundation.database import db
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.residents import id_number, register
from tests.faults.hard_strings import spellings

SignIn = Callable[..., FlaskClient]
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def browser(sign_in: SignIn, clerk: StaffMember) -> FlaskClient:
    """The clerk's browser."""
    return sign_in(clerk)


def find(browser: FlaskClient, number: str, name: str = "", **extra: str):  # type: ignore[no-untyped-def]
    return browser.post("/residents/find", data={"id_number": number, "name": name} | extra)


def test_a_known_number_leads_to_the_person(browser: FlaskClient, clerk: StaffMember) -> None:
    number = id_number()
    made = register(clerk, number=number)
    assert find(browser, number).location == f"/residents/{made.public_id}"


def test_an_unknown_number_leads_to_registering_and_stays_out_of_the_address(browser: FlaskClient) -> None:
    number = id_number()
    answer = find(browser, number, "李雷")
    page = browser.get(answer.location)
    assert number not in answer.location and number not in page.text and "*" * 14 + number[-4:] in page.text


def test_registering_makes_the_resident_once(browser: FlaskClient) -> None:
    place = find(browser, id_number(), "李雷").location
    first, again = (browser.post(place, data={"name": "李雷", "phone": "13800135521"}) for _ in range(2))
    assert first.location == again.location and len(db.session.scalars(select(Resident)).all()) == 1


def test_the_goal_of_the_clerk_survives_registering(browser: FlaskClient) -> None:
    place = find(browser, id_number(), "李雷", goal="application").location
    assert "goal=application" in place
    assert browser.post(place, data={"name": "李雷", "goal": "application"}).location.startswith("/intake/new/")


@pytest.mark.parametrize("typed", ["", "123", "33010619870412002", MARKUP, "'; DROP TABLE resident; --", "１" * 18])
def test_a_wrong_number_gets_a_sentence_and_keeps_what_was_typed(browser: FlaskClient, typed: str) -> None:
    answer = find(browser, typed, "李雷")
    assert answer.status_code == 422 and "ID number" in answer.text and 'value="李雷"' in answer.text and MARKUP not in answer.text


def test_a_name_that_differs_is_refused_without_telling_the_known_one(browser: FlaskClient, clerk: StaffMember) -> None:
    number = id_number()
    register(clerk, "欧阳靖瑶", number=number)
    answer = find(browser, number, "李雷")
    assert answer.status_code == 409 and "another name" in answer.text and "欧阳靖瑶" not in answer.text


def test_the_kept_number_of_another_session_is_not_found(
    browser: FlaskClient, sign_in: SignIn, make_staff: Callable[..., StaffMember]
) -> None:
    place = find(browser, id_number(), "李雷").location
    other = sign_in(make_staff("intake_clerk", username="other"))
    assert other.get(place).status_code == 404


def test_markup_in_names_and_addresses_is_shown_literally(browser: FlaskClient, clerk: StaffMember) -> None:
    made = register(clerk, MARKUP, address=MARKUP)
    page = browser.get(f"/residents/{made.public_id}").text
    assert MARKUP not in page and html.escape(MARKUP, quote=False) in page


def test_the_page_never_holds_the_full_number_or_phone(browser: FlaskClient, clerk: StaffMember) -> None:
    number = id_number()
    made = register(clerk, number=number, phone="13800135521")
    page = browser.get(f"/residents/{made.public_id}").text
    assert number not in page and "13800135521" not in page and "*******5521" in page


def test_revealing_shows_the_number_once_and_is_never_cached(browser: FlaskClient, clerk: StaffMember) -> None:
    number = id_number()
    made = register(clerk, number=number)
    answer = browser.post(f"/residents/{made.public_id}/reveal", data={"reason": "compare with the card"})
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "residents.revealed")).one()
    assert number in answer.text and answer.headers["Cache-Control"] == "no-store" and entry.reason == "compare with the card"
    assert number not in browser.get(f"/residents/{made.public_id}").text


def test_revealing_without_a_reason_shows_nothing(browser: FlaskClient, clerk: StaffMember) -> None:
    number = id_number()
    made = register(clerk, number=number)
    answer = browser.post(f"/residents/{made.public_id}/reveal", data={"reason": " "})
    assert answer.status_code == 422 and number not in answer.text
    assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == "residents.revealed")) is None


def test_a_stale_correction_shows_the_difference_and_keeps_what_was_typed(browser: FlaskClient, clerk: StaffMember) -> None:
    made = register(clerk)
    place, first = f"/residents/{made.public_id}/correct", {"name": "王龑", "name_latin": "Wang Yan", "version": "1"}
    assert browser.post(place, data=first | {"postcode": "310012"}).status_code == 302
    answer = browser.post(place, data=first | {"postcode": "310099"})
    assert (
        answer.status_code == 409
        and "310012" in answer.text
        and 'value="310099"' in answer.text
        and 'name="version" value="2"' in answer.text
    )


def test_a_corrected_person_is_saved(browser: FlaskClient, clerk: StaffMember) -> None:
    made = register(clerk)
    data = {"name": "王妍", "name_latin": "Wang Yan", "version": "1", "reason": "household register"}
    assert browser.post(f"/residents/{made.public_id}/correct", data=data).status_code == 302
    assert db.session.get(Resident, made.id).name == "王妍"


@pytest.mark.parametrize("typed", ["11010519491231002X", *spellings("11010519491231002X")])
def test_a_known_number_brings_the_name_while_it_is_typed_and_the_look_is_noted(
    browser: FlaskClient, clerk: StaffMember, typed: str
) -> None:
    made = register(clerk, number="11010519491231002X")
    answer = browser.post("/residents/known", data={"number": typed})
    assert answer.json == {"name": "王龑", "says": "Known here as 王龑. Compare it with the card."}
    noted = db.session.scalars(select(ReadNote).filter_by(act="found")).all()
    assert [(note.resident_ref, note.actor_id) for note in noted] == [(made.public_id, clerk.id)]


def test_whoever_may_not_see_names_is_told_one_character_of_a_known_one(sign_in: SignIn, clerk: StaffMember) -> None:
    register(clerk, number="11010519491231002X")
    answer = sign_in("auditor").post("/residents/known", data={"number": "11010519491231002X"})
    assert answer.json["name"] == "" and "王＊＊" in answer.json["says"] and "龑" not in answer.text


@pytest.mark.parametrize("typed", ["", "1101051949123100", "110105194912310021", "99999919491231002X", "1101051949123100㐱"])
def test_the_field_and_the_server_say_the_same_about_a_mistyped_number(browser: FlaskClient, typed: str) -> None:
    told, refused = browser.post("/residents/known", data={"number": typed}), find(browser, typed)
    assert told.status_code == refused.status_code == 422
    assert f"</svg>{told.json['problem']}</p>" in html.unescape(refused.text)


def test_the_field_has_the_sentences_of_the_server(browser: FlaskClient) -> None:
    for language in ("en", "zh"):
        browser.post("/preferences/", data={"language": language})
        page = html.unescape(browser.get("/residents/").text)
        for wrong, name in (("11010519491231002", "length"), ("110105194912310021", "checksum")):
            assert f'data-text-{name}="{browser.post("/residents/known", data={"number": wrong}).json["problem"]}"' in page


def test_a_number_that_nobody_has_brings_no_name(browser: FlaskClient) -> None:
    assert browser.post("/residents/known", data={"number": id_number()}).json == {"name": "", "says": ""}


def test_the_character_nul_is_refused_everywhere(browser: FlaskClient) -> None:
    assert find(browser, "\x00" * 18).status_code == 400
    assert browser.get("/loss-reports/?tab=%00").status_code == 400


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "²"])
def test_a_hostile_version_is_no_form_of_ours(browser: FlaskClient, clerk: StaffMember, version: str) -> None:
    made = register(clerk)
    data = {"name": "王龑", "postcode": "310012", "version": version}
    assert browser.post(f"/residents/{made.public_id}/correct", data=data).status_code == 400


@pytest.mark.parametrize("place", ["/residents/{}", "/residents/{}/correct", "/residents/new/{}"])
@pytest.mark.parametrize("foreign", ["0" * 32, "1", "a" * 300, "%00", "..%2f..", "' OR 1=1"])
def test_foreign_ids_are_not_found(browser: FlaskClient, place: str, foreign: str) -> None:
    assert browser.get(place.format(foreign)).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("reviewer", 200), ("auditor", 200), ("supervisor", 200), ("mailroom_clerk", 403), ("administrator", 403)]
)
def test_who_may_see_a_resident(clerk: StaffMember, sign_in: SignIn, role: str, status: int) -> None:
    made = register(clerk)
    assert sign_in(role).get(f"/residents/{made.public_id}").status_code == status


def test_an_auditor_cannot_reveal(clerk: StaffMember, sign_in: SignIn) -> None:
    made = register(clerk)
    assert sign_in("auditor").post(f"/residents/{made.public_id}/reveal", data={"reason": "audit"}).status_code == 403
