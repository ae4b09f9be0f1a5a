"""A centre needs a name and an address in one language; the other language shows them too, wherever a centre stands."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from admin_app.applications.queries.receipt import receipt_row as application_receipt
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.foundation.i18n import LANGUAGES
from admin_app.loss_reports.queries import receipt_row as loss_report_receipt
from admin_app.mailing.queries.sheets import sender_line
from tests.factories.applications import make_application, make_linked_report
from tests.factories.cards import ready_card
from tests.factories.centres import make_centre

ROOT = Path(__file__).resolve().parents[2]
SPOKEN = {"en": ("Harbour Office", "7 Quay Street"), "zh": ("港口网点", "码头街7号")}
UNSAID = {
    "district_code": "", "district_en": "", "district_zh": "", "postcode": "", "phone": "",
    "latitude": None, "longitude": None, "hours": [[]] * 7,
}  # fmt: skip
WITHOUT_CENTRE = ("/",)
"""The home page of a supervisor of the whole office names none."""
FIELDS = (
    "name_en", "name_zh", "address_en", "address_zh", "postcode", "phone",
    "code", "district_code", "district_en", "district_zh", "latitude",
    "longitude",
)  # fmt: skip
EMPTY: dict[str, Any] = dict.fromkeys(FIELDS, "") | {"is_active": "y"}
"""What a browser sends of a form in which nothing was typed, but for the days of the week."""


def said_in(language: str) -> dict[str, str]:
    """Name and address as a form sends them, in one language."""
    name, address = SPOKEN[language]
    return {f"name_{language}": name, f"address_{language}": address}


def make_lone(language: str, code: str, **changes: Any) -> Centre:
    """A centre of which nothing is known but a name and an address in one language."""
    empty = dict.fromkeys(("name_en", "name_zh", "address_en", "address_zh"), "")
    return make_centre(code, **(empty | UNSAID | said_in(language) | changes))


def sent(browser: FlaskClient, values: dict[str, str]) -> Any:
    """The form of a new centre as a browser sends it: every field, seven days."""
    return browser.post("/reference/centres/add", data=EMPTY | values | {"hours": [""] * 7})


def speak(browser: FlaskClient, language: str) -> None:
    assert browser.post("/preferences/", data={"language": language}).status_code == 302


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_and_an_address_in_one_language_are_enough(sign_in: Any, language: str) -> None:
    answer = sent(sign_in("administrator"), said_in(language))
    assert answer.status_code == 302, answer.text
    centre = db.session.scalars(sa.select(Centre)).one()
    assert (getattr(centre, f"name_{language}"), getattr(centre, f"address_{language}")) == SPOKEN[language]
    assert (centre.code, centre.latitude, centre.longitude, centre.phone, centre.hours) == ("C1", None, None, "", [[]] * 7)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, {"name_en", "name_zh", "address_en", "address_zh"}),
        ({"name_en": "Only a name"}, {"address_en", "address_zh"}),
        ({"address_zh": "只有地址"}, {"name_en", "name_zh"}),
        ({"name_en": " ", "name_zh": "　", "address_en": "7 Quay Street"}, {"name_en", "name_zh"}),
        (said_in("en") | {"latitude": "30.2"}, {"latitude", "longitude"}),
        (said_in("en") | {"longitude": "120"}, {"longitude"}),
        (said_in("zh") | {"latitude": "91", "longitude": "120"}, {"latitude"}),
        (said_in("zh") | {"district_code": "12"}, {"district_code"}),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_saved(sign_in: Any, values: dict[str, str], fields: set[str]) -> None:
    answer = sent(sign_in("administrator"), values)
    assert answer.status_code == 422
    marked = {re.search(r'name="(\w+)"', tag)[1] for tag in re.findall(r"<input[^>]*is-invalid[^>]*>", answer.text)}  # type: ignore[index]
    assert marked & fields and marked <= fields | {"latitude", "longitude"}
    assert db.session.scalar(sa.select(sa.func.count(Centre.id))) == 0


def test_blanks_in_a_field_that_may_be_empty_are_nothing(sign_in: Any) -> None:
    blanks = dict.fromkeys(("code", "district_code", "district_en", "postcode", "phone", "latitude", "longitude"), "  ")
    assert sent(sign_in("administrator"), said_in("zh") | blanks).status_code == 302
    centre = db.session.scalars(sa.select(Centre)).one()
    assert (centre.code, centre.district_code, centre.district_en, centre.postcode, centre.phone) == ("C1", "", "", "", "")


def test_names_in_two_languages_of_which_one_each_are_enough(sign_in: Any) -> None:
    assert sent(sign_in("administrator"), {"name_zh": "港口网点", "address_en": "7 Quay Street"}).status_code == 302


def test_codes_that_the_desk_gives_are_free_ones(sign_in: Any) -> None:
    make_centre("C2")
    browser = sign_in("administrator")
    for language in ("zh", "en"):
        assert sent(browser, said_in(language)).status_code == 302
    assert set(db.session.scalars(sa.select(Centre.code))) == {"C1", "C2", "C3"}


def test_the_same_form_without_a_code_sent_twice_adds_one_centre(sign_in: Any) -> None:
    browser = sign_in("administrator")
    first, second = (sent(browser, said_in("zh")) for _n in range(2))
    assert (first.status_code, second.status_code) == (302, 422)
    assert "is there already" in second.text and SPOKEN["zh"][0] in second.text
    assert list(db.session.scalars(sa.select(Centre.code))) == ["C1"]
    assert sent(browser, said_in("zh") | {"code": "MEANT"}).status_code == 302


def test_a_centre_loses_what_is_emptied_later_and_may_not_lose_its_only_name(sign_in: Any) -> None:
    centre, browser = make_centre("HB"), sign_in("administrator")
    form: dict[str, Any] = EMPTY | said_in("zh") | {"version": "1", "hours": [""] * 7}
    del form["code"]
    assert browser.post(f"/reference/centres/{centre.id}/edit", data=form | {"name_zh": ""}).status_code == 422
    assert browser.post(f"/reference/centres/{centre.id}/edit", data=form).status_code == 302
    db.session.expire_all()
    kept = db.session.get_one(Centre, centre.id)
    assert (kept.name_en, kept.name_zh, kept.latitude, kept.district_code) == ("", "港口网点", None, "")


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_about_centres_show_it_in_either_language(sign_in: Any, language: str, reader: str) -> None:
    centre = make_lone(language, "HB")
    other = make_lone(language, "OTHER", latitude=30.2, longitude=120.1)
    name, address = SPOKEN[language]
    browser = sign_in("administrator", centre=centre)
    speak(browser, reader)
    pages = {
        url: browser.get(url)
        for url in (
            "/", "/account/", "/centres/", "/centres/HB", "/centres/OTHER", "/reference/centres/",
            f"/reference/centres/{centre.id}", f"/reference/centres/{other.id}/edit", "/staff/", "/staff/add",
            "/staff/members/administrator", "/centres/?latitude=30&longitude=120",
        )
    }  # fmt: skip
    assert {url: answer.status_code for url, answer in pages.items() if answer.status_code != 200} == {}
    assert [url for url, answer in pages.items() if name not in answer.text] == []
    assert address in pages["/centres/"].text and address in pages["/centres/HB"].text
    assert pages["/centres/HB"].text.count(address) == 1, "not a second time as the address in the other language"
    assert not re.search(r">\s*None\b", "".join(answer.text for answer in pages.values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_found_by_the_language_that_it_has(sign_in: Any, language: str) -> None:
    make_lone(language, "HB")
    browser = sign_in("auditor")
    for word in SPOKEN[language]:
        assert "/centres/HB" in browser.get("/centres/", query_string={"q": word}).text


def test_a_centre_of_unknown_place_is_near_nothing_and_in_no_district(sign_in: Any) -> None:
    make_lone("zh", "HB")
    make_centre("XH")
    browser = sign_in("auditor")
    near = browser.get("/centres/?latitude=30&longitude=120").text
    assert "/centres/XH" in near and "/centres/HB" not in near
    assert browser.get("/centres/?district=330106").status_code == 200
    alone = browser.get("/centres/HB").text
    assert "none can be called near" in alone and "Hours not entered" in alone and "Nobody has entered them yet." in alone


def test_a_district_is_named_by_the_centre_that_names_it(sign_in: Any) -> None:
    make_centre("A", district_en="", district_zh="西湖区")
    make_centre("B", district_en="West Lake", district_zh="")
    assert ">West Lake<" in sign_in("auditor").get("/centres/").text


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sender_on_a_label_is_the_centre_in_its_language(app: Any, language: str, reader: str) -> None:
    assert sender_line(make_lone(language, "HB"), reader) == " ".join(SPOKEN[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_cases_cards_and_loss_reports_name_their_centre_in_either_language(sign_in: Any, make_staff: Any, language: str) -> None:
    centre, name = make_lone(language, "HB"), SPOKEN[language][0]
    make_centre("XH")  # where there are two, reports ask which
    clerk = make_staff("intake_clerk", centre=centre)
    case = make_application(clerk, centre)
    card = ready_card(clerk, centre, by=make_staff("mailroom_clerk").actor, delivery="collect")
    report = make_linked_report(case, "provisional", lapses_at=clock.now() + timedelta(hours=30), centre_id=centre.id)
    receipt, slip = application_receipt(case, by=clerk.actor), loss_report_receipt(report, by=clerk.actor)
    assert {receipt.centre.name, slip.centre.name} == {name} and {receipt.centre.address, slip.centre.address} == {SPOKEN[language][1]}
    urls = [
        "/", "/queue/", f"/applications/{case.reference}", f"/residents/{case.resident.public_id}",
        "/cards/?tab=to_collect", f"/cards/{card.public_id}",
        "/loss-reports/?tab=provisional", f"/loss-reports/{report.public_id}", "/reports/", "/reports/monthly",
    ]  # fmt: skip
    browser = sign_in("supervisor")
    for reader in LANGUAGES:
        speak(browser, reader)
        pages = {url: browser.get(url) for url in urls}
        assert {url: answer.status_code for url, answer in pages.items() if answer.status_code != 200} == {}
        assert [url for url, answer in pages.items() if url not in WITHOUT_CENTRE and name not in answer.text] == [], reader


PLAIN = re.compile(r"\.(?:name|address|district)_(?:en|zh)\b")
ALLOWED = {
    "admin_app/centres/": "the room itself",
    "admin_app/templates/centres/macros.html": "which of the two is shown second",
    "admin_app/templates/centres/show.html": "which of the two is shown second",
    "admin_app/templates/online/centre.html": "which of the two is shown second",
}
OF_OTHERS = {
    "admin_app/templates/staff/", "admin_app/templates/desk/topbar.html", "admin_app/staff/", "admin_app/foundation/", "admin_app/mailing/",
    "admin_app/migrations/", "admin_app/demo/", "admin_app/applications/queries/",
    "admin_app/dashboard/queries/",
}  # fmt: skip
"""Names of people and of label stocks, statements that read both columns, and the demo, which has both."""


def test_no_page_reads_a_centre_in_one_language_only() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("admin_app", "reports")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html") and PLAIN.search(path.read_text(encoding="utf-8"))
    }
    assert {path for path in found if not path.startswith((*ALLOWED, *OF_OTHERS))} == set()


def test_control_such_a_page_would_be_found() -> None:
    assert PLAIN.search("{{ case.centre.name_zh }}") and not PLAIN.search('{{ pick(case.centre, "name") }}')
