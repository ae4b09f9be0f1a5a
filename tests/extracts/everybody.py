"""A resident about whom the office holds something of everything, and the copy of it."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.residents import operations
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application, make_decision, make_document
from tests.factories.residents import id_number, register

PHONE, ADDRESS, MOVED, OTHERS = "13800135521", "文一路1号", "文二路2号", "文三路3号"
WHY = {"reason": "request of 2026-11-20"}


def everybodys(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> Application:
    """A resident who moved and has a decided case, and another one."""
    resident = register(clerk, "王龑", number=id_number(), phone=PHONE, address=ADDRESS)
    with transaction():
        operations.update_contact(resident, address=MOVED, by=clerk)
        operations.note_call(resident, outcome="reached", by=reviewer.actor, note="comes on Monday")
    case = make_application(clerk, centre, resident, statement="lost on the bus")
    make_document(case, "photo")
    make_decision(case, reviewer, "approve", note="all as it should be")
    other = register(clerk, "赵四", born=date(1990, 1, 2), address=OTHERS)
    make_application(clerk, centre, other, statement="not mine")
    return case


def copy_of(browser: FlaskClient, resident: Resident) -> Any:
    return browser.post(f"/residents/{resident.public_id}/copy", data=WHY)


def made_of(public_id: str) -> list[AuditEntry]:
    db.session.rollback()
    made = sa.select(AuditEntry).where(AuditEntry.action == "extracts.made", AuditEntry.subject_ref == public_id)
    return list(db.session.scalars(made))


def leading_to_a_resident(tables: dict[str, sa.Table]) -> set[str]:
    """Every table from whose rows foreign keys lead to a resident, over however many tables."""
    found, before = {"resident"}, 0
    while len(found) > before:
        before = len(found)
        found |= {name for name, table in tables.items() if {key.column.table.name for key in table.foreign_keys} & found}
    return found
