"""A tracking number that was entered wrong is corrected after posting, with a reason, and nothing else of the parcel changes."""

import pytest
from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.typed_text.texts import ReasonMissing
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import posting
from tests.factories.mailing import ready_cards, s10, stuffed_batch


def posted(clerk, centre, mailer, *numbers: str) -> list[Parcel]:
    """The parcels of a batch that left with these numbers."""
    batch = stuffed_batch(ready_cards(len(numbers), clerk, centre, mailer), mailer)
    typed = {parcel.public_id: number for parcel, number in zip(batch.parcels, numbers, strict=True)}
    with transaction():
        posting.mark_posted(batch, typed, posted_on=clock.today(), version=batch.version, by=mailer)
    return list(batch.parcels)


def correct(parcel: Parcel, number: str, mailer, reason: str = "receipts mixed up", **changes) -> None:
    with transaction():
        posting.correct_tracking(parcel, number, reason=reason, by=mailer, **({"version": parcel.version} | changes))


def test_the_number_is_replaced_and_log_and_case_say_which_and_why(clerk, centre, mailer):
    (parcel,) = posted(clerk, centre, mailer, s10(1))
    correct(parcel, s10(2).lower(), mailer)
    assert (parcel.tracking_number, parcel.status, parcel.card.status) == (s10(2), "posted", "posted")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mailing.tracking_corrected")).one()
    assert (entry.reason, entry.fact("tracking_number")) == ("receipts mixed up", [s10(1), s10(2)])
    assert (entry.subject_ref, entry.case_ref) == (parcel.number, parcel.card.application.public_id)


@pytest.mark.parametrize("wrong", ["", "hello", "RR000000021CN", "own label", "the same", "of another"])
def test_a_number_that_cannot_be_is_refused_at_its_field(wrong, clerk, centre, mailer):
    parcel, other = posted(clerk, centre, mailer, s10(1), s10(2))
    typed = {"own label": parcel.number, "the same": s10(1), "of another": other.tracking_number}.get(wrong, wrong)
    with pytest.raises(posting.NumberRefused) as refused:
        correct(parcel, typed, mailer)
    assert refused.value.details["field"] == "tracking_number"
    db.session.rollback()
    assert parcel.tracking_number == s10(1)


def test_it_needs_a_reason(clerk, centre, mailer):
    (parcel,) = posted(clerk, centre, mailer, s10(1))
    with pytest.raises(ReasonMissing):
        correct(parcel, s10(2), mailer, reason="  ")


def test_of_two_who_correct_the_same_parcel_the_second_is_told(clerk, centre, mailer):
    (parcel,) = posted(clerk, centre, mailer, s10(1))
    seen = parcel.version
    correct(parcel, s10(2), mailer)
    with pytest.raises(Conflict) as refused:
        correct(parcel, s10(3), mailer, version=seen)
    assert "Somebody else has changed" in str(refused.value.message)
    db.session.rollback()
    assert parcel.tracking_number == s10(2)


def test_a_parcel_that_has_not_left_has_no_number_to_correct(clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with pytest.raises(Conflict) as refused:
        correct(batch.parcels[0], s10(2), mailer)
    assert "was posted" in str(refused.value.message)


def test_the_form_keeps_what_was_typed_when_it_is_refused(clerk, centre, mailer, sign_in):
    (parcel,) = posted(clerk, centre, mailer, s10(1))
    browser, place = sign_in(mailer), f"/mailing/parcels/{parcel.public_id}/tracking"
    assert s10(1) in browser.get(place).text
    answer = browser.post(place, data={"tracking_number": "RR000000021CN", "reason": "typed wrong", "version": parcel.version})
    assert answer.status_code == 422 and "check digit" in answer.text
    assert 'value="RR000000021CN"' in answer.text and 'value="typed wrong"' in answer.text
    answer = browser.post(place, data={"tracking_number": s10(2), "reason": "typed wrong", "version": parcel.version})
    assert answer.status_code == 302 and s10(2) in browser.get(answer.location).text
