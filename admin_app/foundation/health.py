"""Is everything there that a request needs? Reads only."""

import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from admin_app.foundation import clock_watch, data_keys, database_probe, index_keys, patience, settings, sqlite_file
from admin_app.foundation.clock_watch import ClockMark
from admin_app.foundation.database import db
from admin_app.foundation.database_trouble import trouble_of
from admin_app.foundation.jobs.models import FAILED, QUEUED, RUNNING, Job
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.storage import sandbox, scanner
from admin_app.foundation.storage.kinds import limits_in_force
from admin_app.foundation.storage.objects import store

PACKAGES = ("flask", "flask-appbuilder", "sqlalchemy", "celery", "weasyprint", "plotly")
PROBE_SECONDS = 2.0
"""For which whoever asks how the desk is waits for the database."""
LAST_BACKUP: PerApp[list[Callable[[], datetime | None]]] = PerApp("health.last_backup", list)
"""How the room of backups is asked, which lies above."""
log = structlog.get_logger("card_desk.health")
_WALLS: PerApp[list[sandbox.Walls | None]] = PerApp("health.walls", list)
"""What was found around the children of this process; empty before it was asked."""


@dataclass(frozen=True)
class JobNumbers:
    """Jobs that wait, run, and failed; and since when the oldest one waits."""

    queued: int
    running: int
    failed: int
    oldest_queued_at: datetime | None


@dataclass(frozen=True)
class Disk:
    """Bytes of the disk where the instance folder lies."""

    free: int
    total: int


def database_answers() -> bool:
    """Whether the database answers a query and has our tables."""
    return bool(migration())


def database_state() -> str:
    """'ok' if the database has our tables and could be written to; else what the matter is, in a word of Trouble, or 'failed'."""
    try:
        with patience.at_most(PROBE_SECONDS):
            trouble = database_probe.trouble_of_writing(db.engine)
            return str(trouble or ("ok" if database_answers() else "failed"))
    except SQLAlchemyError as error:
        log.error("database could not be written to", error=type(error).__name__)
        return str(trouble_of(error) or "failed")


def storage_answers() -> bool:
    """Whether the object store can be read and, if it is a folder here, written to. An empty new store is fine."""
    objects = store()
    try:
        if not objects.is_local:
            objects.fs.ls(objects.root, detail=False)
            return True
        folder = Path(objects.root)
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except OSError as error:
        log.error("storage does not answer", error=type(error).__name__)
        return False


def scanner_answers() -> bool:
    """Whether the virus scanner that is set answers; while it does not, no file is taken."""
    return scanner.answers(settings.current().virus_scanner)


def migration() -> str:
    """The migration that the database is at; '' if it does not answer or has not our tables."""
    try:
        return str(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    except SQLAlchemyError as error:
        log.error("database does not answer", error=type(error).__name__)
        db.session.rollback()
        return ""


def database_version() -> str:
    """Kind and version of the database."""
    dialect = db.engine.dialect
    if dialect.name == "sqlite":
        return f"SQLite {sqlite_file.driver.sqlite_version}"
    return f"PostgreSQL {'.'.join(map(str, dialect.server_version_info or ()))}"  # learnt when the first connection was made


def file_cipher() -> str | None:
    """What encrypts the SQLite file, with its version; "" if nothing does, None where the database is a server."""
    if db.engine.dialect.name != "sqlite":
        return None
    file = sqlite_file.place_of(settings.current())
    if file is None or sqlite_file.is_plain(file):
        return ""
    return f"SQLCipher {db.session.execute(text('PRAGMA cipher_version')).scalar_one()}"


def job_numbers() -> JobNumbers:
    """How much work waits, runs and failed; one statement."""
    rows = {status: (count, oldest) for status, count, oldest in db.session.execute(_JOBS)}
    counts = [rows.get(status, (0, None))[0] for status in (QUEUED, RUNNING, FAILED)]
    return JobNumbers(*counts, oldest_queued_at=rows.get(QUEUED, (0, None))[1])  # type: ignore[arg-type]


_JOBS = (
    select(Job.status, func.count(), func.min(Job.created_at, type_=Job.created_at.type))
    .where(Job.status.in_((QUEUED, RUNNING, FAILED)))
    .group_by(Job.status)
)


def failed_jobs(limit: int = 20) -> list[Job]:
    """The jobs that failed last."""
    return list(db.session.scalars(select(Job).where(Job.status == FAILED).order_by(Job.id.desc()).limit(limit)))


def clock_mark() -> ClockMark | None:
    """When the time was last believed, and what is held against it now; None before the clock first ticked."""
    return clock_watch.current()


def older_data_keys() -> list[str]:
    """Older data keys that `reseal` is not done with."""
    return data_keys.older_needed()


def index_key_percent() -> int | None:
    """How far `reindex` has come, in per cent of the residents; None while the index key is not being changed."""
    return index_keys.percent()


def last_backup_at() -> datetime | None:
    """When the last backup was made, as far as the desk knows: of one that was made without it nobody told."""
    return next((ask() for ask in LAST_BACKUP.get()), None)


def disk() -> Disk:
    """Space where the instance folder lies."""
    usage = shutil.disk_usage(settings.current().instance)
    return Disk(free=usage.free, total=usage.total)


def walls() -> sandbox.Walls | None:
    """What the process that opens files of strangers can reach; asked once for each web process, which takes a second the first time."""
    known = _WALLS.get()
    if not known:
        known.append(sandbox.walls_here(limits_in_force()))
    return known[0]


def versions() -> list[tuple[str, str]]:
    """Python and the packages that matter, with their versions."""
    return [("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)]
