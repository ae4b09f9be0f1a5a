"""What was known about a resident before it was corrected stays readable for those who may, encrypted in the database."""

from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from admin_app.foundation.database import db, transaction
from admin_app.residents import operations, queries
from admin_app.residents.models import Resident, ResidentCorrection
from admin_app.staff.models import StaffMember
from tests.factories.residents import register

ADDRESS, MOVED, PHONE, NEW_PHONE = "文一路1号", "文二路2号", "13800135521", "13900135566"


def corrected(clerk: StaffMember) -> Resident:
    """A resident who moved, married and has another phone."""
    resident = register(clerk, "王龑", phone=PHONE, address=ADDRESS)
    with transaction():
        operations.correct(resident, version=resident.version, by=clerk, name="李龑", reason="household register")
        operations.update_contact(resident, phone=NEW_PHONE, address=MOVED, by=clerk)
    return resident


def test_old_and_new_are_kept_with_who_and_why(clerk: StaffMember) -> None:
    resident = corrected(clerk)
    found = [(one.field, one.before, one.after, one.reason, one.made_by_id) for one in queries.corrections_of(clerk.actor, resident)]
    name = ("name", "王龑", "李龑", "household register", clerk.id)
    contact = {("phone", PHONE, NEW_PHONE, "", clerk.id), ("address", ADDRESS, MOVED, "", clerk.id)}
    assert name in found and contact <= set(found)


def test_control_the_first_that_is_known_is_no_correction(clerk: StaffMember) -> None:
    resident = register(clerk)
    with transaction():
        operations.update_contact(resident, phone=PHONE, address=ADDRESS, by=clerk)
    assert list(queries.corrections_of(clerk.actor, resident)) == []


def test_no_row_tells_what_it_was(clerk: StaffMember) -> None:
    corrected(clerk)
    rows = db.session.execute(sa.select(ResidentCorrection.__table__)).all()
    written = b"".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    assert rows and not any(text.encode() in written for text in (ADDRESS, MOVED, PHONE, NEW_PHONE, "王龑", "李龑", "household"))


def test_the_page_shows_them_to_those_who_may_and_masked_to_an_auditor(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> None:
    resident = corrected(clerk)
    pages = {who: sign_in(who).get(f"/residents/{resident.public_id}").text for who in ("supervisor", "auditor")}
    assert ADDRESS in pages["supervisor"] and "household register" in pages["supervisor"] and "王龑" in pages["supervisor"]
    assert "What was known before" in pages["auditor"]
    assert not any(text in pages["auditor"] for text in (ADDRESS, MOVED, "household register", "王龑", "李龑"))
    assert not any(number in page for number in (PHONE, NEW_PHONE) for page in pages.values())
