"""Every way in which a label becomes void: the sheets that were printed before show it as void from then on, and only it."""

import ast
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from admin_app import mailing
from admin_app.audit.models import ReadNote
from admin_app.cards import operations as cards
from admin_app.foundation.database import db, transaction
from admin_app.mailing import rules
from admin_app.mailing.operations import batches, labels
from admin_app.mailing.queries import printed
from admin_app.mailing.rules import Void
from tests.factories.mailing import labelled_batch, ready_cards

ROOT = Path(mailing.__file__).parent


def reprint(parcel, mailer) -> None:
    labels.reprint(parcel, reason="torn", start_cell=1, by=mailer)


def take_out(parcel, mailer) -> None:
    batches.take_out(parcel, reason="resident collects it", by=mailer)


def spoil(parcel, mailer) -> None:
    cards.spoil(parcel.card, "bent", by=mailer)


def spoil_and_take_out(parcel, mailer) -> None:
    spoil(parcel, mailer)
    take_out(parcel, mailer)


WAYS: dict[str, tuple[Callable[..., None], Void]] = {
    "reprint": (reprint, Void.REPRINTED),
    "take_out": (take_out, Void.TAKEN_OUT),
    "spoil": (spoil, Void.SPOILED),
    "spoil_and_take_out": (spoil_and_take_out, Void.TAKEN_OUT),
}


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def sheets_of(browser, batch) -> str:
    answer = browser.post(f"/mailing/batches/{batch.public_id}/labels.pdf", data={"reason": "looked at again"})
    assert answer.status_code == 200, answer.text
    return words(answer.data)


@pytest.fixture
def batch(clerk, centre, mailer):
    """Three labels that were printed."""
    return labelled_batch(ready_cards(3, clerk, centre, mailer), mailer, start_cell=5)


@pytest.mark.parametrize("way", WAYS)
def test_sheets_that_were_printed_before_show_it_as_void(way, batch, mailer, sign_in):
    browser, (make_void, why) = sign_in(mailer), WAYS[way]
    before = sheets_of(browser, batch)
    address = "".join(batch.parcels[1].address.split())
    with transaction():
        make_void(batch.parcels[1], mailer)
    after = sheets_of(browser, batch)
    assert "作废" not in before and after.count("作废") == 1
    assert (before.count(address), after.count(address)) == (3, 2)
    assert [one.void for one in printed.of_batch(batch)] == [None, why, None]


@pytest.mark.parametrize("way", WAYS)
def test_the_picture_of_the_sheet_keeps_every_label_in_its_cell(way, batch, mailer, sign_in):
    with transaction():
        WAYS[way][0](batch.parcels[0], mailer)
    sheet, *_again = printed.sheets_of(batch, printed.labels_of(batch), {parcel.id for parcel in batch.parcels})
    lying = {cell.number: (cell.parcel.position, bool(cell.void)) for cell in sheet.cells if cell.parcel}
    assert lying == {5: (1, True), 6: (2, False), 7: (3, False)}
    assert "cell-spoiled" in sign_in(mailer).get(f"/mailing/batches/{batch.public_id}").text


def test_a_parcel_that_the_reader_may_not_know_of_is_a_used_cell(batch):
    (sheet,) = printed.sheets_of(batch, printed.labels_of(batch), {batch.parcels[1].id})
    assert [(cell.number, cell.is_used) for cell in sheet.cells if cell.number > 4 and (cell.is_used or cell.parcel)] == [
        (5, True), (6, False), (7, True)
    ]  # fmt: skip


def test_who_looks_at_the_sheets_is_noted_for_those_who_can_be_read_there(batch, mailer, sign_in):
    with transaction():
        take_out(batch.parcels[1], mailer)
    sheets_of(sign_in(mailer), batch)
    db.session.rollback()
    noted = set(db.session.scalars(select(ReadNote.resident_ref).where(ReadNote.act == "printed")))
    assert noted == {batch.parcels[n].card.application.resident.public_id for n in (0, 2)}


def test_a_batch_of_void_labels_prints_nothing(batch, mailer, sign_in):
    with transaction():
        for parcel in batch.parcels:
            take_out(parcel, mailer)
        batches.cancel(batch, by=mailer)
    assert {one.void for one in printed.of_batch(batch)} == {Void.CANCELLED}
    assert sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/labels.pdf").status_code == 409


def test_sheets_with_void_labels_open_as_they_were_printed_also_where_the_stock_was_measured_anew(batch, mailer, sign_in):
    with transaction():
        take_out(batch.parcels[0], mailer)
        batch.stock.left_mm, batch.stock.cell_width_mm, batch.stock.columns = 30, 70, 1
    assert sheets_of(sign_in(mailer), batch).count("作废") == 1
    (sheet,) = printed.sheets_of(batch, printed.labels_of(batch), {parcel.id for parcel in batch.parcels})
    assert [cell.number for cell in sheet.cells if cell.parcel] == [5, 6, 7]


def test_sheets_whose_measures_nobody_kept_do_not_open_once_the_stock_was_measured_anew(batch, mailer, sign_in):
    with transaction():
        take_out(batch.parcels[0], mailer)
        batch.printed_stock = None
        batch.stock.left_mm, batch.stock.cell_width_mm = 30, 70
    page = sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/labels.pdf")
    assert (page.status_code, "measured again" in page.text) == (409, True)


def test_the_page_after_taking_out_a_spoiled_card_does_not_call_it_ready(batch, mailer, sign_in):
    with transaction():
        spoil(batch.parcels[0], mailer)
    place = f"/mailing/parcels/{batch.parcels[0].public_id}/take-out"
    browser = sign_in(mailer)
    assert "ready to mail again" not in browser.get(place).text
    page = browser.post(place, data={"reason": "card spoiled"}, follow_redirects=True).text
    assert "Its card is spoiled" in page


def ways_in(text: str) -> set[str]:
    """The functions that make a label void, or take a parcel out of its batch, in a file."""
    found = set()
    for function in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            targets = node.targets if isinstance(node, ast.Assign) else []
            voids = any(isinstance(one, ast.Attribute) and one.attr == "voided_at" for one in targets)
            moves = isinstance(node, ast.Call) and "'remove'" in ast.unparse(node)
            if voids or moves:
                found.add(function.name)
    return found


def test_there_is_no_other_way():
    ways = set().union(*(ways_in(file.read_text()) for file in (ROOT / "operations").glob("*.py")))
    assert ways == {"_replaced", "take_out", "cancel"}
    leaving = {verb for verb, (_from, to) in rules.PARCEL_MOVES.items() if to == rules.ParcelStatus.REMOVED}
    assert leaving == {"remove"}


def test_control_a_new_way_is_found():
    assert ways_in("def lose(label):\n    label.voided_at = now()\n") == {"lose"}
