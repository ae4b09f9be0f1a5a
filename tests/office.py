"""A small demo office in which every address leads to a real record, with everybody signed in."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.demo import operations as demo
from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.foundation.storage.models import StoredFile
from admin_app.staff.models import StaffMember
from admin_app.web import fresh_proof
from tests.factories.accounts import make_account
from tests.factories.cards import make_card
from tests.factories.clients import make_client, make_key
from tests.factories.erasures import make_erasure
from tests.factories.foundation import make_job
from tests.factories.gone import make_gone
from tests.factories.mailing import make_sheet
from tests.factories.notices import make_notice
from tests.factories.production import make_answer, make_line, make_production
from tests.factories.residents import make_resident
from tests.factories.restrictions import make_restriction
from tests.factories.staff import PASSWORD, make_staff
from tests.owner import unguarded_transaction
from tests.residents_online import let_in
from tests.routes import LETTERS, SIGNED_IN_ONLINE


@dataclass(frozen=True)
class Office:
    """The app with a small demo office, a browser for everybody, and a copy of the database as it was then."""

    app: Flask
    people: dict[str, FlaskClient]
    copy: Path = Path()
    cookies: dict[str, str] = field(default_factory=dict)


def keep_proved(browser: FlaskClient) -> None:
    """Nobody is asked again who they are, however long the tests take."""
    with browser.session_transaction() as session:
        session[fresh_proof.PROVED_AT] = (clock.now() + timedelta(days=1)).isoformat()


def furnish(app: Flask) -> dict[str, FlaskClient]:
    """A small demo office with a draft, a proxy's scan and a job, so that addresses lead to real records, and the people signed in.

    Letters: the six roles, '-' not signed in, 'off' switched off after signing in, 'new' with a one-time password, '2' a resident.
    """
    demo.load(12, seed=3, report=lambda _stage, _done, _total: None)
    with unguarded_transaction() as session:
        draft = session.scalars(sa.select(Application).order_by(Application.id)).first()
        session.execute(sa.update(Application).where(Application.id == draft.id).values(status="draft", is_open=False))
        session.scalars(sa.select(Card).order_by(Card.id)).first().authority_file_id = session.scalar(sa.select(sa.func.min(StoredFile.id)))
        make_job()
        by_letter: dict[str, StaffMember] = {}
        for letter, role in (LETTERS | {"off": "administrator", "new": "administrator"}).items():
            bound = draft.centre if letter == "i" else None
            member = by_letter[letter] = make_staff(
                role, username=f"m-{letter}", centre=bound, name_zh="", must_change_password=letter == "new"
            )
        make_restriction(make_resident(), member)
        make_notice(draft)
        made = {"exported_at": clock.now(), "package_sha256": "b" * 64, "manifest_sha256": "c" * 64}
        production = make_production(member, "sent", **made)
        make_line(production, make_card(draft, "in_production", copy=8))
        spoiled = make_card(draft, "spoiled", copy=7, serial="BAD0000007")
        make_card(draft, "made", copy=9, serial="MADE000009", replaces_id=spoiled.id, fault="maker")
        make_answer(production, member)
        make_erasure(make_resident(), member)
        make_key(make_client())
        make_sheet()
        make_gone(by_letter["i"], by_letter["m"], draft.centre)
    people = {"-": app.test_client()}
    for letter in (*LETTERS, "off", "new"):
        people[letter] = app.test_client()
        assert people[letter].post("/sign-in", data={"username": f"m-{letter}", "password": PASSWORD}).status_code == 302
        keep_proved(people[letter])
    people[SIGNED_IN_ONLINE] = app.test_client()
    let_in(people[SIGNED_IN_ONLINE], make_account(draft.resident_id))
    with transaction() as session:
        session.execute(sa.update(StaffMember).where(StaffMember.username == "m-off").values(active=False))
    return people
