"""Whether somebody may know of a case is answered alike by its page, its commands, its documents, the list and the file of the list."""

import random
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from admin_app.applications.models import Application, Document
from admin_app.applications.queries import visibility
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import operations as storage
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application, make_document
from tests.factories.centres import make_centre
from tests.factories.staff import make_staff
from tests.foundation.storage import samples

REFERENCE = re.compile(r"BK-\d\d-\d+")
SIZES = [(16, 40), pytest.param(400, 10_000, marks=pytest.mark.proof)]
"""Cases, and random pairs of a person and a case."""
READERS = ("intake_clerk", "reviewer", "supervisor", "auditor")
COMMANDS = {"reviewer": "/applications/{}/release", "supervisor": "/applications/{}/release", "intake_clerk": "/intake/{}/withdraw"}
"""By role, sent without what it would need to take effect on a case of somebody else."""
Browsers = dict[str, tuple[StaffMember, FlaskClient]]


def people(sign_in: Callable[..., FlaskClient]) -> Browsers:
    """Two clerks and a supervisor of each of three centres, and everybody of no centre."""
    members = [
        make_staff(role, username=f"{code.lower()}-{role}-{number}", centre=centre)
        for code in ("XH", "BJ", "GS")
        for centre in [make_centre(code)]
        for role, number in (("intake_clerk", 1), ("intake_clerk", 2), ("supervisor", 1))
    ]
    members += [
        make_staff(role, username=f"all-{role}") for role in ("reviewer", "supervisor", "auditor", "mailroom_clerk", "administrator")
    ]
    return {member.username: (member, sign_in(member)) for member in members}


def cases(somebody: Browsers, count: int) -> dict[str, str]:
    """Reference -> public id of its document: cases of all centres, some taken in for another one, some held."""
    clerks = [member for member, _browser in somebody.values() if member.role == "intake_clerk"]
    reviewer, chosen = somebody["all-reviewer"][0], random.Random(4)
    with transaction() as session:
        file = storage.accept(storage.prepare(samples.jpeg(), "scan.jpg"))
        session.flush()
        file_id = file.id
    found = {}
    for _number in range(count):
        clerk = chosen.choice(clerks)
        centre = chosen.choice(clerks).centre if chosen.random() < 0.2 else clerk.centre
        case = make_application(clerk, centre, **(held_by(reviewer) if chosen.random() < 0.3 else {}))
        found[case.reference] = make_document(case, "photo", file_id=file_id).public_id
    return found


def exported(browser: FlaskClient) -> set[str]:
    """The references in the file of the whole queue; none for those who have no queue."""
    answer = browser.get("/queue/?tab=all&size=100")
    if answer.status_code != 200:
        return set()
    forms = html.fromstring(answer.text).xpath("//form[@action='/lists/queue/export']")
    if not forms:
        return set()
    fields = {one.get("name"): one.get("value") for one in forms[0].xpath(".//input")}
    return set(REFERENCE.findall(browser.post("/lists/queue/export", data=fields | {"file": "csv"}).get_data(as_text=True)))


def listed(member: StaffMember) -> set[str]:
    """What the person's lists may hold, as their condition says."""
    condition = visibility.listed_for(member.actor), Application.status != "draft"
    return set(db.session.scalars(sa.select(Application.reference).where(*condition)))


def answers(member: StaffMember, browser: FlaskClient, reference: str, document: str) -> dict[str, bool]:
    """Door -> whether it knows of the case."""
    said = {"page": browser.get(f"/applications/{reference}")}
    if member.actor.may("documents.read"):
        said["document"] = browser.get(f"/documents/{document}")
    if member.role in COMMANDS:
        said["command"] = browser.post(COMMANDS[member.role].format(reference))
    return {door: answer.status_code not in (403, 404) for door, answer in said.items()}


def disagreeing(somebody: Browsers, documents: dict[str, str], pairs: int) -> list[tuple[str, str, dict[str, bool]]]:
    """(person, case, what each door says) for random pairs, where they are not of one mind."""
    chosen, names, references = random.Random(5), sorted(somebody), sorted(documents)
    files = {name: exported(browser) for name, (_member, browser) in somebody.items()}
    lists = {name: listed(member) for name, (member, _browser) in somebody.items()}
    wrong = [(name, "", {"export": False}) for name in names if lists[name] != files[name] and somebody[name][0].role in READERS]
    for _pair in range(pairs):
        name, reference = chosen.choice(names), chosen.choice(references)
        said = answers(*somebody[name], reference, documents[reference])
        if reference in files[name]:
            said["export"] = True
        if len({*said.values()}) > 1:
            wrong.append((name, reference, said))
    return wrong


@pytest.mark.about_pages
@pytest.mark.parametrize(("count", "pairs"), SIZES)
def test_every_door_gives_the_same_answer(app: Flask, sign_in: Callable[..., FlaskClient], count: int, pairs: int) -> None:
    somebody = people(sign_in)
    documents = cases(somebody, count)
    assert disagreeing(somebody, documents, pairs) == []
    assert db.session.scalar(sa.select(sa.func.count(Document.id))) == count


@pytest.mark.about_pages
def test_control_a_page_that_forgets_to_ask_is_found(
    app: Flask, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = people(sign_in)
    documents = cases(somebody, 12)
    monkeypatch.setattr(visibility, "visible_to", lambda _staff: sa.true())
    assert disagreeing(somebody, documents, 60)
