"""Which revision the database says it is at, and which ones this program knows; asked before anything of the application is loaded."""

from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path

from admin_app.foundation import sqlite_file
from config import Settings

ASKED = "SELECT version_num FROM alembic_version"
SECONDS = 5
"""For which a PostgreSQL that does not answer is waited for."""


REVISIONS = Path(__file__).resolve().parents[1] / "migrations" / "versions"


def known_revisions() -> list[str]:
    """The revisions that this version of the program knows, oldest first."""
    return sorted(file.stem for file in REVISIONS.glob("[0-9]*.py"))


def is_older(revision: str) -> bool:
    """Whether a database at `revision` lacks what this program asks of it; one that a newer program has migrated does not."""
    return revision in known_revisions()[:-1]


def revision_in_database(settings: Settings) -> str:
    """The revision that the database names; '' if it names none, is not there or does not answer (the upgrade says what the matter is)."""
    if settings.database_url.startswith("sqlite"):
        return _in_file(settings)
    return _on_server(settings.database_url)


def _in_file(settings: Settings) -> str:
    file = sqlite_file.place_of(settings)
    if file is None or not sqlite_file.is_made(file):
        return ""
    with suppress(sqlite_file.driver.Error), closing(sqlite_file.opened(file, sqlite_file.key_of(settings), timeout=SECONDS)) as connection:
        row = connection.execute(ASKED).fetchone()
        return str(row[0]) if row else ""
    return ""


def _on_server(url: str) -> str:
    psycopg = import_module("psycopg")  # not for offices on SQLite, whose first page need not wait for it
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with suppress(psycopg.Error), psycopg.connect(plain, connect_timeout=SECONDS) as connection:
        row = connection.execute(ASKED).fetchone()
        return str(row[0]) if row else ""
    return ""
