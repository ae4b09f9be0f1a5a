"""The next batch goes on where the last sheet of labels was left."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.mailing.operations import batches, labels
from admin_app.mailing.queries import cells, used_sheets
from admin_app.staff.models import StaffMember
from tests.factories.mailing import labelled_batch, open_batch, ready_cards, stock


def proposed() -> tuple[str, int] | None:
    _stocks, used = used_sheets.stocks_and_last_used(cells.half_used())
    return used and (used.stock.code, used.start_cell)


def test_nothing_is_proposed_before_the_first_print(app: Flask, clerk: StaffMember, centre: Centre, mailer: StaffMember) -> None:
    open_batch(ready_cards(1, clerk, centre, mailer), mailer, stock=stock("L7160"), start_cell=5)
    assert proposed() is None


@pytest.mark.parametrize(
    ("code", "start", "count", "then"), [("L7160", 5, 2, 7), ("L7163", 13, 2, 1), ("L7163", 14, 2, 2), ("T100150", 1, 2, 1)]
)
def test_the_cell_behind_the_last_label_comes_next(code, start, count, then, clerk, centre, mailer) -> None:
    labelled_batch(ready_cards(count, clerk, centre, mailer), mailer, stock=stock(code), start_cell=start)
    assert proposed() == (code, then)


def test_a_label_that_was_taken_out_has_used_its_cell(clerk: StaffMember, centre: Centre, mailer: StaffMember) -> None:
    batch = labelled_batch(ready_cards(3, clerk, centre, mailer), mailer)
    with transaction():
        batches.take_out(batch.parcels[1], by=mailer, reason="卡片有划痕")
    assert proposed() == ("L7163", 4)


@pytest.mark.parametrize("cell", [1, 3, 9])
def test_a_label_printed_again_takes_the_next_free_cell_of_the_sheet(cell, clerk, centre, mailer) -> None:
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    (half,) = cells.half_used()
    with transaction():
        fresh = labels.reprint(batch.parcels[0], reason="printer jam", start_cell=cell, sheet=half.sheet, by=mailer)
        assert fresh.start_cell == max(cell, 3)
    db.session.rollback()
    (half,) = cells.half_used()
    assert set(half.free) == set(range(3, 15)) - {max(cell, 3)}


def test_a_full_sheet_is_not_offered_and_an_older_half_used_one_is(clerk, centre, mailer) -> None:
    first = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer, start_cell=13)
    (half,) = cells.half_used()
    labelled_batch(ready_cards(1, clerk, centre, mailer), mailer, start_cell=14)
    assert proposed() == ("L7163", 14) and [one.sheet.number for one in cells.half_used()] == [half.sheet.number]
    assert first.sheet_id is None


def test_a_stock_that_was_switched_off_is_not_proposed(clerk: StaffMember, centre: Centre, mailer: StaffMember) -> None:
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with transaction():
        batch.stock.is_active = False
    assert proposed() is None


def test_the_form_of_the_next_batch_begins_there_and_says_so(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer, stock=stock("L7160"), start_cell=4)
    ready_cards(1, clerk, centre, mailer)
    page = sign_in(mailer).get("/mailing/").text
    number = cells.half_used()[0].sheet.number
    assert re.search(rf'<option selected value="{number}">', page) and re.search(r'name="start_cell"[^>]*value="6"', page)
    assert "free 6–21" in page and batch.stock.code in page
