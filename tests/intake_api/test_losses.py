"""Programs report losses: provisional by a code to the phone, formal by a verified identity; their own ones only."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.intake_api.models import ApiClient
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from tests.factories.clients import holding, make_client, make_key, signed
from tests.factories.residents import id_number

PLACE = "/api/v1/loss-reports"


@pytest.fixture
def portal(app: Flask) -> ApiClient:
    return make_client(max_level=3)


@pytest.fixture
def key(portal: ApiClient) -> str:
    return make_key(portal)


def loss_of(centre: Centre, number: str, **changes: Any) -> dict[str, Any]:
    return {"centre": centre.code, "resident": {"name": "王小明", "id_number": number}, "identity_level": 2} | changes


def post(client: FlaskClient, key: str, path: str, sent: Any, once: str) -> Any:
    body = json.dumps(sent, ensure_ascii=False).encode()
    return client.post(path, data=body, content_type="application/json", headers=signed(key, body, once=once.ljust(16, "0")))


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json["type"]) == (status, f"urn:card-desk:problem:{code}"), answer.text


def reports() -> list[LossReport]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(LossReport)))


def test_a_provisional_report_lapses_and_is_made_formal_by_a_verified_identity(
    client: FlaskClient, portal: ApiClient, key: str, centre: Centre
) -> None:
    made = post(client, key, PLACE, loss_of(centre, id_number(), was_stolen=True), "take")
    assert (made.status_code, made.json["status"]) == (201, "provisional") and made.json["lapses_at"] > clock.now().isoformat()
    place = f"{PLACE}/{made.json['id']}"
    refused(post(client, key, f"{place}/formal", {"identity_level": 2}, "formal-2"), 422, "not_sure")
    formal = post(client, key, f"{place}/formal", {"identity_level": 3}, "formal-3")
    assert (formal.status_code, formal.json["status"], formal.json["lapses_at"]) == (200, "formal", None)
    refused(post(client, key, f"{place}/lifting", {"reason": "The card was found."}, "lift"), 409, "wrong_state")
    [report] = reports()
    assert (report.filed_by_kind, report.filed_by_id, report.taken_by_id, report.formal_by_id) == ("client", portal.id, None, None)
    assert (report.identity_level, report.channel, report.was_stolen) == (3, "online", True)
    actors = sa.select(AuditEntry.actor_kind, AuditEntry.actor_id).where(AuditEntry.subject_ref == report.reference)
    assert set(map(tuple, db.session.execute(actors))) == {("client", portal.id)}


def test_the_same_report_again_is_one_and_a_second_one_is_refused_without_naming_the_first(
    client: FlaskClient, key: str, centre: Centre
) -> None:
    sent = loss_of(centre, id_number())
    first, again = (post(client, key, PLACE, sent, "take") for _ in range(2))
    assert again.data == first.data and again.headers["Idempotency-Replayed"] == "true"
    second = post(client, key, PLACE, sent, "another")
    refused(second, 409, "already_reported")
    assert first.json["reference"] not in second.text and len(reports()) == 1


def test_nobody_blocks_a_card_whose_owner_is_not_known(client: FlaskClient, key: str, centre: Centre) -> None:
    number = id_number()
    refused(post(client, key, PLACE, loss_of(centre, number, identity_level=1), "level-1"), 422, "not_sure")
    refused(post(client, key, PLACE, loss_of(centre, number, formal=True), "formal-2"), 422, "not_sure")
    bounded = make_key(make_client("Another", max_level=2))
    refused(post(client, bounded, PLACE, loss_of(centre, number, identity_level=3, formal=True), "vouched"), 403, "level_refused")
    assert reports() == [] and db.session.scalar(sa.select(sa.func.count()).select_from(Resident)) == 0
    formal = post(client, key, PLACE, loss_of(centre, number, identity_level=3, formal=True), "formal-3")
    assert (formal.status_code, formal.json["status"]) == (201, "formal")


def test_a_report_is_lifted_and_read_by_whoever_filed_it_and_nobody_else(client: FlaskClient, key: str, centre: Centre) -> None:
    made = post(client, key, PLACE, loss_of(centre, id_number()), "take").json
    stranger, said = make_key(make_client("Another", max_level=3)), {"reason": "The card was found."}
    for number, public_id in enumerate((made["id"], "0" * 32)):
        place = f"{PLACE}/{public_id}"
        refused(client.get(place, headers=holding(stranger)), 404, "not_found")
        refused(post(client, stranger, f"{place}/lifting", said, f"lift-{number}"), 404, "not_found")
        refused(post(client, stranger, f"{place}/formal", {"identity_level": 3}, f"formal-{number}"), 404, "not_found")
    assert client.get(f"{PLACE}/{made['id']}", headers=holding(key)).json == made
    assert db.session.scalars(sa.select(ReadNote.actor_kind).where(ReadNote.subject_ref == made["reference"])).all() == ["client"]
    assert post(client, key, f"{PLACE}/{made['id']}/lifting", said, "lift").json["status"] == "lifted"
