"""What is written down outside of the database shows a log whose end was cut off, or that came back from an older backup."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from admin_app.audit import operations
from admin_app.audit.operations import anchors, sealing
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.seals.check import Finding
from tests.audit.receiver import Receiver
from tests.factories.audit import make_entry
from tests.owner import as_owner

MORNING = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def anchored(app, tmp_path, monkeypatch) -> Iterator[Path]:
    """A file of anchors of this test's own; seals of five entries."""
    before = settings.current()
    monkeypatch.setattr(sealing, "BATCH", 5)
    settings.use(before.model_copy(update={"anchor_file": str(tmp_path / "anchors.jsonl")}))
    yield tmp_path / "anchors.jsonl"
    settings.use(before)


@pytest.fixture
def at(monkeypatch):
    """at(moment): from now on it is that moment."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def grow(count: int = 5) -> None:
    for _number in range(count):
        make_entry()
    while operations.seal_due():
        pass


def history(at) -> None:
    """Three anchors, ten minutes apart."""
    for turn in range(3):
        at(MORNING + turn * timedelta(minutes=10))
        grow()
        assert operations.anchor_due()


def findings() -> tuple[Finding, ...]:
    db.session.rollback()
    return operations.prove().findings


def remove_behind(entry: int, seal: int) -> None:
    """Cut the end off, with its seals."""
    with as_owner() as connection:
        connection.exec_driver_sql(f"DELETE FROM audit_entry WHERE id > {entry}")
        connection.exec_driver_sql(f"DELETE FROM audit_seal WHERE id > {seal}")


def test_the_newest_seal_is_written_down(anchored, at):
    history(at)
    lines = [json.loads(line) for line in anchored.read_text().splitlines()]
    assert [(line["seal"], line["last_entry"], line["entries"]) for line in lines] == [(1, 5, 5), (2, 10, 10), (3, 15, 15)]
    assert findings() == () and operations.prove().anchors == 3


def test_only_the_desks_own_user_reads_the_file(anchored, at):
    history(at)
    assert stat.S_IMODE(anchored.stat().st_mode) == 0o600


def test_nothing_is_written_down_before_it_is_time_or_without_a_newer_seal(at):
    history(at)
    assert not operations.anchor_due()
    grow()
    assert not operations.anchor_due()
    at(MORNING + timedelta(minutes=30))
    assert operations.anchor_due() and not operations.anchor_due()


def test_a_day_that_ends_is_written_down_even_if_nothing_happened(anchored, at):
    history(at)
    at(MORNING + timedelta(days=1))
    assert operations.anchor_due()
    assert [json.loads(line)["seal"] for line in anchored.read_text().splitlines()] == [1, 2, 3, 3]


def test_an_empty_log_is_not_written_down(anchored):
    assert not operations.anchor_due() and not anchored.exists()


def test_an_end_that_was_cut_off_is_found(at):
    history(at)
    remove_behind(10, 2)
    assert findings() == (Finding("anchor_missing", entry=15, seal=3),)


def test_control_without_the_anchor_it_is_not_found(anchored, at):
    history(at)
    remove_behind(10, 2)
    anchored.unlink()
    assert findings() == () and operations.prove().anchored_at is None


def test_an_older_backup_on_which_the_office_went_on_is_found(at):
    history(at)
    remove_behind(10, 2)
    grow(7)
    assert findings() == (Finding("anchor_differs", entry=15, seal=3),)


def test_control_without_the_anchor_a_backup_on_which_the_office_went_on_is_right(anchored, at):
    history(at)
    remove_behind(10, 2)
    grow(7)
    anchored.unlink()
    assert findings() == ()


def test_going_on_behind_an_anchor_is_said_at_once_and_stays_visible(anchored, at, capsys):
    history(at)
    remove_behind(10, 2)
    at(MORNING + timedelta(days=1))
    assert operations.anchor_due()
    assert len(anchored.read_text().splitlines()) == 4
    assert findings() == (Finding("anchor_missing", entry=15, seal=3),)


def test_an_anchor_that_is_older_than_the_log_fits_it(anchored, at, tmp_path):
    history(at)
    kept = tmp_path / "kept.jsonl"
    kept.write_text("".join(anchored.read_text().splitlines(keepends=True)[:1]))
    grow(20)
    found = operations.prove(anchor_file=kept)
    assert (found.anchors, found.findings) == (1, ())


@pytest.mark.parametrize(
    "line", ["", "no JSON", "{}", '{"seal": 1}', "[1]", '{"at": "x", "seal": 1, "last_entry": 5, "entries": 5, "hash": "", "mac": ""}']
)
def test_a_line_that_cannot_be_read_is_named(anchored, at, line):
    history(at)
    lines = anchored.read_text().splitlines()
    anchored.write_text("\n".join([lines[0], line, *lines[2:]]) + "\n")
    assert findings() == (Finding("anchor_unreadable", entry=2),)


def test_more_anchors_than_are_compared_at_once(anchored, at, monkeypatch):
    monkeypatch.setattr(anchors, "COMPARED_AT_ONCE", 2)
    history(at)
    assert operations.prove().anchors == 3
    remove_behind(10, 2)
    assert findings() == (Finding("anchor_missing", entry=15, seal=3),)


def with_url(url: str) -> None:
    settings.use(settings.current().model_copy(update={"anchor_url": url}))


def test_an_anchor_is_sent_to_the_address_of_the_settings(anchored, at):
    with Receiver() as receiver:
        with_url(receiver.url)
        history(at)
    sent = [json.loads(body) for body in receiver.bodies]
    kept = [json.loads(line) for line in anchored.read_text().splitlines()]
    assert [(one["seal"], one["hash"], one["mac"]) for one in sent] == [(one["seal"], one["hash"], one["mac"]) for one in kept]


@pytest.mark.parametrize("status", [500, 302, 404])
def test_an_anchor_that_was_not_taken_is_sent_again_and_stops_nothing(at, status):
    with Receiver(first_answers=[status]) as receiver:
        with_url(receiver.url)
        grow()
        at(MORNING)
        assert operations.anchor_due()
        assert len(receiver.bodies) == 1
        at(MORNING + timedelta(minutes=1))
        jobs.reconcile()
        assert len(receiver.bodies) == 2
    assert findings() == ()


def test_a_receiver_that_is_not_there_stops_nothing(at):
    with Receiver() as gone:
        with_url(gone.url)
    history(at)
    assert findings() == ()


def test_an_address_of_another_kind_is_refused(app):
    with pytest.raises(ValueError, match="http"):
        type(settings.current())(**settings.current().model_dump() | {"anchor_url": "file:///etc/passwd"})
