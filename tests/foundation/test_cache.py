"""Answers that are cached: never older than a few seconds, never past a change of one's own, never in a decision."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.centres import queries as centres
from admin_app.centres.models import Centre
from admin_app.foundation import cache, clock, database
from admin_app.foundation.database import db, transaction
from tests.apps import FILE_KEY
from tests.factories.centres import make_centre


@pytest.fixture
def asked() -> list[str]:
    """The questions that reached the database."""
    return []


@pytest.fixture
def names(app: Flask, asked: list[str]) -> Callable[..., tuple[str, ...]]:
    """A cached question: the names of the centres, or of one."""

    @cache.cached
    def read(code: str = "") -> tuple[str, ...]:
        asked.append(code)
        query = sa.select(Centre.name_en).order_by(Centre.code)
        return tuple(db.session.scalars(query.where(Centre.code == code) if code else query))

    return read


def rename_beside_us(app: Flask, name: str) -> None:
    """Another process changes every centre."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    engine = sa.create_engine(url, **database.engine_options(url))
    database.prepare_engine(engine, FILE_KEY)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE centre SET name_en = :name"), {"name": name})
    engine.dispose()


def at(moment: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_the_same_question_is_put_once(names: Callable[..., Any], asked: list[str]) -> None:
    make_centre("A", name_en="First")
    assert [names(), names(), names("A"), names("A"), names("B")] == [("First",), ("First",), ("First",), ("First",), ()]
    assert asked == ["", "A", "B"]


def test_a_change_of_ours_is_seen_at_once(names: Callable[..., Any]) -> None:
    make_centre("A", name_en="First")
    assert names() == ("First",)
    make_centre("B", name_en="Second")
    assert names() == ("First", "Second")


def test_a_change_of_another_process_is_seen_after_a_few_seconds(
    app: Flask, names: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_centre("A", name_en="First")
    start = clock.now()
    at(start, monkeypatch)
    names()
    db.session.rollback()
    rename_beside_us(app, "New")
    at(start + timedelta(seconds=cache.SECONDS - 1), monkeypatch)
    assert names() == ("First",)
    at(start + timedelta(seconds=cache.SECONDS + 1), monkeypatch)
    assert names() == ("New",)


def test_a_change_that_another_web_process_commits_is_seen_at_once(app: Flask, names: Callable[..., Any]) -> None:
    make_centre("A", name_en="First")
    names()
    db.session.rollback()
    rename_beside_us(app, "New")
    assert names() == ("First",), "control: a process that shares nothing"
    child = os.fork()
    if child == 0:
        cache.forget()  # what a commit does
        os._exit(0)
    os.waitpid(child, 0)
    assert names() == ("New",)


def test_a_decision_asks_the_database(app: Flask, names: Callable[..., Any]) -> None:
    make_centre("A", name_en="First")
    names()
    db.session.rollback()
    rename_beside_us(app, "New")
    with transaction():
        assert names() == ("New",)


def test_what_a_page_read_before_a_change_is_not_kept_for_the_pages_after_it(names: Callable[..., Any], asked: list[str]) -> None:
    make_centre("A", name_en="First")
    db.session.scalar(sa.select(sa.func.count()).select_from(Centre))  # a page begins
    cache.forget()  # somebody else's change is committed meanwhile
    assert names() == ("First",)
    names()
    assert asked == ["", ""], "the page asked again: its answer may be older than the change"
    db.session.rollback()
    names()
    names()
    assert asked == ["", "", ""]


def test_no_more_than_a_thousand_answers_are_kept(names: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    for number in range(10):
        names(str(number))
    assert len(cache._MEMORY.get().answers) <= 3


def test_the_calendar_in_force_follows_the_table(app: Flask) -> None:
    assert centres.calendar() is centres.calendar()
    before = centres.calendar()
    make_centre("A")
    assert centres.calendar() is not before
