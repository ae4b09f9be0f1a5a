"""A loss report from the call to its end."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.errors import Conflict, NotFound, StaleVersion
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text.texts import ReasonMissing
from admin_app.loss_reports import operations, queries
from admin_app.loss_reports.models import LossReport
from admin_app.staff.models import StaffMember
from tests.factories.centres import make_centre
from tests.factories.residents import register
from tests.foundation.storage import samples


def take(by: StaffMember, *, channel: str = "phone", is_formal: bool = False, **values) -> LossReport:  # type: ignore[no-untyped-def]
    resident = values.pop("resident", None) or register(by)
    with transaction():
        return operations.take(resident, channel=channel, is_formal=is_formal, by=by, **values)


def later(**by: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(**by), tick=False)


def test_a_call_gives_a_provisional_report_with_a_clock(clerk: StaffMember) -> None:
    report = take(clerk)
    assert report.status == "provisional" and report.lapses_at - report.reported_at == timedelta(hours=72)
    assert report.reference == f"GS-{clock.today():%y}-0000001"


def test_a_call_cannot_give_a_formal_report(clerk: StaffMember) -> None:
    with pytest.raises(operations.NotByPhone):
        take(clerk, channel="phone", is_formal=True)


@pytest.mark.parametrize("channel", ["counter", "online"])
def test_counter_and_online_can_give_a_formal_report(clerk: StaffMember, channel: str) -> None:
    report = take(clerk, channel=channel, is_formal=True)
    assert (report.status, report.lapses_at) == ("formal", None) and queries.in_force(report.resident) is report


def test_a_second_report_is_refused_and_names_the_first(clerk: StaffMember) -> None:
    first = take(clerk)
    with pytest.raises(operations.AlreadyReported) as refused:
        take(clerk, resident=first.resident)
    assert refused.value.details == {"public_id": first.public_id, "reference": first.reference}


def test_the_same_form_sent_twice_makes_one_report(clerk: StaffMember) -> None:
    key = new_public_id()
    first = take(clerk, key=key)
    assert take(clerk, resident=first.resident, key=key).id == first.id


def test_the_key_of_somebody_elses_form_is_refused(clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    first = take(clerk)
    with pytest.raises(Conflict):
        take(make_staff("reviewer"), resident=first.resident, key=first.public_id)


def test_a_provisional_report_becomes_formal_for_good(clerk: StaffMember) -> None:
    report = take(clerk)
    with transaction():
        operations.formalise(report, version=report.version, by=clerk)
    assert (report.status, report.lapses_at) == ("formal", None) and report.formal_at is not None
    with pytest.raises(Conflict), transaction():
        operations.lift(report, version=report.version, reason="found", by=clerk)


def test_a_provisional_report_is_lifted_with_a_reason(clerk: StaffMember) -> None:
    report = take(clerk)
    with pytest.raises(ReasonMissing), transaction():
        operations.lift(report, version=report.version, reason=" ", by=clerk)
    with transaction():
        operations.lift(report, version=report.version, reason="found", by=clerk)
    assert report.status == "lifted" and report.ended_at is not None


def test_a_stale_form_changes_nothing(clerk: StaffMember) -> None:
    report = take(clerk)
    with transaction():
        operations.formalise(report, version=1, by=clerk)
    with pytest.raises(StaleVersion), transaction():
        operations.lift(report, version=1, reason="found", by=clerk)
    assert report.status == "formal"


def test_a_provisional_report_lapses_when_its_time_has_run_out(clerk: StaffMember) -> None:
    report = take(clerk)
    with transaction():
        assert operations.lapse_due() == 0
    with later(hours=73), transaction():
        assert operations.lapse_due() == 1
    assert report.status == "lapsed"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.actor_role) == ("loss_reports.lapsed", "system")


def test_lapsing_twice_does_no_harm(clerk: StaffMember) -> None:
    take(clerk)
    with later(hours=73):
        for expected in (1, 0):
            with transaction():
                assert operations.lapse_due() == expected


def test_a_report_whose_time_has_run_out_cannot_become_formal(clerk: StaffMember) -> None:
    report = take(clerk)
    with later(hours=73), pytest.raises(Conflict), transaction():
        operations.formalise(report, version=report.version, by=clerk)


def test_after_the_time_has_run_out_a_new_report_is_possible(clerk: StaffMember) -> None:
    report = take(clerk)
    with later(hours=73):
        assert take(clerk, resident=report.resident, channel="counter", is_formal=True).status == "formal"


def test_a_formal_report_serves_until_the_new_card_has_left(clerk: StaffMember) -> None:
    report = take(clerk, channel="counter", is_formal=True)
    with transaction():
        operations.conclude(report, by=clerk)
    assert report.status == "formal" and queries.in_force(report.resident) is None


def test_a_proof_is_kept_with_the_report(clerk: StaffMember) -> None:
    report = take(clerk)
    ready = storage.prepare(samples.jpeg(), "notice.jpg")
    with transaction():
        operations.attach_proof(report, ready, by=clerk)
    assert report.proof.original_name == "notice.jpg" and report.version == 2


def test_colleagues_elsewhere_see_running_reports_but_not_ended_ones(clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    elsewhere = make_staff("intake_clerk", username="elsewhere", centre=make_centre("BJ"))
    report = take(clerk)
    assert queries.by_public_id(elsewhere, report.public_id) is report
    with transaction():
        operations.lift(report, version=1, reason="found", by=clerk)
    with pytest.raises(NotFound):
        queries.by_public_id(elsewhere, report.public_id)


@pytest.mark.parametrize("role", ["mailroom_clerk", "administrator"])
def test_roles_without_the_permission_see_no_report(clerk: StaffMember, make_staff, role: str) -> None:  # type: ignore[no-untyped-def]
    report = take(clerk)
    with pytest.raises(NotFound):
        queries.by_public_id(make_staff(role), report.public_id)


def test_the_list_counts_each_tab_and_pages_both_ways(clerk: StaffMember) -> None:
    for _ in range(5):
        take(clerk)
    take(clerk, channel="counter", is_formal=True)
    assert queries.counts(clerk) == {"call": 0, "provisional": 5, "formal": 1, "ended": 0}
    first = queries.page(clerk, "provisional", size=2)
    second = queries.page(clerk, "provisional", size=2, cursor=first.after)
    third = queries.page(clerk, "provisional", size=2, cursor=second.after)
    back = queries.page(clerk, "provisional", size=2, cursor=second.before)
    assert [len(page.rows) for page in (first, second, third)] == [2, 2, 1]
    assert (first.before, third.after) == (None, None) and back.rows == first.rows and back.before is None
