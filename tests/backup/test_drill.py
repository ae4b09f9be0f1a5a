"""The drill: an office is backed up, its files are gone, it is restored elsewhere, and every row and file is as it was."""

import base64
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from admin_app.audit.models import AuditEntry, AuditSeal
from admin_app.audit.operations import seal_due
from admin_app.audit.queries.times import last_time
from admin_app.backup import archive, tables
from admin_app.centres.models import Centre
from admin_app.factory import create_app
from admin_app.foundation import clock, origin, settings
from admin_app.foundation.database import db
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.objects import ObjectStore, store
from tests.apps import make_settings
from tests.factories.audit import make_entry
from tests.factories.foundation import make_file
from tests.factories.residents import make_resident

ANOTHER = base64.b64encode(bytes(range(100, 132))).decode()
Restore = Callable[..., Result]


@pytest.fixture
def office(app: Flask, centre: Centre) -> Flask:
    """A small office with residents, stored files and a sealed log."""
    make_resident()
    make_resident("买买提")
    for scan in (b"one scan", b"another scan", b"a third one"):
        make_file(sha256=store().put(scan))
    make_entry()
    seal_due()
    db.session.rollback()
    return app


@pytest.fixture
def restored(database_name: str, app: Flask, programs: None, tmp_path: Path) -> Iterator[Flask]:
    """An app on the place that is restored to: an empty folder, on PostgreSQL an empty database too."""
    folder, url = tmp_path / "restored", ""
    here = db.engine.url
    if database_name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS card_desk_restored WITH (FORCE)")
            connection.exec_driver_sql("CREATE DATABASE card_desk_restored TEMPLATE template0")
        url = here.set(database="card_desk_restored").render_as_string(hide_password=False)
    there = create_app(make_settings(folder, url))
    yield there
    with there.app_context():
        db.session.remove()
        db.engine.dispose()


def typed(app: Flask, *line: str) -> Result:
    """A command, typed for this app: one that finds a context open would take the app of that one."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=line)


@pytest.fixture
def restore(restored: Flask, tmp_path: Path) -> Restore:
    """restore(archive, …options): the command, in the new place."""

    def run(source: Path, *options: str) -> Result:
        return typed(restored, "restore", str(source), str(tmp_path / "restored"), *options)

    return run


def backed_up(office: Flask, target: Path) -> Path:
    """The archive that the command writes."""
    said = typed(office, "backup", str(target))
    assert said.exit_code == 0, said.output
    db.session.rollback()
    return target


def rows_of(app: Flask) -> tables.Facts:
    """Every table of an app's database."""
    with app.app_context(), db.engine.connect() as connection:
        return tables.facts(connection)


def objects_of(app: Flask) -> dict[str, bytes]:
    """Every stored file that a row names, as it lies on the disk."""
    with app.app_context():
        known = db.session.scalars(sa.select(StoredFile.sha256)).all()
        place = ObjectStore(settings.current().storage_url)
        found = {sha256: place.sealed(sha256) for sha256 in known}
        db.session.remove()
    return found


def test_an_office_comes_back_byte_by_byte(demo: Flask, restore: Restore, restored: Flask, tmp_path: Path) -> None:
    rows, files = rows_of(demo), objects_of(demo)
    kept = backed_up(demo, tmp_path / "office.backup")
    shutil.rmtree(Path(settings.current().instance) / "files")
    said = restore(kept)
    assert said.exit_code == 0, said.output
    assert rows["application"]["rows"] == 12 and len(files) > 5
    found = rows_of(restored)
    assert tables.differences(rows, found) == ["audit_entry"], "the restore itself is one more entry, and nothing else is new"
    assert found["audit_entry"]["rows"] == rows["audit_entry"]["rows"] + 1
    assert objects_of(restored) == files
    proof = typed(restored, "verify", "--no-record")
    assert proof.exit_code == 0 and "are as they were sealed" in proof.output, proof.output


def facts_of(app: Flask, action: str) -> list[dict[str, object]]:
    """What the log of this app says of each time that this was done."""
    with app.app_context():
        found = [entry.changes for entry in db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action))]
        db.session.remove()
    return found


def test_backup_and_restore_stand_in_the_log_with_their_size_and_no_path(
    office: Flask, restore: Restore, restored: Flask, tmp_path: Path
) -> None:
    kept = backed_up(office, tmp_path / "office.backup")
    (made,) = facts_of(office, "system.backed_up")
    assert (made["bytes"], made["files"], made["login"]) == (kept.stat().st_size, 3, origin.login())
    assert restore(kept).exit_code == 0
    (back,) = facts_of(restored, "system.restored")
    assert (back["rows"], back["files"]) == (made["rows"], 3)
    assert facts_of(restored, "system.backed_up") == [], "the backup was whole before it was entered"
    assert str(tmp_path) not in repr((made, back))


def test_the_system_page_says_when_the_last_backup_was_made(
    office: Flask, programs: None, sign_in: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    browser = sign_in("administrator")
    assert "none with the command «backup» yet" in browser.get("/system").text
    backed_up(office, tmp_path / "office.backup")
    made_at = last_time("system.backed_up")
    assert made_at is not None
    page = browser.get("/system").text
    assert f"{clock.to_office(made_at):%H:%M}" in page and "yet" not in page.partition("Last backup")[2][:200]


def test_the_backup_can_be_read_by_nobody_else(office: Flask, programs: None, tmp_path: Path) -> None:
    kept = backed_up(office, tmp_path / "office.backup")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob("*.part")) == [] and list(Path(settings.current().instance).glob("backup-*")) == []


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("data_keys", f"k1:{ANOTHER}", "another key"),
        ("data_keys", f"k2:{ANOTHER}", "«data:k1», is not in the settings"),
        ("index_key", ANOTHER, "CARD_DESK_INDEX_KEY is not the one"),
        ("database_key", ANOTHER, "CARD_DESK_DATABASE_KEY is not the one"),
        ("database_key", "", "CARD_DESK_DATABASE_KEY is not the one"),
    ],
)
def test_other_keys_restore_nothing(
    office: Flask, database_name: str, restore: Restore, restored: Flask, tmp_path: Path, name: str, key: str, said: str
) -> None:
    if (name, database_name) == ("database_key", "postgresql"):
        pytest.skip("PostgreSQL has no such key")
    kept = backed_up(office, tmp_path / "office.backup")
    with restored.app_context():
        setattr(settings.current(), name, SecretStr(key))
    answer = restore(kept)
    assert answer.exit_code == 1 and said in answer.output, answer.output
    assert list((tmp_path / "restored").iterdir()) == []


def test_a_backup_with_a_key_of_its_own_needs_it_and_the_data_keys(
    office: Flask, restore: Restore, restored: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings.current(), "backup_key", SecretStr(ANOTHER))
    kept = backed_up(office, tmp_path / "office.backup")
    assert "«backup», is not in the settings" in restore(kept).output
    with restored.app_context():
        mine = settings.current()
        mine.backup_key, good = SecretStr(ANOTHER), mine.data_keys
        mine.data_keys = SecretStr(f"k1:{ANOTHER}")
        assert "CARD_DESK_DATA_KEYS has not the key" in restore(kept).output
        mine.data_keys = good
    assert restore(kept).exit_code == 0


def test_a_file_that_was_lost_before_is_told_and_the_rest_is_kept(office: Flask, restore: Restore, tmp_path: Path) -> None:
    lost = next(iter(objects_of(office)))
    store().delete(lost)
    said = office.test_cli_runner().invoke(args=["backup", str(tmp_path / "office.backup")])
    assert said.exit_code == 1 and f"1 stored files were lost or damaged before it, the first is {lost}" in said.output
    answer = restore(tmp_path / "office.backup")
    assert answer.exit_code == 0 and lost in answer.output, answer.output


@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_a_file_that_is_not_as_the_list_says_restores_nothing(
    office: Flask, restore: Restore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    add = archive._add

    def spoil(tar: object, name: str, source: object, size: int) -> None:
        if not name.startswith("objects/"):
            add(tar, name, source, size)  # type: ignore[arg-type]
        elif fault == "altered":
            add(tar, name, archive.io.BytesIO(bytes(size)), size)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "_add", spoil)
    kept = backed_up(office, tmp_path / "office.backup")
    answer = restore(kept)
    assert answer.exit_code == 1 and {"missing": "is missing in the backup", "altered": "is not as it was"}[fault] in answer.output
    assert list((tmp_path / "restored").iterdir()) == []


def test_rows_that_are_not_as_the_manifest_says_are_named(
    office: Flask, restore: Restore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = tables.facts
    monkeypatch.setattr(archive.tables, "facts", lambda connection: facts(connection) | {"centre": {"rows": 1, "sha256": "0" * 64}})
    kept = backed_up(office, tmp_path / "office.backup")
    monkeypatch.setattr(archive.tables, "facts", facts)
    answer = restore(kept)
    assert answer.exit_code == 1 and "These tables are not as they were: centre." in answer.output, answer.output


def anchors(folder: Path, *seals: tuple[int, str]) -> str:
    """A file of anchors with these seals."""
    (folder / "anchors.jsonl").write_text("".join(f'{{"seal": {number}, "hash": "{digest}"}}\n' for number, digest in seals))
    return f"--anchors={folder / 'anchors.jsonl'}"


def test_a_log_that_ends_before_its_anchors_is_refused(office: Flask, restore: Restore, tmp_path: Path) -> None:
    last = db.session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id.desc())).first()
    assert last is not None
    kept, number, digest = backed_up(office, tmp_path / "office.backup"), last.id, last.hash
    older = restore(kept, anchors(tmp_path, (number, digest), (number + 1, digest)))
    assert older.exit_code == 1 and "is older than its anchors" in older.output
    answer = restore(kept, anchors(tmp_path, (number, digest)))
    assert answer.exit_code == 0, answer.output


def test_a_log_with_another_seal_than_its_anchors_is_refused(office: Flask, restore: Restore, tmp_path: Path) -> None:
    answer = restore(backed_up(office, tmp_path / "office.backup"), anchors(tmp_path, (1, "0" * 64)))
    assert answer.exit_code == 1 and "has another seal 1" in answer.output, answer.output


def test_a_place_that_is_in_use_is_left_alone(office: Flask, restore: Restore, tmp_path: Path) -> None:
    kept = backed_up(office, tmp_path / "office.backup")
    (tmp_path / "restored" / "card_desk.db").write_text("another office")
    answer = restore(kept)
    assert answer.exit_code == 1 and "is not empty" in answer.output
    assert (tmp_path / "restored" / "card_desk.db").read_text() == "another office"


def test_control_the_settings_may_be_there_first(office: Flask, restore: Restore, tmp_path: Path) -> None:
    kept = backed_up(office, tmp_path / "office.backup")
    (tmp_path / "restored" / "settings.env").touch()
    assert restore(kept).exit_code == 0


def test_a_backup_never_overwrites_a_file(office: Flask, tmp_path: Path) -> None:
    (tmp_path / "office.backup").write_text("the last one")
    said = office.test_cli_runner().invoke(args=["backup", str(tmp_path / "office.backup")])
    assert said.exit_code == 1 and (tmp_path / "office.backup").read_text() == "the last one"


def test_a_database_that_has_tables_is_left_alone(
    office: Flask, restore: Restore, restored: Flask, tmp_path: Path, database_name: str
) -> None:
    if database_name == "sqlite":
        pytest.skip("a file of SQLite lies in the folder, which must be empty")
    kept = backed_up(office, tmp_path / "office.backup")
    with restored.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE somebody_elses (id integer)")
    answer = restore(kept)
    assert answer.exit_code == 1 and "has tables already" in answer.output


def test_without_the_programs_of_postgresql_a_sentence_says_so(
    office: Flask, tmp_path: Path, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = office.test_cli_runner().invoke(args=["backup", str(tmp_path / "office.backup")])
    if database_name == "sqlite":
        assert said.exit_code == 0  # the control: SQLite needs none
        return
    assert said.exit_code == 1 and "install PostgreSQL's client programs" in said.output


def test_one_changed_value_changes_the_hash_of_its_table(office: Flask) -> None:
    before = rows_of(office)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE centre SET version = version + 1 WHERE id = (SELECT min(id) FROM centre)")
    assert tables.differences(before, rows_of(office)) == ["centre"]
