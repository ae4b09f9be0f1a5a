"""Every form with a postcode says «optional» exactly where it may be left out: forms are found by their classes, each has its proof."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from admin_app.applications.operations.details import CaseDetails, InvalidCase, fill
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.operations import batches, labels, redirecting, returning
from admin_app.residents import operations as residents
from admin_app.web.desk_form import DeskForm
from tests.factories.applications import make_application
from tests.factories.cards import approved, make_card
from tests.factories.mailing import labelled_batch, make_batch, make_parcel, make_return, open_batch, parcels_of, ready_cards, s10
from tests.factories.residents import make_resident

Office = SimpleNamespace
TEXTS = {"recipient": "王芳", "postcode": "", "address": "文三路90号"}


def _centre(office: Office) -> None:
    typed = {"name_en": "Harbour", "name_zh": "", "address_en": "7 Quay Street", "address_zh": "", "postcode": "", "phone": "", "code": ""}
    answer = office.sign_in("administrator").post("/reference/centres/add", data=typed | {"hours": [""] * 7})
    assert answer.status_code == 302


def _resident(office: Office) -> None:
    someone = make_resident(postcode="310012")
    with transaction():
        residents.update_contact(someone, by=office.clerk.actor, postcode="", address="文三路90号")


def _parcel(office: Office) -> None:
    [parcel] = parcels_of(open_batch(ready_cards(1, office.clerk, office.centre, office.mailer), office.mailer))
    with transaction():
        batches.correct_recipient(parcel, **TEXTS, version=parcel.version, by=office.mailer)
    assert parcel.postcode == ""


def _reprint(office: Office) -> None:
    [parcel] = parcels_of(labelled_batch(ready_cards(1, office.clerk, office.centre, office.mailer), office.mailer))
    with transaction():
        labels.reprint(parcel, reason="torn in the printer", start_cell=1, texts=TEXTS, by=office.mailer)
    assert db.session.get_one(type(parcel), parcel.id).postcode == ""


def _intake(office: Office) -> None:
    case = make_application(office.clerk, office.centre, status="draft", is_open=False)
    with transaction():
        fill(case, CaseDetails(channel="counter", reason="damaged", delivery="post", **TEXTS))


def _redirect(office: Office) -> None:
    case = make_application(office.clerk, office.centre)
    with transaction():
        redirecting.redirect(case, delivery="post", **TEXTS, reason="moved house", version=case.version, by=office.clerk)


def _send_on(office: Office) -> None:
    card = make_card(approved(office.clerk, office.centre), "held", serial="CAMEBACK01", ended_at=clock.now())
    batch = make_batch(office.mailer, "posted", posted_on=clock.today(), posted_at=clock.now(), labelled_at=clock.now(), parcel_count=1)
    parcel = make_parcel(batch, card, status="returned", tracking_number=s10(71), next_on=clock.today(), since_on=clock.today())
    make_return(parcel, office.mailer)
    with transaction():
        way = returning.Way(delivery="post", **TEXTS)
        returning.send_on(parcel, way, version=parcel.card.application.version, by=office.mailer)


EMPTY: dict[str, tuple[Callable[[Office], None], bool]] = {
    "CentreForm": (_centre, True), "RegisterForm": (_resident, True), "CorrectForm": (_resident, True), "RecipientForm": (_parcel, True),
    "ReprintForm": (_reprint, True), "CaseForm": (_intake, False), "RedirectForm": (_redirect, False),
    "SendOnForm": (_send_on, False),
}  # fmt: skip
"""Form -> leaving the postcode out where an address stands, and whether that is taken. A new form needs a line."""


def with_postcode(kind: type[DeskForm] = DeskForm) -> Iterator[type[DeskForm]]:
    """The forms of the desk that have such a field."""
    for form in kind.__subclasses__():
        if hasattr(form, "postcode"):
            yield form
        yield from with_postcode(form)


def says_optional(form: Any) -> bool:
    """Whether its page writes «(optional)» behind the label."""
    return bool(form(formdata=None, meta={"csrf": False}).postcode.flags.optional)


def test_each_form_with_a_postcode_has_its_proof(app):
    assert {form.__name__ for form in with_postcode()} == set(EMPTY)


@pytest.mark.parametrize("name", EMPTY)
def test_it_says_optional_exactly_where_it_may_be_left_out(name, app, clerk, centre, mailer, sign_in):
    [form] = {form for form in with_postcode() if form.__name__ == name}
    leave_out, is_taken = EMPTY[name]
    office = SimpleNamespace(clerk=clerk, centre=centre, mailer=mailer, sign_in=sign_in, today=clock.today())
    with app.test_request_context():
        assert says_optional(form) == is_taken
    if is_taken:
        leave_out(office)
    else:
        with pytest.raises(InvalidCase) as refused:
            leave_out(office)
        assert refused.value.details["field"] == "postcode"
