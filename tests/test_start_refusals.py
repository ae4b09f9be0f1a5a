"""What is unsafe keeps a production office from starting, with a sentence that says what to do; each beside an office that starts."""

import base64
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

import config
from admin_app.foundation import database_refusals, settings
from admin_app.foundation.database import db
from admin_app.foundation.start_refusals import file_system, refuse_unsafe_start
from admin_app.retention.rules import LINES, Line, What
from config import Settings
from tests.apps import KEYS, make_settings

ROOT = Path(__file__).resolve().parent.parent
SAFE: dict[str, Any] = {"environment": "production", "https": True, "trusted_hosts": "desk.example.org"}
SHORT_KEY = base64.b64encode(b"16 bytes, not 32").decode()
UNSAFE = (
    ({"secret_key": "changeme"}, "CARD_DESK_SECRET_KEY"),
    ({"secret_key": "x" * 40}, "CARD_DESK_SECRET_KEY"),
    ({"data_keys": ""}, "CARD_DESK_DATA_KEYS"),
    ({"data_keys": f"k1:{SHORT_KEY}"}, "CARD_DESK_DATA_KEYS is malformed"),
    ({"data_keys": "no key at all"}, "CARD_DESK_DATA_KEYS is malformed"),
    ({"data_keys": KEYS["data_keys"] + ",k0:***"}, "CARD_DESK_DATA_KEYS is malformed"),
    ({"index_key": ""}, "CARD_DESK_INDEX_KEY"),
    ({"index_key": SHORT_KEY}, "CARD_DESK_INDEX_KEY is malformed"),
    ({"backup_key": SHORT_KEY}, "CARD_DESK_BACKUP_KEY is malformed"),
    ({"database_key": SHORT_KEY}, "CARD_DESK_DATABASE_KEY is malformed"),
    ({"database_key_before": SHORT_KEY}, "CARD_DESK_DATABASE_KEY_BEFORE is malformed"),
    ({"database_key": ""}, "CARD_DESK_DATABASE_KEY is missing"),
    ({"https": False}, "CARD_DESK_HTTPS is off"),
    ({"trusted_hosts": " , "}, "CARD_DESK_TRUSTED_HOSTS is empty"),
    ({"session_idle_minutes": 121}, "CARD_DESK_SESSION_IDLE_MINUTES"),
    ({"session_hours": 25}, "CARD_DESK_SESSION_HOURS"),
)
MOUNTS = "/dev/sda1 / ext4 rw 0 0\nserver:/desk /srv/card\\040desk {kind} rw 0 0\n/dev/sdb1 /srv/card\\040desk/local xfs rw 0 0\n"


def safe(folder: Path, **changes: Any) -> Settings:
    """Settings with which a production office starts, but for `changes`."""
    return make_settings(folder, changes.pop("database_url", ""), **(SAFE | changes))


def refusal(found: Settings, **facts: Any) -> str:
    """The sentence with which these settings are refused."""
    with pytest.raises(SystemExit) as refused:
        refuse_unsafe_start(found, **({"environment": {}} | facts))
    assert isinstance(refused.value.code, str), "Python ends with status 1 for a sentence"
    assert "\n" not in refused.value.code
    return refused.value.code


@pytest.mark.parametrize(("changes", "said"), UNSAFE)
def test_an_unsafe_setting_stops_the_start_and_is_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    assert said in refusal(safe(tmp_path, **changes))


def test_control_safe_settings_start(tmp_path: Path) -> None:
    refuse_unsafe_start(safe(tmp_path), environment={})
    refuse_unsafe_start(safe(tmp_path, session_idle_minutes=120, session_hours=24), environment={})


def test_an_operator_may_say_that_plain_http_is_meant(tmp_path: Path) -> None:
    refuse_unsafe_start(safe(tmp_path, https=False, plain_http=True), environment={})


@pytest.mark.parametrize("changes", [{"plain_database": True}, {"database_url": "postgresql+psycopg://desk@host/desk"}], ids=str)
def test_an_operator_may_say_that_the_disk_is_encrypted_and_postgresql_has_no_file(tmp_path: Path, changes: dict[str, Any]) -> None:
    refuse_unsafe_start(safe(tmp_path, database_key="", **changes), environment={})


@pytest.mark.parametrize("environment", ["demo", "test"])
def test_a_demo_needs_neither_https_nor_hosts(tmp_path: Path, environment: str) -> None:
    refuse_unsafe_start(safe(tmp_path, environment=environment, https=False, trusted_hosts=""), environment={"FLASK_DEBUG": "1"})


@pytest.mark.parametrize("said", ["1", "true", "yes"])
def test_debug_stops_the_start(tmp_path: Path, said: str) -> None:
    assert "FLASK_DEBUG" in refusal(safe(tmp_path), environment={"FLASK_DEBUG": said})


@pytest.mark.parametrize("said", ["", "0", "false"])
def test_control_debug_that_is_off_does_not(tmp_path: Path, said: str) -> None:
    refuse_unsafe_start(safe(tmp_path), environment={"FLASK_DEBUG": said})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_keys_that_others_may_read_or_write_stop_the_start(tmp_path: Path, mode: int) -> None:
    (tmp_path / "settings.env").touch()
    (tmp_path / "settings.env").chmod(mode)
    assert "chmod 600" in refusal(safe(tmp_path))


def test_control_keys_of_ones_own_do_not(tmp_path: Path) -> None:
    (tmp_path / "settings.env").touch()
    (tmp_path / "settings.env").chmod(0o600)
    refuse_unsafe_start(safe(tmp_path), environment={})


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "9p", "fuse.sshfs"])
def test_sqlite_on_a_network_drive_stops_the_start(tmp_path: Path, kind: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS.format(kind=kind))
    there = safe(tmp_path, database_url="sqlite:////srv/card desk/desk.db")
    assert f"network drive ({kind})" in refusal(there, mounts=tmp_path / "mounts")


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/card desk/local/desk.db", "sqlite:////srv/desk.db", "postgresql+psycopg://desk@host/srv/card desk"]
)
def test_control_a_local_disk_or_postgresql_does_not(tmp_path: Path, url: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS.format(kind="nfs4"))
    refuse_unsafe_start(safe(tmp_path, database_url=url), environment={}, mounts=tmp_path / "mounts")


def test_the_mounts_of_this_machine_are_understood(tmp_path: Path) -> None:
    assert not Path("/proc/mounts").exists() or file_system(tmp_path)


def test_a_setting_that_is_no_such_value_is_named_without_the_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARD_DESK_INSTANCE", str(tmp_path))
    monkeypatch.setenv("CARD_DESK_SESSION_HOURS", "hush")
    with pytest.raises(SystemExit, match="CARD_DESK_SESSION_HOURS cannot be used") as refused:
        config.load.__wrapped__()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("command", [("run.py",), ("-m", "flask", "--app", str(ROOT / "run.py"), "verify")], ids=["start", "command"])
def test_a_refused_start_ends_with_status_1_and_the_sentence_alone(tmp_path: Path, command: tuple[str, ...]) -> None:
    environment = dict(os.environ) | {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    environment |= {"CARD_DESK_ENVIRONMENT": "production", "CARD_DESK_INSTANCE": str(tmp_path), "CARD_DESK_HTTPS": "true"}
    ended = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1, ended
    assert ended.stderr.strip() == "CARD_DESK_TRUSTED_HOSTS is empty: name the host that browsers ask for, e.g. desk.example.org."


@pytest.fixture
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An office that takes itself for a real one."""
    monkeypatch.setattr(settings.current(), "environment", "production")
    return app


def give(role: str, table: str, column: str, other: str) -> None:
    """Write past the desk that the framework's role `role` has a row of `table`."""
    with db.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO ab_role (id, name) VALUES (1, :name)"), {"name": role})
        for statement in other.split(";"):
            connection.execute(sa.text(statement))
        connection.execute(sa.text(f"INSERT INTO {table} (id, role_id, {column}) VALUES (1, 1, 1)"))


MEMBER = ("ab_group_role", "group_id", "INSERT INTO ab_group (id, name, label, description) VALUES (1, 'x', 'x', 'x')")
PERMISSION = (
    "ab_permission_view_role",
    "permission_view_id",
    "INSERT INTO ab_permission (id, name) VALUES (1, 'x'); INSERT INTO ab_view_menu (id, name) VALUES (1, 'x');"
    " INSERT INTO ab_permission_view (id, permission_id, view_menu_id) VALUES (1, 1, 1)",
)


@pytest.mark.parametrize("role", ["Admin", "Public"])
@pytest.mark.parametrize("given", [MEMBER, PERMISSION], ids=["group", "permission"])
def test_a_role_of_the_framework_that_holds_something_is_found(production: Flask, role: str, given: tuple[str, str, str]) -> None:
    give(role, *given)
    with db.engine.connect() as connection:
        assert f"«{role}»" in database_refusals.role_problem(connection)


@pytest.mark.parametrize("given", [MEMBER, PERMISSION], ids=["group", "permission"])
def test_control_a_role_that_nothing_is_decided_by_is_not(production: Flask, given: tuple[str, str, str]) -> None:
    give("Something else", *given)
    with db.engine.connect() as connection:
        assert database_refusals.role_problem(connection) == ""


def test_a_role_that_holds_something_keeps_the_server_from_starting(production: Flask) -> None:
    give("Admin", *PERMISSION)
    with pytest.raises(SystemExit, match="«Admin» has permissions"):
        database_refusals.refuse_unsafe_database()


def as_plain_login(connection: sa.Connection, *before: str) -> None:
    """Go on as a login that is nobody special, but for what `before` gives it; all of it is rolled back with the connection."""
    for statement in ("CREATE ROLE card_desk_plain", "CREATE ROLE card_desk_other", *before, "SET LOCAL ROLE card_desk_plain"):
        connection.execute(sa.text(statement))


def test_a_superuser_of_postgresql_keeps_the_server_from_starting(production: Flask, database_name: str) -> None:
    if database_name == "sqlite":
        database_refusals.refuse_unsafe_database()  # the control: a file has no users
        return
    with pytest.raises(SystemExit, match="is a superuser"):
        database_refusals.refuse_unsafe_database()


def test_control_another_user_of_postgresql_does_not(production: Flask, database_name: str) -> None:
    with db.engine.connect() as connection:
        if database_name == "postgresql":
            as_plain_login(connection)
        assert database_refusals.account_problem(connection) == ""
        connection.rollback()


OWNERS = {
    "of a table": ("ALTER TABLE audit_entry OWNER TO card_desk_plain",),
    "by another role": ("ALTER TABLE audit_entry OWNER TO card_desk_other", "GRANT card_desk_other TO card_desk_plain"),
    "of the database": ("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO card_desk_plain', current_database()); END $$",),
}


@pytest.mark.parametrize("database_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("owner", OWNERS)
def test_an_owner_of_what_the_desk_works_on_is_found(production: Flask, owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.engine.connect() as connection:
        as_plain_login(connection, *OWNERS[owner])
        assert "could switch the triggers of the log off" in database_refusals.owner_problem(connection)
        monkeypatch.setattr(settings.current(), "single_login", True)
        assert database_refusals.owner_problem(connection) == "", "an operator may say that it is meant"
        connection.rollback()


def test_control_who_owns_nothing_is_not(production: Flask, database_name: str) -> None:
    with db.engine.connect() as connection:
        if database_name == "postgresql":
            as_plain_login(connection, "GRANT SELECT, INSERT ON audit_entry TO card_desk_plain")
        assert database_refusals.owner_problem(connection) == ""
        connection.rollback()


def test_an_owner_keeps_the_server_from_starting(production: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_refusals, "account_problem", lambda _connection: "")
    monkeypatch.setattr(database_refusals, "owner_problem", lambda _connection: "owns its tables")
    with pytest.raises(SystemExit, match="owns its tables"):
        database_refusals.refuse_unsafe_database()


LOGS = frozenset({"audit_entry", "audit_seal", "read_note", "read_seal"})
"""What the Cybersecurity Law wants kept for six months at least."""


def shortened(lines: Sequence[Line]) -> set[str]:
    """Tables of the log that are not kept for good: some setting, or nobody, says when their rows go."""
    return {name for line in lines for name in line.tables if name in LOGS and (line.what is not What.KEPT or line.days or line.minutes)}


def test_no_setting_shortens_the_log_or_the_notes_of_who_looked() -> None:
    assert shortened(LINES) == set()
    assert {name for line in LINES for name in line.tables} >= LOGS


def test_control_a_log_that_a_setting_shortens_is_found() -> None:
    line = Line("log", "the log", ("audit_entry",), What.JOB, "why", "written", lambda now: now.call_days)
    assert shortened((line,)) == {"audit_entry"}


@pytest.mark.parametrize("command", ["worker", "clock"])
def test_worker_and_clock_are_refused_as_the_server_is(production: Flask, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_refusals, "role_problem", lambda _connection: "refused with a sentence")
    said = production.test_cli_runner().invoke(args=[command])
    assert (said.exit_code, str(said.exception)) == (1, "refused with a sentence")
