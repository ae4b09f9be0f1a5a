"""Keys of another office are noticed before a page is served: else a known person would be registered twice."""

import base64
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import func, select, text

from admin_app.foundation import data_keys, database_refusals, index_keys, settings
from admin_app.foundation.data_keys import DataKey
from admin_app.foundation.database import db
from admin_app.foundation.index_keys import IndexKey
from admin_app.residents import queries
from tests.apps import KEYS
from tests.at_once import at_once
from tests.factories.residents import make_resident

ANOTHER = base64.b64encode(bytes(range(100, 132))).decode()


def use_keys(monkeypatch: pytest.MonkeyPatch, **keys: str) -> None:
    """Start again with these keys."""
    for name, key in keys.items():
        monkeypatch.setattr(settings.current(), name, SecretStr(key))


def refusal() -> str:
    """The sentence with which web, worker and clock end."""
    with pytest.raises(SystemExit) as refused:
        database_refusals.refuse_unsafe_database()
    return str(refused.value)


def test_another_index_key_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_resident()
    use_keys(monkeypatch, index_key=ANOTHER)
    assert refusal() == queries.WRONG_INDEX_KEY


@pytest.mark.parametrize("keys", [f"k1:{ANOTHER}", f"k2:{ANOTHER}"], ids=["another key of the same name", "the key is gone"])
def test_another_data_key_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    make_resident()
    use_keys(monkeypatch, data_keys=keys)
    assert refusal() == queries.WRONG_DATA_KEYS


def test_control_the_keys_of_the_office_start(app: Flask) -> None:
    make_resident()
    database_refusals.refuse_unsafe_database()


def test_control_a_newer_key_before_the_old_one_starts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_resident()
    use_keys(monkeypatch, data_keys=f"k2:{ANOTHER},{KEYS['data_keys']}")
    make_resident()
    database_refusals.refuse_unsafe_database()


def test_control_an_office_without_residents_starts_with_any_keys(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, data_keys=f"k9:{ANOTHER}", index_key=ANOTHER)
    database_refusals.refuse_unsafe_database()


def test_one_spoilt_row_does_not_close_the_office(app: Flask) -> None:
    first = make_resident().id
    make_resident()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE resident SET id_number_sealed = :bytes WHERE id = :id"), {"bytes": b"spoilt", "id": first})
    database_refusals.refuse_unsafe_database()


def test_processes_that_start_at_the_same_moment_all_start(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    both_unseen = threading.Barrier(2)
    note_data_key, note_index_key = data_keys.add_if_new, index_keys.add_if_new

    def together(add: Callable[[object], None]) -> Callable[[object], None]:
        """Neither adds before the other has looked; where one process writes at a time, the second looks when the first is done."""

        def add_together(row: object) -> None:
            with suppress(threading.BrokenBarrierError):
                both_unseen.wait(0.5)
            add(row)

        return add_together

    monkeypatch.setattr(data_keys, "add_if_new", together(note_data_key))
    monkeypatch.setattr(index_keys, "add_if_new", together(note_index_key))
    assert at_once(app, [database_refusals.refuse_unsafe_database] * 2) == [None, None]
    assert db.session.scalar(select(func.count(DataKey.name))) == db.session.scalar(select(func.count(IndexKey.name))) == 1
