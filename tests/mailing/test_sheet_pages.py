"""The pages of sheets of labels: what is half used, what was wasted and why; what a batch's history says of its labels."""

import re
from collections.abc import Callable

import pytest

from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.operations import batches, labels, paper
from admin_app.mailing.queries import cells, paper_lists, parcels
from tests.factories.centres import make_centre
from tests.factories.mailing import labelled_batch, make_sheet, ready_cards


def test_cells_that_are_written_off_are_not_offered_any_more_and_counted(clerk, centre, mailer, sign_in: Callable) -> None:
    labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    (half,) = cells.half_used()
    browser, url = sign_in(mailer), f"/mailing/sheets/{half.sheet.public_id}"
    page = browser.get(url).text
    assert 'value="3"' in page and 'value="14"' in page and page.count("cell-free") == 12
    form = {"first": "3", "last": "5", "why": "damaged"}
    assert browser.post(f"{url}/spoil", data=form).status_code == 302
    again = browser.post(f"{url}/spoil", data=form)
    assert again.status_code == 422 and "None of these cells is free" in again.text
    db.session.rollback()
    (half,) = cells.half_used()
    assert (half.free_words, half.sheet.free) == ("6–14", 9)
    assert browser.post(f"{url}/spoil", data={"first": "1", "last": "14", "why": "gone"}).status_code == 302
    db.session.rollback()
    assert cells.half_used() == []
    assert browser.post(f"{url}/spoil", data=form | {"why": "reprinted"}).status_code == 422


def test_the_waste_of_a_month_leads_to_its_cells(clerk, centre, mailer, make_staff, sign_in: Callable) -> None:
    batch = labelled_batch(ready_cards(3, clerk, centre, mailer), mailer)
    with transaction():
        labels.reprint(batch.parcels[0], reason="torn", start_cell=9, by=mailer, sheet=cells.half_used()[0].sheet)
        batches.take_out(batch.parcels[1], reason="moved", by=mailer)
    browser = sign_in(make_staff("supervisor", username="boss"))
    page = browser.get("/mailing/sheets/").text
    address = re.search(r'href="(/mailing/sheets/spoiled\?[^"]+)">2</a>', page)
    assert address, page
    found = browser.get(address.group(1).replace("&amp;", "&")).text
    assert all(parcel.number in found for parcel in batch.parcels[:2]) and batch.parcels[2].number not in found
    assert "printed again" in found and "taken out" in found
    assert batch.parcels[0].number not in browser.get("/mailing/sheets/spoiled?stock=L7160").text


def test_the_waste_is_that_of_the_months_shown_by_stock(mailer) -> None:
    make_sheet(), make_sheet()
    today = clock.today()
    (one,) = paper_lists.waste(mailer.actor, today)
    assert (one.stock, one.spoiled) == ("L7163", (2, 0, 0))
    months = paper_lists.months(today.replace(month=1, day=31))
    assert [(first.month, last.day) for first, last in months] == [(1, 31), (12, 31), (11, 30)]


def test_a_sheet_is_found_by_its_number(mailer, sign_in: Callable) -> None:
    sheet = make_sheet()
    found = sign_in(mailer).post("/search/", data={"q": sheet.number.lower().replace("-", "")})
    assert found.status_code == 302 and found.headers["Location"].endswith(f"/mailing/sheets/{sheet.public_id}")


def test_another_word_for_why_is_refused(mailer) -> None:
    with pytest.raises(paper.CellsRefused), transaction():
        paper.spoil_cells(make_sheet(), first=3, last=4, why="taken_out", by=mailer)


def test_the_history_of_a_batch_shows_reprints_take_outs_and_its_end(clerk, centre, mailer, sign_in: Callable) -> None:
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    browser = sign_in(mailer)
    first, second = (parcel.number for parcel in batch.parcels)
    with transaction():
        labels.reprint(batch.parcels[0], reason="printer jam", start_cell=5, by=mailer)
    with transaction():
        for parcel in batch.parcels:
            batches.take_out(parcel, reason="moved house", by=mailer)
        batches.cancel(batch, by=mailer)
    history = browser.get(f"/mailing/batches/{batch.public_id}").text.split('class="timeline"')[1]
    assert history.count("Took a parcel out") == 2
    assert "Reprinted a label" in history and "printer jam" in history and "Cancelled a batch" in history
    assert all(f'class="ref">{number}' in history for number in (first, second))


def test_the_history_says_nothing_of_parcels_that_the_reader_may_not_see(clerk, centre, mailer, make_staff) -> None:
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with transaction():
        labels.reprint(batch.parcels[0], reason="torn", start_cell=5, by=mailer)
    elsewhere = make_staff("supervisor", centre=make_centre("ZZ")).actor
    own, theirs, nobodys = (
        [entry.action for entry in parcels.history(who, batch)] for who in (mailer.actor, elsewhere, make_staff("administrator").actor)
    )
    assert "mailing.label_reprinted" in own and nobodys == []
    assert theirs and "mailing.label_reprinted" not in theirs


def test_a_sheet_names_void_labels_and_those_of_parcels_that_the_reader_may_see(
    clerk, centre, mailer, make_staff, sign_in: Callable
) -> None:
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    (half,) = cells.half_used()
    with transaction():
        batches.take_out(batch.parcels[1], reason="moved", by=mailer)
    first, second = (parcel.number for parcel in batch.parcels)
    places = {"mailer": mailer, "elsewhere": make_staff("supervisor", centre=make_centre("ZZ"))}
    pages = {name: sign_in(who).get(f"/mailing/sheets/{half.sheet.public_id}").text for name, who in places.items()}
    assert {name: [code in page for code in (first, second)] for name, page in pages.items()} == {
        "mailer": [True, True], "elsewhere": [False, True],
    }  # fmt: skip
    assert pages["elsewhere"].count("cell-used") == 1
