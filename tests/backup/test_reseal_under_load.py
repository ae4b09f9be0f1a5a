"""100,000 residents get a newer data key while people read and write, and the command is killed twenty times."""

import base64
import os
import random
import signal
import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr

from admin_app.backup import resealing
from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.residents import queries
from admin_app.residents.models import Resident
from tests.apps import KEYS

pytestmark = pytest.mark.proof
ROWS, KILLS = 100_000, 20
NEWER = "k2:" + base64.b64encode(bytes(range(60, 92))).decode()


def row(number: int) -> dict[str, object]:
    """A resident whose ID number, phone and address follow from the number."""
    made = Resident(
        name=f"王{number}", name_latin=f"Wang {number}", public_id=new_public_id(), id_number_masked="*" * 18, is_fictitious=True
    )
    made.seal_id_number(id_number(number))
    made.address = f"文三路{number}号"
    facts = (
        "public_id",
        "name",
        "name_latin",
        "id_number_masked",
        "id_number_sealed",
        "id_number_index",
        "address_sealed",
        "is_fictitious",
    )
    return {name: getattr(made, name) for name in facts} | {"created_at": clock.now(), "version": 1}


def id_number(number: int) -> str:
    return f"330106{number:012d}"


@pytest.fixture
def office(app: Flask) -> Iterator[Flask]:
    """A database with so many residents, encrypted with the older key."""
    with transaction() as session:
        for start in range(0, ROWS, 5_000):
            session.execute(sa.insert(Resident.__table__), [row(number) for number in range(start, start + 5_000)])  # type: ignore[arg-type]
    settings.current().data_keys = SecretStr(f"{NEWER},{KEYS['data_keys']}")
    yield app
    settings.current().data_keys = SecretStr(KEYS["data_keys"])


class Work:
    """Somebody who searches, reads and changes, until told to stop; what went wrong is kept."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.app, self.chance, self.stop = app, random.Random(seed), threading.Event()
        self.wrong: list[str] = []
        self.done = 0
        self.changed: dict[int, str] = {}
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self.stop.is_set():
            with self.app.app_context():
                self._once(self.chance.randrange(ROWS))

    def _once(self, number: int) -> None:
        found = queries.by_id_number(id_number(number))
        if found is None or found.name != f"王{number}" or found.open_id_number() != id_number(number) or "文三路" not in found.address:
            self.wrong.append(f"resident {number}")
        elif self.done % 20 == 0:
            key = found.id
            db.session.rollback()
            with transaction() as session:
                session.get_one(Resident, key).address = self.changed[number] = f"文三路{number}号, changed {self.done}"
        self.done += 1
        db.session.rollback()


def killed_after(seconds: float) -> None:
    """The work of the command in a process of its own, killed while it is at it."""
    db.session.remove()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)
        resealing.reseal(lambda _place, _so_far: None)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def left() -> int:
    db.session.rollback()
    begins = sa.func.substr(Resident.id_number_sealed, 1, len(crypto.keyring().mark), type_=sa.LargeBinary)
    return db.session.scalar(sa.select(sa.func.count()).select_from(Resident).where(begins != crypto.keyring().mark)) or 0


def test_twenty_kills_leave_nothing_unreadable_and_no_search_wrong(office: Flask) -> None:
    chance, began = random.Random(7), time.monotonic()
    for _ in range(KILLS):
        killed_after(chance.uniform(0.1, 0.9))
    between = left()
    worker = Work(office, 3)
    worker.thread.start()
    done = resealing.reseal(lambda _place, _so_far: None)
    worker.stop.set()
    worker.thread.join()
    seconds = time.monotonic() - began
    print(f"{ROWS} residents, {between} left after {KILLS} kills, all done after {seconds:.0f} s")
    print(f"{worker.done} acts meanwhile, {len(worker.wrong)} wrong")
    assert 0 < between < ROWS, "the kills came before or after the work"
    assert (worker.wrong, left(), sum(one.lost for one in done)) == ([], 0, 0)
    settings.current().data_keys = SecretStr(NEWER)
    unreadable = 0
    for resident in db.session.scalars(sa.select(Resident).order_by(Resident.id).execution_options(yield_per=2_000)):
        number = int(resident.name[1:])
        wanted = worker.changed.get(number, f"文三路{number}号")
        unreadable += (resident.open_id_number(), resident.address) != (id_number(number), wanted)
    assert unreadable == 0
