"""The administrator's screens of clients: adding, changing, keys shown once, the switch."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, DomainError, NotAllowed, StaleVersion
from admin_app.intake_api import rules
from admin_app.intake_api.models import ApiClient, ClientKey
from admin_app.intake_api.operations import clients as operations
from admin_app.staff.models import StaffMember
from tests.factories.clients import holding, make_client, make_key

NEW = {"name": "City portal", "scopes": "reference:read", "networks": "127.0.0.0/8\n2001:db8::/32", "max_level": "2"}


@pytest.fixture
def administrator(app: Flask, make_staff: Callable[..., StaffMember]) -> StaffMember:
    return make_staff("administrator", username="admin")


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def test_a_client_is_added_its_key_shown_once_and_opens(sign_in: Callable[..., FlaskClient], client: FlaskClient) -> None:
    browser = sign_in("administrator")
    page = browser.post("/clients/add", data=NEW)
    assert page.status_code == 302
    place = page.headers["Location"]
    shown = browser.post(f"{place}/keys", data={"expires_on": in_days(30)}).text
    key = re.search(r"cdk_[a-z0-9]{8}_[0-9a-f]{64}", shown)
    assert key and key[0] not in browser.get(place).text
    assert client.get("/api/v1/centres", headers=holding(key[0])).status_code == 200
    assert browser.post(f"{place}/switch", data={"state": "off"}).status_code == 302
    assert client.get("/api/v1/centres", headers=holding(key[0])).status_code == 403
    assert browser.post(f"{place}/switch", data={"state": "on"}).status_code == 302
    prefix = key[0].split("_")[1]
    assert browser.post(f"{place}/keys/{prefix}/end").status_code == 302
    assert client.get("/api/v1/centres", headers=holding(key[0])).status_code == 401
    actions = list(db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)))
    wanted = ["clients.added", "clients.key_made", "clients.switched_off", "clients.switched_on", "clients.key_ended"]
    assert [action for action in actions if action.startswith("clients.")] == wanted


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": ""}, "name"), ({"scopes": ()}, "scopes"), ({"networks": ""}, "networks"), ({"networks": "portal.example"}, "networks"),
     ({"networks": "10.1.1.1/8"}, "networks"), ({"networks": "\n".join(f"10.0.0.{n}" for n in range(21))}, "networks")],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_said_at_its_field(app: Flask, administrator: StaffMember, changes: dict, field: str) -> None:
    good = {"name": "Portal", "scopes": ("reference:read",), "networks": "10.0.0.0/8"}
    with pytest.raises(DomainError) as refused, transaction():
        operations.add(operations.Particulars(**(good | changes)), by=administrator.actor)
    assert refused.value.details["field"] == field


def test_what_was_typed_stays_in_the_form_that_was_refused(sign_in: Callable[..., FlaskClient]) -> None:
    page = sign_in("administrator", language="en").post("/clients/add", data=NEW | {"networks": "nowhere"})
    assert page.status_code == 422 and 'value="City portal"' in page.text and "nowhere" in page.text
    assert "Write one address or network a line" in page.text
    assert re.search(r"<input[^>]*checked[^>]*value=\"reference:read\"", page.text)


def test_two_clients_never_have_one_name(administrator: StaffMember) -> None:
    make_client("Portal")
    with pytest.raises(Conflict), transaction():
        operations.add(operations.Particulars("Portal", ("reference:read",), "10.0.0.0/8"), by=administrator.actor)


def test_a_third_key_is_refused_until_one_of_two_is_ended(administrator: StaffMember) -> None:
    client = make_client()
    make_key(client, expires_on=clock.today() - timedelta(days=1))
    with transaction():
        operations.make_key(client, expires_on=clock.today(), by=administrator.actor)
        operations.make_key(client, expires_on=clock.today(), by=administrator.actor)
    with pytest.raises(Conflict), transaction():
        operations.make_key(client, expires_on=clock.today(), by=administrator.actor)
    with transaction():
        operations.end_key(client.live_keys[0], by=administrator.actor)
    with transaction():
        operations.make_key(client, expires_on=clock.today(), by=administrator.actor)
    assert db.session.query(ClientKey).count() == 4


@pytest.mark.parametrize("days", [-1, rules.LONGEST_DAYS + 1, None])
def test_a_key_works_a_year_at_the_longest(administrator: StaffMember, days: int | None) -> None:
    day = None if days is None else clock.today() + timedelta(days=days)
    with pytest.raises(DomainError), transaction():
        operations.make_key(make_client(), expires_on=day, by=administrator.actor)


def test_a_form_that_is_older_than_the_client_changes_nothing(administrator: StaffMember) -> None:
    client = make_client()
    before = operations.Particulars("Portal", ("reference:read",), "10.0.0.0/8")
    with transaction():
        operations.change(client, before, version=1, by=administrator.actor)
    with pytest.raises(StaleVersion), transaction():
        operations.change(client, before, version=1, by=administrator.actor)


def test_nobody_else_changes_clients(app: Flask, supervisor: StaffMember) -> None:
    client = make_client()
    for by in (supervisor.actor, SYSTEM, client.actor):
        with pytest.raises(NotAllowed), transaction():
            operations.switch(client, is_active=False, by=by)


def test_a_client_acts_as_one_of_its_own_kind_with_the_rights_of_its_scopes(app: Flask) -> None:
    actor = make_client(scopes=["reference:read"]).actor
    assert (actor.kind, actor.role, actor.rights) == ("client", "client", frozenset({"centres.read"}))
    assert make_client("Off", is_active=False).actor.rights == frozenset()
    assert make_client("Old", scopes=["no.longer:there"]).actor.rights == frozenset()


def test_a_key_that_ends_soon_is_marked(app: Flask) -> None:
    client, today = make_client(), clock.today()
    for days, state in ((rules.WARN_DAYS + 1, "works"), (rules.WARN_DAYS, "expires"), (0, "expires"), (-1, "expired")):
        make_key(client, expires_on=today + timedelta(days=days))
        assert db.session.query(ClientKey).order_by(ClientKey.id.desc()).first().state == state  # type: ignore[union-attr]


def test_the_list_says_until_when_somebody_can_ask(sign_in: Callable[..., FlaskClient]) -> None:
    client = make_client("Portal of the city")
    make_key(client)
    make_client("Old portal", is_active=False)
    browser = sign_in("auditor", language="en")
    page = browser.get("/clients/").text
    assert "Portal of the city" in page and "Old portal" not in page and "New client" not in page
    assert "Old portal" in browser.get("/clients/?state=off").text
    shown = browser.get(f"/clients/{client.public_id}").text
    assert "cdk_" in shown and "/keys" not in shown and "/switch" not in shown


def test_every_scope_has_words_and_rights() -> None:
    assert set(rules.SCOPE_LABELS) == set(rules.RIGHTS) == set(rules.Scope)
    assert set(rules.REFUSALS) == set(rules.Refusal)
    assert ApiClient.__tablename__ == "api_client"
