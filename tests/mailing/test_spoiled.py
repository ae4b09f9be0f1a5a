"""A card that is spoiled while its parcel lies in a batch: every list marks it, and no place prints or stuffs its label."""

import ast
from pathlib import Path

import pytest

from admin_app import mailing
from admin_app.cards import operations as cards
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.mailing import jobs as doors
from admin_app.mailing.operations import batches, labels, moves
from tests.factories.mailing import labelled_batch, open_batch, parcels_of, ready_cards, stuffed_batch

ROOT = Path(mailing.__file__).parent
PRINTS = {"label_row", "render_label_sheets", "pdf_answer", "_first_label", "enqueue", "storage.accept"}
"""What a function calls that brings a label onto paper, or has it made."""
KNOWN = {
    "operations/labels.py:print_labels", "operations/labels.py:order_of", "operations/labels.py:finish_batch",
    "operations/labels.py:_job_for", "operations/labels.py:reprint_order", "operations/booking.py:_enqueue", "queries/fitting.py:laid_out",
    "operations/labels.py:finish_reprint", "operations/labels.py:render", "views/openings.py:batch", "views/openings.py:label",
    "operations/runs.py:open_all", "views/slips.py:_printed",
}  # fmt: skip
"""Each is refused by a test below, but for render(), which draws what order_of() and reprint_order() gave it, _fits(), which draws nothing,
the jobs that ask a carrier, open_all(), whose batches take cards as any other does, and slips, which stand on no card's way."""


def printing(text: str, place: str) -> set[str]:
    """The functions of a file that print labels."""
    found = set()
    for function in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)):
        named = {ast.unparse(node) for node in ast.walk(function) if isinstance(node, ast.Name | ast.Attribute)}
        if any(name in PRINTS or name.rpartition(".")[2] in PRINTS for name in named):
            found.add(f"{place}:{function.name}")
    return found


def test_the_places_that_print_labels_are_known():
    files = [file for file in ROOT.rglob("*.py") if "models" not in file.name]
    found = set().union(*(printing(file.read_text(), file.relative_to(ROOT).as_posix()) for file in files))
    assert found == KNOWN


def test_control_a_new_place_that_prints_is_found():
    assert printing("def once_more(parcel):\n    return sheets.label_row(parcel)\n", "views/x.py") == {"views/x.py:once_more"}


@pytest.fixture
def queued(monkeypatch):
    """Jobs stay queued until the test runs them."""
    monkeypatch.setattr(jobs, "run", lambda public_id: None)


def spoil(parcel, mailer) -> None:
    with transaction():
        cards.spoil(parcel.card, "bent", by=mailer)


def test_labels_of_a_batch_with_a_spoiled_card_are_not_ordered(clerk, centre, mailer):
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    spoil(batch.parcels[1], mailer)
    with pytest.raises(moves.CardSpoiled) as refused, transaction():
        labels.print_labels(batch, by=mailer)
    assert batch.parcels[1].number in str(refused.value.message)
    db.session.rollback()
    with transaction():
        batches.take_out(batch.parcels[1], by=mailer)
    with transaction():
        labels.print_labels(batch, by=mailer)
    assert [parcel.status for parcel in parcels_of(batch)] == ["labelled"]


@pytest.mark.parametrize("when", ["before the drawing", "while it draws"])
def test_a_card_spoiled_after_the_order_stops_the_printing(queued, monkeypatch, when, clerk, centre, mailer):
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    with transaction():
        job = labels.print_labels(batch, by=mailer)
    if when == "before the drawing":
        spoil(batch.parcels[0], mailer)
    else:
        drawn = labels.render
        monkeypatch.setattr(labels, "render", lambda *args, **more: (drawn(*args, **more), spoil(batch.parcels[0], mailer))[0])
    with pytest.raises(moves.CardSpoiled) as refused:
        doors.render_labels(job)
    db.session.rollback()
    assert refused.value.details["problems"] == [{"number": batch.parcels[0].number, "reason": "spoiled"}]
    assert (batch.status, batch.labels_file_id) == ("open", None)


def test_the_label_of_a_spoiled_card_is_not_printed_again(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    spoil(batch.parcels[0], mailer)
    with pytest.raises(moves.CardSpoiled), transaction():
        labels.reprint(batch.parcels[0], reason="torn", start_cell=1, by=mailer)


@pytest.mark.parametrize("when", ["before the drawing", "while it draws"])
def test_a_reprint_that_is_on_its_way_stops(queued, monkeypatch, when, clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with transaction():
        doors_job = labels.print_labels(batch, by=mailer)
    doors.render_labels(doors_job)
    with transaction():
        fresh = labels.reprint(batch.parcels[0], reason="torn", start_cell=1, by=mailer)
    if when == "before the drawing":
        spoil(batch.parcels[0], mailer)
    else:
        drawn = labels.render
        monkeypatch.setattr(labels, "render", lambda *args, **more: (drawn(*args, **more), spoil(batch.parcels[0], mailer))[0])
    with pytest.raises(moves.CardSpoiled):
        doors.render_reprint(fresh.job)
    db.session.rollback()
    with pytest.raises(moves.CardSpoiled), transaction():
        labels.retry_reprint(fresh, by=mailer)
    db.session.rollback()
    assert fresh.file_id is None


def test_sheets_and_labels_that_are_there_do_not_leave_the_desk(clerk, centre, mailer, sign_in):
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    with transaction():
        fresh = labels.reprint(batch.parcels[0], reason="torn", start_cell=1, by=mailer)
    places, browser = (f"/mailing/batches/{batch.public_id}/labels.pdf", f"/mailing/parcels/labels/{fresh.code}.pdf"), sign_in(mailer)
    again = {"reason": "the printer took no paper"}
    assert [browser.post(place).status_code for place in places] == [200, 200]
    spoil(batch.parcels[0], mailer)
    assert [browser.post(place, data=again).status_code for place in places] == [
        200,
        409,
    ]  # the sheets name it as void: test_void_labels.py
    with transaction():
        batches.take_out(batch.parcels[0], by=mailer, reason="card spoiled")
    assert [browser.post(place, data=again).status_code for place in places] == [200, 409]


@pytest.mark.parametrize("page", ["", "/stuffing", "/post"])
def test_every_list_of_the_batch_marks_it_and_offers_nothing_to_stuff_or_post(page, clerk, centre, mailer, sign_in):
    batch = (stuffed_batch if page == "/post" else labelled_batch)(ready_cards(2, clerk, centre, mailer), mailer)
    browser, before = sign_in(mailer), {"/stuffing": "tick-box", "/post": 'name="number-', "": "/reprint"}[page]
    place = f"/mailing/batches/{batch.public_id}{page}"
    whole = browser.get(place).text
    assert "Card spoiled" not in whole and whole.count(before) == 2
    spoil(batch.parcels[0], mailer)
    marked = browser.get(place).text
    assert "Card spoiled: take it out" in marked and marked.count(before) == 1


def test_the_parcel_says_it_and_offers_to_take_it_out_only(clerk, centre, mailer, sign_in):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    spoil(batch.parcels[0], mailer)
    page = sign_in(mailer).get(f"/mailing/parcels/{batch.parcels[0].public_id}").text
    assert "Card spoiled" in page and "/take-out" in page and "/reprint" not in page


def test_a_posted_parcel_is_not_called_spoiled(clerk, centre, mailer, sign_in):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    assert "Card spoiled" not in sign_in(mailer).get(f"/mailing/batches/{batch.public_id}").text
