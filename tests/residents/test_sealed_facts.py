"""What a thief of the database learns about people without the keys; the control is the mask and the columns of before."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from stdnum.cn import ric

from admin_app.applications.models import UnsavedForm
from admin_app.applications.operations import unsaved
from admin_app.backup import resealing
from admin_app.centres.models import Centre
from admin_app.demo import operations as demo
from admin_app.foundation import crypto
from admin_app.foundation.crypto import Undecipherable
from admin_app.foundation.database import db, metadata, transaction
from admin_app.residents import rules
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application
from tests.factories.residents import make_resident

SAMPLE = 60


@pytest.fixture
def demo_office(app: Flask) -> None:
    """Some residents with all that belongs to them."""
    demo.load(SAMPLE, seed=11, report=lambda _stage, _done, _total: None)


def stored_texts() -> Iterator[str]:
    """Every value of every row of every table as it stands in the database."""
    for table in metadata.sorted_tables:
        for row in db.session.execute(sa.select(sa.text("*")).select_from(table)):
            for value in row:
                yield value.decode("latin-1") if isinstance(value, bytes) else str(value)


def rebuilt(row: Mapping[str, Any]) -> str | None:
    """The ID number of a stored resident, put together from the mask and a day of birth beside it, if both say enough."""
    head, day, tail = row["id_number_masked"][:6], row.get("birth_on"), row["id_number_masked"][-4:]
    number = f"{head}{day:%Y%m%d}{tail}" if day else ""
    return number if number[:6].isdigit() and ric.calc_check_digit(number) == tail[-1] else None


def as_before(row: Mapping[str, Any], number: str) -> dict[str, Any]:
    """The row with the mask and the day of birth that stood there before they were encrypted."""
    return dict(row) | {"id_number_masked": f"{number[:6]}{'*' * 8}{number[-4:]}", "birth_on": rules.birth_in(number)}


@pytest.mark.usefixtures("demo_office")
def test_nothing_in_the_database_says_a_number_a_day_of_birth_a_phone_or_an_address():
    secrets: dict[str, set[str]] = {"number": set(), "phone": set(), "address": set()}
    birthdays = set()
    for resident in db.session.scalars(sa.select(Resident)):
        birthdays |= {f"{resident.birth_on:%Y%m%d}", f"{resident.birth_on:%Y-%m-%d}"}
        secrets["number"].add(resident.open_id_number())
        secrets["phone"].add(resident.open_phone())
        secrets["address"] |= set(resident.address.splitlines())
    assert all(len(found) > SAMPLE / 2 for found in secrets.values())
    stored = "\n".join(stored_texts())
    assert [one for found in secrets.values() for one in found if one in stored] == []
    people = db.session.execute(sa.text("SELECT * FROM resident")).all()
    assert not [person for person in people for born in birthdays if born in str(person)]
    columns = {column.name for name in ("resident", "application", "parcel") for column in metadata.tables[name].columns}
    assert columns & {"birth_on", "sex", "address", "postcode"} == set()


@pytest.mark.usefixtures("demo_office")
def test_no_id_number_can_be_rebuilt_from_what_stands_in_clear():
    numbers = {resident.id: resident.open_id_number() for resident in db.session.scalars(sa.select(Resident))}
    stored = db.session.execute(sa.text("SELECT * FROM resident")).mappings().all()
    assert [rebuilt(row) for row in stored if rebuilt(row)] == []
    assert [rebuilt(as_before(row, numbers[row["id"]])) for row in stored] == [numbers[row["id"]] for row in stored]


def test_an_address_cannot_be_moved_to_another_row(app: Flask):
    one, other = make_resident(), make_resident()
    with transaction():
        other.address_sealed = one.address_sealed
    with pytest.raises(Undecipherable):
        _ = other.address


def sealed_values() -> list[tuple[str, bytes, bytes]]:
    """(column, what it is bound to, value) of everything that is encrypted in a table."""
    found = []
    for place in resealing.places():
        wanted = sa.select(place.column, *place.bound_to).where(place.column.is_not(None)).order_by(place.key)
        found += [(place.label, place.context(row), bytes(row[0])) for row in db.session.execute(wanted)]
    return found


def opens(value: bytes, context: bytes) -> bool:
    try:
        crypto.keyring().decrypt(value, context=context)
    except Undecipherable:
        return False
    return True


@pytest.mark.proof
@pytest.mark.usefixtures("demo_office")
def test_nothing_that_is_encrypted_opens_in_another_row_or_column():
    found = sealed_values()
    assert len({column for column, _context, _value in found}) >= 8 and len(found) > 5 * SAMPLE
    assert all(opens(value, context) for _column, context, value in found), "the control: in its own place each does"
    steps = (*range(1, 20), len(found) // 2, len(found) // 3)
    contexts = [context for _column, context, _value in found]
    swaps = [(value, contexts[(place + step) % len(found)]) for place, (*_where, value) in enumerate(found) for step in steps]
    across = [(value, b"|".join([context.split(b"|")[0], b"other", *context.split(b"|")[2:]])) for _column, context, value in found]
    print(f"{len(found)} values, {len(swaps) + len(across)} swaps")
    assert not any(opens(value, context) for value, context in (*swaps, *across))


def test_an_address_is_bound_to_the_public_id_that_its_row_gets(app: Flask):
    made = make_resident(address="文三路90号", public_id="a" * 32)
    assert (made.address, made.public_id) == ("文三路90号", "a" * 32)


def test_no_query_can_ask_for_an_address(app: Flask):
    with pytest.raises(sa.exc.ArgumentError):
        sa.select(Resident.address)


def test_what_nobody_knows_is_null(app: Flask):
    made = make_resident(address="", postcode="")
    assert (made.address_sealed, made.postcode_sealed, made.address, made.postcode) == (None, None, "", "")


def test_what_was_typed_and_not_saved_is_encrypted_too(reviewer: StaffMember, clerk: StaffMember, centre: Centre):
    case = make_application(clerk, centre, **held_by(reviewer))
    with transaction():
        unsaved.keep_unsaved(case, {"note": "her neighbour is 13800135521"}, by=reviewer)
    stored = db.session.execute(sa.text("SELECT * FROM unsaved_form")).one()
    assert b"neighbour" not in bytes(stored.content_sealed)
    assert db.session.scalars(sa.select(UnsavedForm)).one().content == {"note": "her neighbour is 13800135521"}


def test_the_month_of_birth_is_that_of_the_number(app: Flask):
    made = make_resident(born=date(2019, 2, 28))
    assert (made.birth_month, made.birth_on, made.sex) == ("2019-02", date(2019, 2, 28), rules.sex_in(made.open_id_number()))
