"""Which design the label of a parcel has: that of its batch, or the one that the table of rules says."""

from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.rules.label_choice import BY_RULE, Choice, Way, chosen
from admin_app.mailing.rules.phones import PhoneShown
from reports.labels.designs import designs


def of_parcel(batch: MailingBatch, parcel: Parcel) -> Choice:
    """Design and variant of the label: what was chosen for the batch by hand, the rest by the table."""
    ruled = chosen(Way.POST, parcel.recipient, batch.stock.kind)
    design = ruled.design if batch.label_design == BY_RULE else batch.label_design
    return Choice(design, ruled.variant if batch.label_language == BY_RULE else batch.label_language)


def phone_of(batch: MailingBatch, parcel: Parcel) -> PhoneShown:
    """How much of the phone stands on the label: as the batch says, or as its design does."""
    if batch.phone_shown != PhoneShown.DESIGN:
        return PhoneShown(batch.phone_shown)
    return PhoneShown(designs()[of_parcel(batch, parcel).design].phone)


def latin_name(parcel: Parcel) -> str:
    """The resident's name in Latin letters where the recipient is that resident and is written otherwise; '' else."""
    resident = parcel.card.application.resident
    return resident.name_latin if resident.name == parcel.recipient != resident.name_latin else ""
