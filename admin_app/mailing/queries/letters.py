"""Letters that go into the envelopes of a batch: which ones wait, and where the label of a case lies.

A letter is the resident's. A card that goes to somebody else goes without it: whoever gets the card is to know nothing of the case.
"""

from collections.abc import Sequence

from sqlalchemy import and_, select

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.rules import NOT_POSTED
from admin_app.notices import queries as notices
from admin_app.notices.models import Notice
from admin_app.notices.rules import Channel, Status
from admin_app.notices.rules.together import Place
from admin_app.residents.models import Resident


def label_places(case_refs: Sequence[str]) -> dict[str, Place]:
    """Public id of a case -> batch and place of the label of the envelope in which its letters may go; cases without one are not in it."""
    placed = (
        select(Application.public_id, MailingBatch.reference, Parcel.position)
        .join(Card, Card.application_id == Application.id)
        .join(Parcel, Parcel.card_id == Card.id)
        .join(MailingBatch, MailingBatch.id == Parcel.batch_id)
        .join(Resident, and_(Resident.id == Application.resident_id, Resident.name == Parcel.recipient))
        .where(Application.public_id.in_(case_refs), Parcel.status.in_(NOT_POSTED))
    )
    return {case: Place(batch, position) for case, batch, position in db.session.execute(placed)} if case_refs else {}


def waiting_for(staff: Actor, batch: MailingBatch, *, limit: int) -> list[str]:
    """The public ids of the letters that wait for the cases of a batch, in the order of its labels; nothing without the right."""
    about = and_(Notice.case_ref == Application.public_id, Notice.channel == Channel.LETTER, Notice.status == Status.WAITING)
    mine = (
        select(Notice.public_id)
        .select_from(Parcel)
        .join(Card, Card.id == Parcel.card_id)
        .join(Application, Application.id == Card.application_id)
        .join(Resident, and_(Resident.id == Application.resident_id, Resident.name == Parcel.recipient))
        .join(Notice, about)
        .where(Parcel.batch_id == batch.id, Parcel.status.in_(NOT_POSTED), notices.visible_to(staff))
    )
    return list(db.session.scalars(mine.order_by(Parcel.position, Notice.id).limit(limit)))
