"""Two counters, two clicks, several files at the same moment."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from admin_app.applications.models import Application, Document
from admin_app.applications.operations import documents, intake
from admin_app.applications.operations.details import CaseDetails
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.storage import operations as storage
from admin_app.loss_reports import operations as loss_reports
from admin_app.loss_reports.models import LossReport
from admin_app.residents import operations as residents
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.at_once import at_once
from tests.factories.residents import id_number, register
from tests.foundation.storage import samples

DETAILS = CaseDetails("counter", "damaged", delivery="collect")
TIMES = 4


def as_clerk(clerk: StaffMember, work: Callable[[StaffMember], object]) -> Callable[[], object]:
    """`work` in a transaction of its own thread, done by the clerk as that thread sees them."""
    clerk_id = clerk.id

    def run() -> object:
        with transaction() as session:
            return work(session.get(StaffMember, clerk_id))

    return run


def test_one_form_sent_several_times_at_once_makes_one_draft(app: Flask, clerk: StaffMember) -> None:
    resident_id, key = register(clerk).id, new_public_id()
    work = as_clerk(clerk, lambda me: intake.take_in(db.session.get(Resident, resident_id), DETAILS, by=me, key=key).reference)
    results = at_once(app, [work] * TIMES)
    assert len(set(results)) == 1 and db.session.scalar(select(func.count(Application.id))) == 1


def test_two_counters_make_one_application_for_one_reason(app: Flask, clerk: StaffMember) -> None:
    resident_id = register(clerk).id
    work = as_clerk(clerk, lambda me: intake.take_in(db.session.get(Resident, resident_id), DETAILS, by=me).reference)
    results = at_once(app, [work] * TIMES)
    refused = [result for result in results if isinstance(result, intake.DuplicateApplication)]
    assert len(refused) == TIMES - 1 and db.session.scalar(select(func.count(Application.id))) == 1


def test_two_counters_take_one_loss_report(app: Flask, clerk: StaffMember) -> None:
    resident_id = register(clerk).id
    work = as_clerk(clerk, lambda me: loss_reports.take(db.session.get(Resident, resident_id), channel="phone", is_formal=False, by=me).id)
    results = at_once(app, [work] * TIMES)
    refused = [result for result in results if isinstance(result, loss_reports.AlreadyReported)]
    assert len(refused) == TIMES - 1 and db.session.scalar(select(func.count(LossReport.id))) == 1


def test_two_counters_register_one_resident(app: Flask, clerk: StaffMember) -> None:
    number = id_number()
    work = as_clerk(clerk, lambda me: residents.register_or_update(id_number=number, name="王龑", by=me).id)
    assert len(set(at_once(app, [work] * TIMES))) == 1 and db.session.scalar(select(func.count(Resident.id))) == 1


def test_several_files_at_once_are_all_kept(app: Flask, clerk: StaffMember) -> None:
    with transaction():
        case_id = intake.take_in(register_inside(clerk), DETAILS, by=clerk).id
    scans = [storage.prepare(samples.jpeg(), f"scan-{number}.jpg") for number in range(TIMES)]

    def add(scan: storage.Prepared) -> Callable[[], object]:
        return as_clerk(clerk, lambda me: documents.add(db.session.get(Application, case_id), "id_copy", scan, by=me).id)

    results = at_once(app, [add(scan) for scan in scans])
    assert len(set(results)) == TIMES and db.session.scalar(select(func.count(Document.id))) == TIMES
    assert db.session.get(Application, case_id).version == TIMES + 1


def register_inside(by: StaffMember) -> Resident:
    return residents.register_or_update(id_number=id_number(), name="王龑", by=by)
