"""Both keys changed at 100,000 residents, by commands that are killed twenty times, while somebody searches and reads (T-37)."""

import base64
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr

from admin_app.foundation import clock, crypto, data_keys, index_keys, settings
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.residents import queries
from admin_app.residents.models import Resident
from tests.apps import KEYS
from tests.faults.processes import ROOT, Processes

pytestmark = pytest.mark.proof
RESIDENTS, KILLS, SEED = 100_000, 20, 20261130
NEW_INDEX = base64.b64encode(bytes(range(160, 192))).decode()
NEW_DATA = "k2:" + base64.b64encode(bytes(range(60, 92))).decode()
RINGS = {"index_key": f"{NEW_INDEX},{KEYS['index_key']}", "data_keys": f"{NEW_DATA},{KEYS['data_keys']}"}


@pytest.fixture
def office(app: Flask) -> Iterator[Flask]:
    """Residents with numbers and phones, under the old keys."""
    data_keys.problem()
    index_keys.problem()
    ring = crypto.keyring()
    rows = []
    for place in range(RESIDENTS):
        public_id, number, phone = new_public_id(), f"{place:018d}", f"13{place:09d}"
        rows.append({
            "public_id": public_id, "name": "王", "name_latin": "", "id_number_masked": "", "phone_masked": "", "created_at": clock.now(),
            "id_number_sealed": ring.encrypt(number.encode(), context=f"resident|id_number|{public_id}".encode()),
            "id_number_index": ring.blind_index("id_number", number),
            "phone_sealed": ring.encrypt(phone.encode(), context=f"resident|phone|{public_id}".encode()),
            "phone_index": ring.blind_index("phone", phone), "is_fictitious": True, "is_watched": False, "version": 1,
        })  # fmt: skip
    with transaction() as session:
        session.execute(sa.insert(Resident), rows)
    db.session.rollback()
    yield app
    for name in RINGS:
        setattr(settings.current(), name, SecretStr(KEYS[name]))


@dataclass
class Reader:
    """Somebody at a counter: finds people by number, opens what is found."""

    app: Flask
    asked: int = 0
    wrong: list[int] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Search until stopped."""
        chance = random.Random(SEED)
        while not self.stopped.is_set():
            with self.app.app_context():
                for place in (chance.randrange(RESIDENTS) for _ in range(20)):
                    self.asked += 1
                    self.ask(place)
                db.session.remove()

    def ask(self, place: int) -> None:
        """Is the resident at this place found, and do number and phone read as they were?"""
        found = queries.by_id_number(f"{place:018d}")
        try:
            is_right = found is not None and (found.open_id_number(), found.open_phone()) == (f"{place:018d}", f"13{place:09d}")
        except crypto.Undecipherable:
            is_right = False
        if not is_right:
            self.wrong.append(place)


FORKS = """
import os
import sys
from admin_app.factory import create_app
from admin_app.foundation.database import db

app = create_app()
with app.app_context():
    db.engine.dispose()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        said = os.open(sys.argv[2], os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        os.dup2(said, 1)
        os.dup2(said, 2)
        with app.app_context():
            app.cli.main(args=[sys.argv[1]])
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Loads the program once and then types the command in a fork for each line that it gets: says its number, and how it ended."""


def typed(app: Flask, name: str, kills: int, log: Path) -> int:
    """The command in processes of its own, killed so often in the middle of its work and then left to its end; how often it was killed."""
    environment = Processes(app.config["SETTINGS"], log.parent, 0).environment
    environment |= {f"CARD_DESK_{setting.upper()}": ring for setting, ring in RINGS.items()}
    chance, killed = random.Random(SEED), 0
    line = [sys.executable, "-c", FORKS, name, str(log)]
    with subprocess.Popen(line, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as forks:
        assert forks.stdin and forks.stdout
        while True:
            log.unlink(missing_ok=True)
            forks.stdin.write("go\n")
            number = int(forks.stdout.readline())
            if killed < kills:
                while not (log.exists() and "…" in log.read_text(errors="ignore")):
                    time.sleep(0.002)
                time.sleep(chance.uniform(0, 0.05))
                with suppress(ProcessLookupError):  # it was quicker
                    os.kill(number, signal.SIGKILL)
            ended = int(forks.stdout.readline())
            if ended != -signal.SIGKILL:
                forks.stdin.close()
                assert ended == 0, log.read_text()
                return killed
            killed += 1


@pytest.mark.parametrize("name", ["reindex", "reseal"])
def test_changed_under_load_with_kills_everybody_is_found_and_read(office: Flask, tmp_path: Path, name: str) -> None:
    for setting, ring in RINGS.items():
        setattr(settings.current(), setting, SecretStr(ring))
    reader, began = Reader(office), time.monotonic()
    thread = threading.Thread(target=reader.run)
    thread.start()
    try:
        killed = typed(office, name, KILLS, tmp_path / f"{name}.log")
    finally:
        reader.stopped.set()
        thread.join()
    seconds = time.monotonic() - began
    assert killed == KILLS and reader.asked > 1_000
    assert reader.wrong == []
    setting, ring = ("index_key", NEW_INDEX) if name == "reindex" else ("data_keys", NEW_DATA)
    setattr(settings.current(), setting, SecretStr(ring))
    db.session.rollback()
    alone = Reader(office)
    for place in range(0, RESIDENTS, 7):
        alone.ask(place)
    assert alone.wrong == [] and index_keys.problem() == data_keys.problem() == ""
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Resident)) == RESIDENTS
    db.session.rollback()
    print(f"{name}: {seconds:.0f} s with {killed} kills, {reader.asked:,} searches meanwhile")


def test_control_without_the_older_key_the_reader_finds_nobody(office: Flask) -> None:
    settings.current().index_key = SecretStr(NEW_INDEX)
    alone = Reader(office)
    for place in range(100):
        alone.ask(place)
    assert len(alone.wrong) == 100
