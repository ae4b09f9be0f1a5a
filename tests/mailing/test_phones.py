"""How much of the phone stands on the labels is the batch's choice; a full number is noted as read by whoever has it printed."""

from collections.abc import Callable

import pypdfium2
import pytest
from sqlalchemy import select

from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.cards.models import Card
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import operations as storage
from admin_app.mailing.operations import labels
from admin_app.mailing.operations.batches import BatchRefused
from admin_app.mailing.rules.phones import PhoneShown
from admin_app.residents.rules import mask_phone
from tests.factories.mailing import labelled_batch, open_batch, parcels_of, ready_cards


def with_phones(count: int, clerk, centre, mailer) -> list[Card]:
    """Cards that are ready to go by post, each of a resident with a phone."""
    cards = ready_cards(count, clerk, centre, mailer)
    with transaction():
        for place, card in enumerate(cards):
            resident, phone = card.application.resident, f"1380013{8000 + place}"
            resident.seal_phone(phone)
            resident.phone_masked = mask_phone(phone)
    return cards


def words(file) -> str:
    with pypdfium2.PdfDocument(storage.read(file)) as document:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def noted() -> list[str]:
    found = select(AuditEntry).where(AuditEntry.action == "mailing.phone_printed").order_by(AuditEntry.id)
    return [entry.subject_ref for entry in db.session.scalars(found)]


@pytest.mark.parametrize("shown", PhoneShown)
def test_a_label_shows_as_much_of_the_phone_as_its_batch_says(shown, clerk, centre, mailer) -> None:
    cards = with_phones(2, clerk, centre, mailer)
    numbers = [card.application.resident.open_phone() for card in cards]
    assert all(numbers)
    printed = words(labelled_batch(cards, mailer, phone=shown).labels_file)
    assert [number in printed for number in numbers] == [shown == PhoneShown.FULL] * 2
    assert [f"*{number[-4:]}" in printed for number in numbers] == [shown in (PhoneShown.MASKED, PhoneShown.DESIGN)] * 2


def test_each_full_number_is_noted_as_read_by_whoever_has_it_printed(clerk, centre, mailer) -> None:
    batch = labelled_batch(with_phones(2, clerk, centre, mailer), mailer, phone="full")
    assert noted() == [parcel.number for parcel in parcels_of(batch)]
    with transaction():
        labels.reprint(batch.parcels[0], reason="printer jam", start_cell=1, by=mailer)
    assert noted()[2:] == [batch.parcels[0].number]
    by = db.session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "mailing.phone_printed").distinct()).all()
    assert by == [mailer.id]


def test_nothing_is_noted_where_no_full_number_is_printed(clerk, centre, mailer) -> None:
    labelled_batch(with_phones(1, clerk, centre, mailer), mailer)
    assert noted() == []


def test_opening_labels_with_full_numbers_is_a_look_at_the_numbers(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = labelled_batch(with_phones(1, clerk, centre, mailer), mailer, phone="full")
    assert sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/labels.pdf").status_code == 200
    assert "phone" in set(db.session.scalars(select(ReadNote.act)))


def test_pages_show_the_number_masked_whatever_is_printed(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = labelled_batch(with_phones(1, clerk, centre, mailer), mailer, phone="full")
    number = batch.parcels[0].card.application.resident.open_phone()
    browser = sign_in(mailer)
    for address in (f"/mailing/batches/{batch.public_id}", f"/mailing/parcels/{batch.parcels[0].public_id}"):
        assert number not in browser.get(address).text


def test_another_word_is_refused(clerk, centre, mailer) -> None:
    with pytest.raises(BatchRefused):
        open_batch(with_phones(1, clerk, centre, mailer), mailer, phone="half")
