"""What follows an action by itself: jobs in the same transaction, one table an app, every job with somebody who does it."""

import threading

import pytest

from admin_app import menu, reaction_table
from admin_app.audit import rules as audit_rules
from admin_app.factory import create_app
from admin_app.foundation import reactions
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.reactions import Reaction
from tests.apps import make_settings
from tests.factories.applications import make_ready_case

NOTE = Reaction("test.note", arguments=lambda row: {"row": row}, once_for=str)


@pytest.fixture
def listening(app, monkeypatch):
    """The app with a job that follows the action test.done; jobs stay queued."""
    monkeypatch.setitem(jobs.HANDLERS.get(), "test.note", lambda _job: None)
    monkeypatch.setattr(jobs, "run", lambda _public_id: None)
    before = reactions._TABLE.get()
    reactions.install({"test.done": (NOTE,)})
    yield app
    reactions._TABLE.put(before)


def queued() -> list[tuple[str, dict[str, int], str]]:
    db.session.rollback()
    return [(job.name, job.arguments, job.dedupe_key) for job in db.session.query(Job)]


def test_the_job_is_written_with_the_action(listening):
    with transaction():
        reactions.react("test.done", 7, by=None)
    assert queued() == [("test.note", {"row": 7}, "test.note:7")]


def test_an_action_that_is_rolled_back_enqueues_nothing(listening):
    with pytest.raises(ZeroDivisionError), transaction():
        reactions.react("test.done", 7, by=None)
        raise ZeroDivisionError
    assert queued() == []


def test_the_same_action_on_the_same_row_is_the_same_work(listening):
    for _ in range(2):
        with transaction():
            reactions.react("test.done", 7, by=None)
    assert len(queued()) == 1


def test_nothing_follows_an_action_that_the_table_does_not_name(listening):
    with transaction():
        reactions.react("test.other", 7, by=None)
    assert queued() == []


def test_a_reaction_without_a_handler_stops_the_start(app):
    with pytest.raises(reactions.NobodyDoesIt, match=r"test\.nobody"):
        reactions.install({"test.done": (Reaction("test.nobody", arguments=dict, once_for=str),)})


def test_every_reaction_of_the_office_follows_a_recorded_action_and_has_a_handler(app):
    assert set(reaction_table.REACTIONS) <= set(audit_rules.ACTIONS)
    assert {one.job for follow in reaction_table.REACTIONS.values() for one in follow} <= jobs.HANDLERS.get().keys()


def test_an_approval_asks_for_the_card_under_the_key_of_the_case(app, monkeypatch, clerk, reviewer, centre):
    monkeypatch.setattr(jobs, "run", lambda _public_id: None)
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        menu.case_views.decisions.approve(case, by=reviewer)
    assert ("cards.request", {"application_id": case.id}, f"cards.request:{case.public_id}") in queued()


def test_two_apps_in_one_process_share_neither_reactions_nor_handlers(app, tmp_path):
    other = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'other.db'}"))
    with other.app_context():
        jobs.register("test.other", lambda _job: None)
        reactions.install({"test.done": (Reaction("test.other", arguments=dict, once_for=str),)})
        assert list(reactions._TABLE.get()) == ["test.done"]
    seen: list[bool] = []

    def look() -> None:
        with app.app_context():
            seen.append("test.done" in reactions._TABLE.get() or "test.other" in jobs.HANDLERS.get())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    look()
    assert seen == [False, False]
