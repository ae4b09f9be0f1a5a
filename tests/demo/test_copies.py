"""A large demo office is one office copied with other people in it; the copies obey the same rules."""

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import func, select
from stdnum.cn import ric

from admin_app.applications import queries, rules
from admin_app.applications.models import Application, Document
from admin_app.audit import operations as audit
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.demo import operations
from admin_app.demo.copies import People, make_people, people_ahead, settled_year
from admin_app.foundation import clock, crypto
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.numbering import next_number
from admin_app.mailing import rules as mailing_rules
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.residents.models import Resident, ResidentName
from tests.demo.size import COUNT

TODAY = dt.date(2026, 11, 22)


def _all(model):
    return db.session.scalars(select(model)).all()


def test_there_are_as_many_applications_as_asked_for(copied_office):
    assert db.session.scalar(select(func.count(Application.id))) == COUNT


def test_references_have_no_gaps(copied_office):
    numbers = sorted(int(reference[6:]) for reference in db.session.scalars(select(Application.reference)))
    assert numbers == list(range(1, COUNT + 1))


def test_numbers_go_on_after_the_last_copy(copied_office):
    with transaction():
        assert next_number(f"application-{clock.today().year % 100:02d}") == COUNT + 1
        audit.record("staff.signed_in", "staff", "x", by=SYSTEM)


def test_every_resident_is_somebody_else_with_a_valid_id_number(copied_office):
    numbers = [resident.open_id_number() for resident in _all(Resident)]
    assert all(map(ric.is_valid, numbers))
    assert len(set(numbers)) == len(numbers)


def test_phones_open_and_names_are_found(copied_office):
    for resident in _all(Resident):
        assert resident.open_phone()[-4:] == resident.phone_masked[-4:]
    assert set(db.session.scalars(select(ResidentName.resident_id))) == set(db.session.scalars(select(Resident.id)))


def test_parcels_go_to_the_resident_of_their_card(copied_office):
    parcels = _all(Parcel)
    assert parcels
    for parcel in parcels:
        assert parcel.recipient == parcel.card.application.resident.name == parcel.card.application.recipient
        assert parcel.address == parcel.card.application.resident.address


def test_parcel_numbers_labels_and_tracking_numbers_are_valid_and_differ(copied_office):
    parcels = _all(Parcel)
    tracked = [parcel.tracking_number for parcel in parcels if parcel.tracking_number]
    assert all(mailing_rules.is_parcel_number(code) for code in db.session.scalars(select(Label.code)))
    assert all(mailing_rules.tracking_fault(code, domestic="x") is None for code in tracked)
    assert all(label.code.startswith(label.parcel.number) for label in _all(Label))


def test_batches_count_their_own_parcels(copied_office):
    assert all(batch.parcel_count == len(batch.parcels) for batch in _all(MailingBatch))


def test_cards_are_collected_by_their_resident_or_an_agent(copied_office):
    for card in db.session.scalars(select(Card).where(Card.status == "collected")):
        case = card.application
        assert card.collected_by == (case.resident.name if case.applicant == "self" else case.agent_name)


def test_loss_reports_belong_to_the_resident_of_the_case(copied_office):
    linked = db.session.scalars(select(Application).where(Application.loss_report_id.is_not(None))).all()
    assert linked
    assert all(case.loss_report.resident_id == case.resident_id for case in linked)


def test_required_materials_fit_the_age_of_the_new_resident(copied_office):
    for case in db.session.scalars(select(Application).where(Application.status != rules.Status.DRAFT)):
        assert set(queries.materials_of(case)) <= {d.material for d in case.documents}


def test_each_case_has_its_own_timeline(copied_office):
    told = Counter(db.session.scalars(select(AuditEntry.case_ref).where(AuditEntry.action == "applications.taken_in")))
    assert set(told) == set(db.session.scalars(select(Application.public_id)))
    assert set(told.values()) == {1}


def test_log_entries_name_the_reference_of_their_case(copied_office):
    query = select(AuditEntry.subject_ref, Application.reference).join(Application, AuditEntry.case_ref == Application.public_id)
    pairs = db.session.execute(query.where(AuditEntry.subject_type == "application")).all()
    assert pairs
    assert all(subject == reference for subject, reference in pairs)


def test_documents_have_ids_of_their_own(copied_office):
    ids = db.session.scalars(select(Document.public_id)).all()
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("count", [1, 25_000, 25_001, 123_457, 1_000_000])
def test_offices_and_copies_add_up(count):
    assert sum(size * (1 + copies) for size, copies in operations.offices(count)) == count


@pytest.mark.parametrize(("age", "group"), [(3, (0, 7)), (7, (0, 7)), (9, (7, 16)), (15, (7, 16)), (17, (16, 99)), (40, (16, 99))])
def test_a_copy_keeps_the_age_group(age, group):
    year = settled_year(TODAY.replace(year=TODAY.year - age) - dt.timedelta(days=40), TODAY)
    assert group[0] <= TODAY.year - year - 1
    assert TODAY.year - year < group[1] or group[1] == 99


def test_people_are_the_same_whether_a_worker_made_them_or_not(app):
    wanted = [People(1, 0, (number, number + 1), (1980, 1990), TODAY, crypto.keyring()) for number in (10, 20, 30, 40)]
    by_worker = [[row[:3] for row in people] for people in people_ahead(iter(wanted))]
    assert by_worker == [[row[:3] for row in make_people(one)] for one in wanted]
