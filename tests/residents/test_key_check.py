"""Keys of another office are noticed before a page is served: else a known person would be registered twice."""

import base64

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text

from admin_app.foundation import database_refusals, settings
from admin_app.foundation.database import db
from admin_app.residents import queries
from tests.apps import KEYS
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
