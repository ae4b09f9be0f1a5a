"""A flood of files takes few threads, and nobody's heavy files take what others need."""

import contextvars
import threading
from datetime import timedelta

import pytest
import time_machine

from admin_app.foundation import clock, origin
from admin_app.foundation.storage import child, sandbox, work
from admin_app.foundation.storage.kinds import UploadRefused
from admin_app.foundation.storage.limits import Limits, Reason, Refused
from admin_app.foundation.storage.sanitise import sanitise
from tests.apps import bare_app, make_settings
from tests.foundation.storage import samples

FACTS = {"kind": "png", "width": 1, "height": 1, "pages": 1, "doubts": {"pages": [], "inside": [], "inside_count": 0}}


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """An app with settings alone, outside of any request (that of an earlier test may still be named)."""
    monkeypatch.setattr(origin, "request_id", contextvars.ContextVar("request_id", default=None))
    with bare_app(make_settings(tmp_path, "")) as app:
        yield app


def taking(monkeypatch: pytest.MonkeyPatch, cpu: float) -> None:
    """Let each file take so many seconds of processor."""
    monkeypatch.setattr(sandbox, "ask", lambda *_, **__: (FACTS | {"cpu": cpu}, b"clean"))


def test_a_flood_is_told_at_once_to_come_again(bare, monkeypatch):
    may_go_on, all_came = threading.Event(), threading.Semaphore(0)

    def slow(*_asked, **_more):
        all_came.release()
        assert may_go_on.wait(30)
        return FACTS | {"cpu": 0.1}, b"clean"

    monkeypatch.setattr(sandbox, "ask", slow)
    answers: list[str] = []

    def hand_in() -> None:
        with bare.app_context():
            try:
                answers.append(sanitise(samples.png()).kind.value)
            except work.Busy as busy:
                answers.append(f"{busy.status} {busy.details['retry_after']}")

    people = [threading.Thread(target=hand_in) for _number in range(12)]
    for one in people:
        one.start()
    for _number in range(work.AT_ONCE):
        assert all_came.acquire(timeout=30)
    taken = work.AT_ONCE + work.WAITING
    while len(answers) < len(people) - taken:
        threading.Event().wait(0.01)
    assert answers == [f"503 {work.PATIENCE_SECONDS}"] * (len(people) - taken)
    may_go_on.set()
    for one in people:
        one.join(30)
    assert answers.count("png") == taken


def test_a_flood_from_outside_takes_no_place_of_the_counter_and_no_child_of_its(bare, monkeypatch):
    may_go_on, came, used = threading.Event(), threading.Semaphore(0), []

    def slow(_request, _data, _limits, *, is_outside):
        used.append(is_outside)
        if is_outside:
            came.release()
            assert may_go_on.wait(30)
        return FACTS | {"cpu": 0.1}, b"clean"

    monkeypatch.setattr(sandbox, "ask", slow)
    answers: list[str] = []

    def hand_in(number: int) -> None:
        with bare.app_context():
            try:
                answers.append(sanitise(samples.png(), who=work.outside("client", number)).kind.value)
            except work.Busy:
                answers.append("busy")

    strangers = [threading.Thread(target=hand_in, args=(number,)) for number in range(8)]
    for one in strangers:
        one.start()
    assert came.acquire(timeout=30)
    taken = work.AT_ONCE_OUTSIDE + work.WAITING_OUTSIDE
    while len(answers) < len(strangers) - taken:
        threading.Event().wait(0.01)
    assert [sanitise(samples.png(), who="1").data for _number in range(3)] == [b"clean"] * 3
    assert (answers, used) == (["busy"] * (len(strangers) - taken), [True, False, False, False])
    may_go_on.set()
    for one in strangers:
        one.join(30)
    assert answers.count("png") == taken


def test_the_child_of_outsiders_is_another_and_steps_back_behind_the_counter(bare, monkeypatch):
    nice = []
    monkeypatch.setattr(child.forks, "answer_in_fork", lambda _do, budget: (nice.append(budget.nice), ({}, b""))[1])
    for asked in ({"task": "draw"}, {"task": "clean"}, {"task": "draw", "is_outside": True}, {"task": "clean", "is_outside": True}):
        child.answer_in_fork(asked | {"limits": {}}, b"")
    assert nice == [0, child.PATIENT, child.LAST, child.LAST] and child.LAST > child.PATIENT
    assert sandbox.ask({"task": "clean", "kind": "png"}, samples.png(), Limits(), is_outside=True)[1]
    assert len(sandbox._pool_outside.idle) == 1 and not set(sandbox._pool_outside.idle) & set(sandbox._pool.idle)


def test_whoever_used_up_their_minute_is_told_when_to_come_again_and_nobody_else(bare, monkeypatch):
    taking(monkeypatch, work.PERSON_SECONDS / 2)
    with time_machine.travel(clock.now(), tick=False) as moment:
        sanitise(samples.png(), who="1")
        sanitise(samples.png(), who="1")
        with pytest.raises(work.Spent) as spent:
            sanitise(samples.png(), who="1")
        assert sanitise(samples.png(), who="2").data == b"clean"
        moment.shift(timedelta(seconds=spent.value.details["retry_after"]))
        assert sanitise(samples.png(), who="1").data == b"clean"


def test_one_request_has_a_budget_of_its_own(bare, monkeypatch):
    taking(monkeypatch, work.REQUEST_SECONDS)
    origin.request_id.set("one")
    try:
        sanitise(samples.png(), who="1")
        with pytest.raises(work.Spent):
            sanitise(samples.png(), who="1")
        origin.request_id.set("two")
        assert sanitise(samples.png(), who="1").data == b"clean"
    finally:
        origin.request_id.set(None)


def test_control_files_as_people_have_them_are_all_taken(bare, monkeypatch):
    taking(monkeypatch, 0.5)
    assert [sanitise(samples.png(), who="1").data for _number in range(40)] == [b"clean"] * 40


def test_a_refused_file_counts_with_what_it_cost(bare, monkeypatch):
    def refuse(*_asked, **_more):
        raise Refused(Reason.TOO_HEAVY, 12.0)

    monkeypatch.setattr(sandbox, "ask", refuse)
    for _number in range(3):
        with pytest.raises(UploadRefused):
            sanitise(samples.png(), who="1")
    with pytest.raises(work.Spent):
        sanitise(samples.png(), who="1")


def test_the_real_child_tells_what_a_file_cost(bare):
    facts, _ = sandbox.ask({"task": "clean", "kind": "png"}, samples.png(), Limits())
    assert 0 < facts["cpu"] < Limits().cpu_seconds
