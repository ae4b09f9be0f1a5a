"""Once two supervisors had a resident's data erased, none of it is found anywhere, the log proves itself, and the desk goes on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application, Decision
from admin_app.audit.models import AuditEntry
from admin_app.audit.operations import prove, seal_due
from admin_app.centres.models import Centre
from admin_app.erasures import jobs, operations, queries, rules
from admin_app.erasures.models import Erasure
from admin_app.extracts.queries import parts
from admin_app.foundation import clock, settings
from admin_app.foundation.database import Base, db, transaction
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.objects import store
from admin_app.residents import operations as residents
from admin_app.residents.models import Resident
from admin_app.residents.queries import Erased, Restricted, by_id_number
from admin_app.restrictions import operations as restrictions
from admin_app.staff.models import StaffMember
from tests.erasures.furnished import NAME, Marked, Office, closed_case, everything, handed_in, is_text, make_objects_old, marked
from tests.extracts.everybody import leading_to_a_resident
from tests.factories.applications import make_application, make_document
from tests.factories.audit import make_entry
from tests.factories.cards import requested_card
from tests.factories.loss_reports import make_loss_report
from tests.factories.mailing import labelled_batch, ready_cards
from tests.factories.residents import make_resident, register
from tests.factories.staff import make_staff


@pytest.fixture
def office(app: Flask, clerk: StaffMember, reviewer: StaffMember, mailer: StaffMember, centre: Centre, monkeypatch: Any) -> Office:
    monkeypatch.setattr(settings.current(), "case_keep_days", 30)
    asks, carries_out = make_staff("supervisor", username="asks"), make_staff("supervisor", username="carries-out")
    return Office(clerk, reviewer, mailer, asks, carries_out, centre)


def ask(resident: Resident, by: StaffMember) -> Erasure:
    with transaction():
        return operations.ask(resident, why="period_over", by=by.actor)


def carry_out(erasure: Erasure, by: StaffMember) -> None:
    with transaction():
        operations.carry_out(erasure, by=by.actor)


def erase(resident: Resident, office: Office) -> Erasure:
    made = ask(resident, office.supervisor)
    carry_out(made, office.second)
    db.session.rollback()
    db.session.refresh(made)
    return made


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)))


def undecided(tables: dict[str, sa.Table]) -> set[tuple[str, str]]:
    """Texts of tables that lead to a resident, of which the plan does not say what becomes of them."""
    leading = leading_to_a_resident(tables) - set(rules.DELETED)
    texts = {(name, column.name) for name in leading for column in tables[name].columns if is_text(column)}
    return {(table, column) for table, column in texts if column not in rules.PLAN.get(table, {})}


def test_the_plan_says_what_becomes_of_every_text_that_leads_to_a_resident(app: Flask) -> None:
    assert undecided(dict(Base.metadata.tables)) == set()
    texts = {(name, one.name) for name, table in Base.metadata.tables.items() for one in table.columns}
    assert {(table, column) for table, plan in rules.PLAN.items() for column in plan} <= texts, "the plan is about columns that there are"


def test_control_a_text_and_a_table_without_a_plan_are_found(app: Flask) -> None:
    case = Application.__table__.c.id
    planted = sa.Table("planted", sa.MetaData(), sa.Column("case_id", sa.ForeignKey(case)), sa.Column("shoe_size", sa.String(3)))
    assert undecided({**Base.metadata.tables, "planted": planted}) == {("planted", "shoe_size")}


def test_every_table_of_the_copy_is_erased_from_or_stays_by_name(app: Flask) -> None:
    known = {str(model.__tablename__) for model, _condition in parts(make_resident())}
    assert known - set(rules.PLAN) - set(rules.DELETED) == {rules.FILES, "read_note", "audit_entry"}
    assert set(rules.LABELS) == set(operations.STEPS)


def test_no_fact_remains_anywhere_and_the_log_still_proves_itself(office: Office) -> None:
    one = marked(office)
    seal_due()
    before = everything()
    assert [place for mark, place in one.marks.items() if mark not in before] == [], "each mark is found before"
    made = erase(one.resident, office)
    after = everything()
    assert [place for mark, place in one.marks.items() if mark in after] == []
    assert one.number not in after and NAME not in after
    seal_due()
    assert prove().findings == ()
    assert made.state == "done" and made.objects == {}
    assert {code for code, count in made.counts.items() if not count} <= {"resident_name"}


def test_killed_at_every_step_it_goes_on_and_ends_complete(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    one = marked(office)
    do_step, steps = operations.do_step, list(operations.STEPS)
    dies: list[str] = []

    def dying(erasure: Erasure, code: str, *given: Any, **named: Any) -> None:
        do_step(erasure, code, *given, **named)
        if dies and code == dies[0]:
            raise KeyboardInterrupt

    monkeypatch.setattr(jobs.operations, "do_step", dying)
    made = ask(one.resident, office.supervisor)
    dies[:] = [steps[0]]
    with pytest.raises(KeyboardInterrupt):
        carry_out(made, office.second)
    for code in steps[1:]:
        dies[:] = [code]
        db.session.rollback()
        with pytest.raises(KeyboardInterrupt):
            jobs.erase(the_job())
    dies.clear()
    monkeypatch.setattr(jobs.storage, "delete_unused", killed)
    db.session.rollback()
    with pytest.raises(KeyboardInterrupt):
        jobs.erase(the_job())
    monkeypatch.undo()
    db.session.rollback()
    monkeypatch.setattr(settings.current(), "case_keep_days", 30)
    assert entries("erasures.completed") == []
    jobs.erase(the_job())
    jobs.erase(the_job())
    assert [place for mark, place in one.marks.items() if mark in everything()] == []
    (entry,) = entries("erasures.completed")
    assert set(entry.changes["counts"]) == set(steps) and NAME not in str(entry.changes)


def killed(*_given: Any, **_named: Any) -> bool:
    raise KeyboardInterrupt


def the_job() -> Job:
    found = db.session.scalars(sa.select(Job).where(Job.name == operations.JOB)).one()
    db.session.expunge(found)
    return found


def hold(resident: Resident, office: Office) -> None:
    with transaction():
        later = clock.today() + timedelta(days=9)
        restrictions.restrict(resident, kind="legal_hold", reason="court", look_again_on=later, by=office.supervisor)


IN_THE_WAY: dict[str, Callable[[Resident, Office], Any]] = {
    "restricted": hold,
    "open cases": lambda resident, office: make_application(office.clerk, office.centre, resident),
    "Cards are under way": lambda resident, office: requested_card(office.clerk, office.centre, resident=resident),
    "Parcels lie": lambda resident, office: labelled_batch(
        ready_cards(1, office.clerk, office.centre, office.mailer, resident=resident, address="文三路90号"), office.mailer
    ),
    "Loss reports are in force": lambda resident, office: make_loss_report(resident, office.clerk, office.centre),
    "kept up to": lambda resident, office: make_application(office.clerk, office.centre, resident, status="withdrawn", is_open=False),
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_must_end_before_stands_in_the_way_of_asking_and_of_carrying_out(office: Office, what: str) -> None:
    early, late = register(office.clerk, "王龑"), register(office.clerk, "赵四")
    IN_THE_WAY[what](early, office)
    with pytest.raises(Conflict) as refused:
        ask(early, office.supervisor)
    assert what in str(refused.value.message)
    made = ask(late, office.supervisor)
    IN_THE_WAY[what](late, office)
    with pytest.raises(Conflict) as refused:
        carry_out(made, office.second)
    assert what in str(refused.value.message)
    db.session.refresh(late)
    assert late.name == "赵四" and late.erased_at is None and entries("erasures.approved") == []


def test_an_office_that_has_not_said_how_long_cases_are_kept_erases_nobody_who_has_one(office: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings.current(), "case_keep_days", 0)
    resident = register(office.clerk)
    closed_case(office, resident)
    with pytest.raises(Conflict) as refused:
        ask(resident, office.supervisor)
    assert "CARD_DESK_CASE_KEEP_DAYS" in str(refused.value.message)


def test_whoever_asks_does_not_carry_it_out_but_may_take_it_back(office: Office) -> None:
    resident = register(office.clerk)
    made = ask(resident, office.supervisor)
    with pytest.raises(NotAllowed):
        carry_out(made, office.supervisor)
    with pytest.raises(Conflict):
        ask(resident, office.second)
    with transaction():
        operations.refuse(made, by=office.supervisor.actor)
    with pytest.raises(Conflict):
        carry_out(made, office.second)
    assert resident.erased_at is None and made.state == "refused" and ask(resident, office.second).state == "waiting"


def test_the_database_itself_refuses_one_person_alone(office: Office) -> None:
    made = ask(register(office.clerk), office.supervisor)
    with pytest.raises(sa.exc.IntegrityError), transaction() as session:
        alone = {"answer": "carry_out", "answered_by_id": made.asked_by_id}
        session.execute(sa.update(Erasure).where(Erasure.id == made.id).values(alone))


def test_of_a_decision_nothing_but_its_note_goes_and_only_once_the_data_are_erased(office: Office) -> None:
    resident = register(office.clerk)
    case = closed_case(office, resident)
    decision = sa.select(Decision.id).where(Decision.application_id == case.id).scalar_subquery()
    for change in ({"note": ""}, {"note": "another"}, {"kind": "reject"}):
        with pytest.raises(sa.exc.IntegrityError, match="it was given"), transaction() as session:
            session.execute(sa.update(Decision).where(Decision.id == decision).values(change))
    erase(resident, office)
    for change in ({"note": "another"}, {"kind": "reject"}, {"note": "", "decided_by_id": office.clerk.id}):
        with pytest.raises(sa.exc.IntegrityError, match="it was given"), transaction() as session:
            session.execute(sa.update(Decision).where(Decision.id == decision).values(change))
    assert db.session.scalars(sa.select(Decision.note)).all() == [""]


def test_a_supervisor_of_one_centre_neither_asks_nor_carries_out(office: Office) -> None:
    local = make_staff("supervisor", username="local", centre=office.centre)
    resident = register(office.clerk)
    with pytest.raises(NotAllowed):
        ask(resident, local)
    made = ask(resident, office.supervisor)
    with pytest.raises(NotAllowed):
        carry_out(made, local)


def test_each_step_of_the_two_stands_in_the_log_with_ids_and_counts_alone(office: Office) -> None:
    resident = register(office.clerk, NAME)
    made = erase(resident, office)
    actors = {}
    for action in ("erasures.asked", "erasures.approved", "erasures.completed"):
        (entry,) = entries(action)
        assert entry.subject_ref == resident.public_id and entry.changes["erasure"] == made.public_id and NAME not in str(entry.changes)
        actors[action] = entry.actor_id
    assert list(actors.values()) == [office.supervisor.id, office.second.id, None]


def test_a_file_that_somebody_else_has_too_stays(office: Office) -> None:
    mine, other = register(office.clerk), register(office.clerk, "赵四")
    case = closed_case(office, mine)
    shared, alone = handed_in("shared"), handed_in("alone")
    for file in (shared, alone):
        make_document(case, "id_copy", file_id=file.id)
    with transaction():
        twin = storage.share(shared, "theirs.jpg")
        make_document(make_application(office.clerk, office.centre, other), "id_copy", file_id=twin.id)
    objects = {"shared": shared.sha256, "alone": alone.sha256}
    erase(mine, office)
    assert store().exists(objects["shared"]) and not store().exists(objects["alone"])
    assert db.session.scalar(sa.select(StoredFile.original_name).where(StoredFile.sha256 == objects["shared"])) == "theirs.jpg"


def test_what_was_handed_in_today_is_left_to_the_sweep_of_the_store(office: Office) -> None:
    resident = register(office.clerk)
    case = closed_case(office, resident)
    make_objects_old()
    young = store().put(b"handed in just now")
    with transaction() as session:
        file = session.get_one(StoredFile, handed_in("young").id)
        file.sha256 = young
        make_document(case, "id_copy", file_id=file.id)
    store().put(b"handed in just now")
    erase(resident, office)
    assert store().exists(young) and not db.session.scalar(sa.select(StoredFile.id).where(StoredFile.sha256 == young))


def test_nobody_finds_them_any_more_and_the_number_can_be_registered_anew(office: Office) -> None:
    one = marked(office)
    erase(one.resident, office)
    assert by_id_number(one.number) is None
    again = register(office.clerk, "王龑", number=one.number)
    assert again.id != one.resident.id and by_id_number(one.number) is again


def test_nothing_can_be_done_with_the_records_any_more(office: Office) -> None:
    resident = register(office.clerk)
    erase(resident, office)
    for refused in (
        lambda: residents.correct(resident, version=resident.version, by=office.clerk, name="王五"),
        lambda: residents.watch(resident, is_watched=True, reason="why not", by=office.supervisor),
        lambda: restrictions.restrict(resident, kind="dispute", reason="letter", look_again_on=None, by=office.supervisor),
    ):
        with pytest.raises(Erased), transaction():
            refused()


def test_restricted_records_are_told_from_erased_ones(office: Office) -> None:
    resident = register(office.clerk)
    hold(resident, office)
    with pytest.raises(Restricted):
        ask(resident, office.supervisor)


@pytest.mark.parametrize(("language", "words"), [("en", ("Erased on", "Erased")), ("zh", ("已于", "已删除"))])
def test_pages_of_old_cases_say_since_when_they_are_erased(
    sign_in: Callable[..., FlaskClient], office: Office, language: str, words: tuple[str, str]
) -> None:
    one = marked(office)
    erase(one.resident, office)
    browser = sign_in("supervisor", username=f"reads-{language}", language=language)
    pages = {
        "resident": f"/residents/{one.resident.public_id}",
        "case": f"/applications/{one.case.reference}",
        "erasure": f"/erasures/{queries.newest_of(one.resident).public_id}",
        "list": "/erasures/?state=all",
    }
    for name, address in pages.items():
        page = browser.get(address)
        assert page.status_code == 200, name
        assert words[0 if name in ("resident", "case") else 1] in page.text and NAME not in page.text, name


def test_the_dry_run_counts_what_the_job_erases_and_changes_nothing(office: Office) -> None:
    one = marked(office)
    before = everything()
    said = {str(label): count for label, count in queries.counted(one.resident)}
    assert everything() == before
    made = erase(one.resident, office)
    done = {str(label): count for label, count in queries.done(made)}
    more = {str(rules.LABELS[code]) for code in ("list_file", "saved_view", "person_key")}
    assert {label: count for label, count in done.items() if label not in more} == said


def test_reasons_from_before_there_were_keys_are_counted_and_stay(office: Office) -> None:
    resident = register(office.clerk)
    assert queries.old_words(resident) == 0
    make_entry(action="residents.corrected", subject_type="resident", subject_ref=resident.public_id, reason="in clear")
    assert queries.old_words(resident) == 1


def test_counts_of_reports_stay_as_they_were(sign_in: Callable[..., FlaskClient], office: Office) -> None:
    one: Marked = marked(office)
    browser = sign_in("supervisor", username="counts")
    before = browser.get("/reports/").text
    erase(one.resident, office)
    assert figures(browser.get("/reports/").text) == figures(before)


def figures(page: str) -> list[str]:
    """The numbers in a page's tables."""
    return [line.strip() for line in page.splitlines() if "<td" in line]
