"""Which design a label has: by the table of rules for each name, or by hand for the batch; seen before anything is printed."""

from collections.abc import Callable

import pypdfium2
import pytest
from sqlalchemy import select

from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import operations as storage
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.operations import batches, labels
from admin_app.mailing.operations.batches import BatchRefused
from admin_app.mailing.queries import label_designs
from admin_app.mailing.rules import label_choice
from admin_app.mailing.rules.label_choice import Choice, Script, Way
from reports.labels.designs import designs
from tests.factories.mailing import labelled_batch, open_batch, parcels_of, ready_cards, stock

UYGHUR = "ئەركىن قۇربان"


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("王羲", Script.HAN), ("𠮷田", Script.HAN), ("\U0003106d", Script.HAN), ("王(Wang)", Script.HAN), ("Zoë de Vries", Script.LATIN),
        (UYGHUR, Script.OTHER), ("བསྟན་འཛིན", Script.OTHER), ("Анна", Script.OTHER), ("12", Script.LATIN),
    ],
)  # fmt: skip
def test_the_script_of_a_name_is_known(name, script) -> None:
    assert label_choice.script_of(name) == script


def test_each_label_gets_the_words_for_its_name(clerk, centre, mailer) -> None:
    cards = [ready_cards(1, clerk, centre, mailer, recipient=name)[0] for name in ("王羲", "Zoë de Vries", UYGHUR)]
    batch = open_batch(cards, mailer)
    found = [label_designs.of_parcel(batch, parcel) for parcel in parcels_of(batch)]
    assert found == [Choice("postal", "zh"), Choice("postal", "both"), Choice("postal", "both")]


def test_an_envelope_gets_the_face_of_an_envelope(clerk, centre, mailer) -> None:
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer, stock=stock("ENV-DL"))
    assert label_designs.of_parcel(batch, batch.parcels[0]) == Choice("envelope", "zh")


def test_what_is_chosen_by_hand_counts_and_is_in_the_log(clerk, centre, mailer) -> None:
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    look = {"label_design": "courier", "label_language": "en"}
    with transaction():
        batches.choose_sheet(batch, stock=batch.stock, printer=None, start_cell=1, version=batch.version, by=mailer, **look)
    assert label_designs.of_parcel(batch, batch.parcels[0]) == Choice("courier", "en")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mailing.sheet_chosen")).one()
    assert (entry.changes["design"], entry.changes["language"], entry.changes["phone_shown"]) == ("courier", "en", "design")


def test_a_label_keeps_which_version_of_its_design_printed_it(clerk, centre, mailer, sign_in: Callable, monkeypatch) -> None:
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer, label_design="courier")
    (parcel,) = batch.parcels
    before = designs()["courier"].version
    monkeypatch.setitem(designs(), "courier", designs()["courier"].model_copy(update={"version": "fedcba987654"}))
    with transaction():
        labels.reprint(parcel, reason="printer jam", start_cell=1, by=mailer)
    db.session.rollback()
    assert [(one.design, one.design_version) for one in parcel.labels] == [("courier", before), ("courier", "fedcba987654")]
    browser = sign_in(mailer)
    page = browser.get(f"/mailing/parcels/{parcel.public_id}").text
    assert len(before) == 12 and f"Version {before}" in page and "Version fedcba987654" in page
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mailing.batch_labelled")).one()
    assert (entry.changes["labels"], entry.changes["designs"]) == (1, [f"courier {before}"])


@pytest.mark.parametrize("wrong", [{"label_design": "envelope"}, {"label_design": "box_of_cards"}, {"label_language": "fr"}])
def test_a_design_that_is_not_made_for_the_sheet_is_refused(wrong, clerk, centre, mailer) -> None:
    with pytest.raises(BatchRefused):
        open_batch(ready_cards(1, clerk, centre, mailer), mailer, **wrong)


def test_the_refusal_stands_at_the_field_and_keeps_what_was_chosen(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    form = {"stock": "ENV-DL", "start_cell": "1", "label_design": "courier", "version": batch.version}
    answer = sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/sheet", data=form)
    assert answer.status_code == 422 and "is not made for this label stock" in answer.text
    assert '<option selected value="courier">' in answer.text


def test_a_design_with_the_full_phone_has_it_noted_as_read(clerk, centre, mailer, sign_in: Callable) -> None:
    cards = ready_cards(1, clerk, centre, mailer)
    with transaction():
        cards[0].application.resident.seal_phone("13800138000")
        cards[0].application.resident.phone_masked = "*******8000"
    batch = labelled_batch(cards, mailer, label_design="courier")
    with pypdfium2.PdfDocument(storage.read(batch.labels_file)) as document:
        assert "13800138000" in "".join(document[0].get_textpage().get_text_range().split())
    noted = db.session.scalars(select(AuditEntry.subject_ref).where(AuditEntry.action == "mailing.phone_printed")).all()
    assert noted == [batch.parcels[0].number]
    assert sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/labels.pdf").status_code == 200
    assert "phone" in set(db.session.scalars(select(ReadNote.act)))


def preview(batch: MailingBatch, browser) -> str:
    return browser.get(f"/mailing/batches/{batch.public_id}/preview").text


def test_the_label_that_is_hardest_to_fit_is_shown_before_printing(clerk, centre, mailer, sign_in: Callable) -> None:
    long = "新疆维吾尔自治区巴音郭楞蒙古自治州和静县巴音布鲁克镇\n巴西里格社区天鹅湖路128号天鹅家园小区\n16号楼2单元1203室"
    cards = [*ready_cards(1, clerk, centre, mailer), *ready_cards(1, clerk, centre, mailer, address=long)]
    batch = open_batch([*cards, *ready_cards(1, clerk, centre, mailer, recipient=UYGHUR)], mailer)
    page, browser = "", sign_in(mailer)
    page = preview(batch, browser)
    assert page.count('<svg class="label-paper"') == 2 and "2 labels" in page and "Fits" in page
    residents = {card.application.resident.public_id for card in cards}
    assert set(db.session.scalars(select(ReadNote.resident_ref))) & residents == {cards[1].application.resident.public_id}
    assert browser.get(f"/mailing/batches/{batch.public_id}").text.count("/preview") == 1


def test_what_does_not_fit_is_counted_on_the_preview(clerk, centre, mailer, sign_in: Callable) -> None:
    long = "很长的地名" * 13 + "\n" + "很长的路名" * 13
    batch = open_batch(ready_cards(1, clerk, centre, mailer, address=long), mailer, stock=stock("L7160"))
    page = preview(batch, sign_in(mailer))
    assert "1 label does not fit" in page and "Does not fit on L7160" in page


def test_labels_that_are_printed_have_no_preview(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    assert sign_in(mailer).get(f"/mailing/batches/{batch.public_id}/preview").status_code == 409


@pytest.mark.parametrize("code", ["postal", "courier", "envelope", "return_slip", "counter_bag", "box"])
def test_each_design_is_shown_with_the_longest_names(code, mailer, sign_in: Callable) -> None:
    page = sign_in(mailer).get(f"/mailing/designs/?design={code}").text
    assert page.count("<figure") == 6 and f"{code}.toml" in page and "label-paper" in page


def test_control_a_table_with_a_gap_or_a_wrong_design_is_refused() -> None:
    lines = label_choice.table()
    label_choice.check(lines)
    with pytest.raises(ValueError, match="no line for post"):
        label_choice.check(lines[1:])
    with pytest.raises(ValueError, match="is no design for"):
        label_choice.check((lines[0].model_copy(update={"design": "envelope"}), *lines[1:]))
    assert label_choice.chosen(Way.POST, "王羲", "sheet") == Choice("postal", "zh")
