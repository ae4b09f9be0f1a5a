"""After a day at a served desk nothing beside the database and the stored files holds anybody's numbers, phone, address or name (T-27).

Looked through: everything in the instance folder and in the folder for temporary files, what the processes said, the rows of the queue,
of the log and of the notes about who looked.
"""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.centres.models import Centre
from admin_app.foundation import settings
from admin_app.foundation.database import db
from admin_app.foundation.jobs.models import DONE, Job
from admin_app.foundation.private_files import BESIDE
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.browser.desk import free_port
from tests.factories.mailing import open_batch, ready_cards
from tests.factories.residents import id_number, register
from tests.faults.processes import Processes, served, wait_until
from tests.held import locked

pytestmark = pytest.mark.proof
PASSWORD = "correct horse battery"
KNOWN = {"name": "欧阳子墨龑", "phone": "13912345678", "postcode": "310012", "address": "浙江省杭州市西湖区桃源岭支路97号"}
NEW = {"name": "司徒若曦瑀", "phone": "13887654321", "postcode": "310013", "address": "浙江省杭州市拱墅区和睦新村6幢"}
TROUBLE = b"database in trouble"
"""What the processes say of a locked database."""
PEOPLE = 500
"""Of whom something is done besides: each is searched by everything that is known of him, opened, read, called, corrected."""
STREETS, GIVEN = "桃榆槐枫梓柏桂樟栎楠", "墨龑瑀翀昶珩旻璟煜曦"
FORM = {"channel": "counter", "reason": "damaged", "applicant": "self", "delivery": "post"}


class Browser:
    """Somebody at a browser without scripts, who follows redirects."""

    def __init__(self, port: int, username: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener, self.root, self.token = urllib.request.build_opener(jar), f"http://127.0.0.1:{port}", ""
        self.open("/sign-in")
        self.open("/sign-in", username=username, password=PASSWORD)

    def open(self, path: str, **form: str) -> str:
        """A page, or the answer to a form, wherever it leads; refusals are pages, too."""
        sent = urllib.parse.urlencode({"csrf_token": self.token} | form).encode() if form else None
        try:
            with self.opener.open(self.root + path, sent, timeout=60) as answer:
                self.at, text = urllib.parse.urlsplit(answer.url).path, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as refused:
            text = refused.read().decode("utf-8", "replace")
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return text


@pytest.fixture
def desk(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    """A served desk with its worker, whose folders are this test's own."""
    in_force = app.config["SETTINGS"]
    monkeypatch.setattr(in_force, "instance", tmp_path / "office")
    monkeypatch.setattr(in_force, "storage_url", f"file://{tmp_path / 'office' / 'files'}")
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    for folder in ("office", "tmp"):
        (tmp_path / folder).mkdir()
    started = Processes(in_force, tmp_path, free_port())
    started.environment["TMPDIR"] = str(tmp_path / "tmp")
    with served(started):
        yield started


def written_as(text: str) -> set[bytes]:
    """How a text may stand in a file."""
    return {
        text.encode(),
        json.dumps(text)[1:-1].encode(),
        urllib.parse.quote(text).encode(),
        text.encode("utf-16-le"),
        repr(text).encode(),
    }


def written_in_tables() -> dict[str, bytes]:
    """What stands in the rows of the queue, of the log and of the notes about who looked, as it stands there."""
    job = (Job.id, Job.arguments, Job.result, Job.error, Job.error_details, Job.dedupe_key)
    asked = {"job": sa.select(*job), "audit_entry": sa.select(AuditEntry.__table__), "read_note": sa.select(ReadNote.__table__)}
    db.session.rollback()
    found = {name: [list(row) for row in db.session.execute(statement)] for name, statement in asked.items()}
    db.session.rollback()
    assert all(found.values()), "every one of them has rows"
    return {name: json.dumps(rows, ensure_ascii=False, default=str).encode() for name, rows in found.items()}


def found_in(folder: Path, texts: list[str]) -> list[str]:
    """Where one of the texts stands, but for the database's files and the stored files, which other tests look through."""
    office = folder / "office"
    apart = {office / f"card_desk.db{ending}" for ending in BESIDE}
    files = [file for file in folder.rglob("*") if file.is_file() and file not in apart and not file.is_relative_to(office / "files")]
    contents = {str(file.relative_to(folder)): file.read_bytes() for file in files} | written_in_tables()
    forms = {text: written_as(text) for text in texts}
    return [
        f"{place}: {text}" for place, content in contents.items() for text, some in forms.items() if any(form in content for form in some)
    ]


def a_day(desk: Processes, known: str, new: str, batch: str) -> None:
    """People are searched, registered, taken in, read, called, corrected; much of it wrongly, some while the database is locked."""
    clerk, mailer = Browser(desk.port, "clerk"), Browser(desk.port, "mailer")
    for text in (known, new, KNOWN["phone"], KNOWN["name"], KNOWN["address"], f"{known[:17]}0"):
        clerk.open("/search/", q=text)
    clerk.open("/residents/find", id_number=new, name=NEW["name"])
    assert "/residents/new/" in clerk.at
    assert NEW["name"] in clerk.open(clerk.at, **(NEW | {"phone": "not a phone"})), "a refused form shows what was typed"
    clerk.open(clerk.at, **NEW)
    clerk.open("/residents/find", id_number=known, name=NEW["name"])  # known with another name
    clerk.open("/residents/find", id_number=known, name=KNOWN["name"])
    person = clerk.at
    for path in ("/reveal", "/call", "/called"):
        clerk.open(person + path, why="other", reason="compare with the card", outcome="reached", note=f"{KNOWN['name']} says yes")
    clerk.open(person + "/correct", version="1", **(KNOWN | {"name": f"{KNOWN['name']}x", "reason": known}))
    form = FORM | {"recipient": KNOWN["name"], "postcode": KNOWN["postcode"], "address": KNOWN["address"]}
    clerk.open(f"/intake/new/{person.rpartition('/')[2]}", **(form | {"statement": f"{known} {KNOWN['phone']}"}))
    clerk.open(f"/intake/new/{person.rpartition('/')[2]}", **form)
    with locked():
        clerk.open("/residents/find", id_number=known, name=KNOWN["name"])
        clerk.open(person + "/correct", version="1", **KNOWN)
    mailer.open(f"/mailing/batches/{batch}/labels", version="1")
    wait_until(lambda: _done("mailing"), "printed labels")


@dataclass(frozen=True)
class Person:
    """Somebody whose number, name, phone and address nobody else has."""

    number: str
    known: dict[str, str]

    @property
    def texts(self) -> list[str]:
        """What may stand nowhere."""
        return [self.number, self.known["name"], self.known["phone"], self.known["address"]]


def person(place: int) -> Person:
    """The person of that number (from 0, below 1,000)."""
    hundreds, tens, ones = place // 100, place // 10 % 10, place % 10
    name = f"欧阳{GIVEN[hundreds]}{GIVEN[tens]}{GIVEN[ones]}"
    address = f"浙江省杭州市西湖区{STREETS[hundreds]}{STREETS[tens]}{STREETS[ones]}路{place + 10}号"
    return Person(id_number(date(1950 + place % 50, 1 + place % 12, 1 + place % 28)), KNOWN | {"name": name, "address": address} | {
        "phone": f"139{(place + 1) * 91_357 % 10**8:08d}"
    })  # fmt: skip


def looked_after(clerk: Browser, one: Person, is_known: bool) -> None:
    """One person, of whom much is asked; who is not known yet is registered, after a phone that is none."""
    for text in one.texts:
        clerk.open("/search/", q=text)
    clerk.open("/residents/find", id_number=one.number, name=one.known["name"])
    if not is_known:
        clerk.open(clerk.at, **(one.known | {"phone": f"{one.known['phone']}x"}))
        clerk.open(clerk.at, **one.known)
    place = clerk.at
    assert re.fullmatch(r"/residents/[0-9a-f]{32}", place), place
    for path in ("/reveal", "/call"):
        clerk.open(place + path, why="other", reason="compare with the card")
    clerk.open(f"{place}/correct", version="1", **(one.known | {"name": f"{one.known['name']}x", "reason": one.number}))


def _done(name: str) -> bool:
    db.session.rollback()
    found = db.session.scalar(sa.select(sa.func.count()).where(Job.name.startswith(name), Job.status == DONE))
    db.session.rollback()
    return bool(found)


def test_a_day_leaves_nothing_of_anybody_beside_the_database(
    app: Flask, desk: Processes, clerk: StaffMember, mailer: StaffMember, centre: Centre, tmp_path: Path
) -> None:
    known, new = id_number(), id_number()
    register(clerk, number=known, **KNOWN)
    batch = open_batch(ready_cards(2, clerk, centre, mailer, recipient=KNOWN["name"], address=KNOWN["address"]), mailer)
    people = [person(place) for place in range(PEOPLE)]
    for one in people[::2]:
        register(clerk, number=one.number, **one.known)
    a_day(desk, known, new, batch.public_id)
    browser = Browser(desk.port, "clerk")
    for place, one in enumerate(people):
        looked_after(browser, one, is_known=place % 2 == 0)
    texts = [
        known,
        new,
        *(of[fact] for of in (KNOWN, NEW) for fact in ("name", "phone", "address")),
        *(of for one in people for of in one.texts),
    ]
    assert TROUBLE in (tmp_path / "processes.log").read_bytes(), "the locked database was said"
    assert len(set(texts)) == len(texts) == 4 * (PEOPLE + 2)
    assert db.session.scalar(sa.select(sa.func.count(Resident.id))) >= PEOPLE + 2
    db.session.rollback()
    assert found_in(tmp_path, texts) == []
    with (tmp_path / "processes.log").open("a") as log:  # the control: one line that says too much
        log.write(json.dumps({"event": "refused", "address": KNOWN["address"]}) + "\n")
    (tmp_path / "tmp" / "left").write_text(f"{known}\n")
    assert len(found_in(tmp_path, texts)) == 2
