"""The one place that writes a status: from the right state, by the right version, with its entry and what follows; or nothing."""

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import status_machine
from admin_app.foundation.database import db, look_again, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.status_machine import Machine, Subject, status_after
from admin_app.staff.models import StaffMember
from tests.factories.cards import requested_card

MOVES = {
    "make": (frozenset({"requested"}), "made"),
    "finish": (frozenset({"made"}), "ready"),
    "spoil": (frozenset({"requested", "made"}), "spoiled"),
}
PAST = {"make": "cards.made", "finish": "cards.ready", "spoil": "cards.spoiled"}


class Seen(NamedTuple):
    """What a machine told others, in order."""

    entries: list[tuple[Any, ...]]
    refusals: list[tuple[str, int | None]]
    reactions: list[tuple[str, str, Any]]


@pytest.fixture
def seen(card: Card, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Everything that the machine below tells others, once the card is there."""
    told = Seen([], [], [])
    monkeypatch.setattr(status_machine, "react", lambda action, row, *, by: told.reactions.append((action, row.public_id, by)))
    return told


@pytest.fixture
def machine(seen: Seen) -> Machine[Card]:
    """A machine over cards whose log is a list."""

    def record(action: str, kind: str, reference: str, /, **facts: Any) -> None:
        seen.entries.append((action, kind, reference, facts))

    def refuse(row: Card, version: int | None) -> Conflict:
        seen.refusals.append((row.status, version))
        return Conflict("no")

    return Machine(
        Card,
        moves=MOVES,
        past=PAST,
        subject=lambda row: Subject("card", row.public_id, "the case"),
        refusal=refuse,
        record=record,
        derived=lambda _row, target, values: {"collected_by": f"{target} {sorted(values)}"},
    )


@pytest.fixture
def card(clerk: StaffMember, centre: Centre) -> Card:
    """A requested card."""
    return requested_card(clerk, centre)


def stored(card: Card) -> Any:
    """The row as the database has it."""
    wanted = (Card.status, Card.version, Card.serial, Card.collected_by)
    return tuple(db.session.execute(sa.select(*wanted).where(Card.id == card.id)).one())


@pytest.mark.parametrize(
    ("status", "verb", "after"),
    [("requested", "make", "made"), ("made", "make", None), ("made", "spoil", "spoiled"), ("ready", "spoil", None)],
)
def test_the_table_says_where_a_verb_leads(status: str, verb: str, after: str | None) -> None:
    assert status_after(MOVES, status, verb) == after


def test_a_verb_that_is_not_in_the_table_is_a_fault() -> None:
    with pytest.raises(KeyError):
        status_after(MOVES, "made", "melt")


def test_what_is_possible_is_what_may_begin_here(machine: Machine[Card], card: Card) -> None:
    assert machine.possible(card) == {"make", "spoil"}


def test_a_move_writes_status_version_values_and_what_follows_from_the_status(machine: Machine[Card], seen: Seen, card: Card) -> None:
    with transaction():
        machine.move(card, "make", by="somebody", reason="why", changes={"serial": "A1"}, serial="A1")
        assert (card.status, card.version, card.serial) == ("made", 2, "A1"), "the object in memory says so at once"
    assert stored(card) == ("made", 2, "A1", "made ['serial']")
    facts = {"by": "somebody", "case_ref": "the case", "reason": "why", "changes": {"status": ["requested", "made"], "serial": "A1"}}
    (entry,) = seen.entries
    assert entry[:3] == ("cards.made", "card", card.public_id)
    assert {name: entry[3][name] for name in facts} == facts
    assert seen.reactions == [("cards.made", card.public_id, "somebody")]


def test_an_entry_may_be_left_out_of_the_case(machine: Machine[Card], seen: Seen, card: Card) -> None:
    with transaction():
        machine.move(card, "make", by=None, in_case=False)
        machine.record(card, "cards.seen", by=None, in_case=False)
        machine.record(card, "cards.seen", by=None)
    assert [facts["case_ref"] for *_what, facts in seen.entries] == [None, None, "the case"]
    assert [facts["changes"] for *_what, facts in seen.entries] == [{"status": ["requested", "made"]}, None, None]


def test_a_move_from_a_wrong_state_is_refused_and_changes_nothing(machine: Machine[Card], seen: Seen, card: Card) -> None:
    with pytest.raises(Conflict), transaction():
        machine.move(card, "finish", by=None, version=1)
    assert stored(card) == ("requested", 1, None, "")
    assert (seen.entries, seen.reactions, seen.refusals) == ([], [], [("requested", 1)])


@pytest.mark.parametrize("version", [0, 2])
def test_a_form_of_another_version_is_refused_and_changes_nothing(machine: Machine[Card], seen: Seen, card: Card, version: int) -> None:
    with pytest.raises(Conflict), transaction():
        machine.move(card, "make", by=None, version=version)
    with pytest.raises(Conflict), transaction():
        machine.touch(card, version)
    assert stored(card) == ("requested", 1, None, "")
    assert (seen.entries, seen.refusals) == ([], [("requested", version)] * 2)


def overtake(card: Card, **values: Any) -> None:
    """Somebody else changes the row behind the back of the object in memory."""
    changed = sa.update(Card).where(Card.id == card.id).values(**values)
    db.session.execute(changed.execution_options(synchronize_session=False))


@pytest.mark.parametrize("values", [{"status": "made"}, {"version": 2}], ids=str)
def test_whoever_was_overtaken_is_refused_with_the_row_as_it_is_now(
    machine: Machine[Card], seen: Seen, card: Card, values: dict[str, Any]
) -> None:
    with pytest.raises(Conflict), transaction():
        assert card.status == "requested"
        overtake(card, **values)
        machine.move(card, "make", by=None)
    assert seen.refusals == [(values.get("status", "requested"), 1)]
    assert seen.entries == []


def test_another_card_stays_as_it_is(machine: Machine[Card], card: Card, clerk: StaffMember, centre: Centre) -> None:
    other = requested_card(clerk, centre)
    with transaction():
        machine.move(card, "make", by=None)
    assert stored(other) == ("requested", 1, None, "")


def test_a_touch_raises_the_version_and_leaves_status_and_log_alone(machine: Machine[Card], seen: Seen, card: Card) -> None:
    with transaction():
        machine.touch(card, serial="A1")
        machine.touch(card, 2, serial="A2")
    assert stored(card) == ("requested", 3, "A2", "")
    assert (card.version, seen.entries, seen.reactions) == (3, [], [])


def test_what_was_set_before_is_written_first(machine: Machine[Card], card: Card) -> None:
    with transaction():
        card.version = 7
        machine.move(card, "make", by=None)
    assert stored(card)[:2] == ("made", 8)
    with transaction() as session, session.no_autoflush:
        card.version = 20
        machine.move(card, "finish", by=None)
    assert stored(card)[:2] == ("ready", 21)


def test_a_relation_is_read_again_when_its_column_was_written(
    machine: Machine[Card], card: Card, clerk: StaffMember, centre: Centre
) -> None:
    other = requested_card(clerk, centre)
    with transaction():
        assert card.application.id == card.application_id
        kept = sa.inspect(card).dict["application"]
        machine.touch(card, serial="A1")
        assert sa.inspect(card).dict["application"] is kept
        machine.touch(card, application_id=other.application_id, copy=2)
        assert card.application.id == other.application_id


def test_without_anything_derived_only_the_values_are_written(card: Card) -> None:
    plain: Machine[Card] = Machine(
        Card, moves=MOVES, past=PAST, subject=lambda row: Subject("card", row.public_id), refusal=lambda *_row: Conflict("no"),
        record=lambda *_action, **_facts: None,
    )  # fmt: skip
    with transaction():
        plain.move(card, "make", by=None)
    assert stored(card) == ("made", 2, None, "")


MEANWHILE = [({"status": "made"}, Conflict), ({"version": 2}, Conflict), ({"serial": "A1"}, OperationalError)]
"""What somebody else does to the row while one waits for it in vain, and what that one is told."""


@pytest.mark.parametrize("database_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("meanwhile", "told"), MEANWHILE, ids=str)
def test_whoever_waited_in_vain_for_the_row_is_told_what_became_of_it(
    machine: Machine[Card], seen: Seen, card: Card, meanwhile: dict[str, Any], told: type[Exception]
) -> None:
    with db.engine.connect() as other:
        other.execute(sa.update(Card).where(Card.id == card.id).values(meanwhile))
        with pytest.raises(told), transaction() as session:
            session.execute(sa.text("SET LOCAL lock_timeout = '20ms'"))
            sa.event.listen(session.connection(), "rollback", lambda _ended: other.commit())  # right after the wait
            machine.move(card, "make", by=None)
    assert stored(card)[:2] == (meanwhile.get("status", "requested"), meanwhile.get("version", 1))
    assert seen.entries == []


def failing(code: int) -> Callable[..., None]:
    """Let the update of a card fail with that error of SQLite's driver."""

    def fail(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("UPDATE card"):
            error = sqlite3.OperationalError("no")
            error.sqlite_errorcode = code
            raise OperationalError(statement, {}, error)

    return fail


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL])
@pytest.mark.parametrize(("meanwhile", "told"), MEANWHILE, ids=str)
def test_the_row_is_looked_at_again_after_a_wait_and_after_nothing_else(
    machine: Machine[Card], seen: Seen, card: Card, meanwhile: dict[str, Any], told: type[Exception], code: int
) -> None:
    def overtaken(_session: object) -> None:
        with db.engine.begin() as other:  # out of turn, which ends only after this
            other.execute(sa.update(Card).where(Card.id == number).values(meanwhile))

    number, fail = card.id, failing(code)
    expected = told if code == sqlite3.SQLITE_BUSY else OperationalError
    with pytest.raises(expected), transaction() as session:
        assert card.status == "requested"
        sa.event.listen(session, "after_rollback", overtaken, once=True)
        sa.event.listen(db.engine, "before_cursor_execute", fail)
        try:
            machine.move(card, "make", by=None)
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", fail)
    assert stored(card)[:2] == (meanwhile.get("status", "requested"), meanwhile.get("version", 1))
    assert seen.entries == []


def test_only_the_error_that_ended_the_wait_is_looked_into(card: Card) -> None:
    with pytest.raises(KeyError), transaction():
        look_again(RuntimeError(), lambda: Conflict("no"))
        raise KeyError
    with pytest.raises(RuntimeError), transaction():
        raise RuntimeError
