"""Notes about who looked are sealed once their day is over; from then on they cannot be changed, and a check names the one that was."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from admin_app.audit import operations, queries, rules
from admin_app.audit.models import ReadNote, ReadSeal
from admin_app.audit.operations import reading, sealing
from admin_app.audit.queries import sealed
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.foundation.seals import check
from admin_app.staff.models import StaffMember
from tests.factories.audit import make_entry
from tests.owner import as_owner, run

DAY = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
"""Noon at the office."""
MIDNIGHT = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """at(moment): from now on it is that moment."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def yesterday(app: Flask, at, clerk: StaffMember) -> None:  # type: ignore[no-untyped-def]
    """Five notes of a day that is over and sealed, and one of the day after it."""
    at(DAY)
    look(clerk, 5)
    at(MIDNIGHT + timedelta(hours=1))
    look(clerk, 1)
    operations.seal_notes_due()


def look(who: StaffMember, count: int) -> None:
    reading.write([reading.Look("resident", f"r{number}", f"r{number}") for number in range(count)], by=who.actor)
    db.session.rollback()  # what this session read before is a picture of the past


def noted() -> list[tuple[int, int]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(sa.select(ReadNote.id, ReadNote.times).order_by(ReadNote.id))]


def findings() -> tuple[check.Finding, ...]:
    db.session.rollback()
    return operations.prove().findings


def test_a_day_is_sealed_once_it_is_over_and_nobody_notes_for_it_any_more(app: Flask, at, clerk: StaffMember):  # type: ignore[no-untyped-def]
    at(DAY)
    look(clerk, 5)
    assert operations.seal_notes_due() == 0
    at(MIDNIGHT + sealing.DAY_IS_OVER - timedelta(seconds=1))
    assert operations.seal_notes_due() == 0
    at(MIDNIGHT + sealing.DAY_IS_OVER)
    look(clerk, 2)
    assert (operations.seal_notes_due(), operations.seal_notes_due()) == (5, 0)
    proof = operations.prove()
    assert (proof.notes, proof.note_seals, proof.unsealed_notes, proof.findings) == (5, 1, 2, ())


def test_many_notes_are_several_seals(app: Flask, at, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sealing, "BATCH", 2)
    at(DAY)
    look(clerk, 5)
    at(DAY + timedelta(days=1))
    assert operations.seal_notes_due() == 5
    assert (operations.prove().note_seals, operations.prove().notes) == (3, 5)


def test_a_note_that_came_with_a_smaller_number_than_one_of_the_day_before_waits_a_day(app: Flask, at, clerk: StaffMember):  # type: ignore[no-untyped-def]
    at(MIDNIGHT + timedelta(hours=1))
    look(clerk, 1)
    at(DAY)
    look(clerk, 3)
    at(MIDNIGHT + timedelta(hours=2))
    assert operations.seal_notes_due() == 0
    at(MIDNIGHT + timedelta(hours=3))
    look(clerk, 1)  # the first line goes on counting
    at(MIDNIGHT + timedelta(days=1, hours=1))
    assert operations.seal_notes_due() == 4 and findings() == ()


def test_the_seal_is_over_every_column(app: Flask):
    assert set(sealed.NOTE) == {column.name for column in ReadNote.__table__.columns}
    assert {*sealed.SEAL, "marks"} == {column.name for column in ReadSeal.__table__.columns}


@pytest.mark.parametrize("deed", ["UPDATE read_note SET times = 9 WHERE id = 3", "DELETE FROM read_note WHERE id = 3"])
def test_a_sealed_note_can_be_neither_changed_nor_removed(yesterday: None, deed: str):
    before = noted()
    with pytest.raises(DBAPIError, match="this note is sealed"):
        run(deed)
    assert noted() == before


def test_a_note_of_today_still_counts(yesterday: None, clerk: StaffMember):
    look(clerk, 1)
    assert noted()[-1] == (6, 2)


@pytest.mark.parametrize("deed", ["UPDATE read_seal SET mac = 'x'", "DELETE FROM read_seal"])
def test_a_seal_over_notes_can_be_neither_changed_nor_removed(yesterday: None, deed: str):
    with pytest.raises(DBAPIError, match="append-only"):
        run(deed)


@pytest.mark.parametrize("column", [name for name in sealed.NOTE if name not in ("id", "actor_kind")])
def test_a_change_of_any_column_is_found_and_named(yesterday: None, column: str):
    value = {"day": "'2026-01-01'", "actor_id": "99", "times": "9", "first_at": "'2026-01-01'", "last_at": "'2026-01-01'"}.get(
        column, "'x'"
    )
    with as_owner() as connection:
        connection.exec_driver_sql(f"UPDATE read_note SET {column} = {value} WHERE id = 3")
    assert findings() == (check.Finding("note_changed", entry=3, seal=1),)


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        ("DELETE FROM read_note WHERE id = 2", check.Finding("note_missing", entry=2, seal=1)),
        ("UPDATE read_seal SET entry_count = 4", check.Finding("note_seal_changed", seal=1)),
    ],
)
def test_a_note_that_is_gone_and_a_changed_seal_are_found(yesterday: None, deed: str, found: check.Finding):
    with as_owner() as connection:
        connection.exec_driver_sql(deed)
    assert findings() == (found,)


def test_control_a_note_that_is_not_sealed_yet_can_be_changed_unseen(yesterday: None):
    run("UPDATE read_note SET times = 9 WHERE id = 6")
    assert findings() == ()


def cut_off(*, told_anew: bool = False) -> None:
    """The notes and their seals are gone; told anew, others stand in their place."""
    with as_owner() as connection:
        connection.exec_driver_sql("DELETE FROM read_seal")
        connection.exec_driver_sql("UPDATE read_note SET times = 9" if told_anew else "DELETE FROM read_note")
    if told_anew:
        operations.seal_notes_due()


@pytest.fixture
def anchored(yesterday: None, tmp_path: Path):  # type: ignore[no-untyped-def]
    """The notes of yesterday are sealed and anchored in a file of this test's own."""
    before = settings.current()
    settings.use(before.model_copy(update={"anchor_file": str(tmp_path / "anchors.jsonl")}))
    make_entry()
    operations.seal_due()
    assert operations.anchor_due() and findings() == ()
    yield tmp_path / "anchors.jsonl"
    settings.use(before)


def test_notes_that_were_cut_off_with_their_seals_are_found(anchored: Path):
    cut_off()
    assert findings() == (check.Finding("note_anchor_missing", seal=1),)


def test_notes_that_were_told_anew_with_the_key_are_found(anchored: Path):
    cut_off(told_anew=True)
    assert findings() == (check.Finding("note_anchor_differs", seal=1),)


def test_control_without_the_anchor_neither_is_found(anchored: Path):
    anchored.unlink()
    cut_off(told_anew=True)
    assert findings() == ()


def test_an_anchor_from_before_notes_were_sealed_still_fits(anchored: Path):
    line = anchored.read_text()
    anchored.write_text(line[: line.index(', "note_seal"')] + "}\n")
    assert findings() == () and operations.prove().anchors == 1


def test_everything_that_can_be_wrong_with_notes_has_its_words(app: Flask):
    kinds = {name for name in rules.FINDINGS if not name.startswith(("note_", "anchor_"))}
    assert {f"note_{name}" for name in kinds} <= set(rules.FINDINGS)
    assert queries.newest_seal(queries.NOTES) is None and findings() == ()
