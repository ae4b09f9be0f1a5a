"""Letters to residents: the latest decisions, cards that wait at the counter and posted cards are told, and some of it is printed."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from admin_app.applications.models import Application
from admin_app.applications.queries import telling
from admin_app.applications.rules import Delivery
from admin_app.applications.rules import Status as CaseStatus
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.demo import office
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries import parcels
from admin_app.mailing.rules import ParcelStatus
from admin_app.notices import operations as notices
from admin_app.notices.models import Notice
from admin_app.notices.rules import Kind, Said
from admin_app.residents.models import Resident

OF_EACH, PRINTED = 3, 5
DECIDED = {
    Kind.APPROVED: CaseStatus.APPROVED,
    Kind.REJECTED: CaseStatus.REJECTED,
    Kind.INFORMATION: CaseStatus.NEEDS_INFORMATION,
}


def add_once() -> int:
    """Tell the residents by the office's own verbs, a few of each kind, and have the first ones printed; returns how many letters.

    An office that has a letter gets none. Opens its own transaction.
    """
    with transaction():
        if db.session.scalar(select(Notice.id).limit(1)) is not None:
            return 0
        told = [notices.say(resident, said) for resident, said in _told() if not resident.erased_at and not resident.is_restricted]
        written = [notice for notice in told if notice]
        notices.mark_printed(written[:PRINTED], by=office.roster().mailroom[0])
    return len(written)


def _told() -> Iterator[tuple[Resident, Said]]:
    for kind, status in DECIDED.items():
        for case in _latest(select(Application).where(Application.status == str(status)).order_by(Application.id.desc())):
            if said := telling.decision_told(case, kind):
                yield case.resident, said
    ready = select(Card).where(Card.status == str(CardStatus.READY), Card.delivery == str(Delivery.COLLECT)).order_by(Card.id.desc())
    for card in _latest(ready):
        yield card.application.resident, cards.ready_told(card)
    posted = select(Parcel).where(Parcel.status == str(ParcelStatus.POSTED)).order_by(Parcel.id.desc())
    for parcel in _latest(posted):
        yield parcel.card.application.resident, parcels.posted_told(parcel)


def _latest(query: Select[Any]) -> list[Any]:
    return list(db.session.scalars(query.limit(OF_EACH)))
