"""Writers of an SQLite file take turns: nobody waits until they give up while others pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import Connection, Engine, create_engine

from admin_app.foundation import database
from admin_app.foundation.write_turns import Turns, keep_turns


def waited_for(turns: Turns, count: int) -> None:
    """Return once so many wait."""
    while turns.waiting < count:
        sleep(0.001)


def test_whoever_waits_longest_is_next() -> None:
    turns, served = Turns(), []

    def take(name: int) -> None:
        assert turns.take()
        served.append(name)
        turns.hand_on()

    assert turns.take()
    threads = [Thread(target=take, args=(name,)) for name in range(8)]
    for place, thread in enumerate(threads):
        thread.start()
        waited_for(turns, place + 1)
    turns.hand_on()
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_whoever_gives_up_is_not_waited_for() -> None:
    turns = Turns()
    assert turns.take()
    assert not turns.take(seconds=0.01)
    turns.hand_on()
    assert turns.take(seconds=0.01)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, Turns]]:
    """An engine as the office has it, and its turns."""
    kept: list[Turns] = []

    def keep(engine: Engine) -> Turns:
        kept.append(keep_turns(engine))
        return kept[0]

    monkeypatch.setattr(database, "keep_turns", keep)
    engine = create_engine(f"sqlite:///{tmp_path / 'turns.db'}", **database.engine_options("sqlite"))
    database.prepare_engine(engine, b"")
    yield engine, kept[0]
    engine.dispose()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A change of the office that is under way."""
    with engine.connect().execution_options(card_desk_write=True) as connection, connection.begin():
        yield connection


def test_a_second_writer_waits_for_its_turn_before_sqlite_can_turn_it_away(desk: tuple[Engine, Turns]) -> None:
    engine, turns = desk
    done = []

    def write() -> None:
        with writing(engine):
            done.append("second")

    thread = Thread(target=write)
    with writing(engine):
        thread.start()
        waited_for(turns, 1)
        done.append("first")
    thread.join()
    assert done == ["first", "second"]


def test_readers_do_not_queue(desk: tuple[Engine, Turns]) -> None:
    engine, turns = desk
    with writing(engine), engine.connect() as reader, reader.begin():
        assert reader.exec_driver_sql("SELECT 1").scalar() == 1
    assert turns.take(seconds=0)


def test_a_change_that_fails_ends_its_turn(desk: tuple[Engine, Turns]) -> None:
    engine, turns = desk
    with pytest.raises(ZeroDivisionError), writing(engine):
        raise ZeroDivisionError
    assert turns.take(seconds=0)


def test_a_connection_that_is_lost_ends_its_turn(desk: tuple[Engine, Turns]) -> None:
    engine, turns = desk
    with engine.connect().execution_options(card_desk_write=True) as connection:
        connection.begin()
        connection.invalidate()
        assert turns.take(seconds=0)
