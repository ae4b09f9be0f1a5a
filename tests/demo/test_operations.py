"""Loading the demo office: what it leaves in the database obeys the rules of every room."""

import json
import stat
from collections import Counter

import pytest
import time_machine
from sqlalchemy import func, select
from stdnum.cn import ric

from admin_app.applications import queries, rules
from admin_app.applications.models import Application, Decision, Document
from admin_app.audit import operations as audit
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.centres import queries as centres
from admin_app.demo import accounts, operations
from admin_app.demo.office import FIRST_CENTRE
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.numbering import next_number
from admin_app.loss_reports.models import LossReport
from admin_app.mailing import rules as mailing_rules
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.residents.models import Resident, ResidentName
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import attempts, signing_in
from admin_app.staff.permissions import Role
from tests.demo.size import COUNT, SEED, quiet
from tests.factories.centres import make_centre
from tests.factories.staff import make_staff
from tests.routes import checksum


def _all(model):
    return db.session.scalars(select(model)).all()


def test_as_many_applications_as_asked_for(office):
    assert office.applications == COUNT
    assert db.session.scalar(select(func.count(Application.id))) == COUNT


def test_references_are_gapless_and_in_order_of_arrival(office):
    cases = db.session.scalars(select(Application).order_by(Application.reference)).all()
    assert [case.received_at for case in cases] == sorted(case.received_at for case in cases)


def test_numbers_go_on_after_the_demo(office):
    year = clock.today().year % 100
    with transaction():
        assert next_number(f"application-{year:02d}") <= COUNT + 1


def test_rows_can_be_added_after_the_demo(office):
    with transaction():
        audit.record("staff.signed_in", "staff", "x", by=SYSTEM)


def test_every_id_number_is_valid_and_marked_fictitious(office):
    for resident in _all(Resident):
        assert ric.is_valid(resident.open_id_number())
        assert resident.is_fictitious


def test_everybody_can_be_found_by_name(office):
    named = set(db.session.scalars(select(ResidentName.resident_id)))
    assert named == set(db.session.scalars(select(Resident.id)))


def test_nobody_decides_what_they_took_in(office):
    assert all(case.decided_by_id != case.taken_by_id for case in _all(Application))


def test_open_is_what_the_status_says(office):
    assert all(case.is_open == (rules.Status(case.status) in rules.OPEN) for case in _all(Application))


def test_lost_and_stolen_cards_were_approved_on_a_formal_report_of_the_same_resident(office):
    for case in _all(Application):
        if case.status == rules.Status.APPROVED and case.reason in rules.NEEDS_FORMAL_LOSS_REPORT:
            assert case.loss_report.status == "formal"
            assert case.loss_report.resident_id == case.resident_id


def test_nothing_happened_in_the_future(office):
    assert db.session.scalar(select(func.max(AuditEntry.at))) <= clock.now()


def test_the_log_is_in_order_of_time(office):
    moments = db.session.scalars(select(AuditEntry.at).order_by(AuditEntry.id)).all()
    assert list(moments) == sorted(moments)


def test_moments_of_a_case_follow_each_other(office):
    for case in _all(Application):
        moments = [moment for moment in (case.received_at, case.submitted_at, case.decided_at) if moment]
        assert moments == sorted(moments)


def test_promised_day_follows_the_calendar(office):
    calendar, promised = centres.calendar(), settings.current().promised_days
    plain = [case for case in _all(Application) if case.submitted_at and not case.decisions and not case.paused_on]
    assert plain
    for case in plain:
        assert case.due_on == calendar.add(clock.to_office(case.submitted_at).date(), promised)


def test_decided_cases_have_their_decision(office):
    for case in _all(Application):
        kinds = [decision.kind for decision in case.decisions]
        assert ("approve" in kinds) == (case.status == rules.Status.APPROVED)
        if case.status == rules.Status.REJECTED:
            assert kinds[-1] == "reject"


def test_rejections_and_requests_name_a_coded_reason_of_their_kind(office):
    for decision in _all(Decision):
        kinds = {reason.reason_code.kind for reason in decision.reasons}
        assert kinds == ({decision.kind} if decision.kind != "approve" else set())


def test_submitted_cases_have_every_required_material(office):
    for case in _all(Application):
        if case.status == rules.Status.DRAFT:
            continue
        assert set(queries.materials_of(case)) <= {d.material for d in case.documents}


def test_approved_cases_have_an_accepted_document_for_every_material(office):
    for case in _all(Application):
        if case.status == rules.Status.APPROVED:
            accepted = {d.material for d in case.documents if d.verdict == "accepted"}
            assert set(queries.materials_of(case)) <= accepted
            assert all(d.verdict != "pending" for d in case.documents)


def test_a_refused_document_says_why_and_by_whom(office):
    refused = db.session.scalars(select(Document).where(Document.verdict == "refused")).all()
    assert refused
    assert all(d.verdict_reason.kind == "refuse_document" and d.verdict_by_id and d.verdict_at for d in refused)


def test_approved_cases_have_one_live_card_and_others_none(office):
    for case in _all(Application):
        cards = db.session.scalars(select(Card).where(Card.application_id == case.id)).all()
        live = [card for card in cards if card.status != "spoiled"]
        assert len(live) == (1 if case.status == rules.Status.APPROVED else 0)


def test_posted_cards_have_a_posted_parcel_with_a_valid_tracking_number(office):
    posted = db.session.scalars(select(Card).where(Card.status == "posted")).all()
    assert posted
    for card in posted:
        parcel = db.session.scalars(select(Parcel).where(Parcel.card_id == card.id)).one()
        assert parcel.status == "posted"
        assert mailing_rules.tracking_fault(parcel.tracking_number, domestic="x") is None
        assert mailing_rules.is_parcel_number(parcel.number)
        assert card.application.posted_on == parcel.batch.posted_on


def test_batches_know_how_many_parcels_they_have(office):
    batches = _all(MailingBatch)
    assert batches
    assert all(batch.parcel_count == len(batch.parcels) for batch in batches)


def test_loss_reports_carry_the_times_that_belong_to_their_state(office):
    for report in _all(LossReport):
        assert (report.formal_at is not None) == (report.status == "formal")
        assert (report.lapses_at is None) == (report.status == "formal")
        assert report.status != "provisional" or report.lapses_at > clock.now()


def test_one_account_for_each_role_signs_in_with_the_password_of_the_file(office):
    written = json.loads(accounts.accounts_file().read_text("utf-8"))
    assert set(written) == set(Role)
    for role, account in written.items():
        with transaction():
            attempt = signing_in.begin(account["username"], attempts.tries(account["username"]))
        compared = signing_in.compare(attempt, account["password"])
        with transaction():
            assert signing_in.conclude(attempt, compared).role == role


def test_the_accounts_file_is_for_its_owner_only(office):
    assert stat.S_IMODE(accounts.accounts_file().stat().st_mode) == 0o600


def test_colleagues_have_no_password(office):
    usernames = [account["username"] for account in office.accounts.values()]
    others = db.session.scalars(select(StaffMember).where(StaffMember.username.not_in(usernames))).all()
    assert others
    assert all(member.password is None for member in others)


def test_a_second_load_adds_other_people(office):
    operations.load(10, seed=SEED, report=quiet)
    assert db.session.scalar(select(func.count(Application.id))) == COUNT + 10


def test_another_seed_is_refused_and_adds_nothing(office):
    with pytest.raises(operations.NotADemo):
        operations.load(10, seed=SEED + 1, report=quiet)
    assert db.session.scalar(select(func.count(Application.id))) == COUNT


def test_a_database_with_real_residents_is_refused(office):
    with transaction() as session:
        session.scalars(select(Resident).limit(1)).one().is_fictitious = False
    with pytest.raises(operations.NotADemo):
        operations.load(10, seed=SEED, report=quiet)


@pytest.mark.parametrize("made", [lambda: make_staff("reviewer"), lambda: make_centre("OURS")], ids=["staff", "centre"])
def test_an_office_that_people_have_begun_to_use_is_refused(app, made):
    made()
    before = checksum()
    with pytest.raises(operations.NotADemo):
        operations.load(10, seed=SEED, report=quiet)
    assert checksum() == before


def test_a_demo_in_which_people_worked_is_added_to(office):
    make_staff("reviewer")
    operations.load(10, seed=SEED, report=quiet)
    assert db.session.scalar(select(func.count(Application.id))) == COUNT + 10


def test_a_start_adds_nothing_to_a_demo_that_is_there(office, app):
    answer = app.test_cli_runner().invoke(args=["demo", "--once", "--applications", "10", "--seed", str(SEED)])
    assert (answer.exit_code, answer.output) == (0, "")
    assert db.session.scalar(select(func.count(Application.id))) == COUNT


def test_control_a_start_fills_a_demo_that_is_empty(app, stand_in_files):
    answer = app.test_cli_runner().invoke(args=["demo", "--once", "--applications", "3"])
    assert answer.exit_code == 0, answer.output
    assert db.session.scalar(select(func.count(Application.id))) == 3
    assert "Added 3 applications" in answer.output and "li.min" not in answer.output  # make run prints the accounts, once


def test_a_production_installation_is_refused(app, monkeypatch):
    monkeypatch.setattr(settings.current(), "environment", "production")
    answer = app.test_cli_runner().invoke(args=["demo", "--applications", "1"])
    assert answer.exit_code == 1
    assert db.session.scalar(select(func.count(StaffMember.id))) == 0


def test_the_command_prints_the_accounts_once(app, stand_in_files):
    run = app.test_cli_runner().invoke
    first = run(args=["demo", "--applications", "3", "--seed", "9"])
    second = run(args=["demo", "--applications", "3", "--seed", "9"])
    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert "li.min" in first.output
    assert "li.min" not in second.output


def test_the_office_has_a_resident_with_restricted_records_and_one_who_is_erased(app, stand_in_files):
    answer = app.test_cli_runner().invoke(args=["demo", "--applications", "90", "--seed", str(SEED)])
    assert answer.exit_code == 0, answer.output
    restricted = db.session.scalars(select(Resident).where(Resident.is_restricted)).all()
    erased = db.session.scalars(select(Resident).where(Resident.erased_at.is_not(None))).all()
    assert len(restricted) == len(erased) == 1 and restricted[0].id != erased[0].id
    assert db.session.scalar(select(func.count(Application.id)).where(Application.resident_id.in_([restricted[0].id, erased[0].id]))) == 0
    assert app.test_cli_runner().invoke(args=["demo", "--applications", "3", "--seed", str(SEED)]).exit_code == 0
    assert db.session.scalar(select(func.count(Resident.id)).where(Resident.is_restricted)) == 1


def test_the_same_seed_tells_the_same_cases(office):
    def told():
        loader = operations.Loader(40, seed=SEED, first=0, report=quiet)
        loader.days.now = loader.days.now.replace(second=0, microsecond=0)
        return [(case.person.name.written, case.reference, case.story.stage, case.story.reason) for case in map(loader.case, range(40))]

    assert told() == told()


def _drafts(moment, count):
    """The drafts among the newest cases of an office that is loaded at `moment`, and its people."""
    with time_machine.travel(f"{moment}+00:00", tick=False):
        loader = operations.Loader(count, seed=SEED, first=0, report=quiet)
        newest = [loader.case(index).story for index in range(count - count // 5, count)]
    return [story for story in newest if story.stage == rules.Status.DRAFT], loader.roster


@pytest.mark.parametrize("moment", ["2026-11-23T01:30", "2026-11-25T06:00", "2026-11-28T08:00", "2026-10-08T02:00"])
@pytest.mark.parametrize("count", [300, 2_000])
def test_the_intake_account_has_drafts_and_so_have_others(office, moment, count):
    drafts, roster = _drafts(moment, count)
    owners = Counter(story.taken_by.id for story in drafts)
    assert 2 <= owners.pop(roster.clerks[FIRST_CENTRE][0].id) <= 8
    assert len(owners) >= 2


def test_a_draft_was_begun_at_the_counter_of_its_clerk(office):
    drafts, roster = _drafts("2026-11-25T06:00", 300)
    assert {story.channel for story in drafts} == {rules.Channel.COUNTER}
    assert all(story.taken_by in roster.clerks[story.centre] for story in drafts)


@pytest.mark.parametrize("moment", ["2026-10-08T02:00", "2026-11-23T01:30", "2026-11-28T08:00", "2026-12-01T01:30"])
@pytest.mark.parametrize("count", [120, 300])
def test_some_cards_wait_for_the_maker_whatever_the_day(office, moment, count):
    with time_machine.travel(f"{moment}+00:00", tick=False):
        loader = operations.Loader(count, seed=SEED, first=0, report=quiet)
        stories = [loader.case(index).story for index in range(count)]
    waiting = [story for story in stories if story.cards and story.cards[-1].status == "requested"]
    assert len(waiting) >= 3  # two batches and one to be marked by hand


def test_files_of_open_cases_show_their_own_resident(app):
    operations.load(12, seed=SEED, report=quiet)
    undecided = db.session.scalars(select(Application).where(Application.decided_at.is_(None))).all()
    files = [document.file_id for case in undecided for document in case.documents]
    assert files
    assert len(set(files)) == len(files)
    assert {document.file.kind for case in _all(Application) for document in case.documents} <= {"jpeg", "pdf"}


def test_two_people_decided_wherever_a_rule_asks_for_them(larger_office):
    cases = _all(Application)
    asked = [
        case
        for case in cases
        if case.status == rules.Status.APPROVED
        and (case.applicant == rules.Applicant.PROXY or case.is_sampled or case.address_changed_on is not None)
    ]
    assert asked and {case.recommended_by_id for case in asked}.isdisjoint({None})
    for case in cases:
        made = case.recommendations
        assert bool(made) == (case.recommended_by_id is not None)
        if made:
            assert (made[-1].answer, made[-1].answered_by_id) == (
                {"approved": "approve", "rejected": "reject"}.get(case.status), case.decided_by_id,
            )  # fmt: skip
            assert len({made[-1].recommended_by_id, case.taken_by_id, case.decided_by_id}) == 3


def test_some_cases_wait_for_their_second_person_with_everything_verified(larger_office):
    waiting = [case for case in _all(Application) if case.status == rules.Status.RECOMMENDED]
    assert waiting
    for case in waiting:
        assert case.owner_id is None and case.recommended_by_id != case.taken_by_id
        assert not queries.what_is_missing(case, queries.checklist(case))
