"""A process of the version before goes on working on newer tables, so that machine after machine can be updated (T-73)."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from admin_app.centres.models import Centre
from admin_app.demo import operations as demo
from admin_app.foundation import database_refusals, schema_version
from admin_app.foundation.database import db
from tests.demo.size import quiet
from tests.migrations.old_statements import BREAKS, broken_by

PAGE = Path(__file__).resolve().parents[2] / "docs" / "running.md"


@pytest.mark.proof
def test_whatever_goes_before_a_revision_goes_after_it_or_the_revision_is_named(empty_app: Flask, database_name: str) -> None:
    flask_migrate.upgrade()
    demo.load(8, seed=3, report=quiet)
    later = schema_version.known_revisions()[1:]
    for _revision in later:
        db.session.remove()
        flask_migrate.downgrade(revision="-1")
    found = {revision: broken_by(partial(flask_migrate.upgrade, revision="+1")) for revision in later}
    print(found)
    breaking = {revision for revision, tables in found.items() if tables}
    assert breaking <= BREAKS.keys()
    if database_name == "postgresql":  # where a column without a value has no default to stand in
        assert breaking == BREAKS.keys()


@pytest.mark.parametrize("revision", BREAKS)
def test_whoever_runs_several_machines_reads_which_revisions_need_all_of_them_stopped(revision: str) -> None:
    assert f"`{revision}`" in PAGE.read_text(encoding="utf-8")


def said(statement: str) -> Callable[[], None]:
    def step() -> None:
        with db.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    return step


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("ALTER TABLE centre RENAME COLUMN phone TO telephone", "centre"),
        ("ALTER TABLE number_series RENAME TO series", "number_series"),
        ("CREATE UNIQUE INDEX one_name ON centre (name_en)", "centre"),
        ("ALTER TABLE job DROP COLUMN result", "job"),
    ],
    ids=["column renamed", "table renamed", "made unique", "column gone"],
)
def test_control_a_step_over_which_older_code_breaks_is_found(app: Flask, centre: Centre, statement: str, table: str) -> None:
    assert broken_by(said(statement)) == {table}


@pytest.mark.parametrize("statement", ["ALTER TABLE centre ADD COLUMN note VARCHAR(20)", "CREATE TABLE more (id INTEGER PRIMARY KEY)"])
def test_control_what_only_adds_breaks_nothing(app: Flask, centre: Centre, statement: str) -> None:
    assert broken_by(said(statement)) == set()


def test_a_newer_program_does_not_start_on_older_tables(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    database_refusals.refuse_unsafe_database()  # the control: at its own revision it does
    known = schema_version.known_revisions()
    monkeypatch.setattr(schema_version, "known_revisions", lambda: [*known, "9999_to_come"])
    with pytest.raises(SystemExit, match=f"older version .{known[-1]}.: run .flask"):
        database_refusals.refuse_unsafe_database()


def test_an_older_program_starts_on_newer_tables(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    known = schema_version.known_revisions()
    monkeypatch.setattr(schema_version, "known_revisions", lambda: known[:-1])
    database_refusals.refuse_unsafe_database()
