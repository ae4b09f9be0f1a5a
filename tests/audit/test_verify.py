"""The command that proves the log: what it says, and how it ends."""

import pytest
import sqlalchemy as sa

from admin_app.audit import operations
from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db
from tests.factories.audit import make_entry
from tests.owner import as_owner


@pytest.fixture
def five(app) -> None:
    """Five entries, sealed."""
    for _number in range(5):
        make_entry()
    operations.seal_due()


def verify(app, *more: str):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["verify", *more])


def test_a_log_that_nobody_touched_ends_with_0(app, five):
    make_entry()
    said = verify(app)
    assert said.exit_code == 0, said.output
    assert "5 entries below 1 seals are as they were sealed" in said.output and "1 entries are not sealed yet" in said.output


def test_an_empty_log_is_right(app):
    assert verify(app).exit_code == 0


def test_a_changed_entry_is_named_and_ends_with_1(app, five):
    with as_owner() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET actor_name = 'somebody else' WHERE id = 3")
    said = verify(app)
    assert said.exit_code == 1 and "Entry 3 is not as it was sealed (seal 1)" in said.output


def test_the_check_stands_in_the_log(app, five):
    verify(app)
    entry = db.session.scalar(sa.select(AuditEntry).order_by(AuditEntry.id.desc()))
    assert (entry.action, entry.origin, entry.changes["entries"], entry.changes["findings"]) == ("audit.checked", "command line", 5, [])


def test_a_check_that_is_not_recorded_writes_nothing(app, five):
    verify(app, "--no-record")
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 5
