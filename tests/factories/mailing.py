"""Label stocks, mailing batches, parcels and labels."""

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing import rules
from admin_app.mailing.models import (
    CarrierBooking,
    CarrierInquiry,
    ContactAttempt,
    Label,
    LabelPrinter,
    LabelSheet,
    LabelStock,
    MailingBatch,
    MailReturn,
    Parcel,
    SheetCell,
)
from admin_app.mailing.operations import batches, labels, stuffing
from admin_app.mailing.queries import parcels as queries
from admin_app.staff.models import StaffMember
from tests.factories.cards import ready_card
from tests.factories.foundation import make_job
from tests.factories.saving import save

_numbers = itertools.count(1)


def make_label_stock(code: str, **changes: Any) -> LabelStock:
    """Add a label paper of 3 × 7 cells on A4."""
    values = {
        "code": code, "name_en": code, "name_zh": code, "page_width_mm": 210, "page_height_mm": 297, "cell_width_mm": 63,
        "cell_height_mm": 38, "columns": 3, "rows": 7, "left_mm": 7, "top_mm": 15,
    }  # fmt: skip
    return save(LabelStock(**(values | changes)))


def make_label_printer(code: str, **changes: Any) -> LabelPrinter:
    """Add a printer of 300 dots an inch that prints true."""
    return save(LabelPrinter(**({"code": code, "name": f"Printer {code}", "dpi": 300} | changes)))


def stock(code: str = "L7163") -> LabelStock:
    """One of the stocks that every office starts with."""
    return db.session.scalars(select(LabelStock).where(LabelStock.code == code)).one()


def make_batch(created_by: StaffMember, status: str = "open", **changes: Any) -> MailingBatch:
    """Add a batch without parcels."""
    values = {"reference": f"JJ-26-{next(_numbers):04d}", "status": status, "created_by_id": created_by.id, "created_at": clock.now()}
    return save(MailingBatch(**(values | ({} if "stock_id" in changes else {"stock_id": stock().id}) | changes)))


def make_parcel(batch: MailingBatch, card: Card, position: int = 1, **changes: Any) -> Parcel:
    """Add a parcel with this card to the batch."""
    values = {
        "number": f"P{next(_numbers):05d}", "batch_id": batch.id, "position": position, "card": card, "recipient": "王䶮",
        "postcode": "310012", "address": "文三路90号", "status": "labelled",
    }  # fmt: skip
    return save(Parcel(**(values | changes)))


def make_return(parcel: Parcel, by: StaffMember, **changes: Any) -> MailReturn:
    """Add that the parcel came back, and its card lies on a shelf."""
    values = {
        "parcel_id": parcel.id, "reason": "moved", "shelf": "B2", "received_at": clock.now(), "received_by_id": by.id,
        "keep_until": clock.today() + timedelta(days=90), "outcome": "",
    }  # fmt: skip
    return save(MailReturn(**(values | changes)))


def make_attempt(parcel: Parcel, by: StaffMember, **changes: Any) -> ContactAttempt:
    """Add that somebody tried to reach the resident by phone today."""
    values = {"parcel_id": parcel.id, "made_on": clock.today(), "way": "phone", "result": "no_answer", "note": ""}
    return save(ContactAttempt(**(values | {"made_by_id": by.id, "made_at": clock.now()} | changes)))


def make_inquiry(parcel: Parcel, by: StaffMember, **changes: Any) -> CarrierInquiry:
    """Add that the carrier was asked today where the parcel is."""
    values = {"parcel_id": parcel.id, "asked_on": clock.today(), "asked_by_id": by.id, "asked_at": clock.now()}
    return save(CarrierInquiry(**(values | {"carrier_reference": "", "answer": ""} | changes)))


def make_label(parcel: Parcel, **changes: Any) -> Label:
    """Add a printed label of the parcel."""
    return save(Label(**({"parcel": parcel, "code": parcel.number, "created_at": clock.now(), "printed_at": clock.now()} | changes)))


def make_sheet(spoiled: bool = True, **changes: Any) -> LabelSheet:
    """Add a half-used sheet with one used cell, and one that is waste."""
    number = f"S00-{next(_numbers):05d}"  # of no year in which the demo prints sheets
    values = {"number": number, "is_numbered": True, "cells": 14, "columns": 2, "free": 12, "made_at": clock.now(), "job_id": make_job().id}
    sheet = save(LabelSheet(**(values | ({} if "stock_id" in changes else {"stock_id": stock().id}) | changes)))
    make_cell(sheet, 1)
    if spoiled:
        make_cell(sheet, 2, spoiled_at=clock.now(), spoiled_why="damaged")
    return sheet


def make_cell(sheet: LabelSheet, cell: int, **changes: Any) -> SheetCell:
    """Add that a cell of the sheet is used."""
    return save(SheetCell(**({"sheet_id": sheet.id, "cell": cell} | changes)))


def make_booking(parcel: Parcel, status: str = "booked", **changes: Any) -> CarrierBooking:
    """Add that the carrier was asked for the parcel, with a job that is done."""
    values = {"parcel_id": parcel.id, "status": status, "asked_times": 1, "asked_at": clock.now(), "job_id": make_job().id}
    return save(CarrierBooking(**(values | changes)))


def ready_cards(count: int, clerk: StaffMember, centre: Centre, mailer: StaffMember, **changes: Any) -> list[Card]:
    """Cards that are ready to go by post."""
    return [ready_card(clerk, centre, by=mailer, **changes) for _ in range(count)]


def open_batch(cards: list[Card], mailer: StaffMember, **choices: Any) -> MailingBatch:
    """A batch of these cards."""
    with transaction():
        return batches.open_batch(cards, by=mailer, **({"stock": stock()} | choices))


def labelled_batch(cards: list[Card], mailer: StaffMember, **choices: Any) -> MailingBatch:
    """A batch whose labels are printed (jobs run inline)."""
    batch = open_batch(cards, mailer, **choices)
    with transaction():
        labels.print_labels(batch, by=mailer)
    db.session.rollback()
    assert batch.status == "labelled", batch.job.error
    return batch


def stuff_all(batch: MailingBatch, mailer: StaffMember) -> None:
    """Scan label and card of each parcel that is still in the batch."""
    for parcel in parcels_of(batch):
        with transaction():
            label = queries.valid_label(parcel)
            found = stuffing.stuff(batch, label.code if label else "", parcel.card.serial or "", by=mailer.actor)
        assert found.outcome != "stopped", found.stop.fault if found.stop else found


def stuffed_batch(cards: list[Card], mailer: StaffMember, **choices: Any) -> MailingBatch:
    """A batch whose cards lie in their envelopes, ready to be posted."""
    batch = labelled_batch(cards, mailer, **choices)
    stuff_all(batch, mailer)
    return batch


def parcels_of(batch: MailingBatch) -> list[Parcel]:
    """Its parcels that were not taken out."""
    return [parcel for parcel in batch.parcels if parcel.status != "removed"]


def s10(number: int) -> str:
    """A registered letter's tracking number (UPU S10) with its check digit."""
    return f"RR{number:08d}{rules.s10_check_digit(f'{number:08d}')}CN"
