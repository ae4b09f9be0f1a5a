"""The database: base class, portable types, SQLite's pragmas, and transaction(), the only place that commits."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask_appbuilder import Model
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, ColumnElement, DateTime, Engine, Integer, MetaData, Result, String, TypeDecorator, event, literal_column
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin_app.foundation import database_probe, patience, patient_postgres, sqlite_file
from admin_app.foundation.database_trouble import trouble_of
from admin_app.foundation.patient_pool import PatientPool
from admin_app.foundation.write_turns import Turns, begin_turn, keep_turns

Base = Model
metadata: MetaData = Model.metadata
# Names for constraints that we add later; FAB's tables are already declared and keep theirs.
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

db = SQLAlchemy(metadata=metadata)

Id = BigInteger().with_variant(Integer(), "sqlite")
"""Primary and foreign keys: 64 bits on PostgreSQL; SQLite counts rows only in INTEGER columns.

Every table calls its key `id`. `public_id` is what leaves the house in its place; `version` is raised by every change of the row, and a
form that shows an older one is refused.
"""

Key = String().with_variant(String(collation="C"), "postgresql")
"""Search keys: compared byte by byte on both databases, so that a prefix is a range of the index."""

CODE = re.compile("[a-z_]{1,40}")
"""What a code of ours looks like (statuses, reasons, channels)."""

BUSY_MILLISECONDS = 15_000
"""For which a job or a command waits for another process that writes to the same SQLite file; a request waits less (patience.py)."""

_read_only: ContextVar[bool] = ContextVar("read_only", default=False)
_OPEN, _AFTER, _LOOK = "card_desk_open", "card_desk_after", "card_desk_look"


class WriteRefused(RuntimeError):
    """Something tried to write where nothing may be written (a GET request, or outside transaction())."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python on both databases; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """In UTC, without a zone where the database has none; ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware, in UTC."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def literal(value: str | int) -> ColumnElement[Any]:
    """A code of ours or a number as a part of the statement itself, not a value that comes with it.

    The planner then knows it, and PostgreSQL keeps the plan. Only for what has few values and is read through an enumeration first;
    ValueError for anything else.
    """
    if isinstance(value, int):
        return literal_column(str(int(value)), Integer)
    if not CODE.fullmatch(value):
        raise ValueError("not a code")
    return literal_column(f"'{value}'", String)


def new_public_id() -> str:
    """128 random bits as 32 hex digits: the only id of a record that leaves the house."""
    return secrets.token_hex(16)


def is_public_id(text: str) -> bool:
    """Whether `text`, from an address or a form, can be a public id at all."""
    return len(text) == 32 and set(text) <= set("0123456789abcdef")


@contextmanager
def transaction(*, durable: bool = True) -> Iterator[Session]:
    """One change of the office: commits at the end, rolls back on any error, then runs what after_commit() queued.

    A read transaction that is still open is ended first, so that the writer starts from the newest state (BEGIN IMMEDIATE
    on SQLite). `durable=False` does not wait for the disk: the commit outlives every process, but a power cut may undo the last
    ones. Only for what is then simply done again. Raises WriteRefused inside a read-only request and inside another transaction().
    """
    session = db.session()
    if _read_only.get():
        raise WriteRefused("this request may not change anything")
    if session.info.get(_OPEN) or session.new or session.dirty or session.deleted:
        raise WriteRefused("a transaction is already open, or changes were made outside of one")
    session.rollback()
    session.info[_OPEN], session.info[_AFTER] = True, []
    try:
        session.connection(execution_options={"card_desk_write": True, "card_desk_durable": durable})
        yield session
        session.commit()
        patience.note_change()
        callbacks: list[Callable[[], None]] = session.info[_AFTER]
    except BaseException as error:
        session.rollback()
        if refusal := _seen_since(session, error):
            raise refusal from error
        raise
    finally:
        for name in (_OPEN, _AFTER, _LOOK):
            session.info.pop(name, None)
    for callback in callbacks:
        callback()


def look_again(error: Exception, look: Callable[[], Exception | None]) -> None:
    """Let the open transaction() ask `look`, once it is rolled back because of `error`, for a refusal to raise in the place of that.

    For whoever has waited in vain for a row: what he wanted may be decided by now, and «try again» would only lead him to that.
    """
    db.session().info[_LOOK] = error, look


def _seen_since(session: Session, error: BaseException) -> Exception | None:
    waited, look = session.info.pop(_LOOK, (None, None))
    return look() if look is not None and waited is error else None


def in_transaction() -> bool:
    """Whether transaction() is open on this thread's session."""
    return bool(db.session().info.get(_OPEN))


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the open transaction is committed, once however often it is given; WriteRefused outside of one."""
    session = db.session()
    if not session.info.get(_OPEN):
        raise WriteRefused("after_commit() needs an open transaction()")
    if callback not in session.info[_AFTER]:
        session.info[_AFTER].append(callback)


def add_if_new(row: object) -> None:
    """Add a row in the open transaction(), unless another process, that this one could not see yet, has just added one with its key."""
    with suppress(IntegrityError), db.session.begin_nested():
        db.session().add(row)


def begin_reading() -> None:
    """Begin a request, which reads until transaction() begins a change.

    On PostgreSQL each statement until then stands for itself, which is all that READ COMMITTED promises anyway, and BEGIN and ROLLBACK
    stay unsent; on SQLite a page reads one state, as ever. What is being read already goes on as it began.
    """
    if db.engine.dialect.name == "postgresql" and not db.session().in_transaction():
        db.session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def rows(statement: Any, values: Mapping[str, Any] | None = None) -> Result[Any]:
    """What a select of columns (never of entities) finds.

    The ORM has no part in it, which takes a third off a short statement; inside transaction() it sees what is not written yet, as ever.
    """
    session = db.session()
    if session.info.get(_OPEN):
        session.flush()
    return session.connection().execute(statement, values)


def forbid_writes(refuse: bool) -> None:
    """Set or lift the refusal of writes for the current request."""
    _read_only.set(refuse)


def _refuse_flush(session: Session, *_: Any) -> None:
    if not session.info.get(_OPEN) and (session.new or session.dirty or session.deleted):
        raise WriteRefused("changes need transaction()")


def _refuse_statement(state: Any) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get(_OPEN):
        raise WriteRefused("changes need transaction()")


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "secure_delete=ON",
        "trusted_schema=OFF",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(turns: Turns, connection: Any) -> None:
    options = connection.get_execution_options()
    _limit_waiting(connection)
    synchronous = "FULL" if options.get("card_desk_durable", True) else "NORMAL"
    if connection.info.get("synchronous", "FULL") != synchronous:
        connection.exec_driver_sql(f"PRAGMA synchronous={synchronous}")
        connection.info["synchronous"] = synchronous
    if options.get("card_desk_write"):
        begin_turn(turns, connection.info)
        with patience.waiting():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


def _limit_waiting(connection: Any) -> None:
    """SQLite waits by itself while another process holds its lock: as long as whoever asks still waits."""
    left = patience.left()
    most = BUSY_MILLISECONDS if left is None else int(left * 1000)
    if connection.info.get("busy_timeout", BUSY_MILLISECONDS) != most:
        connection.connection.driver_connection.execute(f"PRAGMA busy_timeout={most}")
        connection.info["busy_timeout"] = most


def _begin_postgresql(connection: Any) -> None:
    if not connection.get_execution_options().get("card_desk_durable", True):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def _note_trouble(context: Any) -> None:
    trouble = trouble_of(context.original_exception)
    if trouble is not None:
        patience.exhaust()
        database_probe.note(trouble)


def open_with(engine: Engine, file_key: bytes) -> None:
    """Let every connection of an engine of SQLite be opened with this key."""

    def connect(_dialect: Any, _record: Any, place: list[Any], options: dict[str, Any]) -> Any:
        return sqlite_file.opened(place[0], file_key, **options)

    event.listen(engine, "do_connect", connect)


def prepare_engine(engine: Engine, file_key: bytes) -> None:
    """Attach what our two databases need; call once for each engine. `file_key` opens an SQLite file (b"": it is plain)."""
    event.listen(engine, "handle_error", _note_trouble)
    if engine.dialect.name == "sqlite":
        open_with(engine, file_key)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", partial(_begin_sqlite, keep_turns(engine)))
    else:
        event.listen(engine, "begin", _begin_postgresql)
        patient_postgres.install(engine)


def guard_session() -> None:
    """Refuse every change outside transaction(), FAB's own views included."""
    if not event.contains(Session, "before_flush", _refuse_flush):
        event.listen(Session, "before_flush", _refuse_flush)
        event.listen(Session, "do_orm_execute", _refuse_statement)


def engine_options(url: str) -> dict[str, Any]:
    """create_engine() options for `url`: bound values never appear in errors or logs."""
    options: dict[str, Any] = {"hide_parameters": True, "poolclass": PatientPool, "max_overflow": 20}
    if url.startswith("postgresql"):
        options |= {
            "pool_pre_ping": True,  # a server can hang up; a file cannot
            "pool_size": 10,
        }
    else:
        options |= {"module": sqlite_file.driver, "connect_args": {"check_same_thread": False}}
    return options
