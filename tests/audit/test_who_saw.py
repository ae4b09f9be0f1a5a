"""Who saw this resident: complete, and quick among ten million notes; no list of notes or calls reads what it does not show."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.audit import queries, rules
from admin_app.audit.models import ReadNote
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember
from tests.factories.residents import make_resident
from tests.owner import as_owner, connected

RESIDENTS, PEOPLE = 10_007, 300
"""How many are seen, by how many; the first is a prime, so that everybody sees everybody in time."""
MANY = 20_000
MOST_SECONDS = 2.0
SERIES = {
    "postgresql": "SELECT n FROM generate_series(1, {count}) n",
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}) SELECT n FROM series",
}
MOMENT = {"postgresql": "timestamptz '{first}' + n * interval '1 second'", "sqlite": "datetime('{first}', n || ' seconds') || '.000000'"}
SIZES = [MANY, pytest.param(1_000_000, marks=pytest.mark.proof)]
WHOLE = re.compile(r"Seq Scan on (read_note|call)\b|SCAN (read_note|call)\b(?! USING (COVERING )?INDEX)|USE TEMP B-TREE FOR ORDER")
SORTED = re.compile(r"Sort  \(cost=\S+ rows=(\d+)")
FEW = 1_000
"""Rows that PostgreSQL may find by an index and then sort, where that is quicker than the index in order."""


def fill(count: int, watched: str) -> None:
    """So many notes of the last year; one in RESIDENTS is about `watched`."""
    kind = db.engine.dialect.name
    acts = " ".join(f"WHEN {number} THEN '{act}'" for number, act in enumerate(rules.READINGS))
    moment = MOMENT[kind].format(first=f"{clock.today() - timedelta(days=360)} 00:00:00")
    with as_owner() as connection:
        patient(connection)
        connection.execution_options(no_parameters=True).exec_driver_sql(
            "INSERT INTO read_note (day, actor_kind, actor_id, actor_name, actor_role, act, subject_ref, resident_ref, times, first_at, "
            "last_at) "
            f"SELECT '2026-01-01', 'staff', n % {PEOPLE} + 1000, 'Somebody', 'reviewer', CASE n % {len(rules.READINGS)} {acts} END, "
            f"'s' || n, CASE n % {RESIDENTS} WHEN 0 THEN '{watched}' ELSE 'r' || n % {RESIDENTS} END, 1, {moment}, {moment} "
            f"FROM ({SERIES[kind].format(count=count)}) AS numbers"
        )
    with connected() as connection:
        patient(connection)
        connection.exec_driver_sql("ANALYZE read_note")


def patient(connection: sa.Connection) -> None:
    """Let statements of this transaction take as long as they take."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def reads_too_much(plan: str) -> bool:
    """Whether the plan goes through the whole table, or sorts more than FEW rows."""
    return bool(WHOLE.search(plan)) or any(int(rows) > FEW for rows in SORTED.findall(plan))


@contextmanager
def plans(table: str) -> Iterator[list[str]]:
    """The plans of the statements that read `table` inside."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if re.search(rf'FROM "?{table}"?\b', statement) and statement.startswith("SELECT"):
            asked.append((statement, values))

    found: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    how = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        for statement, values in asked:
            found.append("\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{how} {statement}", values)))


@pytest.fixture
def auditor(make_staff, sign_in) -> FlaskClient:  # type: ignore[no-untyped-def]
    """An auditor's browser."""
    return sign_in(make_staff("auditor"))


def asked_for(resident: str) -> list[str]:
    """What the page of the notes can be asked: each filter, and those that go together."""
    today = clock.today()
    days = f"from_day={today - timedelta(days=300)}&to_day={today}"
    return ["", f"resident={resident}", "act=number", "username=who", "username=who&act=number", f"resident={resident}&act=number", days,
            f"act=number&{days}", f"username=who&{days}", f"resident={resident}&{days}"]  # fmt: skip


@pytest.mark.parametrize("count", SIZES)
def test_every_filter_of_the_notes_walks_an_index(app: Flask, auditor: FlaskClient, clerk: StaffMember, count: int):
    fill(count, "watched")
    clerk_id = clerk.id
    with as_owner() as connection:
        connection.exec_driver_sql(f"UPDATE ab_user SET username = 'who' WHERE id = {clerk_id}")
        connection.exec_driver_sql(f"UPDATE read_note SET actor_id = {clerk_id} WHERE actor_id = 1001")
    wrong = []
    for question in asked_for("watched"):
        with plans("read_note") as found:
            assert auditor.get(f"/audit/readings/?{question}").status_code == 200
        assert found
        wrong += [(question, plan) for plan in found if reads_too_much(plan)]
    assert wrong == []


@pytest.mark.parametrize("count", SIZES)
def test_the_calls_to_a_resident_walk_an_index(app: Flask, reviewer: StaffMember, sign_in, count: int):  # type: ignore[no-untyped-def]
    one, other, by = make_resident(), make_resident(), reviewer.id
    columns = "resident_id, about_ref, outcome, note, made_by_id, made_at"
    with as_owner() as connection:
        patient(connection)
        connection.execution_options(no_parameters=True).exec_driver_sql(
            f"INSERT INTO call ({columns}) SELECT CASE n % 9999 WHEN 0 THEN {one.id} ELSE {other.id} END, 'x' || n % 5000, 'reached', '', "
            f"{by}, '{clock.today()} 00:00:00' FROM ({SERIES[db.engine.dialect.name].format(count=count)}) AS numbers"
        )
        connection.exec_driver_sql("ANALYZE call")
    with plans("call") as found:
        assert sign_in(reviewer).get(f"/residents/{one.public_id}").status_code == 200
    assert found and not [plan for plan in found if reads_too_much(plan)]


def test_control_a_filter_without_an_index_is_noticed(app: Flask):
    fill(MANY, "watched")
    with plans("read_note") as found:
        db.session.scalars(sa.select(ReadNote).where(ReadNote.subject_ref == "s7").order_by(ReadNote.first_at).limit(5)).all()
    assert any(map(reads_too_much, found))


@pytest.mark.parametrize("count", [MANY, pytest.param(10_000_000, marks=pytest.mark.proof)])
def test_who_saw_a_resident_is_complete_and_quick(app: Flask, auditor: FlaskClient, make_staff, database_name: str, count: int):  # type: ignore[no-untyped-def]
    if count > MANY and database_name != "postgresql":
        pytest.skip("an office of this size has PostgreSQL")
    resident, who = make_resident().public_id, make_staff("auditor", username="asks").actor
    fill(count, resident)
    began = time.perf_counter()
    page = auditor.get(f"/audit/readings/?resident={resident}")
    asked = queries.readings(who, queries.ReadingFilter(resident=resident), clock.today())
    subjects = set(db.session.scalars(asked.with_only_columns(ReadNote.subject_ref)))
    seconds = time.perf_counter() - began
    assert page.status_code == 200 and "Somebody" in page.text
    assert subjects == {f"s{number}" for number in range(RESIDENTS, count + 1, RESIDENTS)}
    print(f"{count:,} notes, {len(subjects):,} about one resident: {seconds:.2f} s")
    assert seconds <= MOST_SECONDS, f"{seconds:.2f} s"
