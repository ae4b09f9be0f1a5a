"""What is said of the addresses of a batch before printing: in the one list of what needs a person, with a link that mends it."""

import pytest
from lxml import html

from admin_app.foundation.database import db, transaction
from admin_app.mailing.operations import batches, labels
from admin_app.mailing.queries import remarks
from admin_app.mailing.rules.phones import PhoneShown
from tests.factories.mailing import open_batch, parcels_of, ready_cards
from tests.factories.residents import make_resident

RIGHT = "浙江省杭州市西湖区文三路90号"
SAID = {
    ("文三路90号", "310012"): "No district is named in this address.",
    ("朝阳区建国路88号", ""): "There are several districts of this name",
    ("杭州市下城区体育场路1号", "310003"): "下城区 is no division of its own since 2021.",
    ("广东省深圳市南山区科苑路15号", "310012"): "Postcodes of 广东省 begin with 51, 52",
}


def batch_to(clerk, centre, mailer, *addresses: tuple[str, str], **changes):
    batch = open_batch(ready_cards(len(addresses), clerk, centre, mailer), mailer, **changes)
    with transaction():
        for parcel, (address, postcode) in zip(parcels_of(batch), addresses, strict=True):
            parcel.address, parcel.postcode = address, postcode
    return batch


@pytest.mark.parametrize(("address", "postcode"), SAID)
def test_an_address_to_look_at_stands_in_the_list_with_a_link_and_stops_nothing(sign_in, clerk, centre, mailer, address, postcode) -> None:
    batch = batch_to(clerk, centre, mailer, (address, postcode), (RIGHT, "310012"))
    browser, first = sign_in(mailer), parcels_of(batch)[0]
    page = html.fromstring(browser.get(f"/mailing/batches/{batch.public_id}").text)
    [row] = page.xpath("//ul[contains(@class, 'problem-list')]/li")
    assert first.number in row.text_content() and SAID[address, postcode] in row.text_content()
    assert f"/mailing/parcels/{first.public_id}/recipient" in row.xpath(".//a/@href")
    assert "1 address to look at before printing" in page.text_content()
    assert SAID[address, postcode] in browser.get(f"/mailing/parcels/{first.public_id}/recipient").text
    with transaction():
        labels.print_labels(batch, by=mailer)


def test_what_stops_the_printing_comes_first_and_both_stand_in_one_list(sign_in, clerk, centre, mailer) -> None:
    batch = batch_to(clerk, centre, mailer, ("文三路90号", ""), (RIGHT, "310012"))
    with transaction():
        parcels_of(batch)[1].recipient = "孙\U0003106d"
    page = html.fromstring(sign_in(mailer).get(f"/mailing/batches/{batch.public_id}").text)
    rows = [row.text_content() for row in page.xpath("//ul[contains(@class, 'problem-list')]/li")]
    assert len(rows) == 2 and "U+3106D" in rows[0] and "No district" in rows[1]
    assert "1 label needs you before printing" in page.text_content() and "Below them 1 address to look at" in page.text_content()


def test_a_phone_that_a_batch_bears_in_full_and_nobody_knows_is_said(clerk, centre, mailer) -> None:
    batch = open_batch(ready_cards(1, clerk, centre, mailer, resident=make_resident(address=RIGHT)), mailer)
    [parcel] = parcels_of(batch)
    assert remarks.of_parcel(batch, parcel) == []
    batch.phone_shown = PhoneShown.FULL
    parcel.phone_masked = ""
    assert remarks.of_parcel(batch, parcel) == ["No phone of the resident is known; the labels of this batch bear it in full."]
    db.session.rollback()


def test_mended_it_leaves_the_list(sign_in, clerk, centre, mailer) -> None:
    batch = batch_to(clerk, centre, mailer, ("文三路90号", "310012"))
    [parcel] = parcels_of(batch)
    with transaction():
        batches.correct_recipient(parcel, recipient="王芳", postcode="310012", address=RIGHT, version=parcel.version, by=mailer)
    assert "problem-list" not in sign_in(mailer).get(f"/mailing/batches/{batch.public_id}").text
