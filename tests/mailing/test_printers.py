"""Label printers: measured once with a test page, chosen for a batch; its labels are made for them."""

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import StaleVersion
from admin_app.foundation.storage import operations as storage
from admin_app.mailing.models import LabelPrinter
from admin_app.mailing.operations import batches, printers
from admin_app.mailing.operations.printers import Measured, MeasurementRefused
from admin_app.mailing.queries import cells, used_sheets
from admin_app.mailing.queries.printers import as_drawn
from admin_app.staff.models import StaffMember
from reports.labels.printers import KEY
from reports.labels.test_page import PAPERS
from tests.factories.mailing import labelled_batch, make_label_printer, open_batch, ready_cards


def measured(printer: LabelPrinter, by: StaffMember, *, offset: float = 0.0, factor: float = 1.0, paper: str = "a4") -> None:
    """Measure a printer that puts every place x at offset + factor × x."""
    page = PAPERS[paper]
    across, down = (Measured(offset + factor * page.inset_mm, factor * span, 0, 0) for span in (page.across_mm, page.down_mm))
    with transaction():
        found = Measured(across.left_mm, across.across_mm, down.left_mm, down.across_mm)
        printers.measure(printer, found, paper=paper, version=printer.version, by=by)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("offset", "factor"), [(1.5, 1.0), (-2.0, 0.99), (0.4, 1.004)])
def test_what_was_measured_takes_the_miss_of_the_printer_away(offset, factor, paper, mailer) -> None:
    printer = make_label_printer("MAIL-9")
    measured(printer, mailer, offset=offset, factor=factor, paper=paper)
    for at in (0.0, 100.0, 280.0):
        told, _y = as_drawn(printer).placed(at, 0)
        assert offset + factor * told == pytest.approx(at, abs=0.03)
    assert printer.measured_at is not None


def test_a_page_that_was_fitted_to_the_paper_is_no_measurement(mailer: StaffMember) -> None:
    printer = make_label_printer("MAIL-9")
    with pytest.raises(MeasurementRefused) as refused:
        measured(printer, mailer, factor=0.95)
    assert refused.value.details["field"] == "across_mm" and (printer.scale_x_permille, printer.measured_at) == (1000, None)


def test_a_form_of_an_older_printer_changes_nothing(mailer: StaffMember) -> None:
    printer = make_label_printer("MAIL-9")
    with pytest.raises(StaleVersion), transaction():
        printers.measure(printer, Measured(20, 170, 20, 257), paper="a4", version=printer.version - 1, by=mailer)


def test_the_log_keeps_the_correction_before_and_after(mailer: StaffMember) -> None:
    measured(make_label_printer("MAIL-9"), mailer, offset=1.0)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "reference.label_printer_measured")).one()
    assert (entry.subject_type, entry.subject_ref) == ("label_printer", "MAIL-9")
    assert (entry.fact("before")["shift_x_mm"], entry.fact("after")["shift_x_mm"]) == (0, -1)


def file_of(batch) -> bytes:
    return storage.read(batch.labels_file)


def test_labels_are_placed_for_the_printer_of_their_batch(clerk: StaffMember, centre: Centre, mailer: StaffMember) -> None:
    printer = make_label_printer("MAIL-9", dpi=203, shift_x_mm=1.25, scale_y_permille=998)
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer, printer=printer)
    with pikepdf.Pdf.open(io.BytesIO(file_of(batch))) as document:
        assert str(document.docinfo[KEY]) == as_drawn(printer).placement


def test_a_void_label_is_taken_out_where_its_printer_has_put_it(clerk, centre, mailer, sign_in: Callable) -> None:
    printer = make_label_printer("MAIL-9", shift_x_mm=6, shift_y_mm=4, scale_y_permille=990)
    batch = labelled_batch(ready_cards(3, clerk, centre, mailer), mailer, printer=printer)
    gone, *kept = (parcel.number for parcel in batch.parcels)
    with transaction():
        batches.take_out(batch.parcels[0], by=mailer, reason="resident collects it")
        printer.shift_x_mm = 0.0  # measured anew since: the sheets still lie where they were printed
    answer = sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/labels.pdf")
    with pypdfium2.PdfDocument(answer.data) as document:
        page = document[0].render(scale=300 / 72).to_pil()
    assert sorted(code.text for code in zxingcpp.read_barcodes(page)) == sorted(kept) and gone not in kept


def test_the_printer_of_the_last_batch_is_proposed_while_it_is_in_use(clerk, centre, mailer) -> None:
    printer = make_label_printer("MAIL-9")
    labelled_batch(ready_cards(1, clerk, centre, mailer), mailer, printer=printer)
    proposed = used_sheets.stocks_and_last_used(cells.half_used())[1]
    assert proposed and proposed.printer_code == "MAIL-9"
    with transaction():
        printer.is_active = False
    proposed = used_sheets.stocks_and_last_used(cells.half_used())[1]
    assert proposed and proposed.printer_code == ""


def test_a_batch_keeps_a_printer_that_was_switched_off_until_another_is_chosen(clerk, centre, mailer, sign_in: Callable) -> None:
    printer = make_label_printer("MAIL-9", is_active=False)
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer, printer=printer)
    sheet = {"stock": "L7163", "printer": "MAIL-9", "start_cell": "5", "label_language": "zh", "version": batch.version}
    assert sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/sheet", data=sheet).status_code == 302
    assert (batch.start_cell, batch.printer_id) == (5, printer.id)


@pytest.mark.parametrize(("query", "says"), [("", "TEST"), ("?paper=roll&with=correction", "TEST")])
def test_the_test_page_shows_barcodes_that_are_read(query, says, app: Flask, mailer, sign_in: Callable) -> None:
    make_label_printer("MAIL-9", dpi=203)
    answer = sign_in(mailer).get(f"/mailing/printers/MAIL-9/test-page.pdf{query}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    with pypdfium2.PdfDocument(answer.data) as document:
        page = document[0].render(scale=406 / 72).to_pil()
    assert sorted(code.text for code in zxingcpp.read_barcodes(page)) == [f"{says}{dots:02d}" for dots in (2, 3, 4)]


def test_the_form_takes_the_four_numbers_and_keeps_them_where_they_cannot_be(mailer: StaffMember, sign_in: Callable) -> None:
    browser, printer = sign_in(mailer), make_label_printer("MAIL-9")
    typed = {"paper": "a4", "left_mm": "21", "across_mm": "150", "top_mm": "20", "down_mm": "257", "version": printer.version}
    refused = browser.post("/mailing/printers/MAIL-9/measure", data=typed)
    assert refused.status_code == 422 and 'value="150"' in refused.text
    assert browser.post("/mailing/printers/MAIL-9/measure", data=typed | {"across_mm": "170"}).status_code == 302
    assert printer.shift_x_mm == -1


def test_an_unknown_printer_is_not_found(mailer: StaffMember, sign_in: Callable) -> None:
    assert sign_in(mailer).get("/mailing/printers/none/measure").status_code == 404
