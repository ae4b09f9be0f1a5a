"""What a thief learns about people from the SQLite file, from a dump of PostgreSQL and from a backup, without the keys."""

import base64
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.applications.models import Application
from admin_app.backup import archive
from admin_app.foundation import settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.sqlite_file import is_plain, place_of
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.databases.way_back import make_plain

FEWEST = 6
"""Fewer bytes turn up by chance in some million random ones."""


def names() -> set[str]:
    """The name of everybody in the office: residents, agents, staff; also as it is searched."""
    found = db.session.execute(sa.select(Resident.name, Resident.name_latin)).all()
    found += db.session.execute(sa.select(StaffMember.name_zh, StaffMember.name_en)).all()
    found += db.session.execute(sa.select(Application.agent_name)).all()
    found += db.session.execute(sa.text("SELECT key FROM resident_name")).all()
    return {name for row in found for name in row if len(name.encode()) >= FEWEST}


def secrets() -> set[str]:
    """Every ID number, day of birth, phone and line of an address of the office's residents."""
    told: set[str] = set()
    for one in db.session.scalars(sa.select(Resident)):
        told |= {one.open_id_number(), one.open_phone(), f"{one.birth_on:%Y%m%d}", *one.address.splitlines()}
    return {word for word in told if len(word) >= FEWEST}


def forms(word: str) -> set[bytes]:
    """How a text may stand in a file: UTF-8, UTF-16, and each of them in hex or base64, wherever it begins there."""
    written: set[bytes] = set()
    for plain in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
        written |= {plain, plain.hex().encode(), plain.hex().upper().encode()}
        for before in range(3):
            coded = base64.b64encode(bytes(before) + plain + b"\0\0")
            written.add(coded[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6])  # characters that are the text's alone
    return {form for form in written if len(form) >= FEWEST}


def told(words: Iterable[str], stolen: bytes) -> list[str]:
    """Those of the texts that stand in `stolen` in any form."""
    return [word for word in words if any(form in stolen for form in forms(word))]


@pytest.fixture
def stolen_file(demo: Flask, database_name: str) -> list[Path]:
    """The SQLite file of an office that goes on working, with what lies beside it."""
    if database_name != "sqlite":
        pytest.skip("a server has no such file")
    with transaction() as session:  # so that there is something in the journal that is not in the file
        for resident in session.scalars(sa.select(Resident)):
            resident.name_latin += " (known as)"
    file = place_of(settings.current())
    assert file is not None
    found = sorted(file.parent.glob(f"{file.name}*"))
    assert [path.name for path in found] == [file.name, f"{file.name}-shm", f"{file.name}-wal"]
    assert found[2].stat().st_size > 10_000
    return found


def test_the_sqlite_file_and_its_journal_tell_nothing_about_anybody(stolen_file: list[Path]) -> None:
    people, facts = names(), secrets()
    assert len(people) > 30 and len(facts) > 30
    for file in stolen_file:
        assert not is_plain(file)
        assert told(people | facts, file.read_bytes()) == [], file.name


def test_control_the_same_file_not_encrypted_tells_every_name(stolen_file: list[Path], tmp_path: Path) -> None:
    make_plain(stolen_file[0], tmp_path / "plain.db")
    content = (tmp_path / "plain.db").read_bytes()
    assert is_plain(tmp_path / "plain.db")
    assert set(told(names(), content)) == names()
    assert told(secrets(), content) == [], "numbers and addresses are encrypted by column as well"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "hex", "base64"])
def test_control_a_text_is_found_in_whatever_form_it_stands(encoding: str) -> None:
    codings: dict[str, Callable[[bytes], bytes]] = {"hex": lambda text: text.hex().encode(), "base64": base64.b64encode}
    said = "12王小明34"
    file = codings[encoding](said.encode()) if encoding in codings else said.encode(encoding)
    assert told(["王小明", "李小明"], b"\0" + file) == ["王小明"]


def test_a_dump_of_postgresql_tells_names_and_nothing_else(demo: Flask, database_name: str, programs: None, tmp_path: Path) -> None:
    if database_name != "postgresql":
        pytest.skip("SQLite has no dump")
    with archive.copies.copied(tmp_path / "dump"):
        pass
    dump = subprocess.run([str(shutil.which("pg_restore")), "--file=-", tmp_path / "dump"], capture_output=True, check=True).stdout
    people = dump.partition(b"COPY public.resident (")[2].partition(b"\n\\.\n")[0]
    assert told(secrets(), people) == [], "days of birth too: elsewhere their digits are those of a parcel or a day"
    assert told({word for word in secrets() if len(word) > 8}, dump) == []
    assert set(told(names(), dump)) == names(), "names are searched there: the disk is encrypted, or they are read"


def test_the_backup_tells_nothing_about_anybody(demo: Flask, programs: None, tmp_path: Path) -> None:
    archive.make(tmp_path / "office.backup")
    kept = (tmp_path / "office.backup").read_bytes()
    assert len(names()) > 30 and len(secrets()) > 30
    assert told(names() | secrets(), kept) == []
