"""«Where is my card?» has one answer on one screen, for every role that may see the case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.audit.models import ReadNote
from admin_app.cards import operations as cards
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import posting, tracing
from admin_app.mailing.queries.whereabouts import OF_CARDS, OF_CASES, of_applications
from admin_app.mailing.rules import PLACE_LABELS, PLACE_MARKS, Place
from admin_app.mailing.views.whereabouts import sentence
from tests.factories.applications import make_application
from tests.factories.cards import approved, make_card, ready_card, requested_card
from tests.factories.centres import make_centre
from tests.factories.mailing import open_batch, s10, stuffed_batch
from tests.statements import counted_statements

POST, COLLECT = {"delivery": "post"}, {"delivery": "collect", "recipient": "", "address": "", "postcode": ""}


def posted(clerk, centre, mailer, number: str = s10(1)) -> Application:
    """A case whose card left under this number."""
    batch = stuffed_batch([ready_card(clerk, centre, by=mailer)], mailer)
    with transaction():
        typed = {parcel.public_id: number for parcel in batch.parcels}
        posting.mark_posted(batch, typed, posted_on=clock.today(), version=batch.version, by=mailer)
    return batch.parcels[0].card.application


def case_at(place: Place, clerk, centre, mailer) -> Application:
    """A case whose card is there."""
    states = {code: str(status) for status, code in OF_CASES.items() if code not in (Place.IN_REVIEW, Place.APPROVED)}
    if place in (*states, Place.IN_REVIEW, Place.APPROVED):
        status = states.get(place) or {Place.IN_REVIEW: "submitted", Place.APPROVED: "approved"}[place]
        return make_application(clerk, centre, status=status, paused_on=clock.today() if place == Place.WITH_RESIDENT else None)
    if place == Place.INQUIRED:
        case = posted(clerk, centre, mailer, s10(2))
        with transaction():
            parcel = db.session.scalars(select(Parcel).where(Parcel.tracking_number == s10(2))).one()
            tracing.inquire(parcel, asked_on=clock.today(), carrier_reference="", by=mailer)
        return case
    if place in OF_CARDS.values() and place != Place.POSTED:
        status = next(str(status) for status, code in OF_CARDS.items() if code == place)
        return make_card(approved(clerk, centre), status, ended_at=clock.now()).application
    if place == Place.POSTED:
        return posted(clerk, centre, mailer)
    card = ready_card(clerk, centre, by=mailer, **(COLLECT if place == Place.AT_COUNTER else POST))
    if place == Place.IN_BATCH:
        open_batch([card], mailer)
    return card.application


@pytest.mark.parametrize("place", Place)
def test_each_place_is_found_and_has_its_own_sentence(place, clerk, reviewer, centre, mailer):
    (found,) = of_applications(reviewer.actor, [case_at(place, clerk, centre, mailer)])
    assert found.place == place
    with db.session.no_autoflush:
        assert sentence(found).endswith(".") and "—" not in sentence(found)
    assert place in PLACE_LABELS and place in PLACE_MARKS


def test_no_two_places_are_told_in_the_same_words(clerk, reviewer, centre, mailer):
    every = [case_at(place, clerk, centre, mailer) for place in Place]
    assert len({sentence(one) for one in of_applications(reviewer.actor, every)}) == len(Place)


def test_a_decision_that_is_late_is_called_late(clerk, reviewer, centre):
    case = make_application(clerk, centre, due_on=clock.today() - timedelta(days=1))
    assert "is late" in sentence(of_applications(reviewer.actor, [case])[0])


def test_of_a_spoiled_card_the_one_that_follows_counts(clerk, reviewer, centre, mailer):
    card = ready_card(clerk, centre, by=mailer)
    with transaction():
        cards.spoil(card, "bent", by=mailer)
    (found,) = of_applications(reviewer.actor, [card.application])
    assert (found.place, found.card.copy) == (Place.BEING_MADE, 2)


def test_many_cases_take_as_many_statements_as_one(clerk, reviewer, centre, mailer):
    every, actor = [case_at(place, clerk, centre, mailer) for place in Place], reviewer.actor
    db.session.expire_all()
    every = list(db.session.scalars(select(Application).order_by(Application.id)))
    with counted_statements() as seen:
        of_applications(actor, every)
    assert len(seen) <= 3


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "supervisor", "auditor"])
def test_case_page_and_resident_page_answer_every_role_that_may_see_the_case(role, clerk, centre, mailer, make_staff, sign_in):
    case = posted(clerk, centre, mailer)
    who = clerk if role == "intake_clerk" else make_staff(role, username="who")
    browser, said = sign_in(who), f"The card was posted on {clock.today():%Y-%m-%d}"
    for place in (f"/applications/{case.reference}", f"/residents/{case.resident.public_id}"):
        page = browser.get(place).text
        assert said in page and s10(1) in page and "with the post" in page


def test_a_counter_of_another_centre_is_told_nothing_of_the_card(clerk, centre, mailer, make_staff, sign_in):
    case = posted(clerk, centre, mailer)
    browser = sign_in(make_staff("intake_clerk", username="far", centre=make_centre("BJ")))
    assert browser.get(f"/applications/{case.reference}").status_code == 404
    assert s10(1) not in browser.get(f"/residents/{case.resident.public_id}").text


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer"])
@pytest.mark.parametrize("asked", ["tracking number", "parcel number"])
def test_who_does_not_work_in_the_mailroom_finds_the_case_by_what_stands_on_the_letter(
    role, asked, clerk, centre, mailer, make_staff, sign_in
):
    case = posted(clerk, centre, mailer)
    parcel = of_applications(clerk.actor, [case])[0].parcel
    typed = {"tracking number": f"{s10(1)[:4]} {s10(1)[4:].lower()}", "parcel number": parcel.number}[asked]
    who = clerk if role == "intake_clerk" else make_staff(role, username="who")
    answer = sign_in(who).post("/search/", data={"q": typed})
    assert answer.status_code == 302 and answer.location.endswith(f"/applications/{case.reference}")
    notes = db.session.execute(select(ReadNote.act, ReadNote.resident_ref).where(ReadNote.actor_id == who.id)).all()
    assert ("found", case.resident.public_id) in notes


def test_a_number_of_another_centre_finds_nothing_at_the_counter(clerk, centre, mailer, make_staff, sign_in):
    case = posted(clerk, centre, mailer)
    browser = sign_in(make_staff("intake_clerk", username="far", centre=make_centre("BJ")))
    assert case.reference not in browser.post("/search/", data={"q": s10(1)}, follow_redirects=True).text


def test_the_mailroom_still_comes_to_the_parcel(clerk, centre, mailer, sign_in):
    posted(clerk, centre, mailer)
    assert "/mailing/parcels/" in sign_in(mailer).post("/search/", data={"q": s10(1)}).location


def test_the_page_of_the_card_answers_the_mailroom_without_the_case(clerk, centre, mailer, sign_in):
    card = requested_card(clerk, centre)
    page = sign_in(mailer).get(f"/cards/{card.public_id}").text
    assert "waits to be made" in page and f"/applications/{card.application.reference}" not in page
