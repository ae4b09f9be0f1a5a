"""Restricted records are kept and not used: every verb about the resident is refused but for those that say why."""

import dataclasses
import inspect
import typing
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from admin_app.applications.models import Application, Document
from admin_app.applications.operations import claims
from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.cards.models import Card, Destruction
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, DomainError, NotAllowed
from admin_app.loss_reports import operations as loss_reports
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.mailing.operations import batches
from admin_app.mailing.operations import labels as printing
from admin_app.notices.models import Notice
from admin_app.production.models import ProductionBatch
from admin_app.residents.models import Call, Resident
from admin_app.residents.operations import note_call, register_or_update
from admin_app.residents.queries import Restricted
from admin_app.restrictions import operations, queries, rules
from admin_app.restrictions.models import Restriction
from admin_app.retention import operations as retention
from admin_app.staff import permissions
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application, make_document
from tests.factories.cards import make_destruction, ready_card
from tests.factories.loss_reports import make_loss_report
from tests.factories.mailing import labelled_batch, parcels_of, stock
from tests.factories.notices import make_notice
from tests.factories.production import make_line, make_production
from tests.factories.residents import id_number, register
from tests.factories.staff import make_staff
from tests.owner import unguarded_transaction
from tests.verbs import EVERY

ABOUT_NOBODY = {
    "residents.register_or_update": "by number; known people are brought up to date, which is refused",
    "residents.raise_alarm": "about whoever looked",
    "loss_reports.lapse_due": "passes restricted reports by",
    "applications.remind_due": "passes restricted cases by",
    "applications.lapse_due": "passes restricted cases by",
    "applications.recount": "passes restricted cases by",
    "applications.next_case": "passes restricted cases by",
    "applications.next_second": "passes restricted cases by",
    "erasures.carry_out": "asks by itself, and refuses",
    "erasures.refuse": "erases nothing",
    "erasures.go_on": "of what was carried out before they were restricted; erased records are not restricted",
    "erasures.work": "of what was carried out before they were restricted; erased records are not restricted",
    "production.freeze": "passes restricted records by",
    "mailing.measure_printer": "about a printer",
    "mailing.spoil_cells": "about cells of paper on which nothing is printed",
    "mailing.open_all": "opens batches with the cards that batches take, which passes restricted records by",
    "mailing.stop_opening": "fewer batches are opened",
    "production.confirm": "a row about restricted records is refused by its own rule; the others are taken",
    "production.put_aside": "a file is put aside; nothing is taken",
    "production.take": "each card is asked about by itself",
    "retention.apply": "passes restricted records by",
    "notices.drop": "keeps back what was written of a case and is not true any more",
    "residents.register_unknown": "finds who is known, and changes nothing of them; filing for them is stopped by its own verb",
    "accounts.ask": "residents see their own records whether or not others may use them; nothing of these changes",
    "accounts.make_code": "as before",
    "accounts.settle_code": "as before",
    "accounts.enter": "as before",
    "accounts.leave": "as before",
    "unsent_forms.discard": "one's own words, forgotten at one's wish; the records are as they were",
}
"""Verbs that are handed no row of a resident, and why that is enough; those about the staff and about programs of
others are about no resident."""


class Records(NamedTuple):
    """Somebody's records, one of each table."""

    resident: Resident
    rows: dict[Any, Any]
    """Type as operations name it -> the row."""


@pytest.fixture
def supervisor(app: Flask) -> StaffMember:
    return make_staff("supervisor", username="restricts")


@pytest.fixture
def records(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> Records:
    card = ready_card(clerk, centre, by=mailer)
    batch = labelled_batch([card], mailer)
    parcel, case = parcels_of(batch)[0], card.application
    report = make_loss_report(case.resident, clerk, centre, "provisional", lapses_at=clock.now() - timedelta(hours=1))
    production = make_production(mailer)
    make_line(production, card)
    destruction = make_destruction(mailer)
    with unguarded_transaction():
        card.destruction_id = destruction.id
    notice = make_notice(case)
    rows = {
        Destruction: destruction, Notice: notice, Sequence[Notice]: [notice],
        Resident: case.resident, Application: case, LossReport: report, Card: card, Sequence[Card]: [card], Parcel: parcel,
        Label: parcel.labels[0], MailingBatch: batch, ProductionBatch: production, Document: make_document(case, "photo"),
    }  # fmt: skip
    return Records(case.resident, rows)


def restrict(resident: Resident, by: StaffMember, kind: str = "dispute") -> Restriction:
    with transaction():
        later = clock.today() + timedelta(days=30)
        return operations.restrict(resident, kind=kind, reason="letter of 2026-11-20", look_again_on=later, by=by)


def lift(restriction: Restriction, by: StaffMember) -> None:
    with transaction():
        operations.lift(restriction, reason="it is settled", by=by)


def rows_of(function: Callable[..., Any], records: Records) -> dict[str, Any]:
    """Parameter -> the row of the restricted resident that stands there."""
    hints = typing.get_type_hints(inspect.unwrap(function))
    return {name: records.rows[kind] for name, kind in hints.items() if kind in records.rows and name != "return"}


def outcome(function: Callable[..., Any], records: Records) -> str:
    """What becomes of the verb, done to the records by somebody who has every right."""
    rows = rows_of(function, records)
    given = {name: rows.get(name) for name in inspect.signature(function).parameters if name != "by"}
    able = dataclasses.replace(make_actor(), rights=frozenset().union(*permissions.VERBS.values()))
    try:
        with transaction():
            function(**given, by=able)
    except Restricted:
        return "stopped"
    except Exception as other:  # noqa: BLE001  # whatever it stumbles over: it went to work
        return f"went to work: {type(other).__name__}"
    return "went to work"


def make_actor() -> Any:
    return db.session.scalars(sa.select(StaffMember).order_by(StaffMember.id)).first().actor


def test_every_verb_about_a_resident_is_stopped_but_for_those_that_say_why(records: Records, supervisor: StaffMember) -> None:
    restrict(records.resident, supervisor)
    about = [one for one in EVERY if rows_of(one, records)]
    found = {one.verb: outcome(one, records) for one in about if one.verb not in rules.GOES_ON}
    assert {verb: said for verb, said in found.items() if said != "stopped"} == {}
    assert len(found) > 35
    unseen = {one.verb for one in EVERY if not rows_of(one, records)} - set(ABOUT_NOBODY)
    assert {verb for verb in unseen if not verb.startswith(("staff.", "clients."))} == {"restrictions.lift"}
    assert set(rules.GOES_ON) <= set(permissions.VERBS)


def test_control_a_verb_that_does_not_pass_the_check_is_found(records: Records, supervisor: StaffMember) -> None:
    def planted(card: Card, *, by: Any) -> None:
        """Goes to work."""

    restrict(records.resident, supervisor)
    assert outcome(planted, records) == "went to work"
    assert outcome(cards.hand_over, records) == "stopped"


def test_what_goes_on_is_not_stopped_and_nothing_is_once_it_is_lifted(records: Records, supervisor: StaffMember) -> None:
    made = restrict(records.resident, supervisor)
    with transaction():
        for verb in rules.GOES_ON:
            with operations.checked(verb, list(records.rows.values())):
                pass
    lift(made, supervisor)
    with transaction(), operations.checked("cards.hand_over", list(records.rows.values())):
        pass


def test_a_card_that_is_ready_stays_and_the_sentence_says_so(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, mailer: StaffMember, centre: Centre, supervisor: StaffMember
) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    restrict(card.application.resident, supervisor)
    browser, address = sign_in(clerk), f"/cards/{card.public_id}/hand-over"
    assert "These records are restricted." in browser.get(address).text
    refused = browser.post(address, data={"collector": "resident", "is_compared": "y"})
    assert refused.status_code in (409, 422) and "until a supervisor lifts that" in refused.text
    db.session.expire_all()
    assert db.session.get_one(Card, card.id).status == "ready"


def test_a_batch_is_stopped_with_the_number_of_the_parcel_which_can_be_taken_out(
    records: Records, mailer: StaffMember, supervisor: Any
) -> None:
    batch, parcel = records.rows[MailingBatch], records.rows[Parcel]
    restrict(records.resident, supervisor)
    with pytest.raises(Restricted) as refused, transaction():
        printing.print_labels(batch, by=mailer)
    assert parcel.number in str(refused.value.message)
    with transaction():
        batches.take_out(parcel, reason="restricted", by=mailer)
    db.session.expire_all()
    assert (parcel.status, records.rows[Card].status) == ("removed", "ready")


def test_cards_of_several_people_are_named_when_one_is_restricted(
    clerk: StaffMember, mailer: StaffMember, centre: Centre, supervisor: StaffMember
) -> None:
    first, second = ready_card(clerk, centre, by=mailer), ready_card(clerk, centre, by=mailer)
    restrict(second.application.resident, supervisor)
    with pytest.raises(Restricted) as refused, transaction():
        batches.open_batch([first, second], stock=stock(), by=mailer)
    said = str(refused.value.message)
    assert (second.serial or "?") in said and (first.serial or "?") not in said


@pytest.mark.parametrize("page", ["receipt", "labels"])
def test_nothing_is_printed_again(sign_in: Callable[..., FlaskClient], records: Records, supervisor: StaffMember, page: str) -> None:
    case, batch = records.rows[Application], records.rows[MailingBatch]
    who, address = {
        "receipt": ("reviewer", f"/intake/{case.reference}/receipt.pdf"),
        "labels": ("mailroom_clerk", f"/mailing/batches/{batch.public_id}/labels.pdf"),
    }[page]
    browser = sign_in(who, username="prints")
    ask = browser.post if page == "labels" else browser.get
    assert ask(address).status_code == 200
    restrict(records.resident, supervisor)
    assert ask(address, data={"reason": "nothing came out"}).status_code == 409


def test_nobody_gets_a_restricted_case_next(clerk: StaffMember, reviewer: StaffMember, centre: Centre, supervisor: StaffMember) -> None:
    case = make_application(clerk, centre)
    made = restrict(case.resident, supervisor)
    with transaction():
        assert claims.next_case(by=reviewer) is None
    lift(made, supervisor)
    with transaction():
        assert claims.next_case(by=reviewer).id == case.id


def test_a_known_person_is_not_brought_up_to_date_by_number(clerk: StaffMember, supervisor: StaffMember) -> None:
    number = id_number()
    restrict(register(clerk, "王龑", number=number), supervisor)
    with pytest.raises(Restricted), transaction():
        register_or_update(id_number=number, name="王龑", phone="13800135521", by=clerk)


def test_a_loss_is_still_reported_and_a_provisional_report_does_not_lapse(
    records: Records, clerk: StaffMember, centre: Centre, supervisor: StaffMember
) -> None:
    made = restrict(records.resident, supervisor)
    with transaction():
        assert loss_reports.lapse_due() == 0
    other = register(clerk, "赵四")
    restrict(other, supervisor)
    with transaction():
        assert loss_reports.take(other, channel="counter", is_formal=True, by=clerk, centre=centre).status == "formal"
    lift(made, supervisor)
    with transaction():
        assert loss_reports.lapse_due() == 1


def test_what_is_older_than_its_time_stays_until_it_is_lifted(clerk: StaffMember, supervisor: StaffMember) -> None:
    resident = register(clerk, "王龑")
    with transaction():
        note_call(resident, outcome="reached", by=clerk.actor)
    with transaction() as session:
        session.execute(sa.update(Call).values(made_at=clock.now() - timedelta(days=1200)))
    made = restrict(resident, supervisor)
    with transaction():
        assert retention.delete_due("calls", by=permissions.SYSTEM) == 0
    lift(made, supervisor)
    with transaction():
        assert retention.delete_due("calls", by=permissions.SYSTEM) == 1


@pytest.mark.parametrize("kind", sorted(rules.LIFTED_BY_ANOTHER))
def test_what_is_held_for_others_is_lifted_by_another_person(clerk: StaffMember, supervisor: StaffMember, kind: str) -> None:
    made = restrict(register(clerk, "王龑"), supervisor, kind)
    with pytest.raises(NotAllowed):
        lift(made, supervisor)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(sa.update(Restriction).values(lifted_at=clock.now(), lifted_by_id=supervisor.id))
    lift(made, make_staff("supervisor", username="lifts"))
    db.session.expire_all()
    assert not made.resident.is_restricted


def test_it_is_set_once_lifted_once_and_each_is_in_the_log(clerk: StaffMember, supervisor: StaffMember) -> None:
    resident = register(clerk, "王龑")
    made = restrict(resident, supervisor)
    with pytest.raises(Conflict):
        restrict(resident, supervisor)
    lift(made, supervisor)
    with pytest.raises(Conflict):
        lift(made, supervisor)
    actions = ("residents.restricted", "residents.unrestricted")
    wrote = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id))
    assert [(entry.action, entry.subject_ref, entry.reason) for entry in wrote] == [
        (actions[0], resident.public_id, "letter of 2026-11-20"),
        (actions[1], resident.public_id, "it is settled"),
    ]


@pytest.mark.parametrize("days", [None, 0, -1, 2000])
def test_the_day_of_the_next_look_lies_ahead(clerk: StaffMember, supervisor: StaffMember, days: int | None) -> None:
    resident = register(clerk, "王龑")
    day = None if days is None else clock.today() + timedelta(days=days)
    with pytest.raises(DomainError), transaction():
        operations.restrict(resident, kind="dispute", reason="letter of 2026-11-20", look_again_on=day, by=supervisor)
    assert queries.in_force(resident) is None


def test_supervisor_and_auditor_see_the_list_and_clerks_what_is_stopped(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, supervisor: StaffMember
) -> None:
    resident = register(clerk, "王龑")
    public_id = restrict(resident, supervisor, "authority").public_id
    listed = sign_in(supervisor).get("/restrictions/").text
    assert "王龑" in listed and "In force" in listed
    seen = sign_in("auditor").get(f"/restrictions/{public_id}")
    assert seen.status_code == 200 and "王龑" not in seen.text and "letter of 2026-11-20" not in seen.text
    at_counter = sign_in(clerk).get(f"/residents/{resident.public_id}").text
    assert "These records are restricted." in at_counter and "letter of" not in at_counter
    assert str(rules.KIND_LABELS[rules.Kind.AUTHORITY]) not in at_counter
    assert sign_in("reviewer").get("/restrictions/").status_code == 403


def test_a_supervisor_restricts_and_lifts_on_the_pages(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> None:
    resident, browser = register(clerk, "王龑"), sign_in("supervisor")
    later = f"{clock.today() + timedelta(days=9)}"
    sent = {"kind": "dispute", "reason": "letter of 2026-11-20", "look_again_on": later}
    address = f"/restrictions/new/{resident.public_id}"
    assert browser.post(address, data=sent | {"look_again_on": ""}).status_code == 422
    assert browser.post(address, data=sent).status_code == 302
    made = queries.in_force(resident)
    assert made is not None and made.reason == "letter of 2026-11-20"
    assert browser.post(f"/restrictions/{made.public_id}/lift", data={"reason": "it is settled"}).status_code == 302
    db.session.expire_all()
    assert queries.in_force(resident) is None
