"""Each sheet of labels is known by its number, and each of its cells by what lies in it; a label never moves once it was printed."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.mailing import jobs as doors
from admin_app.mailing.models import LabelSheet, SheetCell
from admin_app.mailing.operations import batches, labels, paper
from admin_app.mailing.queries import cells, printed
from admin_app.mailing.rules.paper import Spoiled, cell_ranges
from tests.factories.mailing import labelled_batch, make_cell, make_label_stock, open_batch, ready_cards, stock


def all_sheets() -> list[LabelSheet]:
    return list(db.session.scalars(select(LabelSheet).order_by(LabelSheet.id)))


def state(sheet: LabelSheet) -> dict[int, str]:
    """Cell -> the code of its label, 'used' without one; with why it is spoiled behind."""
    found = db.session.scalars(select(SheetCell).where(SheetCell.sheet_id == sheet.id).order_by(SheetCell.cell))
    return {one.cell: " ".join(filter(None, (one.label.code if one.label else "used", one.spoiled_why))) for one in found}


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_print_makes_its_sheets_known_with_a_number_each_and_every_cell(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(4, clerk, centre, mailer), mailer, start_cell=12)
    first, second = all_sheets()
    year = f"{first.made_at:%y}"
    assert (first.number, second.number) == (f"S{year}-00001", f"S{year}-00002")
    codes = [parcel.number for parcel in batch.parcels]
    assert state(first) == dict.fromkeys(range(1, 12), "used") | dict(zip((12, 13, 14), codes, strict=False))
    assert (state(second), first.free, second.free) == ({1: codes[3]}, 0, 13)


def test_its_number_is_printed_on_each_sheet_and_not_a_second_time_where_a_batch_goes_on(clerk, centre, mailer, sign_in):
    first = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer, start_cell=13 - 1)
    (half,) = cells.half_used()
    second = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer, sheet=half.sheet, start_cell=1)
    browser = sign_in(mailer)
    one, two = (pages(browser.post(f"/mailing/batches/{batch.public_id}/labels.pdf").data) for batch in (first, second))
    old, new = (sheet.number for sheet in all_sheets())
    assert old in one[0] and [old in page for page in two] == [False, False] and [new in page for page in two] == [False, True]
    assert second.parcels[0].number in two[0] and state(all_sheets()[0])[14] == second.parcels[0].number


def test_a_batch_goes_on_in_the_free_cells_and_leaves_out_those_that_are_not(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer, start_cell=1)
    (half,) = cells.half_used()
    with transaction():
        labels.reprint(batch.parcels[0], reason="torn", start_cell=4, sheet=half.sheet, by=mailer)
    more = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer, sheet=half.sheet, start_cell=1)
    db.session.rollback()
    (sheet,) = all_sheets()
    codes = [parcel.number for parcel in (*batch.parcels, *more.parcels)]
    assert state(sheet) == {1: f"{codes[0]} reprinted", 2: codes[1], 3: codes[2], 4: f"{codes[0]}-2", 5: codes[3]}
    assert [one.place.cell for one in printed.of_batch(more)] == [3, 5]


def test_the_picture_shows_a_reprint_in_its_own_cell_and_the_hole_of_what_was_taken_out(clerk, centre, mailer, sign_in):
    batch = labelled_batch(ready_cards(3, clerk, centre, mailer), mailer)
    (half,) = cells.half_used()
    first, second, third = batch.parcels
    with transaction():
        labels.reprint(first, reason="torn", start_cell=9, sheet=half.sheet, by=mailer)
        batches.take_out(second, reason="moved", by=mailer)
    (sheet,) = printed.sheets_of(batch, printed.labels_of(batch), {first.id, third.id})
    lying = {cell.number: (cell.code, cell.void and cell.void.value) for cell in sheet.cells if cell.code}
    again = f"{first.number}-2"
    assert lying == {1: (first.number, "reprinted"), 2: (second.number, "taken_out"), 3: (third.number, None), 9: (again, None)}
    page = sign_in(mailer).get(f"/mailing/batches/{batch.public_id}").text
    assert half.sheet.number in page and f"{first.number}-2" in page
    assert state(half.sheet)[2] == f"{second.number} taken_out"


def test_a_reprint_on_an_unknown_sheet_makes_that_sheet_known(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with transaction():
        labels.reprint(batch.parcels[0], reason="torn", start_cell=3, by=mailer)
    assert state(all_sheets()[1]) == {1: "used", 2: "used", 3: f"{batch.parcels[0].number}-2"}
    assert [sheet.number for sheet in printed.sheets_of(batch, printed.labels_of(batch), {batch.parcels[0].id})] == [1, 2]


def test_two_labels_in_one_cell_are_refused_by_the_database(clerk, centre, mailer):
    labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with pytest.raises(IntegrityError), transaction():
        make_cell(all_sheets()[0], 1)


def test_of_two_batches_that_were_to_go_on_the_same_sheet_the_second_says_so(clerk, centre, mailer, monkeypatch, sign_in):
    labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    (half,) = cells.half_used()
    monkeypatch.setattr(jobs, "run", lambda public_id: None)
    both = [open_batch(ready_cards(1, clerk, centre, mailer), mailer, sheet=half.sheet, start_cell=2) for _ in range(2)]
    with transaction():
        work = [labels.print_labels(batch, by=mailer) for batch in both]
    order = labels.order_of(work[1])
    doors.render_labels(work[0])
    monkeypatch.setattr(labels, "order_of", lambda job: order)
    with pytest.raises(paper.SheetTaken):
        doors.render_labels(work[1])
    db.session.rollback()
    assert (both[0].status, both[1].status, len(state(half.sheet))) == ("labelled", "open", 2)


def test_a_full_sheet_one_of_another_stock_and_one_whose_stock_was_measured_anew_are_refused(clerk, centre, mailer):
    cards = ready_cards(2, clerk, centre, mailer)
    labelled_batch(cards[:1], mailer)
    (half,) = cells.half_used()
    with pytest.raises(batches.BatchRefused):
        open_batch(cards[1:], mailer, stock=stock("L7160"), sheet=half.sheet)
    with transaction():
        half.sheet.stock.rows = 6
    with pytest.raises(paper.SheetFull):
        open_batch(cards[1:], mailer, sheet=half.sheet)
    assert cells.half_used() == []


def test_where_the_stock_leaves_no_margin_the_sheet_is_known_and_its_number_is_not_printed(clerk, centre, mailer, sign_in):
    bare = make_label_stock("BARE", left_mm=0, top_mm=0, cell_width_mm=70, cell_height_mm=42.4)
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer, stock=bare)
    browser, (sheet,) = sign_in(mailer), all_sheets()
    assert sheet.number not in "".join(pages(browser.post(f"/mailing/batches/{batch.public_id}/labels.pdf").data))
    assert "no margin" in browser.get(f"/mailing/batches/{batch.public_id}").text and not sheet.is_numbered


def test_sheets_printed_before_they_were_known_still_show_their_labels(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer, start_cell=3)
    with transaction():
        db.session.execute(SheetCell.__table__.delete())
        db.session.execute(LabelSheet.__table__.delete())
        labels.reprint(batch.parcels[0], reason="torn", start_cell=1, by=mailer)
    drawn = printed.sheets_of(batch, printed.labels_of(batch), {parcel.id for parcel in batch.parcels})
    first, again = ({cell.number: cell.code for cell in sheet.cells if cell.code} for sheet in drawn)
    assert first == {3: batch.parcels[0].number, 4: batch.parcels[1].number} and again == {1: f"{batch.parcels[0].number}-2"}


def test_cells_are_said_as_ranges():
    assert cell_ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"
    assert set(Spoiled) == {"reprinted", "taken_out", "damaged", "gone"}
