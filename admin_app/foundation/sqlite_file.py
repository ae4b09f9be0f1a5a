"""The file of an SQLite database: whoever opens one does so here. With a key the whole file is encrypted, journals too (SQLCipher).

The driver is the same without a key, so that there is one version of SQLite everywhere. run.py asks this, too: it is quick to import.
"""

import base64
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from admin_app.foundation.private_files import make_private
from config import Settings

PLAIN = b"SQLite format 3\0"
"""How a file begins that is not encrypted; the others begin with 16 random bytes."""


class FileNotOpened(driver.DatabaseError):  # type: ignore[misc]  # the driver has no types
    """The file is there and this key does not open it; the sentence says what to do."""


def key_of(settings: Settings) -> bytes:
    """The 32 bytes that open the office's file; nothing where it is plain."""
    return base64.b64decode(settings.database_key.get_secret_value())


def key_before(settings: Settings) -> bytes:
    """The 32 bytes that opened it before its key was changed; nothing where none is set."""
    return base64.b64decode(settings.database_key_before.get_secret_value())


def place_of(settings: Settings) -> Path | None:
    """Where the office's file is, or will be; None if the database is no file."""
    name = settings.database_url.removeprefix("sqlite:///").partition("?")[0]
    if name == settings.database_url or not name or name.startswith((":", "file:")):
        return None
    return settings.instance / name


def is_plain(file: Path) -> bool:
    """Whether anybody could read this file."""
    with file.open("rb") as content:
        return content.read(len(PLAIN)) == PLAIN


def is_made(file: Path) -> bool:
    """Whether there is anything in the file yet."""
    return file.exists() and file.stat().st_size > 0


def opened(file: Path | str, key: bytes, **options: Any) -> Any:
    """A connection of the driver to `file`, made for its user alone if it is not there; FileNotOpened with a wrong key."""
    if file and not str(file).startswith((":", "file:")):
        make_private(str(file))  # SQLite would let everybody on the machine read what it makes itself
    connection = driver.connect(str(file), **options)
    try:
        unlock(connection, key)
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except driver.DatabaseError as refused:
        connection.close()
        if "not a database" not in str(refused):
            raise
        raise FileNotOpened(problem_of(Path(file), key)) from None
    return connection


def opens(file: Path, key: bytes) -> bool:
    """Whether `key` opens the file."""
    try:
        opened(file, key).close()
    except FileNotOpened:
        return False
    return True


def unlock(connection: Any, key: bytes) -> None:
    """Tell a new connection the key, as bytes that nothing is derived from: a password would cost a fifth of a second each time."""
    if key:
        connection.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is said by us, in one sentence
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")


def problem_of(file: Path, key: bytes) -> str:
    """What to do about a file that `key` does not open."""
    if key and is_plain(file):
        return f"{file.name} is not encrypted yet: stop the desk, make a backup, then run: flask --app run.py encrypt-database"
    if not key:
        return f"CARD_DESK_DATABASE_KEY is missing: {file.name} is encrypted."
    return f"CARD_DESK_DATABASE_KEY is not the key of {file.name}, or the file is damaged at its beginning."


def refuse_wrong_file(settings: Settings) -> None:
    """Stop (SystemExit with a sentence) where the office's file is there and the key of the settings does not open it."""
    file = place_of(settings)
    if file is None or not is_made(file):
        return
    try:
        opened(file, key_of(settings)).close()
    except FileNotOpened as refused:
        raise SystemExit(str(refused)) from None
