"""Letters lie in the order of the labels that go onto their envelopes; nobody's letter goes into an envelope to somebody else."""

from typing import Any

import pytest

from admin_app.foundation.database import transaction
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.queries import letters
from admin_app.notices.rules.together import Place, order_of
from tests.factories.mailing import ready_cards, stuffed_batch
from tests.factories.notices import make_notice


@pytest.fixture
def batch(clerk, centre, mailer) -> MailingBatch:
    return stuffed_batch(ready_cards(3, clerk, centre, mailer), mailer)


def case_of(parcel: Parcel) -> Any:
    return parcel.card.application


def test_the_letters_of_a_batch_lie_as_its_labels_do(batch, sign_in):
    cases = [case_of(parcel) for parcel in batch.parcels]
    last, first = make_notice(cases[2], "approved"), make_notice(cases[0], "approved")
    browser = sign_in("mailroom_clerk", username="m2")
    page = browser.get(f"/mailing/batches/{batch.public_id}/letters", follow_redirects=True).text
    assert page.index(first.public_id) < page.index(last.public_id)
    assert f"label 1 of {batch.reference}" in page and f"label 3 of {batch.reference}" in page


def test_a_letter_does_not_go_with_a_card_to_somebody_else(batch, mailer):
    parcel = batch.parcels[0]
    make_notice(case_of(parcel), "approved")
    assert letters.label_places([case_of(parcel).public_id]) == {case_of(parcel).public_id: Place(batch.reference, 1)}
    with transaction() as session:
        session.get_one(Parcel, parcel.id).recipient = "李四"
    assert letters.label_places([case_of(parcel).public_id]) == {} and letters.waiting_for(mailer, batch, limit=50) == []


def test_where_no_letter_waits_the_batch_says_so(batch, sign_in):
    browser = sign_in("mailroom_clerk", username="m2")
    page = browser.get(f"/mailing/batches/{batch.public_id}/letters", follow_redirects=True).text
    assert "No letter waits for the cases of this batch" in page


def test_letters_without_a_label_lie_by_postcode_and_those_without_one_come_last():
    rows = [
        (None, "王芳", 1),
        (None, "310012\n杭州\n王芳", 2),
        (Place("JJ-2", 10), "", 3),
        (None, "100000\n北京\n王芳", 4),
        (Place("JJ-2", 9), "", 5),
    ]
    assert [number for _place, _lines, number in sorted(rows, key=lambda row: order_of(*row))] == [5, 3, 4, 2, 1]
