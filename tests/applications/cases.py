"""Small valid cases for the tests of this room and of the rooms above it."""

import itertools
from datetime import date, timedelta
from typing import Any

from admin_app.applications import queries
from admin_app.applications.models import Application, Document
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import new_public_id, transaction
from admin_app.foundation.storage.models import StoredFile
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember

_numbers = itertools.count(1)


def make_resident(name: str = "王䶮", name_latin: str = "Wang Yan", **changes: Any) -> Resident:
    """Add a resident."""
    number = next(_numbers)
    values = {
        "public_id": new_public_id(), "name": name, "name_latin": name_latin, "id_number_masked": "330106********002X",
        "birth_on": date(1987, 4, 12), "sex": "female", "phone_masked": "138****5521", "postcode": "310012",
        "address": "浙江省杭州市西湖区文三路90号", "is_fictitious": True, "created_at": clock.now(),
    }  # fmt: skip
    with transaction() as session:
        made = Resident(**(values | changes))
        made.seal_id_number(f"33010619870412{number % 10000:04d}-{number}")
        session.add(made)
    return made


def make_application(taken_by: StaffMember, centre: Centre, resident: Resident | None = None, **changes: Any) -> Application:
    """Add an application (submitted, counter, damaged) as it would stand after intake; `changes` replace columns."""
    resident = resident or make_resident()
    number, today = next(_numbers), clock.today()
    values = {
        "reference": f"BK-26-{number:07d}", "resident_id": resident.id, "centre_id": centre.id, "channel": "counter", "reason": "damaged",
        "delivery": "post", "recipient": resident.name, "postcode": "310012", "address": resident.address, "status": "submitted",
        "is_open": True, "taken_by_id": taken_by.id, "received_at": clock.now(), "received_on": today, "submitted_at": clock.now(),
        "due_on": today + timedelta(days=7), "statutory_on": today + timedelta(days=15),
    }  # fmt: skip
    with transaction() as session:
        made = Application(**(values | changes))
        session.add(made)
    return made


def make_file(**changes: Any) -> StoredFile:
    """Add the row of a stored file (no object behind it)."""
    values = {
        "sha256": new_public_id() * 2, "kind": "jpeg", "media_type": "image/jpeg", "size_bytes": 1000, "width": 358, "height": 441,
        "pages": 1, "original_name": "scan.jpg",
    }  # fmt: skip
    with transaction() as session:
        made = StoredFile(**(values | changes))
        session.add(made)
    return made


def make_document(case: Application, material: str, verdict: str = "pending", **changes: Any) -> Document:
    """Add a document to the case."""
    stored = make_file()
    values = {
        "application_id": case.id, "material": material, "file_id": stored.id, "added_by_id": case.taken_by_id,
        "added_at": clock.now(), "verdict": verdict,
    }  # fmt: skip
    with transaction() as session:
        made = Document(**(values | changes))
        session.add(made)
    return made


def make_loss_report(case: Application, status: str = "formal", **changes: Any) -> LossReport:
    """Add a loss report of the case's resident and link it."""
    values = {
        "reference": f"GS-26-{next(_numbers):07d}", "resident_id": case.resident_id, "centre_id": case.centre_id, "channel": "counter",
        "status": status, "taken_by_id": case.taken_by_id, "reported_at": clock.now(),
    }  # fmt: skip
    with transaction() as session:
        made = LossReport(**(values | changes))
        session.add(made)
        session.flush()
        session.get(Application, case.id).loss_report_id = made.id
    return made


def held_by(owner: StaffMember, **changes: Any) -> dict[str, Any]:
    """Columns of a case that `owner` is working on."""
    lease_until = clock.now() + timedelta(minutes=30)
    return {"status": "in_review", "owner_id": owner.id, "claimed_at": clock.now(), "lease_until": lease_until} | changes


def make_ready_case(taken_by: StaffMember, owner: StaffMember, centre: Centre, **changes: Any) -> Application:
    """Add a case that `owner` holds and could approve right now (damaged card, everything accepted)."""
    case = make_application(taken_by, centre, **(held_by(owner) | changes))
    for material in queries.materials_of(case):
        make_document(case, material, "accepted")
    return case
