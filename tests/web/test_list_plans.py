"""How SQLite would read every list at a million applications: by an index in the order of the list, never sorting what it found.

The planner goes by its statistics, so those of a million are planted under a small office: what is read in which order shows at once.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.applications.queries import queue
from admin_app.foundation.database import db
from admin_app.menu import LISTS
from tests.walk import walk
from tests.web.filled_lists import Filled, reader_of

STATISTICS = Path(__file__).with_name("statistics_of_a_million.json")
"""Rows of sqlite_stat1 (three values) and sqlite_stat4 (six), by python -m tests.benchmarks.statistics."""
LARGE, FEW = 100_000, 5_000
"""Rows of a table that nobody waits for; rows that may well be sorted."""
INDEX = re.compile(r"INDEX (\w+) \((.*)\)")
NOTHING = re.compile(r"(WHERE 0 = 1) ORDER BY [^\n]+")
"""A part of a statement that finds nothing: no row is read, whatever its plan says."""
BOUNDED = "tab=waiting"
"""Of the cases of two centres, those that wait for a resident are sorted: of a million, 20,000 wait in all."""
Statistics = dict[str, list[int]]
"""Index -> rows of the table, then rows that have one value of its first column, of its first two …"""


def plant_statistics() -> tuple[set[str], Statistics]:
    """Tell the planner that the office has a million applications; returns the large tables, and what the indexes hold."""
    kept = json.loads(STATISTICS.read_text(encoding="utf-8"))
    rows, samples = [row for row in kept if len(row) == 3], [(*row[:-1], bytes.fromhex(row[-1])) for row in kept if len(row) == 6]
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
        for table in ("sqlite_stat1", "sqlite_stat4"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", [tuple(row) for row in rows])
        put = "INSERT INTO sqlite_stat4 (tbl, idx, neq, nlt, ndlt, sample) VALUES (?, ?, ?, ?, ?, ?)"
        connection.exec_driver_sql(put, samples)
    db.session.rollback()
    db.engine.dispose()  # a connection reads them when it is opened
    numbers = {index: [int(number) for number in stat.split() if number.isdigit()] for _table, index, stat in rows if index}
    return {table for table, _index, stat in rows if int(stat.split()[0]) >= LARGE}, numbers


def steps(statement: str, values: Any) -> list[tuple[int, str]]:
    """(step that it belongs to, what is done) of the plan of a statement."""
    asked = NOTHING.sub(r"\1", statement)
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values)
        return [(row[1], row[3]) for row in plan]


def finds_few(done: str, numbers: Statistics) -> bool:
    """Whether a step of a plan finds few rows each time, by its key or by the values that lead its index."""
    found = INDEX.search(done)
    if found is None:
        return "rowid=?" in done
    held, named = numbers.get(found[1], []), found[2].count("=?")
    return named < len(held) and held[named] <= FEW


def wrong_with(plan: list[tuple[int, str]], large: set[str], numbers: Statistics) -> str:
    """What in a plan costs more the larger the office is: '' if nothing."""
    by_step: dict[int, list[str]] = {}
    for step, done in plan:
        by_step.setdefault(step, []).append(done)
    for done in by_step.values():
        loops = [words for words in done if words.startswith(("SCAN ", "SEARCH "))]
        many = [words for words in loops if words.split()[1] in large and not finds_few(words, numbers)]
        if many and any("B-TREE FOR ORDER BY" in words for words in done):
            return f"what {many[0]} finds is sorted"
    return ""


def asked_by(app: Flask, browser: FlaskClient, start: str) -> Iterator[tuple[str, str, Any]]:
    """(address, statement, values) of a list with each of its tabs, filters and orders."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, values))

    def get(url: str) -> tuple[int, str, str]:
        answer = browser.get(url)
        found[url] = list(asked)
        asked.clear()
        return answer.status_code, answer.mimetype, answer.text

    found: dict[str, list[tuple[str, Any]]] = {}
    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        for _stop in walk(get, [start], every_choice=False):
            pass
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    for url, statements in found.items():
        for statement, values in statements:
            yield url, statement, values


@pytest.fixture
def filled(app: Flask, sign_in: Callable[..., FlaskClient]) -> Filled:
    """An office with a few rows in every list."""
    office = Filled(sign_in)
    office.fill(2)
    return office


@pytest.mark.parametrize("database_name", ["sqlite"])
def test_no_list_sorts_what_it_finds_at_a_million(app: Flask, filled: Filled) -> None:
    (large, numbers), wrong = plant_statistics(), set()
    for page in LISTS:
        browser = filled.browsers[reader_of(page)]
        for start in filled.addresses(page, 25)[:1]:
            for url, statement, values in asked_by(app, browser, start.partition("?")[0]):
                fault = wrong_with(steps(statement, values), large, numbers)
                wrong |= {(page.name, url, fault)} if fault and BOUNDED not in url else set()
    assert sorted(wrong) == []


@pytest.mark.parametrize("database_name", ["sqlite"])
def test_control_a_list_that_a_small_table_leads_is_noticed(app: Flask, filled: Filled) -> None:
    large, numbers = plant_statistics()
    led = sa.select(*queue.LINE).join(Application.resident).join(Application.centre).outerjoin(Application.owner)
    for joined, is_wrong in ((led, True), (queue.lines(), False)):
        asked = joined.where(Application.status == "approved").order_by(Application.due_on.desc(), Application.id.desc()).limit(26)
        text = str(asked.compile(db.engine, compile_kwargs={"literal_binds": True}))
        assert bool(wrong_with(steps(text, ()), large, numbers)) == is_wrong
