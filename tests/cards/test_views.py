"""The list of cards, the table of serials, the counter: who may, what stays typed, how many statements."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import Role
from tests.factories.cards import approved, make_card, ready_card, requested_card
from tests.factories.centres import make_centre
from tests.faults.hard_strings import spellings
from tests.statements import counted_statements

Staff = Callable[..., StaffMember]
SignIn = Callable[..., FlaskClient]
TABS = ("requested", "made", "to_mail", "to_collect", "gone")


def fresh(card: Card) -> Card:
    db.session.rollback()
    return db.session.get_one(Card, card.id)


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("size", [25, 100])
def test_the_list_needs_few_statements_whatever_its_length(tab, size, sign_in: SignIn, clerk, mailer, centre) -> None:
    for _ in range(3):
        requested_card(clerk, centre)
        ready_card(clerk, centre, by=mailer)
        ready_card(clerk, centre, by=mailer, delivery="collect")
    template = db.session.scalars(sa.select(Card)).first()
    add_many(template, clerk, centre, size)
    browser = sign_in(mailer)
    with counted_statements() as seen:
        assert browser.get(f"/cards/?tab={tab}&size={size}").status_code == 200
    assert len([text for text in seen if text.lstrip()[:6].upper() in ("SELECT", "WITH")]) <= 10


def add_many(template: Card, clerk: StaffMember, centre: Centre, count: int) -> None:
    """Requested, made and posted cards, quickly."""
    stations = (("requested", "post"), ("made", "post"), ("posted", "post"), ("ready", "post"), ("ready", "collect"))
    applications = [approved(clerk, centre) for _ in range(3)]
    with transaction():
        for n, (status, delivery) in enumerate(stations * count):
            make_card(applications[n % 3], status, copy=10 + n, delivery=delivery, requested_at=template.requested_at)


def test_pages_follow_each_other_without_gaps(sign_in: SignIn, clerk, mailer, centre) -> None:
    requested_card(clerk, centre)
    add_many(db.session.scalars(sa.select(Card)).one(), clerk, centre, 60)
    browser, seen, url = sign_in(mailer), [], "/cards/?tab=requested&size=25"
    while url:
        page = browser.get(url).text
        seen += ids_in(page)
        url = next_url(page)
    expected = db.session.scalars(sa.select(Card.public_id).where(Card.status == "requested").order_by(Card.id)).all()
    assert seen == list(expected)


def ids_in(page: str) -> list[str]:
    return [part[:32] for part in page.split('name="serial-')[1:]]


def next_url(page: str) -> str | None:
    return page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else None


@pytest.mark.parametrize("query", ["tab=nope", "page=%00", "size=7", "page=" + "x" * 99, "tab=gone&page=zz"])
def test_a_hostile_address_is_answered_plainly(query, sign_in: SignIn, mailer) -> None:
    assert sign_in(mailer).get(f"/cards/?{query}").status_code in (200, 400)


def test_serials_are_saved_row_by_row(sign_in: SignIn, clerk, mailer, centre) -> None:
    good, bad, left = (requested_card(clerk, centre) for _ in range(3))
    data = {f"serial-{good.public_id}": "ab 123456", f"serial-{bad.public_id}": "?", f"serial-{left.public_id}": ""}
    answer = sign_in(mailer).post("/cards/made", data=data)
    assert answer.status_code == 422
    assert 'value="?"' in answer.text
    assert [fresh(card).status for card in (good, bad, left)] == ["made", "requested", "requested"]
    assert fresh(good).serial == "AB123456"


def test_chosen_cards_become_ready(sign_in: SignIn, clerk, mailer, centre) -> None:
    first, second = requested_card(clerk, centre), requested_card(clerk, centre)
    browser = sign_in(mailer)
    browser.post("/cards/made", data={f"serial-{first.public_id}": "AAA111", f"serial-{second.public_id}": "AAA222"})
    answer = browser.post("/cards/ready", data={"card": [first.public_id, second.public_id, "0" * 32]})
    assert answer.status_code == 302
    assert [fresh(card).status for card in (first, second)] == ["ready", "ready"]


def test_a_card_is_handed_over_after_the_id_was_compared(sign_in: SignIn, clerk, mailer, centre) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    browser, url = sign_in(clerk), f"/cards/{card.public_id}/hand-over"
    assert browser.get(url).status_code == 200
    assert browser.get(f"/cards/{card.public_id}/slip.pdf").status_code == 409
    proxy = {"collector": "proxy", "collected_by": "王小明", "authority": "authorisation"}
    answer = browser.post(url, data=proxy)
    assert (answer.status_code, "王小明" in answer.text) == (422, True)
    answer = browser.post(url, data=proxy | {"is_compared": "y"})
    assert (answer.status_code, "18 characters" in answer.text, "王小明" in answer.text) == (422, True, True)
    whole = proxy | {"is_compared": "y", "collector_id_number": "11010519491231002X", "authority_missing": "no scanner"}
    assert browser.post(url, data=whole).status_code == 302
    assert (fresh(card).status, card.collected_by) == ("collected", "王小明")
    assert browser.post(url, data=whole).status_code == 409
    page = browser.get(f"/cards/{card.public_id}").text
    assert "**************002X" in page and "Signed authorisation" in page and "11010519491231002X" not in page
    slip = browser.get(f"/cards/{card.public_id}/slip.pdf?language=zh")
    assert (slip.status_code, slip.data[:5]) == (200, b"%PDF-")


def test_spoiling_leads_to_the_new_card(sign_in: SignIn, clerk, mailer, centre) -> None:
    card = ready_card(clerk, centre, by=mailer)
    browser, url = sign_in(mailer), f"/cards/{card.public_id}/spoil"
    assert browser.get(url).status_code == 200
    assert browser.post(url, data={"reason": ""}).status_code == 422
    assert browser.post(url, data={"reason": "bent", "fault": "nobody"}).status_code == 422
    answer = browser.post(url, data={"reason": "<b>bent</b>", "fault": "maker", "cost": "12"}, follow_redirects=True)
    assert "The maker" in answer.text and "12.00" in answer.text
    assert "&lt;b&gt;bent&lt;/b&gt;" in answer.text
    assert fresh(card).status == "spoiled"


def test_the_mailroom_sees_name_and_address_but_no_id_number(sign_in: SignIn, clerk, mailer, centre) -> None:
    card = ready_card(clerk, centre, by=mailer)
    browser = sign_in(mailer)
    page = browser.get(f"/cards/{card.public_id}").text
    resident = card.application.resident
    assert resident.name in page
    assert card.application.address in page
    for url in (f"/cards/{card.public_id}", "/cards/?tab=to_mail", "/mailing/"):
        assert resident.id_number_masked not in browser.get(url).text
    assert browser.get(f"/cards/{card.public_id}/hand-over").status_code == 403
    assert browser.get(f"/residents/{resident.public_id}").status_code in (403, 404)
    assert browser.get(f"/cases/{card.application.reference}").status_code in (403, 404)


def test_a_clerk_of_another_centre_does_not_know_the_card(sign_in: SignIn, make_staff: Staff, clerk, mailer, centre) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    stranger = sign_in(make_staff("intake_clerk", username="stranger", centre=make_centre("BJ")))
    assert stranger.get(f"/cards/{card.public_id}").status_code == 404
    answer = stranger.post(f"/cards/{card.public_id}/hand-over", data={"collected_by": "x", "is_compared": "y"})
    assert answer.status_code == 404
    assert card.public_id not in stranger.get("/cards/?tab=to_collect").text
    assert fresh(card).status == "ready"


@pytest.mark.parametrize("wrong", ["0" * 32, "nope", "%00", "1", "../1"])
@pytest.mark.parametrize("path", ["/cards/{}", "/cards/{}/spoil"])
def test_a_foreign_id_is_not_found(path, wrong, sign_in: SignIn, mailer) -> None:
    assert sign_in(mailer).get(path.format(wrong)).status_code == 404


READERS = {Role.INTAKE_CLERK, Role.REVIEWER, Role.SUPERVISOR, Role.MAILROOM_CLERK, Role.AUDITOR}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says(role: Role, app: Flask, sign_in: SignIn) -> None:
    browser, no_card = sign_in(str(role), username=f"somebody_{role}"), "0" * 32
    expected = {
        "/cards/": 200 if role in READERS else 403,
        f"/cards/{no_card}": 404 if role in READERS else 403,
        f"/cards/{no_card}/spoil": 404 if role == Role.MAILROOM_CLERK else 403,
        f"/cards/{no_card}/hand-over": 404 if role == Role.INTAKE_CLERK else 403,
    }
    assert {url: browser.get(url).status_code for url in expected} == expected
    posts = {"/cards/made": Role.MAILROOM_CLERK, "/cards/ready": Role.MAILROOM_CLERK}
    for url, owner in posts.items():
        assert (browser.post(url).status_code == 403) == (role != owner)


def test_the_search_box_opens_the_card_with_that_serial(sign_in: SignIn, make_staff: Staff, clerk, mailer, centre) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    target = f"/cards/{card.public_id}"
    for who in (mailer, clerk):
        browser = sign_in(who)
        for typed in (card.serial.lower(), *spellings(card.serial)):
            assert browser.post("/search/", data={"q": typed}).location == target, ascii(typed)
    stranger = sign_in(make_staff("intake_clerk", username="stranger", centre=make_centre("BJ")))
    assert stranger.post("/search/", data={"q": card.serial}).location != target


def test_the_auditor_sees_whose_card_it_is_only_by_one_character(sign_in: SignIn, clerk, mailer, centre) -> None:
    card = ready_card(clerk, centre, by=mailer)
    auditor, name = sign_in("auditor"), card.application.resident.name
    for url in ("/cards/?tab=to_mail", f"/cards/{card.public_id}"):
        assert name not in auditor.get(url).text
