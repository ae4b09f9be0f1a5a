"""What comes back by post: scanned, put on a shelf, its resident reached, its card sent on, replaced or sealed; what gets lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.cards.models import Card
from admin_app.cards.operations import sealing
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import posting, returning, tracing
from admin_app.mailing.queries import carrier, returns
from admin_app.mailing.rules.carrier import lines_of
from tests.factories.cards import approved, make_card, ready_card
from tests.factories.mailing import s10, stuffed_batch
from tests.owner import unguarded_transaction

NUMBER = s10(11)


@pytest.fixture
def parcel(clerk, centre, mailer) -> Parcel:
    """A parcel that was posted today."""
    batch = stuffed_batch([ready_card(clerk, centre, by=mailer)], mailer)
    with transaction():
        typed = {one.public_id: NUMBER for one in batch.parcels}
        posting.mark_posted(batch, typed, posted_on=clock.today(), version=batch.version, by=mailer)
    return batch.parcels[0]


def take(parcel: Parcel, by, reason: str = "moved", shelf: str = "B2") -> bool:
    with transaction():
        return returning.take_return(parcel, reason=reason, shelf=shelf, by=by)


def send_on(parcel: Parcel, by, delivery: str = "post", address: str = "体育场路1号") -> None:
    case = parcel.card.application
    with transaction():
        returning.send_on(parcel, returning.Way(delivery, "王五", "310000", address), version=case.version, by=by)


def lose(parcel: Parcel, by, fault: str = "post") -> Card:
    with transaction():
        tracing.inquire(parcel, asked_on=clock.today(), carrier_reference="Q1", by=by)
    with transaction():
        return tracing.declare_lost(parcel, reason="not found", booked=cards.Booked(fault, 2000), by=by)


def actions(parcel: Parcel) -> list[str]:
    """What the timeline of the case tells, the oldest first; what the resident is told of it follows by itself."""
    case = parcel.card.application.public_id
    found = db.session.scalars(select(AuditEntry.action).where(AuditEntry.case_ref == case).order_by(AuditEntry.id))
    return [action for action in found if not action.startswith("notices.")]


def test_a_parcel_that_came_back_lies_on_a_shelf_and_is_due_at_once(parcel, mailer):
    assert take(parcel, mailer) and not take(parcel, mailer), "scanned twice it stays where it lies"
    assert (parcel.status, parcel.card.status, parcel.next_on) == ("returned", "held", clock.today())
    assert (parcel.came_back.reason, parcel.came_back.shelf) == ("moved", "B2")
    assert actions(parcel)[-1] == "mailing.parcel_returned"


def test_without_a_place_nothing_is_taken_in(parcel, mailer):
    with pytest.raises(TextRefused) as refused:
        take(parcel, mailer, shelf="  ")
    assert "place on the shelf" in str(refused.value.message)
    db.session.rollback()
    assert parcel.status == "posted" and parcel.came_back is None


def test_a_card_that_came_back_goes_to_a_new_address_in_a_new_parcel(parcel, mailer):
    take(parcel, mailer)
    send_on(parcel, mailer)
    card = parcel.card
    assert (parcel.status, card.status, card.application.address) == ("resolved", "ready", "体育场路1号")
    again = stuffed_batch([card], mailer).parcels[0]
    assert again.number != parcel.number and again.address == "体育场路1号"
    assert [one.id for one in returns.of_card(parcel)] == [parcel.id, again.id]


def test_a_card_that_came_back_lies_ready_at_its_counter(parcel, mailer):
    take(parcel, mailer)
    send_on(parcel, mailer, "collect")
    assert (parcel.card.status, parcel.card.delivery, parcel.card.application.delivery) == ("ready", "collect", "collect")
    with pytest.raises(Conflict):
        send_on(parcel, mailer)


def test_each_attempt_says_when_somebody_goes_on(parcel, mailer):
    take(parcel, mailer)
    for result, is_today in (("no_answer", False), ("address", True)):
        with transaction():
            returning.note_attempt(parcel, way="phone", result=result, note="", made_on=clock.today(), by=mailer)
        assert (parcel.next_on == clock.today()) == is_today
    assert actions(parcel).count("mailing.contact_tried") == 2


def test_the_phone_is_shown_with_an_entry_in_the_log_and_only_while_the_card_lies_here(parcel, mailer, reviewer):
    with pytest.raises(Conflict), transaction():
        returning.reveal_phone(parcel, by=mailer)
    take(parcel, mailer)
    with transaction():
        assert returning.reveal_phone(parcel, by=mailer) == parcel.card.application.resident.open_phone()
    with pytest.raises(NotAllowed), transaction():
        returning.reveal_phone(parcel, by=reviewer)
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "residents.phone_revealed")).one().actor_id == mailer.id


def test_a_parcel_is_lost_only_after_the_carrier_was_asked_and_a_new_card_is_put_down_to_somebody(parcel, mailer):
    with pytest.raises(Conflict), transaction():
        tracing.declare_lost(parcel, reason="gone", booked=cards.Booked(), by=mailer)
    new = lose(parcel, mailer)
    assert (parcel.status, parcel.card.status, parcel.inquiries[0].answer) == ("lost", "lost", "lost")
    assert (new.copy, new.replaces_id, new.status, new.fault, new.cost_fen) == (2, parcel.card_id, "requested", "post", 2000)


def test_a_lost_card_that_comes_back_is_sealed_at_once(parcel, mailer):
    lose(parcel, mailer)
    take(parcel, mailer)
    assert (parcel.status, parcel.card.status, parcel.came_back.outcome) == ("resolved", "sealed", "sealed")


def test_a_delivery_is_noted_once_and_can_be_taken_back(parcel, mailer):
    with transaction():
        assert tracing.mark_delivered(parcel, on=clock.today(), by=mailer)
        assert not tracing.mark_delivered(parcel, on=clock.today(), by=mailer)
    assert (parcel.status, parcel.card.status, parcel.next_on) == ("delivered", "delivered", None)
    with transaction():
        tracing.take_back_delivery(parcel, reason="another one", by=mailer)
    assert (parcel.status, parcel.card.status) == ("posted", "posted") and parcel.next_on > clock.today()


def test_a_day_before_the_posting_or_after_today_is_refused(parcel, mailer):
    for day in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(tracing.DayRefused), transaction():
            tracing.mark_delivered(parcel, on=day, by=mailer)


def test_the_carriers_file_is_matched_by_number_and_the_same_file_changes_nothing(parcel, mailer):
    today = clock.today().isoformat()
    text = f"运单号,状态,日期\n{s10(99)},妥投,{today}\n{NUMBER},妥投,{today}\n,妥投,{today}\nRR1,在途,{today}\n"
    rows = carrier.checked(mailer.actor, lines_of(text))
    assert [row.fault for row in rows] == ["not_ours", None, "no_number", "not_ours"]
    with transaction():
        tracing.mark_delivered(rows[1].parcel, on=rows[1].day, by=mailer)
    assert [row.fault for row in carrier.checked(mailer.actor, lines_of(text))][1] == "known"
    twice = lines_of(f"{NUMBER};delivered;{today}\n{NUMBER};delivered;{today}")
    assert [row.fault for row in carrier.checked(mailer.actor, twice)] == ["twice", "twice"]


def test_what_came_back_is_sealed_only_once_its_time_is_over(parcel, mailer):
    take(parcel, mailer)
    with pytest.raises(Conflict), transaction():
        returning.seal_returned(parcel, by=mailer)
    with transaction():
        parcel.came_back.keep_until = clock.today() - timedelta(days=1)
    with transaction():
        returning.seal_returned(parcel, by=mailer)
    assert (parcel.card.status, parcel.came_back.outcome) == ("sealed", "sealed")


def test_an_uncollected_card_is_sealed_after_its_time_and_destroyed_under_two_names(clerk, centre, mailer, make_staff):
    young = make_card(approved(clerk, centre, delivery="collect"), "ready")
    old = make_card(approved(clerk, centre, delivery="collect"), "ready", ready_at=clock.now() - timedelta(days=400))
    with pytest.raises(Conflict), transaction():
        sealing.seal_uncollected(young, by=clerk)
    with transaction():
        sealing.seal_uncollected(old, by=clerk)
    with transaction():
        asked = sealing.ask_destruction([old], by=clerk)
    with pytest.raises(NotAllowed), transaction():
        sealing.destroy(asked, by=clerk)
    with transaction():
        assert sealing.destroy(asked, by=mailer) == 1
    assert (old.status, asked.asked_by_id, asked.answered_by_id) == ("destroyed", clerk.id, mailer.id)


def test_a_refused_destruction_leaves_the_cards_sealed(clerk, centre, mailer):
    card = make_card(approved(clerk, centre), "sealed")
    with transaction():
        asked = sealing.ask_destruction([card], by=mailer)
    with pytest.raises(sealing.NotSealed), transaction():
        sealing.ask_destruction([card], by=mailer)
    with transaction():
        sealing.refuse_destruction(asked, by=mailer)
    assert (card.status, card.destruction_id) == ("sealed", None)


def test_the_database_knows_two_people(clerk, centre, mailer):
    card = make_card(approved(clerk, centre), "sealed")
    with transaction():
        asked = sealing.ask_destruction([card], by=mailer)
    with pytest.raises(Exception, match="two_people"), unguarded_transaction():
        asked.answer, asked.answered_by_id = "destroy", mailer.id


def test_one_return_is_a_scan_and_one_form(parcel, mailer, sign_in):
    browser = sign_in(mailer)
    scanned = browser.post("/mailing/returns/scan", data={"code": f" {NUMBER.lower()} "})
    assert scanned.headers["Location"].endswith(f"/mailing/returns/{parcel.public_id}/take")
    page = browser.get(scanned.headers["Location"]).text
    assert "4 Not collected" in page and "autofocus" in page
    answer = browser.post(scanned.headers["Location"], data={"reason": "not_collected", "shelf": "A1"}, follow_redirects=True)
    assert "its card lies at A1" in answer.text and parcel.number in answer.text
    db.session.rollback()
    assert parcel.came_back.reason == "not_collected"


def test_a_number_that_is_not_ours_is_said_and_stays_in_the_field(app, mailer, sign_in):
    answer = sign_in(mailer).post("/mailing/returns/scan", data={"code": "RR000000000XX"})
    assert answer.status_code == 422 and "No parcel of ours" in answer.text and "RR000000000XX" in answer.text


def test_a_parcel_that_is_not_heard_of_comes_up_when_its_day_is_there(parcel, mailer):
    assert not returns_due(mailer)
    with unguarded_transaction():
        parcel.next_on = clock.today()
    assert returns_due(mailer) == [parcel.id]


def returns_due(mailer) -> list[int]:
    return list(db.session.scalars(returns.waiting_for(mailer.actor)))
