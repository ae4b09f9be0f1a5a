"""From SQLite to PostgreSQL: every row as it was, the log still proves itself, numbers go on, and nothing is written over (T-74)."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from admin_app.audit.models import AuditEntry
from admin_app.audit.operations import seal_due
from admin_app.backup import copying
from admin_app.demo import file_pool, operations
from admin_app.demo.files import Drawn
from admin_app.factory import create_app
from admin_app.foundation import sqlite_file
from admin_app.foundation.database import db, transaction
from admin_app.foundation.instance_lock import only_one
from admin_app.foundation.storage.objects import store
from tests.apps import FILE_KEY, PreparedApp, make_settings, opened
from tests.demo.size import quiet
from tests.factories.residents import make_resident

NAME = "card_desk_copied"


@pytest.fixture(scope="module")
def office(sqlite_app: PreparedApp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file of a demo office with a sealed log."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(Path(sqlite_app[0].config["SETTINGS"].instance) / "template.db", folder / "card_desk.db")
    with opened(create_app(make_settings(folder, ""))), pytest.MonkeyPatch.context() as patch:
        drawn = lambda sheets: [Drawn(s.kind, store().put(repr(s).encode() * 50), 9, 1, 1) for s in sheets]  # noqa: E731
        patch.setattr(file_pool.files, "store", drawn)
        operations.load(12, seed=5, report=quiet)
        seal_due()
    return folder / "card_desk.db"


@pytest.fixture
def there(postgres_server: str, office: Path, tmp_path: Path) -> Iterator[Flask]:
    """The office's settings with an empty PostgreSQL database."""
    url = sa.make_url(postgres_server).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {NAME} TEMPLATE template0")
    app = create_app(make_settings(tmp_path, url.set(database=NAME).render_as_string(hide_password=False)))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def typed(app: Flask, *line: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=line)


def test_every_row_is_as_it_was_the_log_proves_itself_and_numbers_go_on(there: Flask, office: Path) -> None:
    said = typed(there, "copy-from-sqlite", str(office))
    assert said.exit_code == 0, said.output
    with closing(sqlite_file.opened(office, FILE_KEY)) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if name != "alembic_version"]
        counts = {name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names if not name.startswith("sqlite_")}
        changes = file.execute("SELECT id, changes FROM audit_entry ORDER BY id").fetchall()
    proof = typed(there, "verify", "--no-record")
    assert proof.exit_code == 0 and "are as they were sealed" in proof.output, proof.output
    with opened(there):
        found = {name: db.session.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in counts}
        assert found == counts | {"audit_entry": counts["audit_entry"] + 1}, "the copy itself is one more entry"
        assert counts["application"] == 12 and counts["resident"] > 5
        kept = db.session.execute(sa.text("SELECT id, changes::text FROM audit_entry ORDER BY id")).all()
        assert [(row[0], json.loads(row[1])) for row in kept[:-1]] == [(number, json.loads(text)) for number, text in changes]
        entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None and (entry.action, entry.id) == ("system.copied", changes[-1][0] + 1)
        assert (
            make_resident().id
            == 1 + db.session.execute(sa.text("SELECT max(id) FROM resident WHERE id < currval('resident_id_seq')")).scalar_one()
        )
        with pytest.raises(sa.exc.DBAPIError), transaction() as session:  # the rules of the log hold again
            session.execute(sa.text("UPDATE audit_entry SET action = 'x' WHERE id = 1"))


def test_a_database_with_tables_is_left_alone(there: Flask, office: Path) -> None:
    with there.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE somebody_elses (id integer)")
    said = typed(there, "copy-from-sqlite", str(office))
    assert said.exit_code == 1 and "has tables already" in said.output


def test_it_refuses_while_the_desk_runs(there: Flask, office: Path) -> None:
    with closing(only_one(there.config["SETTINGS"].instance)):
        said = typed(there, "copy-from-sqlite", str(office))
    assert said.exit_code == 1 and "already runs" in said.output + str(said.exception)


@pytest.mark.proof
def test_control_a_row_that_is_not_equal_is_named_and_nothing_is_there(there: Flask, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = copying._copy_table

    def lose(table: sa.Table, source: sa.Connection, target: sa.Connection) -> int:
        count = go(table, source, target)
        if table.name == "centre":
            target.execute(sa.text("UPDATE centre SET version = version + 1 WHERE id = (SELECT min(id) FROM centre)"))
        return count

    monkeypatch.setattr(copying, "_copy_table", lose)
    said = typed(there, "copy-from-sqlite", str(office))
    assert said.exit_code == 1 and "These tables are not equal: centre." in said.output
    with opened(there):
        assert db.session.execute(sa.text("SELECT count(*) FROM resident")).scalar_one() == 0


@pytest.mark.proof
def test_a_file_of_another_version_or_with_another_key_is_refused(there: Flask, office: Path, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    shutil.copy(office, older)
    with closing(sqlite_file.opened(older, FILE_KEY)) as file:
        file.execute("UPDATE alembic_version SET version_num = '0029_retention'")
        file.commit()
    said = typed(there, "copy-from-sqlite", str(older))
    assert said.exit_code == 1 and "of another version" in said.output
    with closing(sqlite_file.opened(tmp_path / "foreign.db", bytes(32))) as file:
        file.execute("CREATE TABLE x (id INTEGER)")
    said = typed(there, "copy-from-sqlite", str(tmp_path / "foreign.db"))
    assert said.exit_code == 1
