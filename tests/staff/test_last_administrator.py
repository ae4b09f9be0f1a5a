"""Where no administrator is left, whoever runs the machine makes one; where one is, nobody gets in that way."""

import pytest
from click.testing import Result
from flask import Flask

from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember
from tests.factories.staff import PASSWORD, make_staff


def restore(app: Flask, name: str) -> Result:
    """Type the command."""
    said = app.test_cli_runner().invoke(args=["restore-administrator", name])
    db.session.rollback()
    return said


def test_somebody_who_is_there_becomes_administrator_with_a_password_for_once(app: Flask) -> None:
    member = make_staff("reviewer", username="li", active=False)
    said = restore(app, "li")
    assert said.exit_code == 0, said.output
    name, password = said.output.split()
    db.session.refresh(member)
    assert (name, member.role, member.active, member.must_change_password) == ("li", "administrator", True, True)
    assert app.test_client().post("/sign-in", data={"username": "li", "password": PASSWORD}).status_code != 302
    assert app.test_client().post("/sign-in", data={"username": "li", "password": password}).status_code == 302


def test_the_log_says_what_was_changed_from_the_command_line(app: Flask) -> None:
    make_staff("reviewer", username="li")
    restore(app, "li")
    entries = db.session.query(AuditEntry).filter_by(subject_type="staff", subject_ref="li").order_by(AuditEntry.id).all()[-2:]
    assert [entry.action for entry in entries] == ["staff.changed", "staff.password_reset"]
    assert (entries[0].changes["after"]["role"], entries[0].origin, entries[0].actor_kind) == ("administrator", "command line", "system")


def test_somebody_new_is_added(app: Flask) -> None:
    assert restore(app, "new-admin").exit_code == 0
    assert db.session.query(StaffMember).filter_by(username="new-admin", role="administrator").count() == 1


def test_where_an_administrator_can_sign_in_nothing_is_done(app: Flask) -> None:
    make_staff("administrator", username="boss")
    member = make_staff("reviewer", username="li")
    said = restore(app, "li")
    db.session.refresh(member)
    assert (said.exit_code, member.role) == (1, "reviewer") and "administrator already" in said.output


@pytest.mark.parametrize("name", ["Big Boss", "x", "ä" * 5])
def test_a_name_that_the_screen_refuses_is_refused(app: Flask, name: str) -> None:
    assert restore(app, name).exit_code == 2


def test_control_an_administrator_who_is_switched_off_is_none(app: Flask) -> None:
    make_staff("administrator", username="gone", active=False)
    assert restore(app, "gone").exit_code == 0
