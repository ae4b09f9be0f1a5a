"""Requests whose answers are lost ten thousand times, and twenty at once under one key: nothing is done twice, nothing is lost."""

import json
import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from admin_app.applications.models import Application
from admin_app.centres.models import Centre
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.intake_api import rules
from admin_app.intake_api.api import posting
from admin_app.intake_api.models import IdempotencyKey
from admin_app.intake_api.operations import once
from admin_app.residents.models import Resident
from tests.factories.clients import make_client, make_key, signed
from tests.factories.residents import id_number

pytestmark = pytest.mark.proof
PLACE, CASES, RETRIES = "/api/v1/applications", 1000, 10_000
ROUNDS, AT_ONCE = 25, 20


@pytest.fixture
def key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of a program that is served as often as it asks."""
    monkeypatch.setattr(settings.current(), "api_rate", 1_000_000)
    return make_key(make_client())


def post(app: Flask, key: str, body: bytes, once: str) -> Any:
    return app.test_client().post(PLACE, data=body, content_type="application/json", headers=signed(key, body, once=once))


def body_of(centre: Centre) -> bytes:
    person = {"name": "王小明", "id_number": id_number()}
    return json.dumps({"centre": centre.code, "resident": person, "identity_level": 2, "reason": "damaged"}).encode()


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def breaks(*_args: Any, **_more: Any) -> Any:
    raise OSError("the line was cut")


CUTS: dict[str, Callable[[pytest.MonkeyPatch], object]] = {
    "the request never came": lambda _patch: None,
    "the answer was lost on its way": lambda _patch: None,
    "cut between deed and answer": lambda patch: patch.setattr(posting, "_answer", breaks),
    "cut before the deed was written": lambda patch: patch.setattr(once, "end", breaks),
    "died in the deed": lambda patch: [patch.setattr(once, name, breaks) for name in ("end", "give_up")],
}


def test_ten_thousand_retries_with_lost_answers_do_each_thing_once(app: Flask, key: str, centre: Centre) -> None:
    chance, lost, seen, heard = random.Random(45), 0, dict.fromkeys(CUTS, 0), {}
    bodies = {f"portal-case-{number:06d}": body_of(centre) for number in range(CASES)}
    waiting = list(bodies)
    with time_machine.travel(clock.now(), tick=False) as moment:
        while lost < RETRIES:
            name = chance.choice(waiting)
            cut = chance.choice(list(CUTS))
            seen[cut], lost = seen[cut] + 1, lost + 1
            with pytest.MonkeyPatch.context() as patch:
                CUTS[cut](patch)
                if cut != "the request never came":
                    answer = post(app, key, bodies[name], name)
                    assert answer.status_code in (201, 409, 500), answer.text
            moment.shift(timedelta(seconds=chance.choice((0, 1, rules.RUNNING_SECONDS))))
        moment.shift(timedelta(seconds=rules.RUNNING_SECONDS))
        for name in waiting:
            answer = post(app, key, bodies[name], name)
            assert answer.status_code == 201, answer.text
            heard[name] = answer.json
            assert post(app, key, bodies[name], name).json == heard[name]
    assert min(seen.values()) > RETRIES / len(CUTS) / 2
    assert len({one["id"] for one in heard.values()}) == CASES == count(Application) == count(IdempotencyKey) == count(Resident)
    assert set(db.session.scalars(sa.select(Application.reference))) == {one["reference"] for one in heard.values()}


def test_control_without_memory_of_requests_and_ids_there_would_be_doubles(
    app: Flask, key: str, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps doubles out is what the test above asks: without it a repetition is refused as a second case, with no answer."""
    monkeypatch.setattr(once, "begin", lambda sent, message_id: message_id)
    monkeypatch.setattr(once, "end", lambda *_: None)
    monkeypatch.setattr(posting, "own_key", lambda *_: None)
    body = body_of(centre)
    assert [post(app, key, body, "portal-case-000001").status_code for _ in range(2)] == [201, 409]


def test_twenty_at_once_under_one_key_make_one_case_and_hear_one_answer(app: Flask, key: str, centre: Centre) -> None:
    bodies = [body_of(centre) for _ in range(ROUNDS)]
    db.session.rollback()
    for number, body in enumerate(bodies):
        answers = list(_answers_of_all(app, key, body, f"portal-round-{number:04d}"))
        assert len(answers) == AT_ONCE and len(set(answers)) == 1
    assert count(Application) == ROUNDS


def _answers_of_all(app: Flask, key: str, body: bytes, name: str) -> Iterator[bytes]:
    """What each of AT_ONCE threads hears at last: whoever is told to come again does."""
    answers: list[bytes] = []
    start = threading.Barrier(AT_ONCE)

    def send() -> None:
        start.wait()
        while (answer := post(app, key, body, name)).status_code in (409, 503):
            assert answer.headers["Retry-After"]
            threading.Event().wait(0.05)
        assert answer.status_code == 201, answer.text
        answers.append(answer.data)

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield from answers
