"""What goes wrong in the middle of a command: no entry in the log, a statement that fails, a process that dies; and what is left then."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db
from admin_app.residents.models import Resident
from tests.faults.furnished import FullOffice
from tests.forms import Form, copied, filled
from tests.owner import run

ASIDE = ("browser_session", "resident_session", "read_note")
"""Sessions of browsers, and notes about looks, which stand whether or not what was tried came about (ADR 0029)."""
COUNTED = {"sign_in_attempt", "look_up_attempt"}
"""Each try of a password is counted before it is compared, whatever comes of it."""
STEPS_BETWEEN = {"/applications/<reference>/decide": 1}
"""Rules that do two things, each whole and with its entry: who decided is then given the next case."""
SQLITE = "CREATE TRIGGER no_entry BEFORE INSERT ON audit_entry BEGIN SELECT json('no entry today'); END"
"""An error that is no broken rule (a RAISE would be one, for which some operations look), as of a disk that is full."""
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION no_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no entry today'; END $$",
    "CREATE TRIGGER no_entry BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION no_entry()",
)
Rows = dict[str, dict[Any, tuple[Any, ...]]]
Shape = dict[str, tuple[Any, ...]]


def one_of_each_kind(office: FullOffice) -> list[Form]:
    """A form for each thing that can be done, in the order of the crawl."""
    return list({form.kind: form for form in reversed(office.forms)}.values())[::-1]


def send(office: FullOffice, form: Form, data: MultiDict[str, Any]) -> Any:
    """The answer itself, wherever it leads."""
    return office.people[form.letter].post(form.action, data=copied(data))


@contextmanager
def no_entry() -> Iterator[None]:
    """Inside, the database takes no entry of the log."""
    run(*([SQLITE] if db.engine.dialect.name == "sqlite" else POSTGRESQL))
    try:
        yield
    finally:
        run("DROP TRIGGER no_entry" + ("" if db.engine.dialect.name == "sqlite" else " ON audit_entry"))


@contextmanager
def nothing_wrong() -> Iterator[None]:
    """Inside, everything is as ever: what controls put in the place of no_entry()."""
    yield


def entries() -> Counter[tuple[str, str]]:
    """Action and record -> how many entries there are of them."""
    db.session.rollback()
    return Counter(tuple(row) for row in db.session.execute(sa.select(AuditEntry.action, AuditEntry.subject_ref)))


def rows() -> Rows:
    """Everything that the office keeps: table -> key -> row."""
    db.session.rollback()
    found: Rows = {}
    inspector = sa.inspect(db.engine)
    with db.engine.connect() as connection:
        for name in sorted(set(inspector.get_table_names()) - set(ASIDE)):
            lines = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
            found[name] = {line[0]: tuple(map(repr, line)) for line in lines}
    return found


def shape(before: Rows, after: Rows) -> Shape:
    """What became different, without the values that are drawn anew each time: table -> rows more, rows less, columns changed."""
    found: Shape = {}
    for name, old in before.items():
        new = after[name]
        changed = Counter(
            tuple(place for place, (one, other) in enumerate(zip(old[key], new[key], strict=True)) if one != other)
            for key in old.keys() & new.keys()
            if old[key] != new[key]
        )
        if old.keys() != new.keys() or changed:
            found[name] = (len(new.keys() - old.keys()), len(old.keys() - new.keys()), sorted(changed.items()))
    return found


@contextmanager
def at_statement(number: int, happens: Callable[[], None]) -> Iterator[list[int]]:
    """Let something happen before the statement of that number (from 1) which a writing connection sends; its commits count, too.

    Yields the number of those that were seen, in a list.
    """
    seen = [0]

    def count(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("card_desk_write"):
            seen[0] += 1
            if seen[0] == number:
                happens()

    def before(connection: sa.Connection, *_statement: object) -> None:
        count(connection)

    sa.event.listen(db.engine, "before_cursor_execute", before)
    sa.event.listen(db.engine, "commit", count)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", before)
        sa.event.remove(db.engine, "commit", count)


def locked() -> None:
    """What a driver says whose statement waited too long, or lost against another one."""
    raise OperationalError("a statement", {}, Exception("database is locked"))


def broken() -> None:
    """Anything else that nobody thought of."""
    raise RuntimeError("the machine had enough")


def fails_at(office: FullOffice, form: Form, data: MultiDict[str, Any], number: int, how: Callable[[], None]) -> bool:
    """Send the form; whether something went wrong at that statement."""
    with at_statement(number, how) as seen:
        send(office, form, data)
    return seen[0] >= number


def dies_at(office: FullOffice, form: Form, data: MultiDict[str, Any], number: int) -> bool:
    """Send the form from a process that is killed (SIGKILL) at that statement; whether it was."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            with at_statement(number, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                send(office, form, data)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def typed(office: FullOffice, form: Form) -> tuple[Form, MultiDict[str, Any]]:
    """The office as it was furnished, the form as its page shows it now, and what is typed into it."""
    office.restore()
    fresh = office.sender.current(form)
    assert fresh is not None, f"{form.rule} is not on {form.page} any more"
    return fresh, filled(fresh)


def done(office: FullOffice, form: Form) -> tuple[Any, Counter[tuple[str, str]], Shape]:
    """What a command does if nothing goes wrong: its answer, its entries, what it changed besides them."""
    fresh, data = typed(office, form)
    had, before = entries(), rows()
    answer = send(office, fresh, data)
    changed = shape(before, rows())
    return answer, entries() - had, changed


def told(text: str) -> list[str]:
    """Names of residents that stand in a text."""
    return [name for name in set(db.session.scalars(sa.select(Resident.name))) if name in text]


def without_entry(office: FullOffice, form: Form) -> list[str]:
    """What is wrong with a command of which the log takes no entry: an effect, an answer that is no error, somebody's name in it."""
    _answer, usual, _changed = done(office, form)
    if not usual:
        return []
    fresh, data = typed(office, form)
    before = rows()
    with no_entry():
        answer = send(office, fresh, data)
    found = [f"changed {name}" for name in shape(before, rows()) if name not in COUNTED]
    says_so = answer.status_code >= 500 or (form.rule.startswith("/reference/") and answer.status_code == 422)
    found += [] if says_so else [f"answered {answer.status_code}"]
    found += [f"told {name}" for name in told(answer.text)]
    return [f"{form.kind} {one}" for one in found]


def halves(office: FullOffice, form: Form, interrupt: Callable[[FullOffice, Form, MultiDict[str, Any], int], bool]) -> list[str]:
    """At which statements an interruption leaves something between before and after; it ends where no statement is left to interrupt."""
    usual, between, number = done(office, form)[2], list[tuple[int, Shape]](), 1
    while True:
        fresh, data = typed(office, form)
        before = rows()
        was_interrupted = interrupt(office, fresh, data, number)
        changed = shape(before, rows())
        if not was_interrupted:
            break
        if not changed.keys() <= COUNTED and changed != usual:
            between.append((number, changed))
        number += 1
    steps = {repr(one) for _number, one in between}
    if len(steps) <= STEPS_BETWEEN.get(form.rule, 0) and all("audit_entry" in one for _number, one in between):
        return []
    return [f"{form.kind} at {place}: {one} instead of {usual}" for place, one in between]
