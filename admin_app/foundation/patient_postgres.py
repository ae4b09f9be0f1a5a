"""Connections to PostgreSQL that do not wait for ever: no setting of the server helps where the server itself is silent.

The driver is that of the engine, which loads it: an office on SQLite has no use for it.
"""

from functools import partial
from typing import Any

from sqlalchemy import Engine, event

from admin_app.foundation import patience

LOCK_SECONDS, STATEMENT_SECONDS = 4, 60
"""After which the server itself gives up waiting for a lock, and a statement of a job or a command."""
REQUEST_STATEMENT_SECONDS = 4
"""The same for a statement of a request."""
CONNECT_SECONDS = 3
REACH = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds in which the other machine's network must confirm what was sent
}
"""How a job or a command, which waits on, still notices that the way to the server is gone."""


def install(engine: Engine) -> None:
    """Let connections of `engine` wait as `patience` says."""
    dialect: Any = engine.dialect
    event.listen(engine, "do_connect", partial(_connect, _patient(dialect.dbapi)))
    dialect.do_ping = partial(_ping, dialect.do_ping)


def _connect(patient: Any, _dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> Any:
    seconds = STATEMENT_SECONDS if patience.left() is None else REQUEST_STATEMENT_SECONDS
    options = f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={seconds}s"
    return patient.connect(*arguments, **REACH | named | {"options": f"{named.get('options', '')} {options}".strip()})


def _ping(ask: Any, connection: Any) -> Any:
    with patience.at_most(patience.PING_SECONDS):
        return ask(connection)


def _patient(driver: Any) -> Any:
    class PatientConnection(driver.Connection):  # type: ignore[misc]
        """A connection of which a request asks no more than it has patience for; one that stays silent is closed."""

        def wait(self, gen: Any, *how: Any, **more: Any) -> Any:
            """What the server answers; OperationalError, and the connection closed, where it does not in time."""
            most = patience.left()
            if most is None or "timeout" in more:
                return super().wait(gen, *how, **more)
            try:
                return super().wait(gen, *how, timeout=most + SERVER_FIRST, **more)
            except driver.OperationalError as error:
                if not is_late(error):
                    raise
                patience.exhaust()
                self.pgconn.finish()
                raise driver.OperationalError("the server did not answer in time") from None

    return PatientConnection


SERVER_FIRST = 0.3
"""By which a server that is well says sooner than we do that something takes too long."""


def is_late(error: BaseException) -> bool:
    """Whether it is our own waiting that ended, not the server that refused."""
    return type(error).__name__ == "_WaitTimeout"
