"""Staff verbs on cards: the whole status table, serials, the chain after a spoiled card, one card for many requests."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.cards import jobs, operations, rules
from admin_app.cards.models import Card, Destruction
from admin_app.cards.operations import Collected, making, sealing
from admin_app.centres.models import Centre
from admin_app.foundation import clock, crypto
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.staff.models import StaffMember
from tests.factories.cards import approved, make_destruction, ready_card, requested_card
from tests.factories.foundation import used_window
from tests.factories.residents import id_number
from tests.owner import unguarded_transaction

Staff = Callable[..., StaffMember]


def follow(step: str, card: Card, by: StaffMember) -> None:
    operations.follow_parcel(card, step, by=by, changes={})


def sealing_of(card: Card, by: StaffMember) -> Destruction:
    """A destruction of this card that somebody else asked for."""
    asked = make_destruction(card.application.taken_by, reference=f"XH-{card.id}")
    db.session.execute(update(Card).where(Card.id == card.id).values(destruction_id=asked.id))
    return asked


VERBS = {
    "mark_made": lambda card, by: operations.mark_made(card, "NEW000001", by=by),
    "send_to_maker": lambda card, by: making.send_to_maker([card], batch="ZK-26-1130-01", by=by),
    "call_back": lambda card, by: making.call_back([card], batch="ZK-26-1130-01", why="by_hand", by=by),
    "come_from_maker": lambda card, by: making.come_from_maker(card, "NEW000002", batch="ZK-26-1130-01", by=by),
    "mark_ready": lambda card, by: operations.mark_ready(card, by=by),
    "spoil": lambda card, by: operations.spoil(card, "bent", by=by),
    "post": lambda card, by: operations.post(card, by=by),
    "take_back_ready": lambda card, by: operations.take_back_ready(card, version=card.version, by=by),
    "take_back_posting": lambda card, by: operations.take_back_posting(card, by=by, changes={}),
    "collect": lambda card, by: operations.hand_over(card, Collected(), by=by),
    **{step: partial(follow, step) for step in operations.STEPS},
    "seal": lambda card, by: sealing.seal(card, because="not_collected", by=by),
    "destroy": lambda card, by: sealing.destroy(sealing_of(card, by), by=by),
}


@pytest.mark.parametrize("verb", rules.MOVES)
def test_every_status_and_verb_follows_the_table(verb: str, clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    sources, target = rules.MOVES[verb]
    who = clerk if verb == "collect" else mailer
    for status in rules.Status:
        card = requested_card(clerk, centre, delivery="collect")
        with unguarded_transaction():
            card.status = str(status)
        used_window(card, mailer)
        if status in sources:
            with transaction():
                VERBS[verb](card, who)
                assert card.status == target
                card.serial = None
        else:
            with pytest.raises(Conflict), transaction():
                VERBS[verb](card, who)
            assert db.session.scalar(select(Card.status).where(Card.id == card.id)) == status


def test_asking_twice_gives_one_card(clerk: StaffMember, centre: Centre) -> None:
    application = approved(clerk, centre, delivery="collect")
    job = SimpleNamespace(arguments={"application_id": application.id})
    assert jobs.request_card(job) == jobs.request_card(job)
    card = db.session.scalars(select(Card)).one()
    assert (card.status, card.copy, card.delivery) == ("requested", 1, "collect")


def test_asking_at_the_same_moment_gives_one_card(app: Flask, clerk: StaffMember, centre: Centre) -> None:
    application_id = approved(clerk, centre).id
    db.session.rollback()  # no thread reads an older state
    gate, answers = Barrier(4), []

    def ask() -> None:
        with app.app_context():
            gate.wait()
            answers.append(jobs.request_card(SimpleNamespace(arguments={"application_id": application_id})))
            db.session.remove()

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # the read transaction of this thread began before
    assert len({answer["card"] for answer in answers}) == 1
    assert db.session.scalar(select(func.count()).select_from(Card)) == 1


def test_no_card_without_approval(clerk: StaffMember, centre: Centre) -> None:
    application = approved(clerk, centre, status="in_review", is_open=True)
    with pytest.raises(operations.NotApproved), transaction():
        operations.request_card(application)


@pytest.mark.parametrize("typed", ["ab12 3456", "ＡＢ１２－３４５６", "AB12-3456"])
def test_a_serial_is_made_plain(typed: str, clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = requested_card(clerk, centre)
    with transaction():
        operations.mark_made(card, typed, by=mailer)
    assert card.serial == "AB123456"


@pytest.mark.parametrize("typed", ["", "AB12", "A" * 21, "AB12_3456", "社保卡号码号码", "١٢٣٤٥٦٧"])
def test_a_serial_in_another_form_is_refused(typed: str, clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = requested_card(clerk, centre)
    with pytest.raises(TextRefused), transaction():
        operations.mark_made(card, typed, by=mailer)


def test_two_cards_never_share_a_serial(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    first, second = requested_card(clerk, centre), requested_card(clerk, centre)
    with transaction():
        operations.mark_made(first, "SAME0001", by=mailer)
    with pytest.raises(operations.SerialTaken), transaction():
        operations.mark_made(second, "same 0001", by=mailer)
    assert second.status == "requested"


def test_a_spoiled_card_is_followed_by_a_new_request(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    first = ready_card(clerk, centre, by=mailer)
    with transaction():
        second = operations.spoil(first, "  chip   dead ", by=mailer)
    with transaction():
        third = operations.spoil(second, "again", by=mailer)
    assert (first.status, first.spoil_reason) == ("spoiled", "chip dead")
    assert (second.copy, second.replaces_id, third.copy, third.replaces_id) == (2, first.id, 3, second.id)
    assert operations.request_card(first.application) == third


def test_the_new_card_says_because_of_whom_it_was_made_and_what_it_costs(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    first = requested_card(clerk, centre)
    with transaction():
        second = operations.spoil(first, "chip dead", by=mailer, booked=operations.Booked("maker", 1250))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_ref == second.public_id)).one()
    assert (first.fault, second.fault, second.cost_fen) == ("", "maker", 1250)
    assert (entry.changes["fault"], entry.changes["cost_fen"]) == ("maker", 1250)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_spoiling_needs_a_reason(reason: str, clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = requested_card(clerk, centre)
    with pytest.raises(TextRefused), transaction():
        operations.spoil(card, reason, by=mailer)


def test_the_resident_collects_and_the_card_says_so(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    with transaction():
        operations.hand_over(card, Collected(), by=clerk)
    assert (card.status, card.collector, card.collected_by) == ("collected", "resident", card.application.resident.name)
    assert (card.handed_over_by_id, card.collector_id_sealed, card.authority) == (clerk.id, None, "")


def test_a_proxy_collects_with_number_and_document(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card, number = ready_card(clerk, centre, by=mailer, delivery="collect"), "11010519491231002X"
    with transaction():
        operations.hand_over(card, Collected("proxy", "王 䶮", number, authority="authorisation", without_paper="no scanner"), by=clerk)
    assert (card.status, card.collector, card.collected_by, card.authority) == ("collected", "proxy", "王 䶮", "authorisation")
    assert card.collector_id_masked == "**************002X" and number.encode() not in card.collector_id_sealed
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "cards.handed_over")).one()
    assert entry.changes == {"status": ["ready", "collected"], "collector": "proxy", "authority": "authorisation"}
    assert (entry.reason, card.authority_missing, card.authority_file_id) == ("no scanner", "no scanner", None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "collected_by"),
        ({"id_number": ""}, "collector_id_number"),
        ({"id_number": "110105194912310021"}, "collector_id_number"),
        ({"id_number": "own"}, "collector_id_number"),
        ({"id_number": "child"}, "collector_id_number"),
        ({"authority": ""}, "authority"),
        ({"authority": "x"}, "authority"),
        ({"without_paper": " "}, "authority_missing"),
        ({"without_paper": "no"}, "authority_missing"),
    ],
)
def test_a_proxy_without_what_it_takes_is_refused(changed, field, clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    numbers = {"own": card.application.resident.open_id_number(), "child": id_number(clock.today().replace(year=clock.today().year - 8))}
    typed = {"name": "王䶮", "id_number": "11010519491231002X", "authority": "guardianship", "without_paper": "no scanner"} | changed
    typed["id_number"] = numbers.get(typed["id_number"], typed["id_number"])
    with pytest.raises(DomainError) as refused, transaction():
        operations.hand_over(card, Collected("proxy", **typed), by=clerk)
    assert (refused.value.details.get("field") or refused.value.field) == field
    db.session.refresh(card)
    assert card.status == "ready"


def test_the_proxy_of_the_application_need_not_be_typed_again(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    case = card.application
    with unguarded_transaction():
        case.applicant, case.agent_name, case.agent_id_masked = "proxy", "李雷", "**************002X"
        case.agent_id_sealed = crypto.encrypt_text("11010519491231002X", context=f"application|agent_id|{case.public_id}")
    with transaction():
        operations.hand_over(card, Collected("proxy", "李雷", authority="authorisation", without_paper="no scanner"), by=clerk)
    opened = crypto.decrypt_text(card.collector_id_sealed, context=f"card|collector_id|{card.public_id}")
    assert (opened, card.collector_id_masked) == ("11010519491231002X", "**************002X")


def test_a_card_that_goes_by_post_is_not_handed_over(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="post")
    with pytest.raises(operations.GoesByPost), transaction():
        operations.hand_over(card, Collected(), by=clerk)


def test_a_card_that_somebody_changed_meanwhile_is_refused(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = ready_card(clerk, centre, by=mailer)
    with transaction() as session:
        assert card.version == 3
        session.execute(Card.__table__.update().values(version=99))
        with pytest.raises(Conflict):
            operations.post(card, by=mailer)


def test_every_move_leaves_an_entry_in_the_log(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    card = ready_card(clerk, centre, by=mailer)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "card").order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["cards.requested", "cards.made", "cards.ready"]
    assert {entry.case_ref for entry in entries} == {db.session.scalar(select(Application.public_id))}
    assert entries[1].changes["serial"] == card.serial
