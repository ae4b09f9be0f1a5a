"""A resident with an unmistakable mark in every text that leads to them, and every place in which marks are looked for."""

import itertools
import os
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from admin_app.accounts.operations import sessions
from admin_app.applications.models import Application, UnsavedForm
from admin_app.audit.models import AuditEntry
from admin_app.backup import resealing
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.erasures import queries, rules
from admin_app.foundation import clock, crypto, list_choices, settings
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.filing import Level
from admin_app.foundation.list_files import ListFile
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.objects import store
from admin_app.mailing.operations import posting
from admin_app.residents import operations as residents
from admin_app.residents.models import Resident
from admin_app.restrictions import operations as restrictions
from admin_app.staff.models import StaffMember
from admin_app.unsent_forms import operations as unsent_forms
from tests.factories.accounts import make_account, make_code_request
from tests.factories.applications import make_decision, make_document, make_recommendation
from tests.factories.cards import ready_card
from tests.factories.foundation import make_file
from tests.factories.loss_reports import make_loss_report
from tests.factories.mailing import make_attempt, make_booking, make_inquiry, parcels_of, s10, stuffed_batch
from tests.factories.residents import id_number, register
from tests.owner import unguarded_transaction

NAME, LATIN, PHONE, STREET = "東方標記", "Dongfang Biaoji", "13800135521", "標記路七號"
LONG_AGO = timedelta(days=4000)
_NUMBERS = itertools.count(1)


class Marked(NamedTuple):
    """Somebody whose records are closed and old, and what is known of them."""

    resident: Resident
    case: Application
    number: str
    marks: dict[str, str]
    """Mark -> where it was put."""


class Office(NamedTuple):
    """Who works there."""

    clerk: StaffMember
    reviewer: StaffMember
    mailer: StaffMember
    supervisor: StaffMember
    second: StaffMember
    centre: Centre


def closed_case(office: Office, resident: Resident) -> Application:
    """A case of theirs whose card was posted long ago, with everything that belongs to one."""
    card = ready_card(office.clerk, office.centre, by=office.mailer, resident=resident, address="文三路90号")
    case = card.application
    batch = stuffed_batch([card], office.mailer)
    parcel = parcels_of(batch)[0]
    numbers = {parcel.public_id: s10(next(_NUMBERS))}
    make_booking(parcel, number=numbers[parcel.public_id])
    with transaction():
        posting.mark_posted(batch, numbers, posted_on=clock.today(), version=batch.version, by=office.mailer)
    make_attempt(parcel, office.mailer)
    make_inquiry(parcel, office.mailer, answer="delivered")
    make_document(case, "photo", file_id=handed_in("paper").id)
    make_decision(case, office.reviewer, "approve", note="in order")
    make_recommendation(case, office.reviewer)
    make_loss_report(resident, office.clerk, office.centre, "lifted", ended_at=clock.now(), proof_id=handed_in("proof").id)
    with transaction():
        unsent_forms.keep(resident, "loss_report", (("circumstances", "half a sentence"),), key=None, by=office.clerk.actor)
    with transaction() as session:
        content = UnsavedForm.seal({"note": "half a sentence"}, staff_id=office.clerk.id, application_id=case.id)
        form = {"staff_id": office.clerk.id, "application_id": case.id, "content_sealed": content, "saved_at": clock.now()}
        session.execute(sa.insert(UnsavedForm).values(form))
    _make_old(case)
    return case


def _make_old(case: Application) -> None:
    then = clock.now() - LONG_AGO
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id == case.id).values(decided_at=then, received_at=then))
        session.execute(sa.update(Card).where(Card.application_id == case.id).values(ended_at=then))


def handed_in(name: str) -> StoredFile:
    """A file whose bytes nobody else has, handed in long ago."""
    file = make_file(sha256=store().put(b"%d: %s" % (next(_NUMBERS), name.encode())), original_name=f"{name}.jpg")
    make_objects_old()
    return file


def make_objects_old() -> None:
    """As if every object had been handed in days ago."""
    then = time.time() - 3 * 86400
    for sha256 in store().older_than(clock.now() + timedelta(days=1)):
        os.utime(store()._path(sha256), (then, then))


def marked(office: Office) -> Marked:
    """Somebody with a mark in every text that does not stay, by the plan; and with marks in the log, files, views and exports."""
    number = id_number()
    resident = register(office.clerk, NAME, name_latin=LATIN, phone=PHONE, address="before", number=number)
    with transaction():
        residents.update_contact(resident, address=STREET, by=office.clerk)
        residents.note_call(resident, outcome="reached", note="comes on Monday", by=office.reviewer)
        residents.watch(resident, is_watched=True, reason="ZLOGWATCH", by=office.supervisor)
    _restrict_and_lift(resident, office)
    sessions.begin(make_account(resident.id), Level.PHONE)
    make_code_request(resident.id)
    case = closed_case(office, resident)
    marks = {mark: place for place, mark in _mark_columns(resident)}
    marks |= _mark_files(resident, office) | {"ZLOGWATCH": "log", "ZLOGHOLD": "log", "ZLOGLIFT": "log"}
    with transaction():
        list_choices.save_view(office.clerk.id, "counter", "ZVIEW", f"q={_first_name(resident)}")
    return Marked(resident, case, number, marks | {"ZVIEW": "saved_view"})


def _first_name(resident: Resident) -> str:
    db.session.refresh(resident)
    return resident.name


def _restrict_and_lift(resident: Resident, office: Office) -> None:
    with transaction():
        later = clock.today() + timedelta(days=9)
        made = restrictions.restrict(resident, kind="dispute", reason="ZLOGHOLD", look_again_on=later, by=office.supervisor)
    with transaction():
        restrictions.lift(made, reason="ZLOGLIFT", by=office.second)


def _mark_columns(resident: Resident) -> Iterable[tuple[str, str]]:
    """Write a mark into every text that does not stay, of every table that leads to the resident."""
    places = {(one.table.name, one.column.name): one for one in resealing.places()}
    for table, (model, condition) in queries.rows_of(resident).items():
        columns = rules.texts_of(table) if table in rules.PLAN else _texts_of_deleted(model)
        for column in columns:
            mark = f"ZM{next(_NUMBERS):05d}Z"
            rows = db.session.execute(sa.select(model.__table__).where(condition)).all()
            assert rows, f"nothing of {table} is furnished"
            db.session.rollback()
            for row in rows:
                place = places.get((table, column))
                value: Any = crypto.keyring().encrypt(mark.encode(), context=place.context(row)) if place else mark
                with unguarded_transaction() as session:
                    session.execute(sa.update(model.__table__).where(model.__table__.c.id == row.id).values({column: value}))
                break
            yield f"{table}.{column}", mark


def _texts_of_deleted(model: Any) -> list[str]:
    return [one.name for one in model.__table__.columns if is_text(one) and one.name not in ("public_id", "field", "language")]


def is_text(column: sa.Column[Any]) -> bool:
    """Whether a column can hold words: text, bytes, JSON."""
    return (
        isinstance(column.type, sa.String | sa.LargeBinary | sa.JSON | sa.TypeDecorator)
        and not isinstance(column.type, sa.DateTime)
        and column.type.python_type in (str, bytes, dict, list)
    )


def _mark_files(resident: Resident, office: Office) -> dict[str, str]:
    """Every file of theirs holds a mark, and is called by one; and so does a list that somebody ordered today."""
    marks = {}
    ids = [*db.session.scalars(queries.papers_of(resident)), *db.session.scalars(queries.labels_of(resident))]
    db.session.rollback()
    assert len(ids) >= 3
    for file_id in ids:
        content, name = f"ZF{next(_NUMBERS):05d}Z", f"ZN{next(_NUMBERS):05d}Z"
        with transaction() as session:
            file = session.get_one(StoredFile, file_id)
            file.sha256, file.original_name = store().put(content.encode()), name
        marks |= {content: "object", name: "stored_file.original_name"}
    exported = make_file(sha256=store().put(b"ZLIST"), original_name="list.csv")
    ordered = {
        "staff_id": office.clerk.id,
        "list_name": "counter",
        "kind": "csv",
        "language": "en",
        "query": "ZQUERY",
        "place": "",
        "columns": ["x"],
    }
    with transaction() as session:
        row = ordered | {"public_id": new_public_id(), "created_at": clock.now(), "file_id": exported.id}
        session.execute(sa.insert(ListFile.__table__).values(row))
    make_objects_old()
    return marks | {"ZLIST": "object", "ZQUERY": "list_file.query"}


def everything() -> str:
    """Every column of every table, opened with the keys that there are; the log as pages read it; every stored file; every file around."""
    db.session.rollback()
    db.session.expire_all()
    found = [str(tuple(row)) for table in db.metadata.sorted_tables for row in db.session.execute(sa.select(table))]
    for place in resealing.places():
        for row in db.session.execute(sa.select(place.table).where(place.column.is_not(None))):
            found.append(_opened(bytes(row._mapping[place.column]), place.context(row)))
    found += [f"{entry.reason} {entry.changes}" for entry in db.session.scalars(sa.select(AuditEntry))]
    found += [store().get(sha256).decode(errors="replace") for sha256 in store().older_than(clock.now() + timedelta(days=1))]
    found += [_text_of(path) for path in _files_around()]
    db.session.rollback()
    return "\n".join(found)


def _opened(value: bytes, context: bytes) -> str:
    try:
        return crypto.keyring().decrypt(value, context=context).decode(errors="replace")
    except crypto.Undecipherable:
        return ""


def _files_around() -> list[Path]:
    """Queue, logs and temporary files in the folder of the instance; database and store are looked into by themselves."""
    folder = Path(settings.current().instance)
    inside = [one for one in folder.rglob("*") if one.is_file() and "card_desk.db" not in one.name]
    return [one for one in inside if "files" not in one.relative_to(folder).parts]


def _text_of(path: Path) -> str:
    return f"{path.name} {path.read_bytes().decode(errors='replace')}"
