"""`flask --app run.py encrypt-database`: the office's SQLite file, which an older version left plain, becomes one that is encrypted."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from admin_app.foundation import settings, sqlite_file
from admin_app.foundation.instance_lock import only_one
from admin_app.foundation.private_files import BESIDE, make_private

STEPS = 200_000
"""Steps of SQLite after which progress is looked at."""
Report = Callable[[int, int], None]
"""Called with bytes written and bytes in all."""


class NotEncrypted(Exception):
    """The file stays as it is; the sentence says why and what to do."""


@click.command("encrypt-database")
@with_appcontext
def encrypt_database() -> None:
    """Encrypt the office's SQLite file with CARD_DESK_DATABASE_KEY, while the desk is stopped.

    It is replaced only once its copy was checked. What the disk, a snapshot or an older copy still holds of the plain file is not touched.
    """
    file, key = sqlite_file.place_of(settings.current()), sqlite_file.key_of(settings.current())
    if file is None or not sqlite_file.is_made(file):
        raise click.ClickException("There is no SQLite file to encrypt.")
    if not key:
        raise click.ClickException("CARD_DESK_DATABASE_KEY is missing: set base64 of 32 bytes first, and keep a copy of it.")
    try:
        with closing(only_one(settings.current().instance)), progress("Encrypting") as report:
            rows = encrypt(file, key, report)
    except NotEncrypted as refused:
        raise click.ClickException(str(refused)) from refused
    except OSError as failed:
        raise click.ClickException(f"The file could not be encrypted: {failed.strerror}. It is as it was.") from failed
    click.echo(f"{file} is encrypted: {rows:,} rows, as many in each table as before. Without the key nobody can read it again.")


@contextmanager
def progress(label: str) -> Iterator[Report]:
    """A bar on the terminal while the file is copied."""
    with click.progressbar(length=100, label=label, show_eta=True) as bar:

        def report(done: int, in_all: int) -> None:
            bar.update(max(0, min(100, done * 100 // max(1, in_all)) - bar.pos))

        yield report


def encrypt(file: Path, key: bytes, report: Report) -> int:
    """Replace the plain `file` by its encrypted copy; how many rows it has. NotEncrypted if that cannot be, and the file is as it was."""
    if not sqlite_file.is_plain(file):
        raise NotEncrypted(f"{file.name} is encrypted already.")
    return copy_with_key(file, b"", key, report)


def copy_with_key(file: Path, before: bytes, key: bytes, report: Report) -> int:
    """Replace `file`, which `before` opens, by its copy that `key` opens, in one step once the copy was checked; how many rows it has.

    Killed at any moment, the file is whole and has the one key or the other. NotEncrypted if it cannot be, and the file is as it was.
    """
    size = file.stat().st_size
    if shutil.disk_usage(file.parent).free < size * 1.1:
        raise NotEncrypted(f"The disk has no room for a copy of {file.name} ({size:,} bytes).")
    copy = file.with_name(f"{file.name}.encrypting")
    copy.unlink(missing_ok=True)
    try:
        with closing(sqlite_file.opened(file, before, timeout=0)) as plain:
            _keep_others_out(plain, file)
            _export(plain, copy, key, lambda: report(copy.stat().st_size, size))
            rows = _counts(plain)
            _check(copy, key, rows)
        _put_in_place(copy, file)
    finally:
        copy.unlink(missing_ok=True)
    report(size, size)
    return sum(rows.values())


def _keep_others_out(plain: Any, file: Path) -> None:
    """Nothing may be written to the file beside us; what stood in its journal goes into it."""
    try:
        plain.execute("PRAGMA locking_mode = EXCLUSIVE")
        mode = plain.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        plain.execute("BEGIN EXCLUSIVE")
        plain.execute("COMMIT")
    except sqlite_file.driver.OperationalError:
        mode = "locked"
    if mode != "delete":
        raise NotEncrypted(f"{file.name} is in use: stop the desk first, web, worker and clock.")


def _export(plain: Any, copy: Path, key: bytes, report: Callable[[], None]) -> None:
    make_private(str(copy))
    plain.execute(f"ATTACH DATABASE ? AS encrypted KEY \"x'{key.hex()}'\"", (str(copy),))
    for pragma in ("journal_mode = OFF", "synchronous = OFF"):  # a copy that a crash spoils is made again
        plain.execute(f"PRAGMA encrypted.{pragma}")
    plain.set_progress_handler(report, STEPS)
    plain.execute("SELECT sqlcipher_export('encrypted')").fetchall()
    plain.set_progress_handler(None, 0)
    for name in ("user_version", "application_id"):
        plain.execute(f"PRAGMA encrypted.{name} = {plain.execute(f'PRAGMA main.{name}').fetchone()[0]}")
    plain.execute("DETACH DATABASE encrypted")


def _counts(connection: Any) -> dict[str, int]:
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  # from the schema


def _check(copy: Path, key: bytes, rows: dict[str, int]) -> None:
    with closing(sqlite_file.opened(copy, key)) as sealed:
        if sealed.execute("PRAGMA cipher_integrity_check").fetchall() or sealed.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise NotEncrypted("SQLite finds the copy damaged. The file is as it was.")
        if _counts(sealed) != rows:
            raise NotEncrypted("The copy has not as many rows as the file. The file is as it was.")


def _put_in_place(copy: Path, file: Path) -> None:
    with copy.open("rb") as written:
        os.fsync(written.fileno())
    copy.replace(file)
    for ending in BESIDE[1:]:
        file.with_name(file.name + ending).unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
