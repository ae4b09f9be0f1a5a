"""The one place that writes a status: compare-and-set on (id, status, version), the entry in the log, and what follows by itself.

A room describes its machine (which moves there are, what the log calls them, what is said when a move cannot be) and calls move() and
touch(). The log is handed in, because the room that keeps it lies above this one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import bindparam, inspect, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import set_committed_value

from admin_app.foundation.database import db, look_again
from admin_app.foundation.database_trouble import Trouble, trouble_of
from admin_app.foundation.errors import Conflict
from admin_app.foundation.reactions import react
from admin_app.foundation.sealed_text import as_columns
from admin_app.foundation.statements import cached

Row = TypeVar("Row")
Moves = Mapping[str, tuple[frozenset[Any], Any]]
"""verb -> (statuses it may start from, status it leads to)."""
AT_ONCE = 500
"""Rows of one statement."""


class Subject(NamedTuple):
    """What the log calls a row: kind of record, its reference (never personal data), public id of the case it belongs to."""

    kind: str
    reference: str
    case_ref: str | None = None
    about: int | None = None
    """Number of the resident whom it is about; None where it is about nobody, or several."""


class Record(Protocol):
    """How an action gets into the log (audit.operations.record)."""

    def __call__(
        self,
        action: str,
        subject_type: str,
        subject_ref: str,
        /,
        *,
        by: Any,
        case_ref: str | None,
        reason: str | None,
        changes: dict[str, Any] | None,
        about: int | None,
    ) -> object: ...


def status_after(moves: Moves, status: str, verb: str) -> Any:
    """The status that `verb` leads to from `status`, or None where the table has no such move."""
    sources, target = moves[verb]
    return target if status in sources else None


def _nothing(_row: Any, _target: str, _values: Mapping[str, Any]) -> dict[str, Any]:
    return {}


class Machine(Generic[Row]):
    """The states of one table with the columns id, status and version."""

    def __init__(
        self,
        model: type[Row],
        *,
        moves: Moves,
        past: Mapping[str, str],
        subject: Callable[[Row], Subject],
        refusal: Callable[[Row, int | None], Conflict],
        record: Record,
        derived: Callable[[Row, Any, Mapping[str, Any]], dict[str, Any]] = _nothing,
    ) -> None:
        """Describe the machine.

        `past`: verb -> action in the log. `refusal(row, version)`: why a write that expected `version` cannot be; the row is fresh.
        `derived(row, target, values)`: columns that follow from the new status.
        """
        self.model: Any = model
        self.moves, self.past = moves, past
        self._subject, self._refusal, self._record, self._derived = subject, refusal, record, derived

    def possible(self, row: Row) -> frozenset[str]:
        """The verbs that can be done to the row where it stands."""
        return frozenset(verb for verb in self.moves if status_after(self.moves, row.status, verb) is not None)  # type: ignore[attr-defined]

    def move(
        self,
        row: Row,
        verb: str,
        *,
        by: Any,
        version: int | None = None,
        reason: str | None = None,
        changes: dict[str, Any] | None = None,
        in_case: bool = True,
        **values: Any,
    ) -> None:
        """Do `verb` on the row and write `values` (columns) with it, record it, and enqueue what follows.

        `version` is what the person's form showed (default: what was loaded); `in_case`: the case's timeline shows the entry. Raises
        the room's refusal; then nothing was changed.
        """
        before, expected = self._state(row, version)
        target = status_after(self.moves, before, verb)
        if target is None:
            raise self.refused(row, expected)
        written = values | {"status": str(target)} | self._derived(row, target, values)
        self._write(row, before, expected, written)
        facts = {"status": [before, str(target)]} | (changes or {})
        self.record(row, self.past[verb], by=by, reason=reason, changes=facts, in_case=in_case)

    def move_all(
        self, rows: Sequence[Row], verb: str, *, by: Any, changes: dict[str, Any] | None = None, in_case: bool = True, **values: Any
    ) -> None:
        """Do `verb` on each of these rows, which the open transaction has locked and read since, in few statements.

        All of them or none: the refusal is that of the first that cannot be. Each has its entry, as by move().
        """
        for row in rows:
            if status_after(self.moves, self._state(row, None)[0], verb) is None:
                raise self.refused(row)
        target = str(self.moves[verb][1])
        for before, those in _by_status(rows).items():
            for start in range(0, len(those), AT_ONCE):
                self._write_some(those[start : start + AT_ONCE], before, values | {"status": target})
            for row in those:
                self.record(row, self.past[verb], by=by, changes={"status": [before, target]} | (changes or {}), in_case=in_case)

    def touch(self, row: Row, version: int | None = None, /, **values: Any) -> None:
        """Raise the version for a change that leaves the status alone, writing `values` with it; the caller records the action.

        Raises the room's refusal if `version` is no longer the newest.
        """
        self._write(row, *self._state(row, version), values)

    def record(
        self,
        row: Row,
        action: str,
        *,
        by: Any,
        reason: str | None = None,
        changes: dict[str, Any] | None = None,
        in_case: bool = True,
    ) -> None:
        """Record what was done to the row and enqueue what follows it: both stand or fall with the open transaction."""
        kind, reference, case, about = self._subject(row)
        self._record(action, kind, reference, by=by, case_ref=case if in_case else None, reason=reason, changes=changes, about=about)
        react(action, row, by=by)

    def refused(self, row: Row, version: int | None = None) -> Conflict:
        """Why a write (that expected `version`) cannot be, from the row as it is now."""
        db.session.refresh(row)
        return self._refusal(row, version)

    def _state(self, row: Any, version: int | None) -> tuple[str, int]:
        if db.session.is_modified(row):
            db.session.flush()
        return row.status, row.version if version is None else version

    def _write(self, row: Any, status: str, version: int, values: dict[str, Any]) -> None:
        written = as_columns(row, values) | {"version": version + 1}
        sent = {f"new_{name}": value for name, value in written.items()} | {"row": row.id, "was": status, "seen": version}
        try:
            done: Any = db.session.execute(_compare_and_set(self.model, tuple(sorted(written))), sent)
        except DBAPIError as error:
            if trouble_of(error) == Trouble.LOCKED:
                look_again(error, lambda: self._lost(row, status, version))
            raise
        if done.rowcount != 1:
            raise self.refused(row, version)
        _show(row, written)

    def _write_some(self, rows: Sequence[Any], before: str, values: Mapping[str, Any]) -> None:
        ids = [row.id for row in rows]
        those = update(self.model).where(self.model.id.in_(ids), self.model.status == before)
        written = those.values({**values, "version": self.model.version + 1}).execution_options(synchronize_session=False)
        done: Any = db.session.execute(written)
        if done.rowcount != len(rows):
            raise self.refused(rows[0])
        for row in rows:
            _show(row, {**values, "version": row.version + 1})

    def _lost(self, row: Any, status: str, version: int) -> Conflict | None:
        """Why the write cannot be, if somebody changed the row while this waited for it."""
        refusal = self.refused(row, version)
        return None if (row.status, row.version) == (status, version) else refusal


def _by_status(rows: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.status, []).append(row)
    return found


@cached
def _compare_and_set(model: Any, names: tuple[str, ...]) -> Any:
    """Write the columns `names` (new_…) of the row if nobody changed it since it was seen."""
    unchanged = (model.id == bindparam("row"), model.status == bindparam("was"), model.version == bindparam("seen"))
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(model).where(*unchanged).values(new).execution_options(synchronize_session=False)


def _show(row: Any, written: Mapping[str, Any]) -> None:
    """Let the object in memory say what was written; what a changed column leads to is read again when it is asked for."""
    for name, value in written.items():
        set_committed_value(row, name, value)
    for relation in inspect(row).mapper.relationships:
        if any(column.key in written for column in relation.local_columns):
            db.session.expire(row, [relation.key])
