"""Could something be saved now? Asked without saving anything: whoever asks may be anybody (/health)."""

import shutil
import time
from pathlib import Path

from sqlalchemy import Engine, text

from admin_app.foundation.database_trouble import Trouble
from admin_app.foundation.per_app import PerApp, is_in_app

LEAST_PAGES = 16
"""Free pages of an SQLite file that may not grow, below which the next change may find no room."""
LEAST_BYTES = 1024 * 1024
"""Free bytes of the disk that holds an SQLite file, below which the same is so."""
WAITED_SECONDS = 3
"""After which a lock of PostgreSQL that somebody waits for counts as held too long."""

WAITING = text("""
    SELECT EXISTS (
        SELECT 1 FROM pg_locks held JOIN pg_stat_activity who USING (pid)
        WHERE NOT held.granted AND who.datname = current_database() AND held.waitstart < clock_timestamp() - make_interval(secs => :seconds)
    )""")
READ_ONLY = text("SELECT current_setting('transaction_read_only') = 'on'")
FULL_SECONDS = 10
"""For which a disk that had no room counts as full: PostgreSQL's lies on a machine that we do not see."""
FULL_AT: PerApp[list[float]] = PerApp("database_probe.full_at", list)
"""When (monotonic) a change of this process last found no room."""


def note(trouble: Trouble) -> None:
    """Remember what a change met."""
    if trouble == Trouble.FULL and is_in_app():
        FULL_AT.put([time.monotonic()])


def was_full() -> bool:
    """Whether a change of this process found no room a moment ago."""
    return any(time.monotonic() - at < FULL_SECONDS for at in FULL_AT.get())


def trouble_of_writing(engine: Engine) -> Trouble | None:
    """What keeps the next change from being saved, as far as it can be seen; raises what the driver says of a lock."""
    return _sqlite(engine) if engine.dialect.name == "sqlite" else _postgresql(engine)


def _sqlite(engine: Engine) -> Trouble | None:
    with engine.connect().execution_options(card_desk_write=True) as connection, connection.begin() as change:
        names = ("max_page_count", "page_count", "freelist_count")
        most, used, free = (connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names)
        change.rollback()
    if most - used + free < LEAST_PAGES:
        return Trouble.FULL
    folder = Path(engine.url.database or "").resolve().parent
    return Trouble.FULL if folder.is_dir() and shutil.disk_usage(folder).free < LEAST_BYTES else None


def _postgresql(engine: Engine) -> Trouble | None:
    with engine.connect() as connection:
        if connection.execute(READ_ONLY).scalar_one():
            return Trouble.READ_ONLY
        if was_full():
            return Trouble.FULL
        return Trouble.LOCKED if connection.execute(WAITING, {"seconds": WAITED_SECONDS}).scalar_one() else None
