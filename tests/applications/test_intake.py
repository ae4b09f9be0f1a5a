"""From the counter to the queue: taking in, materials, submitting, resuming, withdrawing."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from admin_app.applications import queries
from admin_app.applications.models import Application
from admin_app.applications.operations import documents, intake, posting, waiting
from admin_app.applications.operations.details import CaseDetails, InvalidCase
from admin_app.applications.operations.moves import move
from admin_app.applications.queries import intake as reads
from admin_app.applications.rules import Material
from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.centres import queries as centres
from admin_app.foundation import clock
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.errors import Conflict, NotFound, StaleVersion
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.loss_reports import operations as loss_reports
from admin_app.loss_reports import queries as loss_queries
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.cards import make_card
from tests.factories.centres import make_centre
from tests.factories.residents import id_number, register
from tests.foundation.storage import samples
from tests.owner import unguarded_transaction

POST = {"postcode": "310012", "address": "浙江省杭州市西湖区\n文三路90号"}


def details(**changes: str) -> CaseDetails:
    return CaseDetails(**({"channel": "counter", "reason": "damaged"} | POST | changes))


def take_in(by: StaffMember, resident: Resident | None = None, key: str | None = None, **changes: str) -> Application:
    resident = resident or register(by)
    with transaction():
        return intake.take_in(resident, details(**changes), by=by, key=key)


def add_all(case: Application, by: StaffMember) -> None:
    ready = storage.prepare(samples.jpeg(), "scan.jpg")
    for material in reads.missing_materials(queries.checklist(case)):
        with transaction():
            documents.add(case, material, ready, by=by)


def submitted(by: StaffMember, **changes: str) -> Application:
    case = take_in(by, **changes)
    add_all(case, by)
    with transaction():
        intake.submit(case, version=case.version, by=by)
    return case


def last_action() -> str | None:
    return db.session.scalar(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1))


def test_taking_in_makes_a_numbered_draft(clerk: StaffMember) -> None:
    case = take_in(clerk)
    assert (case.status, case.is_open, case.version) == ("draft", False, 1)
    assert case.reference == f"BK-{clock.today():%y}-0000001" and case.recipient == "王龑"


def test_the_same_form_sent_twice_makes_one_draft(clerk: StaffMember) -> None:
    key, resident = new_public_id(), register(clerk)
    first, again = take_in(clerk, resident, key), take_in(clerk, resident, key)
    assert first.id == again.id and db.session.scalar(select(func.count(Application.id))) == 1


def test_an_unfinished_application_for_the_same_reason_is_named(clerk: StaffMember) -> None:
    first = take_in(clerk)
    with pytest.raises(intake.DuplicateApplication) as refused:
        take_in(clerk, first.resident)
    assert refused.value.details["reference"] == first.reference


def test_another_reason_or_a_closed_case_is_no_duplicate(clerk: StaffMember) -> None:
    first = take_in(clerk)
    take_in(clerk, first.resident, reason="expired")
    with transaction():
        intake.withdraw(first, version=first.version, reason="changed his mind", by=clerk)
    assert take_in(clerk, first.resident).id != first.id


CHILD, ADULT = date(2015, 3, 1), date(1980, 3, 1)


def field_of(refused: pytest.ExceptionInfo[InvalidCase]) -> str:
    assert str(refused.value.message)
    return str(refused.value.details["field"])


@pytest.mark.parametrize(
    ("born", "changes", "field"),
    [
        (ADULT, {"channel": "fax"}, "channel"),
        (ADULT, {"reason": "bored"}, "reason"),
        (ADULT, {"applicant": "neighbour"}, "applicant"),
        (ADULT, {"delivery": "pigeon"}, "delivery"),
        (ADULT, {"reason": "other", "statement": " "}, "statement"),
        (ADULT, {"statement": "x" * 501}, "statement"),
        (ADULT, {"old_card_serial": "1" * 21}, "old_card_serial"),
        (CHILD, {"applicant": "self"}, "applicant"),
        (CHILD, {"applicant": "proxy"}, "applicant"),
        (ADULT, {"applicant": "proxy", "agent_name": ""}, "agent_name"),
        (ADULT, {"applicant": "proxy", "agent_name": "李雷"}, "agent_id_number"),
        (ADULT, {"applicant": "proxy", "agent_name": "李雷", "agent_id_number": "123"}, "agent_id_number"),
        (ADULT, {"recipient": "x" * 51}, "recipient"),
        (ADULT, {"postcode": ""}, "postcode"),
        (ADULT, {"postcode": "31"}, "postcode"),
        (ADULT, {"address": ""}, "address"),
    ],
)
def test_what_is_not_possible_names_its_field(clerk: StaffMember, born: date, changes: dict[str, str], field: str) -> None:
    with pytest.raises((InvalidCase, TextRefused)) as refused:
        take_in(clerk, register(clerk, born=born), **changes)
    assert field_of(refused) == field


def test_a_proxy_is_not_the_resident(clerk: StaffMember) -> None:
    number = id_number()
    with pytest.raises(InvalidCase) as refused:
        take_in(clerk, register(clerk, number=number), applicant="proxy", agent_name="李雷", agent_id_number=number)
    assert field_of(refused) == "agent_id_number"


def test_a_proxy_is_an_adult(clerk: StaffMember) -> None:
    with pytest.raises(InvalidCase) as refused:
        take_in(clerk, applicant="proxy", agent_name="李雷", agent_id_number=id_number(CHILD))
    assert field_of(refused) == "agent_id_number"


def test_the_number_of_a_proxy_is_sealed_for_its_row_and_shown_masked(clerk: StaffMember) -> None:
    case = take_in(clerk, applicant="proxy", agent_name="李雷", agent_id_number="11010519491231002X")
    assert case.agent_id_masked == "**************002X" and b"11010519491231002X" not in case.agent_id_sealed


def test_collection_at_the_counter_needs_no_address(clerk: StaffMember) -> None:
    assert take_in(clerk, delivery="collect", postcode="", address="").address == ""


def test_who_works_for_the_whole_office_names_the_centre(clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidCase) as refused:
        take_in(make_staff("intake_clerk", username="without_centre"))
    assert field_of(refused) == "centre"


def test_a_draft_is_submitted_only_when_each_material_has_a_document(clerk: StaffMember) -> None:
    case = take_in(clerk)
    with pytest.raises(intake.MaterialsMissing) as refused, transaction():
        intake.submit(case, version=case.version, by=clerk)
    assert refused.value.details["materials"] == queries.materials_of(case) and case.status == "draft"


def test_submitting_starts_the_clock_in_working_days(clerk: StaffMember) -> None:
    with time_machine.travel("2026-11-20T09:00:00+08:00", tick=False):
        case = submitted(clerk)
    assert (case.status, case.is_open) == ("submitted", True)
    assert (case.due_on, case.statutory_on) == (
        centres.calendar().add(date(2026, 11, 20), 7),
        centres.calendar().add(date(2026, 11, 20), 15),
    )


def test_a_stale_form_does_not_submit(clerk: StaffMember) -> None:
    case = take_in(clerk)
    add_all(case, clerk)
    with pytest.raises(StaleVersion), transaction():
        intake.submit(case, version=1, by=clerk)


def test_changing_writes_the_details_and_records_no_address(clerk: StaffMember) -> None:
    case = take_in(clerk)
    with transaction():
        intake.change(case, details(reason="expired", address="新地址1号"), version=1, by=clerk)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert case.reason == "expired" and entry.changes == {"reason": ["damaged", "expired"]}


def test_a_change_on_an_older_version_is_refused_and_changes_nothing(clerk: StaffMember) -> None:
    case = take_in(clerk)
    with transaction():
        intake.change(case, details(address="A"), version=1, by=clerk)
    with pytest.raises(StaleVersion), transaction():
        intake.change(case, details(address="B"), version=1, by=clerk)
    assert case.address == "A"


def test_changing_keeps_the_sealed_number_of_the_proxy(clerk: StaffMember) -> None:
    agent = {"applicant": "proxy", "agent_name": "李雷"}
    case = take_in(clerk, agent_id_number="11010519491231002X", **agent)
    with transaction():
        intake.change(case, details(**agent), version=1, by=clerk)
    assert case.agent_id_masked == "**************002X"


def test_a_submitted_case_is_no_longer_changed_by_the_counter(clerk: StaffMember) -> None:
    case = submitted(clerk)
    with pytest.raises(Conflict), transaction():
        intake.change(case, details(), version=case.version, by=clerk)
    with pytest.raises(Conflict), transaction():
        documents.add(case, Material.PHOTO, storage.prepare(samples.jpeg(), "a.jpg"), by=clerk)


def wait_for_resident(case: Application, by: StaffMember, day: date) -> None:
    with transaction():
        move(case, "claim", by=by, owner_id=by.id)
        move(case, "request_information", by=by, paused_on=day)


def test_resuming_moves_the_deadlines_by_the_paused_working_days(clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    with time_machine.travel("2026-11-02T09:00:00+08:00", tick=False):
        case = submitted(clerk)
        wait_for_resident(case, make_staff("reviewer"), date(2026, 11, 2))
    due, statutory = case.due_on, case.statutory_on
    with time_machine.travel("2026-11-09T09:00:00+08:00", tick=False), transaction():
        waiting.resume(case, version=case.version, by=clerk, reason="told by phone")
    calendar = centres.calendar()
    assert (case.status, case.paused_on, case.paused_days) == ("in_review", None, 5)
    assert (case.due_on, case.statutory_on) == (calendar.add(due, 5), calendar.add(statutory, 5))


def test_resuming_needs_a_document_for_what_was_refused(clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    case = submitted(clerk)
    wait_for_resident(case, make_staff("reviewer"), clock.today())
    with transaction():
        case.documents[0].verdict = "refused"
    with pytest.raises(intake.MaterialsMissing), transaction():
        waiting.resume(case, version=case.version, by=clerk, reason="told by phone")


def test_withdrawing_needs_a_reason_and_closes_the_case(clerk: StaffMember) -> None:
    case = submitted(clerk)
    with pytest.raises(TextRefused), transaction():
        intake.withdraw(case, version=case.version, reason="", by=clerk)
    with transaction():
        intake.withdraw(case, version=case.version, reason="card found", by=clerk)
    assert (case.status, case.is_open, last_action()) == ("withdrawn", False, "applications.withdrawn")


def test_a_removed_document_comes_back(clerk: StaffMember) -> None:
    case = take_in(clerk)
    add_all(case, clerk)
    document = case.documents[0]
    with transaction():
        documents.remove(document, by=clerk)
    assert reads.missing_materials(queries.checklist(case)) == (Material(document.material),)
    with transaction():
        documents.restore(document, by=clerk)
    assert reads.missing_materials(queries.checklist(case)) == ()


def test_an_accepted_document_stays(clerk: StaffMember) -> None:
    case = take_in(clerk)
    add_all(case, clerk)
    with transaction():
        case.documents[0].verdict = "accepted"
    with pytest.raises(Conflict), transaction():
        documents.remove(case.documents[0], by=clerk)


def test_an_unknown_material_is_refused(clerk: StaffMember) -> None:
    case = take_in(clerk)
    with pytest.raises(documents.UnknownMaterial), transaction():
        documents.add(case, "<b>", storage.prepare(samples.jpeg(), "a.jpg"), by=clerk)


def test_a_case_holds_a_limited_number_of_documents(clerk: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_DOCUMENTS", 1)
    case = take_in(clerk)
    with transaction():
        documents.add(case, Material.PHOTO, storage.prepare(samples.jpeg(), "a.jpg"), by=clerk)
    with pytest.raises(documents.TooManyDocuments), transaction():
        documents.add(case, Material.PHOTO, storage.prepare(samples.jpeg(), "b.jpg"), by=clerk)


def test_the_formal_report_in_force_is_linked_with_its_proof(clerk: StaffMember) -> None:
    resident = register(clerk)
    with transaction():
        report = loss_reports.take(resident, channel="counter", is_formal=True, by=clerk)
        loss_reports.attach_proof(report, storage.prepare(samples.jpeg(), "proof.jpg"), by=clerk)
    case = take_in(clerk, resident, reason="lost")
    with transaction():
        assert intake.link_what_is_known(case, by=clerk) is report
    assert case.loss_report_id == report.id and Material.LOSS_PROOF not in reads.missing_materials(queries.checklist(case))


def test_a_loss_report_of_somebody_else_is_not_linked(clerk: StaffMember) -> None:
    somebody = register(clerk, "李雷")
    with transaction():
        report = loss_reports.take(somebody, channel="counter", is_formal=True, by=clerk)
    case = take_in(clerk, reason="lost")
    with pytest.raises(InvalidCase), transaction():
        intake.link_loss_report(case, report, by=clerk)


def test_a_loss_report_has_served_once_the_card_is_posted(clerk: StaffMember, mailer: StaffMember) -> None:
    resident = register(clerk)
    with transaction():
        report = loss_reports.take(resident, channel="counter", is_formal=True, by=clerk)
    case = take_in(clerk, resident, reason="lost")
    with transaction():
        intake.link_what_is_known(case, by=clerk)
    with unguarded_transaction():
        case.status = "approved"
    card = make_card(case, "ready")
    with transaction():
        cards.post(card, by=mailer, changes={})
        posting.mark_posted(case, clock.today(), by=mailer)
    assert report.ended_at is not None and loss_queries.in_force(resident) is None


def test_documents_are_found_only_by_those_who_see_the_case(clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    case = take_in(clerk)
    add_all(case, clerk)
    document = case.documents[0]
    assert reads.document(clerk, document.public_id) is document
    for other in (make_staff("mailroom_clerk"), make_staff("auditor"), make_staff("intake_clerk", centre=make_centre("BJ"))):
        with pytest.raises(NotFound):
            reads.document(other, document.public_id)


def test_the_desk_of_a_clerk_has_own_drafts_and_waiting_cases(clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    take_in(clerk)
    wait_for_resident(submitted(clerk), make_staff("reviewer"), clock.today() - timedelta(days=1))
    submitted(clerk)
    assert reads.desk_counts(clerk) == {"drafts": 1, "waiting": 1, "remind": 0, "running": 2}
    assert [row.status for row in reads.desk_page(clerk, "running").rows] == ["submitted", "needs_information"]
