"""What is older than its time goes, nothing else does, the log says how much, and every table has a line that says how long it stays."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application, Document, UnsavedForm
from admin_app.applications.operations import unsaved
from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.audit.operations import reading
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import Base, db, transaction
from admin_app.foundation.jobs import operations as running
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.storage.models import StoredFile
from admin_app.residents.models import Call
from admin_app.residents.operations import note_call
from admin_app.retention import jobs, operations, queries
from admin_app.retention.rules import LINES
from admin_app.staff.models import StaffMember
from admin_app.unsent_forms import operations as unsent_forms
from admin_app.unsent_forms.models import UnsentForm
from tests.factories.applications import make_application, make_document

INDEXES = {
    "unsaved_forms": "ix_unsaved_form_saved_at_id",
    "unsent_forms": "ix_unsent_form_kept_at_id",
    "drafts": "ix_application_old_drafts",
    "calls": "ix_call_made_at_id",
}
KINDS = {UnsavedForm: "saved_at", UnsentForm: "kept_at", Application: "received_at", Call: "made_at"}


def without_a_line(tables: set[str]) -> set[str]:
    return tables - {table for line in LINES for table in line.tables}


def furnish(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    """One record of each kind, and a submitted case."""
    draft, case = make_application(clerk, centre, status="draft", is_open=False), make_application(clerk, centre, owner_id=reviewer.id)
    for one in (draft, case):
        make_document(one, "photo")
    with transaction():
        unsaved.keep_unsaved(case, {"note": "x"}, by=reviewer.actor)
        unsent_forms.keep(case.resident, "loss_report", (("circumstances", "x"),), key=None, by=clerk.actor)
        note_call(case.resident, outcome="reached", by=reviewer.actor)
    reading.write([reading.Look("resident", "x", "x")], by=reviewer.actor)


def make_old(days: int) -> None:
    """As if everything had been written so many days ago."""
    with transaction() as session:
        for model, column in KINDS.items():
            session.execute(sa.update(model).values({column: clock.now() - timedelta(days=days)}))


def left() -> dict[str, int]:
    db.session.rollback()
    counted = (UnsavedForm, UnsentForm, Application, Document, StoredFile, Call, ReadNote)
    return {model.__name__: db.session.scalar(sa.select(sa.func.count(model.id))) or 0 for model in counted}


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == operations.ACTION)))


def run() -> None:
    with transaction():
        operations.order_run(clock.now().isoformat())


def test_every_table_has_a_line_that_says_how_long_it_stays(app: Flask) -> None:
    assert without_a_line(set(db.metadata.tables)) == set()
    assert {table for line in LINES for table in line.tables} <= set(db.metadata.tables), "every line is about tables that there are"


def test_control_a_table_without_a_line_is_found() -> None:
    planted = sa.Table("planted", sa.MetaData(), sa.Column("id", sa.Integer))
    assert without_a_line({*Base.metadata.tables, planted.name}) == {"planted"}


def test_what_is_older_than_its_time_goes_and_the_log_says_how_much(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    furnish(clerk, reviewer, centre)
    make_old(1096)
    run()
    assert left() == {"UnsavedForm": 0, "UnsentForm": 0, "Application": 1, "Document": 1, "StoredFile": 1, "Call": 0, "ReadNote": 1}
    (entry,) = entries()
    assert entry.changes["deleted"] == {"unsaved_forms": 1, "unsent_forms": 1, "drafts": 1, "calls": 1}
    assert entry.actor_kind == "system"


def test_control_what_is_younger_stays(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    furnish(clerk, reviewer, centre)
    make_old(6)
    before = left()
    run()
    assert left() == before
    assert entries()[0].changes["deleted"] == dict.fromkeys(queries.DUE, 0)


def test_the_command_counts_and_changes_nothing(app: Flask, clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    furnish(clerk, reviewer, centre)
    make_old(1096)
    before = left()
    said = app.test_cli_runner().invoke(args=["retention"])
    assert "drafts: 1 due (older than 90 days)" in said.output and "Nothing was changed." in said.output
    assert (left(), entries()) == (before, [])
    app.test_cli_runner().invoke(args=["retention", "--apply"])
    assert left() != before


def test_a_run_that_was_killed_goes_on_and_says_all_of_it(
    app: Flask, clerk: StaffMember, reviewer: StaffMember, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(clerk, reviewer, centre)
    make_old(1096)
    delete = operations.delete_due

    def dies(code: str, **given: object) -> int:
        if code == "calls":
            raise KeyboardInterrupt
        return delete(code, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "delete_due", dies)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.undo()
    db.session.rollback()
    assert left()["Application"] == 1 and left()["Call"] == 1 and entries() == []
    job = db.session.scalars(sa.select(Job)).one()
    jobs.apply(job)
    assert entries()[0].changes["deleted"] == {"unsaved_forms": 1, "unsent_forms": 1, "drafts": 1, "calls": 1}
    jobs.apply(db.session.scalars(sa.select(Job)).one())
    assert len(entries()) == 1, "done twice, it is entered once"


def test_the_clock_orders_one_run_a_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_NEXT", PerApp("tests.next_look", lambda: None))  # other tests may have let the clock tick
    for _tick in range(3):
        running.PERIODIC.get()["retention.order"]()
    assert len(entries()) == 1
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    jobs.order_when_due()
    assert len(entries()) == 2


@pytest.fixture
def seen_plans(app: Flask) -> Iterator[Callable[[str], str]]:
    """The plan of the statement that finds what is due, when there is too much to read it all."""

    def plan(code: str) -> str:
        bind = db.engine.dialect
        text = str(queries.due(code).limit(500).compile(dialect=bind, compile_kwargs={"literal_binds": True}))
        if bind.name == "sqlite":
            return "\n".join(str(row[-1]) for row in db.session.execute(sa.text(f"EXPLAIN QUERY PLAN {text}")))
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        db.session.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        return "\n".join(str(row[0]) for row in db.session.execute(sa.text(f"EXPLAIN {text}")))

    yield plan
    db.session.rollback()


def test_what_is_due_is_found_in_its_index_without_sorting(seen_plans: Callable[[str], str]) -> None:
    for code, index in INDEXES.items():
        plan = seen_plans(code)
        assert index in plan and "Sort" not in plan and "B-TREE" not in plan, plan
    assert set(INDEXES) == set(queries.DUE)


def test_the_page_says_how_long_what_is_due_and_what_was_done(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    furnish(clerk, reviewer, centre)
    make_old(1096)
    browser = sign_in("auditor")
    page = browser.get("/retention/").text
    assert "There was no run yet." in page and "1095 days" in page
    run()
    assert "There was no run yet." not in browser.get("/retention/").text
    browser.post("/preferences/", data={"language": "zh"})
    assert "保留期限" in browser.get("/retention/").text
