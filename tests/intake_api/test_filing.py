"""Programs file applications: signed, under a key of their own, once; their own ones only; nothing that a stranger could use."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application, Document
from admin_app.applications.operations import claims, decisions
from admin_app.applications.queries import visibility
from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.intake_api import rules
from admin_app.intake_api.api import posting
from admin_app.intake_api.models import ApiClient, IdempotencyKey, SignedMessage
from admin_app.intake_api.operations import once
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.clients import SIGNING, make_client, make_key, signed
from tests.factories.residents import id_number, register
from tests.foundation.storage import samples

PLACE, KEY = "/api/v1/applications", "portal-case-000001"


@pytest.fixture
def portal(app: Flask) -> ApiClient:
    return make_client()


@pytest.fixture
def key(portal: ApiClient) -> str:
    return make_key(portal)


@cache
def number_of(person: int) -> str:
    """The same number for the same person, all through this module."""
    assert person < 100
    return id_number()


def case_of(centre: Centre, number: int = 1, **changes: Any) -> dict[str, Any]:
    person = {"name": "王小明", "id_number": number_of(number)}
    return {"centre": centre.code, "resident": person, "identity_level": 2, "reason": "damaged"} | changes


def post(client: FlaskClient, key: str, path: str, sent: Any, *, once: str = KEY, **more: Any) -> Any:
    body = sent if isinstance(sent, bytes) else json.dumps(sent, ensure_ascii=False).encode()
    kind = "image/jpeg" if isinstance(sent, bytes) else "application/json"
    return client.post(path, data=body, content_type=kind, headers=signed(key, body, once=once, **more))


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json["type"] == f"urn:card-desk:problem:{code}", answer.json


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_case_goes_from_a_portal_to_a_decision(
    client: FlaskClient, portal: ApiClient, key: str, centre: Centre, reviewer: StaffMember
) -> None:
    made = post(client, key, PLACE, case_of(centre))
    assert made.status_code == 201 and made.json["status"] == "draft" and made.json["missing"]
    place, jpeg = f"{PLACE}/{made.json['id']}", samples.jpeg()
    refused(post(client, key, f"{place}/submission", {}, once="submit-00000000001"), 422, "materials_missing")
    for number, material in enumerate(made.json["missing"]):
        paper = post(client, key, f"{place}/documents/{material}", jpeg, once=f"paper-0000000000{number}")
        assert paper.status_code == 201, paper.text
    assert paper.json["application"]["missing"] == []
    sent = post(client, key, f"{place}/submission", {}, once="submit-00000000001")
    assert (sent.status_code, sent.json["status"]) == (200, "submitted")
    case = db.session.scalars(sa.select(Application)).one()
    assert (case.filed_by_kind, case.filed_by_id, case.taken_by_id, case.identity_level) == ("client", portal.id, None, 2)
    with transaction():
        taken = claims.next_case(by=reviewer.actor)
        assert taken is not None and taken.id == case.id
    with transaction():
        decisions.reject(case, reasons=["not_entitled"], by=reviewer.actor)
    shown = client.get(place, headers={"Authorization": f"Bearer {key}"}).json
    assert shown["status"] == "rejected"
    assert client.get(PLACE, headers={"Authorization": f"Bearer {key}"}).json["items"] == [shown]
    assert db.session.scalars(sa.select(ReadNote.actor_kind).where(ReadNote.subject_ref == case.reference)).all() == ["client"]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "applications.taken_in")).one()
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("client", portal.id, portal.name)


def test_the_same_request_again_has_the_same_answer_and_no_second_case(client: FlaskClient, key: str, centre: Centre) -> None:
    first, again = (post(client, key, PLACE, case_of(centre)) for _ in range(2))
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert count(Application) == 1


def test_one_key_for_two_requests_is_refused(client: FlaskClient, key: str, centre: Centre) -> None:
    post(client, key, PLACE, case_of(centre))
    refused(post(client, key, PLACE, case_of(centre, 2)), 422, "idempotency_key_reused")
    refused(post(client, key, f"{PLACE}/x/submission", case_of(centre)), 422, "not_as_agreed")
    assert count(Application) == 1


def test_a_request_that_still_runs_is_told_to_come_again_and_one_that_died_is_begun_anew(
    client: FlaskClient, portal: ApiClient, key: str, centre: Centre
) -> None:
    body = json.dumps(case_of(centre), ensure_ascii=False).encode()
    with transaction():
        once.begin(once.Sent(portal.id, KEY, "POST", PLACE, body), "message-of-the-first")
    answer = post(client, key, PLACE, case_of(centre))
    refused(answer, 409, "request_running")
    assert int(answer.headers["Retry-After"]) > 0
    with time_machine.travel(clock.now() + timedelta(seconds=rules.RUNNING_SECONDS), tick=True):
        assert post(client, key, PLACE, case_of(centre)).status_code == 201
    assert count(Application) == 1


def test_what_was_overtaken_ends_without_a_deed(client: FlaskClient, portal: ApiClient, key: str, centre: Centre) -> None:
    body = json.dumps(case_of(centre), ensure_ascii=False).encode()
    with transaction():
        slow = once.begin(once.Sent(portal.id, KEY, "POST", PLACE, body), "message-of-the-first")
    with time_machine.travel(clock.now() + timedelta(seconds=rules.RUNNING_SECONDS), tick=True):
        assert post(client, key, PLACE, case_of(centre)).status_code == 201
    with pytest.raises(once.StillRunning), transaction():
        once.end(str(slow), 201, "{}")


def test_killed_between_deed_and_answer_the_next_try_has_the_answer(
    client: FlaskClient, key: str, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(posting, "_answer", lambda *_args, **_more: 1 / 0)
        assert post(client, key, PLACE, case_of(centre)).status_code == 500
    again = post(client, key, PLACE, case_of(centre))
    assert (again.status_code, again.headers["Idempotency-Replayed"], count(Application)) == (201, "true", 1)


def test_a_refused_deed_leaves_its_key_free(client: FlaskClient, key: str, centre: Centre) -> None:
    refused(post(client, key, PLACE, case_of(centre, reason="other")), 422, "invalid_case")
    assert post(client, key, PLACE, case_of(centre, reason="damaged")).status_code == 201
    assert count(IdempotencyKey) == 1


def test_many_at_once_make_one_case(app: Flask, key: str, centre: Centre) -> None:
    sent, answers = case_of(centre), []
    db.session.rollback()

    def send() -> None:
        answers.append(post(app.test_client(), key, PLACE, sent))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert post(app.test_client(), key, PLACE, sent).status_code == 201
    assert len({answer.json["id"] for answer in answers if answer.status_code == 201}) <= 1 and count(Application) == 1


FORGED: list[tuple[str, Callable[[dict[str, str]], dict[str, str]], int, str]] = [
    ("no signature", lambda head: head | {"desk-signature": ""}, 401, "not_signed"),
    ("another body", lambda head: head | {"desk-signature": rules.signature(SIGNING, "x", "1", b"{}")}, 401, "not_signed"),
    ("old", lambda head: head | {"desk-timestamp": str(int(head["desk-timestamp"]) - 301)}, 401, "not_signed"),
    ("no number", lambda head: head | {"desk-timestamp": "now"}, 401, "not_signed"),
    ("no id", lambda head: head | {"desk-id": "x"}, 401, "not_signed"),
    ("no key", lambda head: head | {"Idempotency-Key": ""}, 400, "idempotency_key_missing"),
    ("short key", lambda head: head | {"Idempotency-Key": "1"}, 400, "idempotency_key_missing"),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "forge", "status", "code"), FORGED)
def test_what_is_forged_is_refused(client: FlaskClient, key: str, centre: Centre, _name: str, forge: Any, status: int, code: str) -> None:
    body = json.dumps(case_of(centre)).encode()
    refused(client.post(PLACE, data=body, content_type="application/json", headers=forge(signed(key, body, once=KEY))), status, code)
    assert count(Application) == 0


def test_a_signature_holds_for_its_body_and_its_time_alone(client: FlaskClient, key: str, centre: Centre) -> None:
    body = json.dumps(case_of(centre)).encode()
    marks = signed(key, body, once=KEY)
    changed = body.replace(b"damaged", b"expired")
    refused(client.post(PLACE, data=changed, content_type="application/json", headers=marks), 401, "not_signed")
    with time_machine.travel(clock.now() + timedelta(seconds=302), tick=True):
        refused(client.post(PLACE, data=body, content_type="application/json", headers=marks), 401, "not_signed")
    assert client.post(PLACE, data=body, content_type="application/json", headers=marks).status_code == 201
    refused(client.post(PLACE, data=body, content_type="application/json", headers=marks), 401, "signature_used")


def test_the_key_of_another_program_does_not_fit_the_signature(client: FlaskClient, key: str, centre: Centre) -> None:
    other = make_key(make_client("Another"), signing_sealed=None)
    body = json.dumps(case_of(centre)).encode()
    refused(client.post(PLACE, data=body, content_type="application/json", headers=signed(other, body, once=KEY)), 401, "not_signed")


def test_foreign_cases_and_unknown_ones_are_answered_alike(client: FlaskClient, key: str, centre: Centre) -> None:
    made = post(client, key, PLACE, case_of(centre)).json["id"]
    stranger = make_key(make_client("Another"))
    bodies = set()
    for number, public_id in enumerate((made, "0" * 32)):
        tries = [client.get(f"{PLACE}/{public_id}", headers={"Authorization": f"Bearer {stranger}"})]
        for step, sent in (("submission", {}), ("supplement", {}), ("withdrawal", {"reason": "not needed any more"})):
            tries.append(post(client, stranger, f"{PLACE}/{public_id}/{step}", sent, once=f"try-{number}-{step}-000000"))
        tries.append(post(client, stranger, f"{PLACE}/{public_id}/documents/photo", samples.jpeg(), once=f"try-{number}-paper-00000"))
        assert {answer.status_code for answer in tries} == {404}
        bodies |= {answer.text.partition('"instance"')[0] for answer in tries}
    assert len(bodies) == 1
    assert client.get(PLACE, headers={"Authorization": f"Bearer {stranger}"}).json["items"] == []


def test_a_program_never_vouches_more_surely_than_it_may(client: FlaskClient, key: str, centre: Centre) -> None:
    refused(post(client, key, PLACE, case_of(centre, identity_level=3)), 403, "level_refused")
    assert (count(Application), count(Resident)) == (0, 0)


def test_a_card_goes_by_post_to_the_address_on_file_only(client: FlaskClient, key: str, centre: Centre, clerk: StaffMember) -> None:
    refused(post(client, key, PLACE, case_of(centre, delivery="post")), 422, "invalid_case")
    refused(post(client, key, PLACE, case_of(centre, delivery="post", address="elsewhere")), 422, "not_as_agreed")
    known = register(clerk, number=number_of(7), postcode="310000", address="文一西路 1 号")
    person = {"name": known.name, "id_number": number_of(7)}
    sent = case_of(centre, resident=person, delivery="post")
    assert post(client, key, PLACE, sent | {"identity_level": 1}, once="level-one-0000001").status_code == 422
    assert post(client, key, PLACE, sent).status_code == 201
    assert db.session.scalars(sa.select(Application)).one().address == "文一西路 1 号"


def test_nothing_known_of_a_resident_is_changed_or_told(client: FlaskClient, key: str, centre: Centre, clerk: StaffMember) -> None:
    known = register(clerk, number=number_of(7))
    answer = post(client, key, PLACE, case_of(centre, resident={"name": "赵四", "id_number": number_of(7)}))
    refused(answer, 409, "name_differs")
    assert known.name not in answer.text and "赵四" not in answer.text and count(Application) == 0


def test_a_second_case_for_the_same_reason_is_refused_without_naming_the_first(client: FlaskClient, key: str, centre: Centre) -> None:
    made = post(client, key, PLACE, case_of(centre)).json
    answer = post(client, key, PLACE, case_of(centre), once="another-key-00001")
    refused(answer, 409, "duplicate_application")
    assert made["reference"] not in answer.text


def test_what_is_no_json_or_no_file_of_ours_is_said(client: FlaskClient, key: str, centre: Centre) -> None:
    body = b"{not json"
    head = signed(key, body, once=KEY)
    refused(client.post(PLACE, data=body, content_type="application/json", headers=head), 400, "not_json")
    made = post(client, key, PLACE, case_of(centre)).json["id"]
    refused(post(client, key, f"{PLACE}/{made}/documents/photo", b"no picture", once="paper-00000000001"), 422, "file_not_accepted")
    refused(post(client, key, f"{PLACE}/{made}/documents/passport", samples.jpeg(), once="paper-00000000002"), 400, "unknown_material")
    assert count(Document) == 0


def test_a_case_is_withdrawn_once(client: FlaskClient, key: str, centre: Centre) -> None:
    place = f"{PLACE}/{post(client, key, PLACE, case_of(centre)).json['id']}"
    said = {"reason": "The old card was found."}
    assert post(client, key, f"{place}/withdrawal", said, once="withdraw-0000001").json["status"] == "withdrawn"
    assert post(client, key, f"{place}/withdrawal", said, once="withdraw-0000001").headers["Idempotency-Replayed"] == "true"
    refused(post(client, key, f"{place}/withdrawal", said, once="withdraw-0000002"), 409, "wrong_state")


def test_the_number_of_a_client_opens_no_case_of_a_clerk_with_that_number(app: Flask, clerk: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre)
    twin = make_client(id=clerk.id)
    assert not visibility.sees(twin.actor, case)


def test_what_was_answered_and_what_was_sent_hold_nothing_about_a_person(client: FlaskClient, key: str, centre: Centre) -> None:
    post(client, key, PLACE, case_of(centre))
    row = db.session.scalars(sa.select(IdempotencyKey)).one()
    assert number_of(1) not in f"{row.answer}{row.fingerprint}{row.key}" and "王小明" not in str(row.answer)


def test_old_requests_are_forgotten_and_new_ones_stay(client: FlaskClient, key: str, centre: Centre) -> None:
    post(client, key, PLACE, case_of(centre))
    with transaction():
        assert once.forget_old() == 0
    with time_machine.travel(clock.now() + timedelta(days=rules.KEPT_DAYS, seconds=1), tick=False), transaction():
        assert once.forget_old() == 1
    assert (count(IdempotencyKey), count(SignedMessage)) == (0, 0)


def test_the_key_of_a_forgotten_request_still_makes_no_second_case(client: FlaskClient, key: str, centre: Centre) -> None:
    first = post(client, key, PLACE, case_of(centre)).json
    with time_machine.travel(clock.now() + timedelta(days=rules.KEPT_DAYS, seconds=1), tick=False), transaction():
        once.forget_old()
    assert post(client, key, PLACE, case_of(centre)).json["id"] == first["id"]
    assert count(Application) == 1
