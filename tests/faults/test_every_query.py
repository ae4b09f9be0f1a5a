"""Every query that is told who looks: found by enumeration, asked as everybody of a full office and as whoever has their number.

A resident or client with the number of a staff member is shown nothing by a query of the staff, and even with that person's role and rights
the number is never what the database is asked for.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

import admin_app
from admin_app.applications import queries as applications
from admin_app.applications.models import Application, Document
from admin_app.applications.operations import unsaved
from admin_app.applications.queries import case, intake, queue, queue_filter, receipt, search, second, visibility
from admin_app.applications.queries.queue_filter import ME, QueueFilter
from admin_app.applications.rules import DecisionKind
from admin_app.audit import queries as audit
from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.audit.operations import reading
from admin_app.cards import queries as cards
from admin_app.cards.models import Card, Destruction
from admin_app.dashboard.queries import behind, behind_remade, home
from admin_app.erasures import queries as erasures
from admin_app.erasures.models import Erasure
from admin_app.foundation import cache, clock, keyset
from admin_app.foundation.actor import Actor, Kind
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import NotFound
from admin_app.intake_api import queries as clients
from admin_app.intake_api.models import ApiClient
from admin_app.loss_reports import queries as loss_reports
from admin_app.loss_reports.forms import UNSENT
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import Label, LabelSheet, MailingBatch, Parcel, SheetCell
from admin_app.mailing.queries import batches, carrier, letters, paper_lists, parcels, returns, whereabouts
from admin_app.mailing.rules.carrier import Line
from admin_app.notices import queries as notices
from admin_app.notices import rules as notice_rules
from admin_app.notices.models import Notice
from admin_app.production.models import MakerAnswer, ProductionBatch, ProductionLine
from admin_app.production.queries import answers
from admin_app.production.queries import batches as production
from admin_app.residents import queries as residents
from admin_app.residents.models import Resident
from admin_app.residents.operations import note_call, update_contact
from admin_app.restrictions import queries as restrictions
from admin_app.restrictions.models import Restriction
from admin_app.staff import queries as staff
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import Role
from admin_app.unsent_forms import operations as unsent_forms
from admin_app.unsent_forms import queries as unsent_queries
from admin_app.unsent_forms.models import UnsentForm
from tests.factories.applications import make_application, make_decision
from tests.factories.audit import make_entry
from tests.factories.cards import approved, make_card
from tests.factories.mailing import make_batch
from tests.factories.notices import make_notice
from tests.faults.furnished import FullOffice

WHO = {"who", "_who", "staff", "_staff", "actor", "viewer", "me", "by"}
"""What whoever looks is called where a query is told."""
NUMBER = 987_654_321
"""A staff member's number that nothing else in the office has."""


def asking(module: ModuleType) -> Iterator[str]:
    """The public functions of a module that are told who looks."""
    for name, function in vars(module).items():
        plain = inspect.unwrap(function) if callable(function) else function
        if not inspect.isfunction(plain) or plain.__module__ != module.__name__ or name.startswith("_"):
            continue
        told = inspect.signature(plain).parameters.values()
        if any(one.annotation is Actor or one.name in WHO for one in told):
            yield f"{module.__name__.removeprefix('admin_app.')}.{name}"


def every_query() -> set[str]:
    """Those of every module of queries."""
    names = [found.name for found in pkgutil.walk_packages(admin_app.__path__, "admin_app.") if "queries" in found.name.split(".")]
    return {query for name in names for query in asking(importlib.import_module(name))}


@dataclass(frozen=True)
class Scene:
    """Records of which each query has at least one to find."""

    case: Application
    card: Card
    gone: Card
    batch: MailingBatch
    parcel: Parcel
    label: Label
    report: LossReport
    document: Document


def one(model: Any, *conditions: Any) -> Any:
    found = db.session.scalars(sa.select(model).where(*conditions).order_by(model.id)).first()
    assert found is not None, model
    return found


def scene() -> Scene:
    return Scene(
        case=one(Application, Application.status == "in_review", Application.id.in_(sa.select(Document.application_id))),
        card=one(Card, Card.status == "made"), gone=one(Card, Card.serial.is_not(None)),
        batch=one(MailingBatch, MailingBatch.status == "labelled"), parcel=one(Parcel, Parcel.status == "labelled"),
        label=one(Label), report=one(LossReport, LossReport.status == "provisional"), document=one(Document),
    )  # fmt: skip


@pytest.fixture
def furnished_more(full_office: FullOffice) -> FullOffice:
    """With what is counted for a day or a person: something posted, decided, revealed, refused, come back, left unsaved."""
    with full_office.app.app_context():
        people = {role: one(StaffMember, StaffMember.role == role) for role in ("reviewer", "intake_clerk", "mailroom_clerk")}
        reviewer, clerk = people["reviewer"], people["intake_clerk"]
        back = make_application(clerk, clerk.centre)
        make_decision(back, reviewer, "request_information")
        make_application(clerk, clerk.centre, scene().case.resident)
        make_batch(people["mailroom_clerk"], "posted", posted_on=clock.today(), posted_at=clock.now(), parcel_count=1)
        bad = make_card(approved(clerk, clerk.centre), "spoiled")
        make_card(bad.application, "requested", copy=2, replaces_id=bad.id, fault="maker")
        make_entry(action="residents.revealed", subject_type="resident")
        make_notice(scene().parcel.card.application, "approved")
        make_entry(action="staff.sign_in_refused", subject_type="staff", outcome="refused", reason="test")
        make_entry(action="residents.watched_seen", subject_type="resident")
        reading.write([reading.Look("resident", "x", "x")], by=reviewer.actor)
        with transaction() as session:
            unsaved.keep_unsaved(scene().case, {"note": "x"}, by=reviewer)
            unsent_forms.keep(scene().case.resident, "loss_report", (("circumstances", "x"),), key=None, by=clerk.actor)
            note_call(scene().case.resident, outcome="reached", by=reviewer)
            note_call(scene().case.resident, outcome="no_answer", about_ref=scene().report.public_id, by=reviewer)
            for phone in ("13900135521", "13900135566"):  # the second one corrects the first
                update_contact(scene().case.resident, phone=phone, by=clerk)
            session.execute(sa.update(LossReport).where(LossReport.status == "provisional").values(lapses_at=clock.now()))
    return full_office


def count(model: Any, condition: ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(condition)) or 0


def listed(query: Any, order: keyset.Order = queue.BY_DUE) -> Any:
    return keyset.page(query, *order.columns, cursor=None, size=25, key=str)


def _line_and_key() -> tuple[ProductionBatch, str]:
    line = one(ProductionLine)
    return line.batch, line.key


TODAY = clock.now().date()
ANY = behind_remade.Asked()
RECEIVED, ASKED_FOR_MORE = behind.Asked("received"), behind.Asked("request_information")
QUEUES = [QueueFilter(tab) for tab in queue_filter.TABS] + [QueueFilter("all", owner=ME)]
Ask = Callable[[Actor, Scene], Any]


def tabs(ask: Callable[[Actor, Any], Any], values: Any) -> Ask:
    """Asked for every tab."""
    return lambda who, _scene: [thing for tab in values for thing in things(ask(who, tab))]


ASKED: dict[str, Ask] = {
    "applications.queries.case.case_by_reference": lambda who, it: case.case_by_reference(who, it.case.reference),
    "applications.queries.receipt.by_public_ids": lambda who, it: receipt.by_public_ids(who, [it.case.public_id]),
    "applications.queries.case.history": lambda who, it: [past for past in case.history(it.case, who) if past.is_visible],
    "applications.queries.second.asking": lambda who, it: list(second.asking(it.case, who)[DecisionKind.APPROVE]),
    "applications.queries.second.parts_of": lambda who, it: second.parts_of(it.case, who),
    "applications.queries.unsaved.unsaved_of": lambda who, it: applications.unsaved_of(it.case, who),
    "applications.queries.intake.visible_references": lambda who, it: intake.visible_references(who, it.case.resident),
    "applications.queries.intake.document": lambda who, it: intake.document(who, it.document.public_id),
    "applications.queries.intake.waiting": lambda who, _: intake.waiting(who),
    "applications.queries.intake.listed": tabs(lambda who, tab: intake.listed(who, tab, TODAY), intake.TABS),
    "applications.queries.intake.desk_page": tabs(intake.desk_page, intake.TABS),
    "applications.queries.intake.ids": tabs(lambda who, tab: intake.ids(who, tab, TODAY), intake.TABS),
    "applications.queries.intake.desk_counts": lambda who, _: intake.desk_counts(who),
    "applications.queries.queue.queue_page": tabs(queue.queue_page, QUEUES),
    "applications.queries.queue.listed": tabs(lambda who, wanted: queue.listed(who, wanted, TODAY), QUEUES),
    "applications.queries.queue.ids": tabs(lambda who, wanted: queue.ids(who, wanted, TODAY), QUEUES),
    "applications.queries.queue.tab_counts": lambda who, _: queue.tab_counts(who, QueueFilter()),
    "applications.queries.queue.around": lambda who, it: [
        line for line in queue.around(who, QueueFilter("all"), it.case) if line.id != it.case.id
    ],
    "applications.queries.queue.unclaimed_ids": lambda who, _: queue.unclaimed_ids(who),
    "applications.queries.queue.mine_ids": lambda who, _: queue.mine_ids(who),
    "applications.queries.queue.held_by": lambda who, _: queue.held_by(who),
    "applications.queries.queue.deciders": lambda who, _: queue.deciders(who),
    "applications.queries.queue.decider": lambda who, _: queue.decider(who, "m-r"),
    "applications.queries.queue_filter.conditions": tabs(
        lambda who, wanted: range(count(Application, sa.and_(*queue_filter.conditions(who, wanted, TODAY)))), QUEUES
    ),
    "applications.queries.search.applications_called": lambda who, it: search.applications_called(who, it.case.reference),
    "applications.queries.search.loss_report_called": lambda who, it: search.loss_report_called(who, it.report.reference),
    "applications.queries.search.residents_with_number": lambda who, _: search.residents_with_number(who, "13805715521"),
    "applications.queries.search.named": lambda who, _: db.session.execute(search.named(who, None, TODAY), search.prefix("王")).all(),
    "applications.queries.search.with_cases": lambda who, it: [
        found for person in search.with_cases(who, [_person(it.case.resident)]) for found in person.cases
    ],
    "applications.queries.visibility.visible_to": lambda who, _: range(count(Application, visibility.visible_to(who))),
    "applications.queries.visibility.sees_all": lambda who, _: visibility.sees_all(who),
    "applications.queries.visibility.listed_for": lambda who, _: range(count(Application, visibility.listed_for(who))),
    "applications.queries.visibility.by_public_id": lambda who, it: visibility.by_public_id(who, it.case.public_id),
    "applications.queries.visibility.by_reference": lambda who, it: visibility.by_reference(who, it.case.reference),
    "applications.queries.visibility.sees": lambda who, it: visibility.sees(who, it.case),
    "audit.queries.entries.visible_to": lambda who, _: range(count(AuditEntry, audit.visible_to(who))),
    "audit.queries.readings.readings_visible_to": lambda who, _: range(count(ReadNote, audit.readings_visible_to(who))),
    "audit.queries.readings.readings": lambda who, _: listed(audit.readings(who, audit.ReadingFilter(), TODAY), audit.LATEST),
    "audit.queries.entries.listed": lambda who, _: listed(audit.listed(who, audit.EntryFilter(), TODAY), audit.NEWEST),
    "cards.queries.visible_to": lambda who, _: range(count(Card, cards.visible_to(who))),
    "cards.queries.listed_for": lambda who, _: range(count(Card, cards.listed_for(who))),
    "cards.queries.by_public_id": lambda who, it: cards.by_public_id(who, it.card.public_id),
    "cards.queries.by_public_ids": lambda who, it: cards.by_public_ids(who, [it.card.public_id]),
    "cards.queries.by_serial": lambda who, it: cards.by_serial(who, it.gone.serial),
    "cards.queries.of_application": lambda who, it: cards.of_application(who, it.card.application_id),
    "cards.queries.page": tabs(cards.page, cards.TABS),
    "cards.queries.listed": tabs(lambda who, tab: listed(cards.listed(who, tab, TODAY), cards.OLDEST), cards.TABS),
    "cards.queries.ids": tabs(lambda who, tab: cards.ids(who, tab, TODAY), cards.TABS),
    "cards.queries.oldest": tabs(lambda who, tab: cards.oldest(who, tab, limit=9), cards.TABS),
    "cards.queries.counts": lambda who, _: cards.counts(who),
    "cards.queries.ids_in": lambda who, _: cards.ids_in(who, *cards.TABS),
    "cards.queries.waiting_for": lambda who, _: cards.waiting_for(who),
    "cards.queries.destructions_for": lambda who, _: range(count(Destruction, cards.destructions_for(who))),
    "cards.queries.destruction_by_public_id": lambda who, _: cards.destruction_by_public_id(who, one(Destruction).public_id),
    "cards.queries.destructions": lambda who, _: cards.destructions(who, "open", TODAY),
    "cards.queries.destruction_ids": lambda who, _: cards.destruction_ids(who, "open", TODAY),
    "cards.queries.uncollected": tabs(
        lambda who, tab: listed(cards.uncollected(who, tab, TODAY), cards.OLDEST), ("uncollected", "sealed")
    ),
    "cards.queries.uncollected_ids": tabs(lambda who, tab: cards.uncollected_ids(who, tab, TODAY), ("uncollected", "sealed")),
    "mailing.queries.carrier.checked": lambda who, _: [row for row in carrier.checked(who, [_line()]) if row.parcel is not None],
    "mailing.queries.carrier.unheard": lambda who, _: carrier.unheard(who),
    "mailing.queries.paper_lists.visible_to": lambda who, _: range(count(LabelSheet, paper_lists.visible_to(who))),
    "mailing.queries.paper_lists.listed": tabs(
        lambda who, tab: listed(paper_lists.listed(who, tab, TODAY), paper_lists.NEWEST), ("half", "all")
    ),
    "mailing.queries.paper_lists.ids": tabs(lambda who, tab: paper_lists.ids(who, tab, TODAY), ("half", "all")),
    "mailing.queries.paper_lists.by_public_id": lambda who, _: paper_lists.by_public_id(who, one(LabelSheet).public_id),
    "mailing.queries.paper_lists.by_number": lambda who, _: paper_lists.by_number(who, one(LabelSheet).number),
    "mailing.queries.paper_lists.codes_of": lambda who, _: paper_lists.codes_of(who, one(SheetCell, SheetCell.label_id.is_not(None)).sheet),
    "mailing.queries.paper_lists.spoiled": lambda who, _: listed(paper_lists.spoiled(who, paper_lists.Asked(), TODAY), paper_lists.SPOILED),
    "mailing.queries.paper_lists.spoiled_ids": lambda who, _: paper_lists.spoiled_ids(who, paper_lists.Asked(), TODAY),
    "mailing.queries.paper_lists.waste": lambda who, _: paper_lists.waste(who, TODAY),
    "mailing.queries.returns.listed": tabs(lambda who, tab: listed(returns.listed(who, tab, TODAY), returns.NEXT), returns.TABS),
    "mailing.queries.returns.ids": tabs(lambda who, tab: returns.ids(who, tab, TODAY), returns.TABS),
    "mailing.queries.returns.waiting_for": lambda who, _: returns.waiting_for(who),
    "mailing.queries.returns.scanned": lambda who, it: returns.scanned(who, it.parcel.number),
    "mailing.queries.returns.last_shelf": lambda who, _: [place for place in [returns.last_shelf(who)] if place],
    "dashboard.queries.behind.cases": lambda who, _: listed(behind.cases(who, RECEIVED, TODAY), behind.BY_RECEIPT),
    "dashboard.queries.behind.case_ids": lambda who, _: behind.case_ids(who, RECEIVED, TODAY),
    "dashboard.queries.behind.decisions": lambda who, _: listed(behind.decisions(who, ASKED_FOR_MORE, TODAY), behind.BY_DAY),
    "dashboard.queries.behind.decision_ids": lambda who, _: behind.decision_ids(who, ASKED_FOR_MORE, TODAY),
    "dashboard.queries.behind_remade.returns": lambda who, _: listed(behind_remade.returns(who, ANY, TODAY), behind_remade.BY_RETURN),
    "dashboard.queries.behind_remade.return_ids": lambda who, _: behind_remade.return_ids(who, ANY, TODAY),
    "dashboard.queries.behind_remade.remade": lambda who, _: listed(behind_remade.remade(who, ANY, TODAY), behind_remade.BY_REQUEST),
    "dashboard.queries.behind_remade.remade_ids": lambda who, _: behind_remade.remade_ids(who, ANY, TODAY),
    "dashboard.queries.home.draft_ids": lambda who, _: home.draft_ids(who),
    "dashboard.queries.home.collect_ids": lambda who, _: home.collect_ids(who),
    "dashboard.queries.home.came_back": lambda who, _: home.came_back(who, limit=9),
    "dashboard.queries.home.came_back_ids": lambda who, _: home.came_back_ids(who),
    "dashboard.queries.home.decided_by": lambda who, _: range(home.decided_by(who, clock.today())),
    "dashboard.queries.home.workloads": lambda who, _: home.workloads(who),
    "dashboard.queries.home.posted_today": lambda who, _: range(sum(home.posted_today(who))),
    "dashboard.queries.home.batches_under_way": lambda who, _: home.batches_under_way(who, limit=9),
    "dashboard.queries.home.revealed_ids": lambda who, _: home.revealed_ids(who),
    "dashboard.queries.home.refused_ids": lambda who, _: home.refused_ids(who),
    "dashboard.queries.home.entry_ids_of_today": lambda who, _: home.entry_ids_of_today(who),
    "loss_reports.queries.visible_to": lambda who, _: range(count(LossReport, loss_reports.visible_to(who))),
    "loss_reports.queries.by_public_id": lambda who, it: loss_reports.by_public_id(who, it.report.public_id),
    "loss_reports.queries.sees": lambda who, it: loss_reports.sees(who, it.report),
    "loss_reports.queries.listed": tabs(lambda who, tab: loss_reports.listed(who, loss_reports.asked(tab), TODAY), loss_reports.TABS),
    "loss_reports.queries.page": tabs(loss_reports.page, loss_reports.TABS),
    "loss_reports.queries.ids": tabs(lambda who, tab: loss_reports.ids(who, loss_reports.asked(tab), TODAY), loss_reports.TABS),
    "loss_reports.queries.counts": lambda who, _: loss_reports.counts(who),
    "loss_reports.queries.last_calls": lambda who, it: loss_reports.last_calls([it.report], who),
    "loss_reports.queries.has_calls": lambda who, _: loss_reports.has_calls(who),
    "loss_reports.queries.to_call": lambda who, _: loss_reports.to_call(who),
    "mailing.queries.batches.visible_to": lambda who, _: range(count(MailingBatch, batches.visible_to(who))),
    "mailing.queries.batches.by_public_id": lambda who, it: batches.by_public_id(who, it.batch.public_id),
    "mailing.queries.batches.by_reference": lambda who, it: batches.by_reference(who, it.batch.reference),
    "mailing.queries.batches.listed": tabs(lambda who, tab: batches.listed(who, tab, TODAY), batches.TABS),
    "mailing.queries.batches.ids": tabs(lambda who, tab: batches.ids(who, tab, TODAY), ("ready", *batches.TABS)),
    "mailing.queries.batches.page": tabs(batches.page, batches.TABS),
    "mailing.queries.batches.counts": lambda who, _: batches.counts(who),
    "mailing.queries.batches.waiting_for": lambda who, _: batches.waiting_for(who),
    "mailing.queries.batches.ready_cards": lambda who, _: batches.ready_cards(who, limit=9),
    "mailing.queries.parcels.visible_to": lambda who, _: range(
        db.session.scalar(sa.select(sa.func.count(Parcel.id)).join(Parcel.card).where(parcels.visible_to(who)))
    ),
    "mailing.queries.parcels.of_batch": lambda who, it: parcels.of_batch(who, it.batch),
    "mailing.queries.letters.waiting_for": lambda who, it: letters.waiting_for(who, it.parcel.batch, limit=9),
    "mailing.queries.parcels.by_public_id": lambda who, it: parcels.by_public_id(who, it.parcel.public_id),
    "mailing.queries.parcels.by_code": lambda who, it: parcels.by_code(who, it.parcel.number),
    "mailing.queries.parcels.case_by_code": lambda who, it: parcels.case_by_code(who, it.parcel.number),
    "mailing.queries.whereabouts.of_applications": lambda who, it: [
        one.card for one in whereabouts.of_applications(who, [it.card.application]) if one.card is not None
    ],
    "mailing.queries.parcels.history": lambda who, it: parcels.history(who, it.batch),
    "mailing.queries.parcels.label_by_code": lambda who, it: parcels.label_by_code(who, it.label.code),
    "production.queries.batches.visible_to": lambda who, _: range(count(ProductionBatch, production.visible_to(who))),
    "production.queries.batches.by_public_id": lambda who, _: production.by_public_id(who, one(ProductionBatch).public_id),
    "production.queries.batches.by_reference": lambda who, _: production.by_reference(who, one(ProductionBatch).reference),
    "production.queries.batches.newest": lambda who, _: [newest for newest in [production.newest(who)] if newest],
    "production.queries.batches.listed": tabs(
        lambda who, tab: listed(production.listed(who, tab, TODAY), production.NEWEST), production.TABS
    ),
    "production.queries.batches.ids": tabs(lambda who, tab: production.ids(who, tab, TODAY), production.TABS),
    "production.queries.batches.lines": lambda who, _: db.session.execute(
        production.lines(who, production.LinesAsked(), TODAY), {"batch": one(ProductionBatch).id}
    ).all(),
    "production.queries.batches.line_of": lambda who, _: production.line_of(who, *_line_and_key()),
    "production.queries.batches.to_do": lambda who, _: production.to_do(who),
    "production.queries.answers.by_public_id": lambda who, _: answers.by_public_id(who, one(MakerAnswer).public_id),
    "unsent_forms.queries.mine": lambda who, _: unsent_queries.mine(who),
    "unsent_forms.queries.visible_to": lambda who, _: unsent_queries.mine(who),
    "unsent_forms.queries.by_public_id": lambda who, it: unsent_queries.by_public_id(who, one(UnsentForm).public_id),
    "unsent_forms.queries.row_of": lambda who, it: unsent_queries.row_of(who, "loss_report", it.case.resident),
    "unsent_forms.queries.on_page": lambda who, it: unsent_queries.on_page(who, UNSENT, it.case.resident).fields,
    "unsent_forms.queries.of_resident": lambda who, it: unsent_queries.of_resident(who, it.case.resident.public_id),
    "residents.queries.visible_to": lambda who, _: range(count(Resident, residents.visible_to(who))),
    "dashboard.queries.home.alarms": lambda who, _: home.alarms(who, limit=5),
    "residents.queries.call_noted": lambda who, it: residents.call_noted(
        it.case.resident, by=who, since=clock.now() - timedelta(days=1), outcome="reached", note="", about_ref=""
    ),
    "residents.queries.corrections_of": lambda who, it: residents.corrections_of(who, it.case.resident),
    "residents.queries.calls_to": lambda who, it: residents.calls_to(who, it.case.resident),
    "residents.queries.by_public_id": lambda who, it: residents.by_public_id(who, it.case.resident.public_id),
    "erasures.queries.visible_to": lambda who, _: range(count(Erasure, erasures.visible_to(who))),
    "erasures.queries.by_public_id": lambda who, _: erasures.by_public_id(who, one(Erasure).public_id),
    "erasures.queries.listed": lambda who, _: erasures.listed(who, "open", TODAY),
    "notices.queries.visible_to": lambda who, _: range(count(Notice, notices.visible_to(who))),
    "notices.queries.may_open": lambda who, _: notices.may_open(who, one(Notice)),
    "notices.queries.by_public_id": lambda who, _: notices.by_public_id(who, one(Notice).public_id),
    "notices.queries.by_public_ids": lambda who, _: notices.by_public_ids(who, [one(Notice).public_id]),
    "notices.queries.longest_waiting": lambda who, _: notices.longest_waiting(who, limit=5),
    "notices.queries.listed": tabs(lambda who, tab: listed(notices.listed(who, tab, TODAY), notices.OLDEST), notice_rules.TABS),
    "notices.queries.ids": tabs(lambda who, tab: notices.ids(who, tab, TODAY), notice_rules.TABS),
    "notices.queries.waiting_for": lambda who, _: notices.waiting_for(who),
    "restrictions.queries.visible_to": lambda who, _: range(count(Restriction, restrictions.visible_to(who))),
    "restrictions.queries.by_public_id": lambda who, _: restrictions.by_public_id(who, one(Restriction).public_id),
    "restrictions.queries.listed": lambda who, _: restrictions.listed(who, "open", TODAY),
    "intake_api.queries.visible_to": lambda who, _: range(count(ApiClient, clients.visible_to(who))),
    "intake_api.queries.applications_page": lambda who, _: clients.applications_page(who, cursor=None, size=25).rows,
    "intake_api.queries.by_public_id": lambda who, _: clients.by_public_id(who, one(ApiClient).public_id),
    "intake_api.queries.listed": lambda who, _: clients.listed(who, "used", TODAY),
    "staff.queries.visible_to": lambda who, _: staff.visible_to(who),
    "staff.queries.seen_by": lambda who, _: staff.seen_by(who, "m-r"),
    "staff.queries.listed": lambda who, _: staff.listed(who, staff.StaffFilter(), TODAY),
}  # fmt: skip
"""Query -> how it is asked; every one of every_query() stands here or in FOR_EVERYBODY."""
FOR_EVERYBODY = {
    "applications.queries.rows.rows_of": "draws lines that were found for whoever looks",
    "applications.queries.receipt.receipt_row": "is a row of the receipt of a case that was found for whoever looks",
    "loss_reports.queries.receipt_row": "is a row of the receipt of a report that was found for whoever looks",
    "intake_api.queries.centres_page": "centres hang out a sign",
    "centres.queries.listed": "centres hang out a sign",
    "dashboard.queries.flow.centres_of": "centres hang out a sign",
    "dashboard.queries.home.numbers": "counts the selects that it is given",
}
"""What shows nothing that depends on who looks -> why."""


def _line() -> Line:
    posted = one(Parcel, Parcel.tracking_number.is_not(None), Parcel.status == "posted")
    return Line(1, posted.tracking_number, "delivered", TODAY.isoformat())


def _person(resident: Resident) -> search.Person:
    return search.Person(0, resident.id, resident.public_id, resident.name, "", resident.id_number_sealed, "")


def things(answer: Any) -> list[Any]:
    """What a query found, as a list."""
    assert not callable(answer), "a list that keyset cuts is asked by listed(): as a function it would always be something"
    if answer is None or answer is False:
        return []
    if isinstance(answer, sa.Select):
        return list(db.session.execute(answer).unique().all())
    if isinstance(answer, dict):
        return [name for name, number in answer.items() if number]
    if isinstance(answer, keyset.Page):
        return list(answer.rows)
    return list(answer) if isinstance(answer, list | tuple | frozenset | range) and not hasattr(answer, "_fields") else [answer]


def found(query: str, who: Actor, it: Scene) -> list[Any]:
    """What `who` is shown by a query; nothing where it is refused."""
    try:
        return things(ASKED[query](who, it))
    except NotFound:
        return []


def people() -> list[Actor]:
    """The staff, a person of each role."""
    return [member.actor for member in db.session.scalars(sa.select(StaffMember).where(StaffMember.username.like("m-%")))]


def test_every_query_that_is_told_who_looks_is_asked_here() -> None:
    assert every_query() == ASKED.keys() | FOR_EVERYBODY.keys()
    assert not ASKED.keys() & FOR_EVERYBODY.keys()


def test_control_a_query_that_nobody_asks_is_found() -> None:
    planted = ModuleType("admin_app.planted.queries")

    def due(staff: Actor) -> int:
        return staff.id or 0

    due.__module__ = planted.__name__
    planted.due = due  # type: ignore[attr-defined]
    assert list(asking(planted)) == ["planted.queries.due"]


def test_whoever_is_not_of_the_staff_is_shown_nothing_by_a_query_of_the_staff(furnished_more: FullOffice) -> None:
    it, staff_members = scene(), people()
    assert {who.role for who in staff_members} == set(Role)
    twins = [Actor(kind, who.id, str(kind)) for who in staff_members for kind in (Kind.RESIDENT, Kind.CLIENT)]
    assert [query for query in ASKED if not any(found(query, who, it) for who in staff_members)] == [], (
        "control: each shows somebody something"
    )
    assert [f"{query} to {who.kind} {who.id}" for query in ASKED for who in twins if found(query, who, it)] == []


@contextmanager
def sent() -> Iterator[list[str]]:
    """The statements that are sent inside, with their values."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append(f"{statement} {parameters}")

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def asks_by_number(who: Actor, it: Scene) -> set[str]:
    """The queries that ask the database for the number of `who`."""
    asked = set()
    for query in ASKED:
        cache.forget()
        with sent() as statements:
            found(query, who, it)
        if any(str(NUMBER) in statement for statement in statements):
            asked.add(query)
    return asked


def test_even_with_role_and_rights_no_query_asks_for_the_number_of_an_outsider(furnished_more: FullOffice) -> None:
    it, by_staff = scene(), set()
    for member in people():
        by_staff |= asks_by_number(replace(member, id=NUMBER), it)
        assert asks_by_number(replace(member, id=NUMBER, kind=Kind.RESIDENT), it) == set()
    assert {"dashboard.queries.home.came_back", "loss_reports.queries.by_public_id", "applications.queries.queue.mine_ids"} <= by_staff
