"""The phone numbers that stand on the labels of a batch, as its choice says."""

from collections.abc import Sequence

from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.foundation.database import db
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.rules.phones import PhoneShown
from admin_app.residents.models import Resident


def printed(batch: MailingBatch, parcels: Sequence[Parcel]) -> dict[int, str]:
    """Parcel id -> what is printed of the phone. Full numbers are read from the residents: whoever asks for them records that."""
    if batch.phone_shown == PhoneShown.FULL:
        return _full(parcels)
    return {parcel.id: parcel.phone_masked if batch.phone_shown == PhoneShown.MASKED else "" for parcel in parcels}


def as_wide(batch: MailingBatch, parcel: Parcel) -> str:
    """Something as long as what is printed, which shows no number: for seeing whether a label fits."""
    if batch.phone_shown == PhoneShown.NONE:
        return ""
    return parcel.phone_masked.replace("*", "0") if batch.phone_shown == PhoneShown.FULL else parcel.phone_masked


def _full(parcels: Sequence[Parcel]) -> dict[int, str]:
    mine = select(Parcel.id, Resident).join(Card, Card.id == Parcel.card_id).join(Application, Application.id == Card.application_id)
    mine = mine.join(Resident, Resident.id == Application.resident_id).where(Parcel.id.in_([parcel.id for parcel in parcels]))
    return {key: resident.open_phone() for key, resident in db.session.execute(mine.execution_options(populate_existing=True))}
