"""The pages of returned and lost mail: the carrier's file, where a card goes from the shelf, the phone for a minute, sealing by two."""

import io
from datetime import timedelta

import pytest
import xlsxwriter
from sqlalchemy import select

from admin_app.cards.models import Card, Destruction
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import returning
from admin_app.residents.rules import mask_phone
from tests.factories.cards import approved, make_card
from tests.factories.centres import make_centre
from tests.factories.mailing import make_batch, make_parcel, s10

NUMBER = s10(21)


@pytest.fixture
def parcel(clerk, centre, mailer) -> Parcel:
    """A parcel that was posted three days ago."""
    day = clock.today() - timedelta(days=3)
    batch = make_batch(mailer, "posted", posted_on=day, posted_at=clock.now())
    card = make_card(approved(clerk, centre), "posted", serial="CAME000001", ended_at=clock.now())
    return make_parcel(batch, card, status="posted", number="PX2611300000018", tracking_number=NUMBER, posted_at=clock.now())


def come_back(parcel: Parcel, by) -> None:
    with transaction():
        returning.take_return(parcel, reason="moved", shelf="B2", by=by)


def workbook(*rows: tuple[str, ...]) -> io.BytesIO:
    """A workbook with these rows on its first sheet."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    made.seek(0)
    return made


def test_the_carriers_workbook_is_shown_row_by_row_and_taken_once(parcel, mailer, sign_in):
    browser, day = sign_in(mailer), clock.today().isoformat()
    sent = workbook(("邮件号", "状态", "日期"), (s10(98), "妥投", day), (NUMBER, "妥投", day))
    shown = browser.post("/mailing/carrier-file/", data={"carrier_file": (sent, "file.xlsx"), "lines": ""})
    assert "1 parcel was delivered" in shown.text and "No parcel of ours has this number" in shown.text
    db.session.rollback()
    assert parcel.status == "posted", "nothing is changed before the second page is sent"
    taken = {"rows": f"{NUMBER},delivered,{day}\n"}
    assert "1 parcel is noted" in browser.post("/mailing/carrier-file/take", data=taken, follow_redirects=True).text
    assert "0 parcels are noted" in browser.post("/mailing/carrier-file/take", data=taken, follow_redirects=True).text
    db.session.rollback()
    assert (parcel.status, parcel.card.status) == ("delivered", "delivered")


@pytest.mark.parametrize("lines", ["", "x" * 300_000])
def test_rows_that_are_none_are_refused_with_a_sentence(app, mailer, sign_in, lines):
    assert sign_in(mailer).post("/mailing/carrier-file/", data={"lines": lines}).status_code == 422


def test_pasted_rows_stay_in_the_field_where_they_are_refused(app, mailer, sign_in):
    too_many = "\n".join(f"RR{number:09}CN delivered" for number in range(501))
    answer = sign_in(mailer).post("/mailing/carrier-file/", data={"lines": too_many})
    assert answer.status_code == 422 and "at most 500 rows" in answer.text and "RR000000500CN" in answer.text


def test_rows_beside_a_file_are_not_dropped_without_a_word(app, mailer, sign_in):
    file = (workbook(("number", "event", "date"), (NUMBER, "delivered", "2026-11-22")), "file.xlsx")
    answer = sign_in(mailer).post("/mailing/carrier-file/", data={"carrier_file": file, "lines": "RR000000500CN delivered"})
    assert answer.status_code == 422 and "not both" in answer.text and "RR000000500CN" in answer.text


def test_another_place_for_a_card_that_was_taken_in_is_not_dropped_without_a_word(parcel, mailer, sign_in):
    come_back(parcel, mailer)
    browser, place = sign_in(mailer), f"/mailing/returns/{parcel.public_id}/take"
    assert browser.post(place, data={"reason": "moved", "shelf": "B2"}).status_code == 302
    for said in ({"reason": "moved", "shelf": "C3"}, {"reason": "refused", "shelf": "B2"}):
        answer = browser.post(place, data=said)
        assert (
            answer.status_code == 409
            and "was taken in before: Moved, place B2" in answer.text
            and f'value="{said["shelf"]}"' in answer.text
        )
    db.session.rollback()
    assert (parcel.came_back.reason, parcel.came_back.shelf) == ("moved", "B2")


def test_a_new_address_is_typed_where_the_case_knows_the_old_one(parcel, mailer, sign_in):
    come_back(parcel, mailer)
    browser, place = sign_in(mailer), f"/mailing/returns/{parcel.public_id}/on"
    case = parcel.card.application
    assert case.address.splitlines()[0] in browser.get(place).text
    typed = {"delivery": "post", "recipient": "王五", "postcode": "31", "address": "体育场路1号", "version": str(case.version)}
    refused = browser.post(place, data=typed)
    assert refused.status_code == 422 and "体育场路1号" in refused.text
    assert browser.post(place, data=typed | {"postcode": "310000"}).status_code == 302
    db.session.rollback()
    assert (parcel.status, parcel.card.status, parcel.card.application.address) == ("resolved", "ready", "体育场路1号")


def test_every_role_is_told_that_the_card_came_back(parcel, mailer, clerk, sign_in):
    come_back(parcel, mailer)
    page = sign_in(clerk).get(f"/applications/{parcel.card.application.reference}").text
    assert "came back by post" in page and "The parcel came back" in page


def test_the_phone_stands_on_the_page_for_a_minute(parcel, mailer, sign_in):
    come_back(parcel, mailer)
    browser, place = sign_in(mailer), f"/mailing/returns/{parcel.public_id}"
    phone, resident = "13800138000", parcel.card.application.resident
    with transaction():
        resident.seal_phone(phone)
        resident.phone_masked = mask_phone(phone)
    assert phone not in browser.get(place).text
    assert phone in browser.post(f"{place}/phone").text


def test_an_attempt_of_tomorrow_is_refused_and_its_note_stays(parcel, mailer, sign_in):
    come_back(parcel, mailer)
    typed = {"way": "phone", "result": "waits", "note": "calls in the evening", "made_on": f"{clock.today() + timedelta(days=1)}"}
    answer = sign_in(mailer).post(f"/mailing/returns/{parcel.public_id}/attempt", data=typed)
    assert answer.status_code == 422 and "calls in the evening" in answer.text


def test_sealed_cards_are_destroyed_by_two_people_on_their_own_screens(clerk, centre, mailer, sign_in):
    old = make_card(approved(clerk, centre, delivery="collect"), "ready", serial="OLD0000001", ready_at=clock.now() - timedelta(days=400))
    first, second = sign_in(clerk), sign_in(mailer)
    assert "OLD0000001" in first.get("/cards/sealing/").text
    assert "1 card is sealed" in first.post("/cards/sealing/seal", data={"card": old.public_id}, follow_redirects=True).text
    page = first.post("/cards/sealing/ask", data={"card": old.public_id}).text
    assert "OLD0000001" in page and "before the eyes of two people" in page
    asked = first.post("/cards/sealing/asked", data={"card": old.public_id}).headers["Location"]
    assert first.post(f"{asked}/answer", data={"answer": "destroy"}).status_code == 403
    assert "They are destroyed" in second.get(asked).text
    assert "The cards are destroyed" in second.post(f"{asked}/answer", data={"answer": "destroy"}, follow_redirects=True).text
    db.session.rollback()
    assert db.session.scalars(select(Card.status).where(Card.id == old.id)).one() == "destroyed"
    assert db.session.scalars(select(Destruction)).one().answer == "destroy"


def test_a_counter_of_another_centre_sees_no_destruction(clerk, centre, mailer, make_staff, sign_in):
    from_here = make_card(approved(clerk, centre), "sealed", serial="OLD0000002")
    asked = sign_in(clerk).post("/cards/sealing/asked", data={"card": from_here.public_id}).headers["Location"]
    other = sign_in(make_staff("intake_clerk", username="far", centre=make_centre("FAR")))
    assert other.get(asked).status_code == 404 and "OLD0000002" not in other.get("/cards/sealing/?tab=sealed").text
