"""The phone numbers that stand on the labels of a batch, as its choice says."""

from collections.abc import Sequence

from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.foundation.database import db
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.queries.label_designs import phone_of
from admin_app.mailing.rules.phones import PhoneShown
from admin_app.residents.models import Resident


def printed(batch: MailingBatch, parcels: Sequence[Parcel]) -> dict[int, str]:
    """Parcel id -> what is printed of the phone. Full numbers are read from the residents: whoever asks for them records that."""
    shown = {parcel.id: phone_of(batch, parcel) for parcel in parcels}
    in_full = _full([parcel for parcel in parcels if shown[parcel.id] == PhoneShown.FULL])
    masked = {parcel.id: parcel.phone_masked for parcel in parcels if shown[parcel.id] == PhoneShown.MASKED}
    return {parcel.id: in_full.get(parcel.id) or masked.get(parcel.id, "") for parcel in parcels}


def as_wide(batch: MailingBatch, parcel: Parcel) -> str:
    """Something as long as what is printed, which shows no number: for seeing whether a label fits."""
    shown = phone_of(batch, parcel)
    if shown == PhoneShown.NONE:
        return ""
    return parcel.phone_masked.replace("*", "0") if shown == PhoneShown.FULL else parcel.phone_masked


def is_any_full(batch: MailingBatch, parcels: Sequence[Parcel]) -> bool:
    """Whether a full number stands on one of the labels."""
    return any(phone_of(batch, parcel) == PhoneShown.FULL for parcel in parcels)


def _full(parcels: Sequence[Parcel]) -> dict[int, str]:
    if not parcels:
        return {}
    mine = select(Parcel.id, Resident).join(Card, Card.id == Parcel.card_id).join(Application, Application.id == Card.application_id)
    mine = mine.join(Resident, Resident.id == Application.resident_id).where(Parcel.id.in_([parcel.id for parcel in parcels]))
    return {key: resident.open_phone() for key, resident in db.session.execute(mine.execution_options(populate_existing=True))}
