"""Printing labels by a job: once, never with a blank, and again only with a reason."""

import io

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.mailing import jobs as doors
from admin_app.mailing.models import Label
from admin_app.mailing.operations import batches, labels
from admin_app.mailing.queries import sheets
from admin_app.mailing.rules.label_choice import Choice
from reports.barcodes.symbols import Symbol
from tests.factories.centres import new_centre
from tests.factories.mailing import labelled_batch, make_label_stock, open_batch, parcels_of, ready_cards

FORMATS = {Symbol.CODE128: "code128", Symbol.QR: "qrcode", Symbol.DATA_MATRIX: "datamatrix"}
RARE = "\U0003106d"
"""No shipped font has it."""


@pytest.fixture
def queued(monkeypatch):
    """Jobs stay queued until the test runs them."""
    monkeypatch.setattr(jobs, "run", lambda public_id: None)


def order(batch, mailer) -> Job:
    with transaction():
        return labels.print_labels(batch, by=mailer)


def test_printing_labels_the_batch_and_keeps_the_pdf(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(3, clerk, centre, mailer), mailer, start_cell=13)
    assert [parcel.status for parcel in batch.parcels] == ["labelled"] * 3
    assert [(label.copy, label.code) for parcel in batch.parcels for label in parcel.labels] == [(1, p.number) for p in batch.parcels]
    with pikepdf.open(io.BytesIO(storage.read(batch.labels_file))) as pdf:
        assert len(pdf.pages) == batch.labels_file.pages == 2
    assert (batch.job.status, batch.job.done_steps, batch.job.total_steps) == ("done", 3, 3)


def test_a_double_click_gives_one_job(queued, clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    assert order(batch, mailer) is order(batch, mailer)
    assert len(db.session.scalars(select(Job).where(Job.name == "mailing.render_labels")).all()) == 1


def test_printing_a_labelled_batch_again_gives_the_same_job(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    assert order(batch, mailer).id == batch.job_id
    assert len(db.session.scalars(select(Label)).all()) == 1


def test_a_job_that_runs_twice_makes_one_set_of_labels(queued, clerk, centre, mailer):
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    job = order(batch, mailer)
    assert doors.render_labels(job) == {"labels": 2}
    assert doors.render_labels(job) is None
    assert len(db.session.scalars(select(Label)).all()) == 2
    assert len(db.session.scalars(select(StoredFile)).all()) == 1


def test_a_job_killed_before_its_last_step_is_done_again_whole(queued, monkeypatch, clerk, centre, mailer):
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    job = order(batch, mailer)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(labels, "finish_batch", killed)
        with pytest.raises(KeyboardInterrupt):
            doors.render_labels(job)
    db.session.rollback()
    assert (batch.status, db.session.query(Label).count()) == ("open", 0)
    assert doors.render_labels(job) == {"labels": 2}


def test_nothing_changes_while_labels_are_being_made(queued, clerk, centre, mailer):
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    order(batch, mailer)
    more = ready_cards(1, clerk, centre, mailer)
    with pytest.raises(Conflict), transaction():
        batches.add_cards(batch, more, by=mailer)
    with pytest.raises(Conflict), transaction():
        batches.take_out(batch.parcels[0], by=mailer)
    with pytest.raises(Conflict), transaction():
        batches.cancel(batch, by=mailer)


def test_a_missing_character_stops_the_job_with_number_and_code_point(clerk, centre, mailer):
    good = ready_cards(1, clerk, centre, mailer)
    batch = open_batch(good + ready_cards(1, clerk, centre, mailer, recipient=f"孙{RARE}"), mailer)
    order(batch, mailer)
    db.session.rollback()
    bad = batch.parcels[1]
    assert (batch.status, batch.job.status, batch.labels_file_id) == ("open", "failed", None)
    assert labels.problems_of(batch.job) == [{"number": bad.number, "characters": ["U+3106D"]}]
    assert RARE not in str(batch.job.error) + str(batch.job.error_details)


def test_after_the_fix_the_labels_are_printed_by_a_new_job(clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer, recipient=f"孙{RARE}"), mailer)
    first = order(batch, mailer).id
    parcel = batch.parcels[0]
    with transaction():
        batches.correct_recipient(
            parcel, recipient="孙(Yan)", postcode="", address=parcel.address, version=parcel.version, by=mailer
        )  # fmt: skip
    order(batch, mailer)
    db.session.rollback()
    assert batch.status == "labelled"
    assert batch.job_id != first


def test_an_address_too_long_for_the_cell_stops_the_job_with_its_number(clerk, centre, mailer):
    long = "\n".join(["浙江省杭州市西湖区文三路九十号三幢"] * 11)
    batch = open_batch(ready_cards(1, clerk, centre, mailer, address=long), mailer)
    order(batch, mailer)
    db.session.rollback()
    assert labels.problems_of(batch.job) == [{"number": batch.parcels[0].number, "reason": "too_long"}]


def test_no_labels_for_an_empty_batch(clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with transaction():
        batches.take_out(batch.parcels[0], by=mailer)
    with pytest.raises(batches.BatchRefused):
        order(batch, mailer)


def test_a_reprint_needs_a_reason(clerk, centre, mailer):
    parcel = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    with pytest.raises(TextRefused), transaction():
        labels.reprint(parcel, reason="  ", start_cell=1, by=mailer)
    assert [label.voided_at for label in parcel.labels] == [None]


def test_a_reprint_voids_the_old_label_and_prints_one(clerk, centre, mailer):
    parcel = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    with transaction():
        labels.reprint(parcel, reason="printer jam", start_cell=5, by=mailer)
    db.session.rollback()
    old, new = parcel.labels
    assert old.voided_at is not None
    assert (new.code, new.copy, new.voided_at, new.reprint_reason, new.start_cell) == (f"{parcel.number}-2", 2, None, "printer jam", 5)
    assert new.printed_at is not None
    assert new.file.pages == 1
    assert doors.render_reprint(new.job) is None


def test_a_reprint_can_correct_the_address(clerk, centre, mailer):
    parcel = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    texts = {"recipient": "王", "postcode": "", "address": "别处"}
    with transaction():
        labels.reprint(parcel, reason="moved", start_cell=1, by=mailer, texts=texts)
    assert (parcel.recipient, parcel.address) == ("王", "别处")


def test_only_a_parcel_with_a_label_is_reprinted(clerk, centre, mailer):
    parcel = open_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    with pytest.raises(batches.BatchRefused), transaction():
        labels.reprint(parcel, reason="jam", start_cell=1, by=mailer)


def test_taken_out_parcels_get_no_label(clerk, centre, mailer):
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    with transaction():
        batches.take_out(batch.parcels[0], by=mailer)
    order(batch, mailer)
    db.session.rollback()
    assert [label.code for label in db.session.scalars(select(Label))] == [parcels_of(batch)[0].number]


@pytest.mark.parametrize(("language", "name", "address"), [("zh", "name_zh", "address_zh"), ("en", "name_en", "address_en")])
def test_the_sender_is_where_the_parcel_comes_back_to(language, name, address, clerk, centre, mailer):
    parcel = open_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    row = sheets.label_row(parcel, code=parcel.number, choice=Choice("postal", language), phone="")
    assert row.sender.startswith(f"{getattr(centre, name)} {getattr(centre, address)}")


def test_a_sender_that_would_fill_the_label_is_the_name_alone():
    centre = new_centre("XH", name_zh="西湖网点", name_en="West Lake", address_zh="路" * 100, address_en="Road", postcode="310012")
    assert sheets.sender_line(centre, "zh") == "西湖网点"
    assert sheets.sender_line(centre, "en") == "West Lake Road 310012"


def test_a_foreign_script_is_no_reason_to_stop(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer, recipient="ئەركىن قۇربان"), mailer)
    with pypdfium2.PdfDocument(storage.read(batch.labels_file)) as document:
        text = document[0].get_textpage().get_text_range()
    assert all(word in text for word in ["ئەركىن", "قۇربان"])


@pytest.mark.parametrize("symbol", Symbol)
def test_the_labels_of_a_batch_bear_the_symbol_of_their_stock(symbol, clerk, centre, mailer):
    square = make_label_stock("SQUARE", symbol=symbol)
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer, stock=square)
    with pypdfium2.PdfDocument(storage.read(batch.labels_file)) as pdf:
        found = zxingcpp.read_barcodes(pdf[0].render(scale=300 / 72, grayscale=True).to_pil().convert("L"))
    assert [(one.text, str(one.format).replace(" ", "").lower()) for one in found] == [(batch.parcels[0].number, FORMATS[symbol])]
    drawn = sheets.barcode_picture(batch.parcels[0].number, symbol)
    assert drawn.path and (drawn.height == 1) == (symbol == Symbol.CODE128)
