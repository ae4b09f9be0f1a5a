"""Labels beside the postal ones: what lies in the envelope, what stands on a box, what stands on a bag at the counter."""

from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from admin_app.audit.models import ReadNote
from admin_app.foundation.database import db, transaction
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.queries import slips
from admin_app.mailing.rules.label_choice import VARIANT_LABELS
from tests.factories.cards import ready_card
from tests.factories.mailing import labelled_batch, make_batch, make_label_stock, make_parcel, open_batch, parcels_of, ready_cards

NAME = "欧阳晓明"


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def codes(pdf: bytes) -> set[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return {one.text for page in document for one in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())}


def test_a_return_slip_says_where_to_and_names_nobody(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer, recipient=NAME), mailer)
    browser = sign_in(mailer)
    answer = browser.get(f"/mailing/batches/{batch.public_id}/slips.pdf?stock=L7163&words=zh")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    said = words(answer.data)
    assert said.count("无法投递请退回") == 2 and centre.name_zh in said and NAME not in said
    assert codes(answer.data) == {parcel.number for parcel in parcels_of(batch)}
    assert all(parcel_queries.by_code(mailer.actor, code) for code in codes(answer.data))


@pytest.mark.parametrize(("parcels", "boxes", "sizes"), [(5, 2, ["1–3", "4–5"]), (4, 2, ["1–2", "3–4"]), (3, 3, ["1", "2", "3"])])
def test_the_boxes_of_a_batch_hold_every_parcel_once(parcels, boxes, sizes, clerk, centre, mailer) -> None:
    batch = open_batch(ready_cards(parcels, clerk, centre, mailer), mailer)
    rows = slips.boxes(batch, parcels_of(batch), "zh", count=boxes, grams=40)
    assert [row.more["range"] for row in rows] == sizes
    assert sum(int(row.more["count"]) for row in rows) == parcels and rows[-1].more["box"] == f"{boxes}/{boxes}"


def test_a_box_label_is_found_by_the_scanner(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    address = f"/mailing/batches/{batch.public_id}/slips.pdf?what=box&boxes=1&grams=30&words=zh&stock=L7163"
    pdf = sign_in(mailer).get(address).data
    assert codes(pdf) == {batch.reference} and "约60g" in words(pdf) and "2件" in words(pdf)


@pytest.mark.parametrize("what", ["return_slip", "box"])
@pytest.mark.parametrize("variant", VARIANT_LABELS)
def test_each_of_them_is_shown_before_it_is_printed(what, variant, clerk, centre, mailer, sign_in: Callable) -> None:
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    page = sign_in(mailer).get(f"/mailing/batches/{batch.public_id}/slips?what={what}&words={variant}").text
    assert page.count("label-paper") == 1 and "slips.pdf?" in page and f'/mailing/batches/{batch.public_id}"' in page


@pytest.mark.parametrize(("name", "typed"), [("start_cell", "99"), ("start_cell", "x"), ("boxes", "2"), ("grams", "-1")])
def test_a_number_that_is_none_is_said_and_nothing_is_offered_to_print(name, typed, clerk, centre, mailer, sign_in: Callable) -> None:
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    answer = sign_in(mailer).get(f"/mailing/batches/{batch.public_id}/slips?what=box&{name}={typed}")
    assert answer.status_code == 422 and "a whole number from 1 to" in answer.text and "slips.pdf" not in answer.text


def test_what_has_no_room_is_said_and_not_printed(clerk, centre, mailer, sign_in: Callable) -> None:
    with transaction():
        make_label_stock("TINY", cell_width_mm=45, cell_height_mm=12, is_active=True)
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    browser = sign_in(mailer)
    page = browser.get(f"/mailing/batches/{batch.public_id}/slips?stock=TINY").text
    assert "Does not fit on TINY" in page and "slips.pdf" not in page
    assert browser.get(f"/mailing/batches/{batch.public_id}/slips.pdf?stock=TINY").status_code == 422


def test_once_a_batch_is_posted_there_is_nothing_to_put_a_slip_into(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = make_batch(mailer, "posted")
    make_parcel(batch, ready_cards(1, clerk, centre, mailer)[0], status="posted")
    assert sign_in(mailer).get(f"/mailing/batches/{batch.public_id}/slips").status_code == 409


def bags(cards) -> str:
    return "&".join(f"card={card.public_id}" for card in cards)


def test_the_bag_of_a_card_at_the_counter_opens_its_case(clerk, centre, mailer, sign_in: Callable) -> None:
    waiting = ready_card(clerk, centre, by=mailer, delivery="collect")
    browser, resident = sign_in(clerk), waiting.application.resident
    answer = browser.post("/mailing/bags/chosen", data={"card": waiting.public_id})
    assert answer.status_code == 302 and waiting.public_id in answer.location
    page = browser.get(answer.location).text
    assert page.count("label-paper") == 1 and "labels.pdf?" in page
    pdf = browser.get(f"/mailing/bags/labels.pdf?{bags([waiting])}&stock=L7163").data
    assert codes(pdf) == {waiting.application.reference} and resident.name in words(pdf)
    assert {"card", "printed"} <= set(db.session.scalars(select(ReadNote.act).where(ReadNote.resident_ref == resident.public_id)))


def test_cards_that_wait_elsewhere_get_no_bag(clerk, centre, mailer, sign_in: Callable) -> None:
    by_post, waiting = ready_card(clerk, centre, by=mailer), ready_card(clerk, centre, by=mailer, delivery="collect")
    browser = sign_in(clerk)
    assert "1 of the chosen cards does not wait" in browser.get(f"/mailing/bags/?{bags([by_post, waiting])}").text
    assert browser.get(f"/mailing/bags/labels.pdf?{bags([by_post])}").status_code == 409


def test_nothing_chosen_is_said(clerk, sign_in: Callable) -> None:
    answer = sign_in(clerk).post("/mailing/bags/chosen", data={}, follow_redirects=True)
    assert "Nothing was selected" in answer.text
