"""Each login of a PostgreSQL can do what it is for, and nothing that would let it rewrite the log; tried by signing in as each."""

import os
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from admin_app.audit import operations, queries
from admin_app.factory import create_app
from admin_app.foundation import crypto, database_roles
from admin_app.foundation.database import db
from admin_app.foundation.jobs.operations import PERIODIC
from admin_app.foundation.seals import check
from tests.apps import make_settings
from tests.factories.audit import make_entry
from tests.owner import COLUMNS, VALUES

REFUSAL = re.compile("permission denied|must be owner")
PREFIX = f"desk_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
INSERT = f"INSERT INTO audit_entry ({COLUMNS}) VALUES ({VALUES})"
REWRITE = (
    "UPDATE audit_entry SET reason = 'x'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "DELETE FROM audit_seal",
    "UPDATE audit_seal SET mac = 'x'",
    "TRUNCATE audit_seal",
    "DELETE FROM read_seal",
    "TRUNCATE read_note",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_entry_no_change ON audit_entry",
    "SET session_replication_role = replica",
    "ALTER TABLE application DISABLE TRIGGER ALL",
    "CREATE TABLE another (id integer)",
    "SELECT setval('audit_entry_id_seq', 1)",
    "CREATE OR REPLACE FUNCTION audit_entry_fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "UPDATE alembic_version SET version_num = 'x'",
)
FORBIDDEN = {
    "app": (*REWRITE, "INSERT INTO audit_seal SELECT * FROM audit_seal", "INSERT INTO read_seal SELECT * FROM read_seal"),
    "sealer": (*REWRITE, INSERT, "SELECT * FROM resident", "SELECT * FROM ab_user", "UPDATE application SET status = 'approved'"),
    "auditor": (
        *REWRITE,
        INSERT,
        "UPDATE read_note SET times = 1",
        "INSERT INTO audit_seal SELECT * FROM audit_seal",
        "SELECT * FROM resident",
        "SELECT * FROM ab_user",
    ),
}
DONE = {
    "app": (INSERT, "UPDATE job SET attempts = 1", "SELECT * FROM audit_seal"),
    "sealer": ("SELECT * FROM audit_entry", "SELECT * FROM read_note"),
    "auditor": ("SELECT * FROM audit_entry", "SELECT * FROM audit_seal", "SELECT * FROM read_note", "SELECT * FROM read_seal"),
    "owner": ("CREATE TABLE another (id integer)", "ALTER TABLE audit_entry DISABLE TRIGGER ALL"),
}


@pytest.fixture
def logins(database_name, app) -> None:
    """The logins are made; the log has entries and a seal."""
    if database_name != "postgresql":
        pytest.skip("SQLite has no logins")
    make_entry()
    operations.seal_due()
    make_entry()
    db.session.rollback()
    with db.engine.connect() as connection:
        for statement in (*database_roles.statements(PREFIX), *database_roles.statements(PREFIX)):
            connection.execute(sa.text(statement.replace(":", r"\:")))
        connection.commit()


def url_of(login: str) -> str:
    return db.engine.url.set(username=f"{PREFIX}_{login}", password=None).render_as_string(hide_password=False)


def send(login: str, statement: str) -> None:
    """One statement of a person who signs in with this login."""
    engine = sa.create_engine(url_of(login), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def answers(login: str, statements: tuple[str, ...]) -> dict[str, str]:
    """What each statement is answered: 'done', or the words of the refusal."""
    found = {}
    for statement in statements:
        try:
            send(login, statement)
        except ProgrammingError as refused:
            found[statement] = str(refused.orig).splitlines()[0]
        else:
            found[statement] = "done"
    return found


@pytest.mark.parametrize("login", FORBIDDEN)
def test_what_a_login_is_not_for_is_refused(logins, login):
    said = answers(login, FORBIDDEN[login])
    assert {statement: answer for statement, answer in said.items() if not REFUSAL.search(answer)} == {}


@pytest.mark.parametrize("login", DONE)
def test_what_a_login_is_for_is_done(logins, login):
    assert set(answers(login, DONE[login]).values()) == {"done"}


@pytest.fixture
def app_of(logins, tmp_path) -> Iterator[object]:
    """app_of(login): the desk with that login."""
    made: list[Flask] = []

    def make(login: str) -> Flask:
        made.append(create_app(make_settings(tmp_path, url_of(login))))
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            db.engine.dispose()


def test_the_sealer_seals_with_its_own_login(app_of):
    with (sealer := app_of("sealer")).app_context():
        assert operations.seal_due() == 1
        db.session.remove()
    assert sealer.test_cli_runner().invoke(args=["seal", "--once"]).exit_code == 0


def test_the_desk_writes_the_log_with_its_own_login(app_of):
    with app_of("app").app_context():
        make_entry()
        db.session.remove()


def test_the_auditor_proves_the_log_with_an_own_login(app_of):
    with app_of("auditor").app_context():
        walked = check.walk(queries.SealedLog(), crypto.keyring().derived("audit seal"))
        assert (walked.entries, walked.unsealed, walked.finding) == (1, 1, None)
        db.session.remove()
    said = app_of("auditor").test_cli_runner().invoke(args=["verify", "--no-record"])
    assert said.exit_code == 0, said.output


def test_the_command_prints_what_is_tried_here(app):
    said = app.test_cli_runner().invoke(args=["database-roles", "--prefix", PREFIX])
    assert said.output == "".join(f"{statement};\n" for statement in database_roles.statements(PREFIX))


@pytest.mark.parametrize("prefix", ["", "Desk", "desk; DROP TABLE job", "1desk", "desk'"])
def test_a_prefix_that_is_no_name_is_refused(app, prefix):
    assert app.test_cli_runner().invoke(args=["database-roles", "--prefix", prefix]).exit_code == 2
    with pytest.raises(ValueError, match="prefix"):
        list(database_roles.statements(prefix))


def test_the_clock_leaves_sealing_to_a_process_of_its_own_where_the_settings_say_so(tmp_path):
    for wanted in (True, False):
        with create_app(make_settings(tmp_path, "", seal_in_clock=wanted)).app_context():
            assert ("audit.seal" in PERIODIC.get()) is wanted
