"""Words under a key for each person: read while the key is there, by nobody once it is deleted."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.foundation import crypto, person_keys
from admin_app.foundation.database import WriteRefused, db, transaction
from admin_app.foundation.person_keys import Erased, PersonKey
from tests.keys_of_people import delete_key

PLACE = "a table|reason|a row"
SAID = {"before": "王䶮", "after": ["“quoted”", None, 3]}


def sealed(person: int = 7, value: Any = SAID) -> str:
    with transaction():
        return person_keys.seal(value, person=person, context=PLACE)


def test_what_is_sealed_is_read_with_the_key_and_stands_nowhere_in_clear(app: Flask) -> None:
    made = sealed()
    assert person_keys.person_of(made) == 7 and "王䶮" not in made and "quoted" not in made
    assert person_keys.opened(made, context=PLACE) == SAID


def test_once_the_key_is_deleted_nobody_reads_it_and_others_are_read_as_before(app: Flask) -> None:
    mine, others = sealed(7), sealed(8, "of somebody else")
    assert (delete_key(7), delete_key(7)) == (1, 0)
    with pytest.raises(Erased):
        person_keys.opened(mine, context=PLACE)
    assert person_keys.opened(others, context=PLACE) == "of somebody else"


def test_a_new_key_of_the_same_person_opens_nothing_of_before(app: Flask) -> None:
    mine = sealed()
    delete_key(7)
    sealed()
    with pytest.raises(crypto.Undecipherable):
        person_keys.opened(mine, context=PLACE)


@pytest.mark.parametrize("spoilt", ["elsewhere", "cut", "another person", "no number", "no base64"])
def test_what_was_altered_or_moved_is_not_read(app: Flask, spoilt: str) -> None:
    made, others = sealed(), sealed(8)
    value = {
        "elsewhere": made, "cut": made[:-8], "another person": made.replace(":7:", ":8:"), "no number": "sealed:1:x:AAAA",
        "no base64": "sealed:1:7:***",
    }[spoilt]  # fmt: skip
    with pytest.raises(crypto.Undecipherable):
        person_keys.opened(value, context="elsewhere" if spoilt == "elsewhere" else PLACE)
    assert person_keys.opened(others, context=PLACE) == SAID


@pytest.mark.parametrize("text", [None, "", "reason", "sealed:1:", "sealed:1:x:y", 7, ["sealed:1:7:AA"]])
def test_what_is_not_sealed_names_nobody(text: Any) -> None:
    assert person_keys.person_of(text) is None


def test_nothing_is_sealed_outside_of_a_transaction(app: Flask) -> None:
    with pytest.raises(WriteRefused):
        person_keys.seal("x", person=7, context=PLACE)


def test_a_transaction_that_is_undone_leaves_no_key_behind_that_others_use(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        person_keys.seal("x", person=7, context=PLACE)
        raise ZeroDivisionError
    made = sealed()
    db.session.remove()
    assert person_keys.opened(made, context=PLACE) == SAID


def test_a_savepoint_that_is_undone_leaves_no_key_behind_that_the_transaction_uses(app: Flask) -> None:
    with transaction() as session:
        undone = session.begin_nested()
        for _time in range(3):
            person_keys.seal("x", person=7, context=PLACE)
        undone.rollback()
        made = person_keys.seal(SAID, person=7, context=PLACE)
    db.session.remove()
    assert person_keys.opened(made, context=PLACE) == SAID


def test_the_key_is_read_once_in_a_transaction_however_much_is_sealed(app: Flask, count_statements: Callable[[], Any]) -> None:
    sealed()
    with transaction(), count_statements() as asked:
        for _time in range(5):
            person_keys.seal("x", person=7, context=PLACE)
    assert len(asked) == 1


def test_the_keys_of_a_page_come_in_one_statement(app: Flask, count_statements: Callable[[], Any]) -> None:
    page = [sealed(person) for person in range(1, 6)]
    db.session.remove()
    with count_statements() as asked:
        for value in page:
            assert person_keys.opened(value, context=PLACE, beside=range(1, 6)) == SAID
    assert len(asked) == 1


def test_the_key_itself_is_encrypted_for_its_row(app: Flask) -> None:
    sealed(7), sealed(8)
    keys = {row.person_id: row.key_sealed for row in db.session.scalars(sa.select(PersonKey))}
    assert len(crypto.keyring().decrypt(keys[7], context=b"person_key|key|7")) == 32
    with pytest.raises(crypto.Undecipherable):
        crypto.keyring().decrypt(keys[7], context=b"person_key|key|8")
