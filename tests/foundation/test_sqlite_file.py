"""The office's SQLite file: encrypted as a whole, opened with its key alone, and how a plain one becomes such a file."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from admin_app.backup import encrypt_database, tables
from admin_app.factory import create_app
from admin_app.foundation import sqlite_file
from admin_app.foundation.database import db, engine_options, open_with
from tests.apps import FILE_KEY, make_settings
from tests.databases.way_back import make_plain, office_file

NAME = "欧阳小明"
OTHER = bytes(32)


def made(file: Path, key: bytes) -> Path:
    """A small file with a name in it."""
    with closing(sqlite_file.opened(file, key)) as connection:
        connection.execute("CREATE TABLE person (name TEXT)")
        connection.execute("INSERT INTO person VALUES (?)", (NAME,))
        connection.commit()
    return file


def test_a_file_with_a_key_begins_with_random_bytes_and_holds_no_name(tmp_path: Path) -> None:
    sealed, plain = made(tmp_path / "sealed.db", FILE_KEY), made(tmp_path / "plain.db", b"")
    assert (sqlite_file.is_plain(sealed), sqlite_file.is_plain(plain)) == (False, True)
    assert NAME.encode() not in sealed.read_bytes()
    assert NAME.encode() in plain.read_bytes(), "the control"


@pytest.mark.parametrize(
    ("written", "asked", "said"),
    [(FILE_KEY, OTHER, "is not the key of"), (FILE_KEY, b"", "DATABASE_KEY is missing"), (b"", FILE_KEY, "encrypt-database")],
    ids=["another key", "no key", "plain file"],
)
def test_a_file_that_the_key_does_not_open_is_refused_with_a_sentence(
    tmp_path: Path, written: bytes, asked: bytes, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = made(tmp_path / "office.db", written)
    with pytest.raises(sqlite_file.FileNotOpened, match=said) as refused:
        sqlite_file.opened(file, asked)
    assert "\n" not in str(refused.value) and capfd.readouterr().err == ""
    sqlite_file.opened(file, written).close()


def test_a_changed_page_is_noticed(tmp_path: Path) -> None:
    file = made(tmp_path / "office.db", FILE_KEY)
    content = bytearray(file.read_bytes())
    content[4096 + 100] ^= 1
    file.write_bytes(content)
    with closing(sqlite_file.opened(file, FILE_KEY)) as connection, pytest.raises(sqlite_file.driver.DatabaseError):
        connection.execute("SELECT * FROM person").fetchall()


def test_the_start_is_refused_with_another_key(tmp_path: Path) -> None:
    made(tmp_path / "card_desk.db", OTHER)
    with pytest.raises(SystemExit, match=r"CARD_DESK_DATABASE_KEY is not the key of card_desk\.db"):
        sqlite_file.refuse_wrong_file(make_settings(tmp_path, ""))


@pytest.mark.parametrize("url", ["", "postgresql+psycopg://desk@host/desk"])
def test_control_an_office_without_a_file_yet_starts(tmp_path: Path, url: str) -> None:
    sqlite_file.refuse_wrong_file(make_settings(tmp_path, url))


@pytest.fixture
def plain_office(sqlite_app: tuple[Flask, object], tmp_path: Path) -> Flask:
    """An office, migrated, whose file an older version left plain; the settings have a key already."""
    template = Path(sqlite_app[0].config["SETTINGS"].instance) / "template.db"
    make_plain(template, tmp_path / "card_desk.db")
    return create_app(make_settings(tmp_path, ""))


def encrypt(office: Flask) -> Result:
    """The command."""
    return office.test_cli_runner().invoke(args=["encrypt-database"])


def test_a_plain_file_is_encrypted_with_every_row_index_and_trigger(plain_office: Flask, tmp_path: Path) -> None:
    def described() -> tuple[tables.Facts, list[tuple[str, ...]]]:
        file = tmp_path / "card_desk.db"
        engine = sa.create_engine(f"sqlite:///{file}", **engine_options("sqlite"))
        open_with(engine, b"" if sqlite_file.is_plain(file) else FILE_KEY)
        with engine.connect() as connection:
            structure = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").all()
            found = tables.facts(connection), [tuple(row) for row in structure]
        engine.dispose()
        return found

    before = described()
    said = encrypt(plain_office)
    assert said.exit_code == 0 and "is encrypted" in said.output, said.output
    assert not sqlite_file.is_plain(tmp_path / "card_desk.db")
    assert described() == before and len(before[1]) > 100
    assert sorted(path.name for path in tmp_path.glob("card_desk.db*")) == ["card_desk.db"]
    assert (tmp_path / "card_desk.db").stat().st_mode & 0o777 == 0o600
    with plain_office.app_context():
        assert db.session.execute(sa.text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
        db.session.remove()
        db.engine.dispose()


def test_it_is_done_once(plain_office: Flask) -> None:
    assert encrypt(plain_office).exit_code == 0
    again = encrypt(plain_office)
    assert (again.exit_code, again.output.splitlines()[-1]) == (1, "Error: card_desk.db is encrypted already.")


def test_a_file_in_use_stays_as_it_is(plain_office: Flask, tmp_path: Path) -> None:
    with closing(sqlite_file.opened(tmp_path / "card_desk.db", b"")) as desk:
        desk.execute("PRAGMA journal_mode = WAL")
        desk.execute("SELECT * FROM alembic_version").fetchall()
        said = encrypt(plain_office)
    assert said.exit_code == 1 and "is in use: stop the desk first" in said.output
    assert sqlite_file.is_plain(tmp_path / "card_desk.db") and not list(tmp_path.glob("*.encrypting"))


def test_a_copy_that_lacks_a_row_does_not_replace_the_file(plain_office: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = encrypt_database._export

    def lose_one(plain: object, copy: Path, *rest: object) -> None:
        export(plain, copy, *rest)
        with closing(office_file(copy)) as sealed:
            sealed.execute("DELETE FROM alembic_version")
            sealed.commit()

    monkeypatch.setattr(encrypt_database, "_export", lose_one)
    said = encrypt(plain_office)
    assert said.exit_code == 1 and "has not as many rows" in said.output
    assert sqlite_file.is_plain(tmp_path / "card_desk.db") and not list(tmp_path.glob("*.encrypting"))
