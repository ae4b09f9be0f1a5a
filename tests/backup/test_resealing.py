"""A newer data key: everything is encrypted anew while the desk goes on, and only then may the older one leave the settings."""

import base64
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import LargeBinary

from admin_app.applications.models import Application, UnsavedForm
from admin_app.audit.models import AuditEntry
from admin_app.audit.operations import seal_due
from admin_app.backup import resealing
from admin_app.centres.models import Centre
from admin_app.foundation import crypto, data_keys, database_refusals, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage.objects import store
from admin_app.residents.models import Resident
from admin_app.staff.models import Authenticator, StaffMember
from tests.apps import KEYS
from tests.factories.applications import make_application
from tests.factories.audit import make_entry
from tests.factories.foundation import make_file
from tests.factories.residents import make_resident
from tests.factories.staff import give_second_factor
from tests.sealed import sealed_texts

NEWER = "k2:" + base64.b64encode(bytes(range(60, 92))).decode()
FILES = (b"one scan", b"another scan")


def typed(app: Flask, *line: str) -> Result:
    """A command, typed for this app."""
    db.session.rollback()
    return app.test_cli_runner().invoke(args=line)


@pytest.fixture
def office(app: Flask, clerk: StaffMember, centre: Centre) -> Iterator[Flask]:
    """Residents, a case with what was typed, a second factor, files, a sealed log: a value in every kind of place."""
    data_keys.problem()
    for _ in range(7):
        make_resident()
    case = make_application(clerk, centre)
    give_second_factor(clerk)
    sealed = UnsavedForm.seal({"note": "half a sentence"}, staff_id=clerk.id, application_id=case.id)
    with transaction() as session:
        session.execute(
            sa.insert(UnsavedForm).values(staff_id=clerk.id, application_id=case.id, content_sealed=sealed, saved_at=case.received_at)
        )
    for scan in FILES:
        make_file(sha256=store().put(scan))
    make_entry()
    seal_due()
    db.session.rollback()
    yield app
    settings.current().data_keys, settings.current().seal_keys = SecretStr(KEYS["data_keys"]), SecretStr("")


def use(*keys: str) -> None:
    settings.current().data_keys = SecretStr(",".join(keys))


def names_of_keys() -> set[str]:
    """With which keys something is encrypted, in the tables and in the store."""
    db.session.rollback()
    found = set()
    for place in resealing.places():
        for (value,) in db.session.execute(sa.select(place.column).where(place.column.is_not(None))):
            found.add(bytes(value)[2 : 2 + value[1]].decode())
    objects = store()
    for sha256 in db.session.scalars(sa.text("SELECT DISTINCT sha256 FROM stored_file")):
        sealed = objects.sealed(sha256)
        found.add(sealed[2 : 2 + sealed[1]].decode())
    db.session.rollback()
    return found


def everything() -> list[Any]:
    """Whatever is encrypted, opened."""
    db.session.rollback()
    db.session.expire_all()
    people = [
        (one.name, one.open_id_number(), one.open_phone(), one.address)
        for one in db.session.scalars(sa.select(Resident).order_by(Resident.id))
    ]
    cases = [one.address for one in db.session.scalars(sa.select(Application).order_by(Application.id))]
    forms = [one.content for one in db.session.scalars(sa.select(UnsavedForm))]
    secrets = [
        crypto.decrypt_text(one.secret, context=f"authenticator|secret|{one.staff_id}")
        for one in db.session.scalars(sa.select(Authenticator))
    ]
    files = sorted(store().get(sha256) for sha256 in db.session.scalars(sa.text("SELECT DISTINCT sha256 FROM stored_file")))
    db.session.rollback()
    return [people, cases, forms, secrets, files]


def test_every_column_of_bytes_is_a_place_or_named_as_none() -> None:
    columns = {
        (table.name, column.name) for table in db.metadata.sorted_tables for column in table.columns if isinstance(column.type, LargeBinary)
    }
    known = {(place.table.name, place.column.name) for place in resealing.places()}
    assert columns == known | resealing.NOT_SEALED
    assert {(model.__tablename__, f"{name}_sealed") for model, names in sealed_texts().items() for name in names} <= known
    assert all({column.name for column in place.bound_to} <= set(place.table.c.keys()) for place in resealing.places())


def test_everything_is_encrypted_with_the_newest_key_and_reads_as_before(office: Flask) -> None:
    before = everything()
    use(NEWER, KEYS["data_keys"])
    said = typed(office, "reseal")
    assert said.exit_code == 0, said.output
    assert names_of_keys() == {"k2"}
    use(NEWER)
    assert everything() == before
    assert before[-1] == sorted(FILES)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "system.resealed")).one()
    assert entry.changes["newest"] == "k2" and entry.changes["encrypted"] > 20


def test_control_without_it_nothing_reads_under_the_newest_key_alone(office: Flask) -> None:
    use(NEWER)
    with pytest.raises(crypto.Undecipherable):
        everything()


def test_an_older_key_may_leave_the_settings_when_nothing_needs_it_and_not_before(office: Flask) -> None:
    use(NEWER, KEYS["data_keys"])
    assert data_keys.problem() == ""
    use(NEWER)
    with pytest.raises(SystemExit, match="has not the key «k1», with which something is still encrypted"):
        database_refusals.refuse_unsafe_database()
    use(NEWER, KEYS["data_keys"])
    assert typed(office, "reseal").exit_code == 0
    use(NEWER)
    database_refusals.refuse_unsafe_database()


def test_the_log_is_proved_without_the_older_key_by_what_the_command_prints(office: Flask) -> None:
    use(NEWER, KEYS["data_keys"])
    said = typed(office, "reseal").output
    line = next(line for line in said.splitlines() if line.startswith("CARD_DESK_SEAL_KEYS="))
    use(NEWER)
    assert typed(office, "verify", "--no-record").exit_code == 1, "control: without it the old seals prove nothing"
    settings.current().seal_keys = SecretStr(line.partition("=")[2])
    assert typed(office, "verify", "--no-record").exit_code == 0


def test_what_no_key_opens_is_named_and_left_and_the_older_key_stays_needed(office: Flask) -> None:
    with transaction() as session:
        spoiled = session.scalars(sa.select(Resident).order_by(Resident.id)).first()
        assert spoiled is not None
        spoiled.address_sealed = b"1\x02k1" + bytes(60)
    use(NEWER, KEYS["data_keys"])
    said = typed(office, "reseal")
    assert said.exit_code == 1 and "resident.address_sealed (1)" in said.output
    use(NEWER)
    assert "«k1»" in data_keys.problem()


def killed_at_random(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> Callable[[], None]:
    """After this a batch may be the last one; killed before it is committed or after."""
    write = resealing.transaction

    class Killed(BaseException):
        """As SIGKILL: nothing of ours runs any more."""

    def run() -> None:
        left = chance.randint(0, 6)

        def maybe(*_told: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed

        monkeypatch.setattr(resealing, "transaction", lambda: (maybe(), write())[1])
        try:
            resealing.reseal(maybe)
        except Killed:
            db.session.rollback()
        monkeypatch.setattr(resealing, "transaction", write)

    return run


def test_killed_again_and_again_it_goes_on_where_it_ended_while_others_read_and_write(
    office: Flask, clerk: StaffMember, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "BATCH", 2)
    use(NEWER, KEYS["data_keys"])
    kill, number = killed_at_random(monkeypatch, random.Random(5)), 0
    while names_of_keys() != {"k2"}:
        kill()
        assert all(everything()[0]), "whoever reads meanwhile reads everything"
        if number < 3:
            make_resident()
        number += 1
        assert number < 60
    assert number > 3
    use(NEWER)
    assert len(everything()[0]) == 11


def test_a_change_at_the_same_moment_is_not_written_over(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use(NEWER, KEYS["data_keys"])
    first = db.session.scalars(sa.select(Resident).order_by(Resident.id)).first()
    assert first is not None
    older, changed = resealing._older, []

    def older_and_then_changed(place: Any, last: int) -> Any:
        rows = older(place, last)
        if place.label == "resident.address_sealed" and not changed:
            changed.append(1)
            with transaction() as session:
                session.get_one(Resident, first.id).address = "a new address"
        return rows

    monkeypatch.setattr(resealing, "_older", older_and_then_changed)
    resealing.reseal(lambda _place, _so_far: None)
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get_one(Resident, first.id).address == "a new address"
