"""A resident or client with the number of a clerk shares nothing with that clerk: what is seen, listed, counted, limited, logged."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from admin_app.applications import queries
from admin_app.applications.models import Application
from admin_app.applications.operations import claims, decisions, unsaved
from admin_app.applications.queries import intake, queue
from admin_app.applications.queries.queue_filter import ME, QueueFilter
from admin_app.audit import queries as audit_queries
from admin_app.audit.models import AuditEntry
from admin_app.audit.operations import record
from admin_app.cards import queries as cards
from admin_app.dashboard.queries import home
from admin_app.foundation import clock, filing, keyset
from admin_app.foundation.actor import SYSTEM, Actor, Kind, is_actor
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.loss_reports import queries as loss_reports
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.operations import labels
from admin_app.mailing.queries import batches
from admin_app.residents import operations as residents
from admin_app.residents import queries as resident_queries
from admin_app.residents.models import Resident
from admin_app.staff import queries as staff_queries
from tests.factories.applications import held_by, make_application, make_linked_report, make_ready_case, make_unclaimed

READER = Actor(Kind.STAFF, 1, "auditor", rights=frozenset({"audit.read"}))
FILED = {"taken_by_id": None, "filed_by_kind": "resident", "filed_by_id": 7, "identity_level": 2}


def twin_of(member: Any, kind: Kind = Kind.RESIDENT, *, as_role: bool = False) -> Actor:
    """Somebody of another kind with the same number (and, to be strict, with the role and the rights of that person)."""
    actor: Actor = member.actor
    return replace(actor, kind=kind) if as_role else Actor(kind, actor.id, str(kind))


def seen(model: Any, condition: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(condition))


VISIBILITY: dict[str, tuple[Any, Callable[[Actor], Any]]] = {
    "applications": (Application, queries.visible_to),
    "applications in lists": (Application, queries.listed_for),
    "loss reports": (LossReport, loss_reports.visible_to),
    "cards": (Application, lambda who: sa.and_(sa.true(), cards.visible_to(who))),
    "residents": (Resident, resident_queries.visible_to),
    "mailing batches": (Application, batches.visible_to),
}


@pytest.mark.parametrize("kind", [Kind.RESIDENT, Kind.CLIENT])
@pytest.mark.parametrize("noun", VISIBILITY)
def test_whoever_is_not_of_the_staff_sees_nothing_through_a_query_of_the_staff(noun, kind, clerk, centre):
    make_linked_report(make_application(clerk, centre))
    model, condition = VISIBILITY[noun]
    assert seen(model, condition(twin_of(clerk, kind))) == 0


NUMBERED: dict[str, Callable[[Actor], int]] = {
    "taken in by me, seen": lambda who: seen(Application, queries.visible_to(replace(who, centre_id=None))),
    "my drafts": lambda who: intake.desk_counts(who)["drafts"],
    "my drafts on the home page": lambda who: home.numbers(who, {"n": home.draft_ids})["n"],
    "reports that I took and that ended": lambda who: seen(LossReport, loss_reports.visible_to(replace(who, centre_id=-1))),
}


@pytest.mark.parametrize("query", NUMBERED)
def test_even_with_the_role_of_a_clerk_the_same_number_is_somebody_else(query, clerk, centre):
    case = make_application(clerk, centre, status="draft", is_open=False)
    make_linked_report(case, ended_at=clock.now())
    assert NUMBERED[query](clerk.actor) == 1
    assert NUMBERED[query](twin_of(clerk, as_role=True)) == 0


OWNED: dict[str, Callable[[Actor], int]] = {
    "my cases": lambda who: queue.tab_counts(who, QueueFilter())["mine"],
    "with me": lambda who: len(queue.queue_page(who, QueueFilter("all", owner=ME)).rows),
    "decided by me today": lambda who: home.decided_by(who, clock.today()),
}


@pytest.mark.parametrize("query", OWNED)
def test_what_a_reviewer_holds_or_decided_is_not_the_twin_s(query, clerk, reviewer, centre):
    make_application(clerk, centre, **held_by(reviewer))
    decided = {"status": "approved", "is_open": False, "decided_by_id": reviewer.id, "decided_on": clock.today(), "decided_at": clock.now()}
    make_application(clerk, centre, **decided)
    assert OWNED[query](reviewer.actor) == 1
    assert OWNED[query](twin_of(reviewer, as_role=True)) == 0


def test_the_draft_of_a_form_is_not_the_twin_s(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        unsaved.keep_unsaved(case, {"note": "x"}, by=reviewer.actor)
    assert queries.unsaved_of(case, reviewer.actor) is not None
    assert queries.unsaved_of(case, twin_of(reviewer, as_role=True)) is None


def test_the_hold_on_a_case_is_not_the_twin_s(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    with pytest.raises(claims.ClaimLost), transaction():
        decisions.approve(case, by=twin_of(reviewer, as_role=True))
    assert case.status == "in_review"


def test_the_limit_of_revealed_numbers_is_not_shared(clerk, centre):
    resident = make_application(clerk, centre).resident
    with transaction():
        for _ in range(residents.REVEALS_AN_HOUR):
            record("residents.revealed", "resident", resident.public_id, by=twin_of(clerk), reason="test", about=resident.id)
    assert residents._reveals_of(clerk.actor) == 0
    assert residents._reveals_of(twin_of(clerk)) == residents.REVEALS_AN_HOUR


def test_the_log_knows_the_kind_and_gives_no_user_name_to_the_twin(clerk):
    with transaction():
        for who in (clerk.actor, twin_of(clerk), twin_of(clerk, Kind.CLIENT), SYSTEM):
            record("applications.posted", "application", "BK-26-0000001", by=who)
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.actor_kind for entry in entries] == ["staff", "resident", "client", "system"]
    assert audit_queries.usernames(entries) == {entries[0].id: "clerk"}


@pytest.mark.parametrize(("asked", "kind"), [("clerk", "staff"), ("system", "system")])
def test_the_log_asked_for_a_person_shows_no_twin(asked, kind, clerk):
    with transaction():
        for who in (clerk.actor, twin_of(clerk), twin_of(clerk, Kind.CLIENT), SYSTEM):
            record("applications.posted", "application", "BK-26-0000001", by=who)
    wanted = audit_queries.EntryFilter(actor=audit_queries.actor_called(asked))
    found = keyset.page(audit_queries.listed(READER, wanted, clock.today()), *audit_queries.NEWEST.columns, cursor=None, size=25, key=str)
    assert [entry.actor_kind for entry in found.rows] == [kind]


def test_a_pair_of_columns_names_nobody_of_another_kind(clerk):
    with transaction():
        record("applications.posted", "application", "BK-26-0000001", by=twin_of(clerk))
    condition = is_actor(AuditEntry.actor_kind, AuditEntry.actor_id, clerk.actor)
    assert seen(AuditEntry, condition) == 0


def test_a_job_that_the_twin_asked_for_is_not_done_in_the_name_of_the_clerk(clerk, monkeypatch):
    monkeypatch.setattr(jobs, "run", lambda _public_id: None)
    with transaction():
        job = jobs.enqueue("cards.request", dedupe_key="x", by=twin_of(clerk), application_id=0)
    assert db.session.get(Job, job.id).created_by_kind == "resident"
    assert labels._actor(job) == SYSTEM


def test_staff_is_listed_for_no_outsider(clerk):
    assert db.session.scalars(staff_queries.visible_to(twin_of(clerk))).all() == []


def test_a_case_that_a_resident_filed_is_handed_out_decided_and_listed(clerk, reviewer, supervisor, centre):
    case = make_application(clerk, centre, **FILED)
    assert seen(Application, queries.visible_to(clerk.actor)) == 1
    assert [row.id for row in queue.queue_page(reviewer.actor, QueueFilter("unclaimed")).rows] == [case.id]
    with transaction():
        assert claims.next_case(by=reviewer.actor).id == case.id
    with transaction():
        decisions.reject(case, by=reviewer.actor, reasons=["not_entitled"])
    assert [row.id for row in queue.queue_page(supervisor.actor, QueueFilter("closed")).rows] == [case.id]


def filed_by_residents(clerk: Any, centre: Any, count: int) -> None:
    make_unclaimed(clerk, centre, count)
    with transaction() as session:
        session.execute(sa.update(Application).values(**FILED))


def handed_out(reviewer: Any, most: int) -> int:
    """How many cases «next case» gives, each decided before the next one is asked for."""
    for number in range(most):
        with transaction() as session:
            case = claims.next_case(by=reviewer.actor)
            if case is None:
                return number
            closed = {"status": "withdrawn", "is_open": False, "owner_id": None, "lease_until": None}
            session.execute(sa.update(Application).where(Application.id == case.id).values(**closed))
    return most


@pytest.mark.parametrize("count", [20, pytest.param(1000, marks=pytest.mark.proof)])
def test_every_case_that_residents_filed_is_handed_out(count, clerk, reviewer, centre):
    filed_by_residents(clerk, centre, count)
    assert handed_out(reviewer, count + 1) == count


def test_none_would_be_if_takers_were_compared_as_numbers(monkeypatch, clerk, reviewer, centre):
    filed_by_residents(clerk, centre, 20)
    monkeypatch.setattr(claims, "is_somebody_else", lambda column, who: column != who.id + 0)
    monkeypatch.setattr(claims, "_most_urgent", claims._most_urgent.__wrapped__)
    assert handed_out(reviewer, 20) == 0


@pytest.mark.parametrize("level", [None, 0, 4])
def test_of_an_outsider_it_is_known_how_sure_the_office_was(level, clerk, centre):
    with pytest.raises(sa.exc.IntegrityError):
        make_application(clerk, centre, **(FILED | {"identity_level": level}))


def test_of_staff_no_level_is_kept(clerk, centre):
    with pytest.raises(sa.exc.IntegrityError):
        make_application(clerk, centre, identity_level=3)


def test_an_outsider_files_nothing_without_a_level():
    with pytest.raises(filing.NoLevel):
        filing.columns_with_level("taken_by_id", Actor(Kind.RESIDENT, 7, "resident"))


@pytest.mark.parametrize(
    "columns",
    [
        {"taken_by_id": None},
        {"filed_by_kind": "resident", "filed_by_id": 7},
        {"taken_by_id": None, "filed_by_kind": None, "filed_by_id": 7},
        {"taken_by_id": None, "filed_by_kind": "staff", "filed_by_id": 7},
    ],
)
def test_exactly_one_of_them_brought_a_case_in(columns, clerk, centre):
    with pytest.raises(sa.exc.IntegrityError):
        make_application(clerk, centre, **columns)


@pytest.mark.parametrize("path", ["/applications/{0}", "/queue/", "/queue/?tab=all"])
def test_the_pages_show_a_case_that_nobody_of_the_staff_took_in(path, sign_in, clerk, reviewer, centre):
    case = make_application(clerk, centre, **FILED)
    assert case.reference in sign_in(reviewer).get(path.format(case.reference)).text


def test_the_case_page_says_how_sure_the_office_was_of_the_filer(sign_in, clerk, reviewer, centre):
    case = make_application(clerk, centre, **FILED)
    own = make_application(clerk, centre)
    page = sign_in(reviewer)
    assert "identity by a code to the phone on file" in page.get(f"/applications/{case.reference}").text
    assert "identity" not in page.get(f"/applications/{own.reference}").text
