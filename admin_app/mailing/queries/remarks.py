"""What should be looked at in the addresses of a batch before its labels are printed, in sentences; nothing is refused for it."""

from flask_babel import gettext as _

from admin_app.foundation.typed_text import addresses
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.queries.label_designs import phone_of
from admin_app.mailing.rules.phones import PhoneShown


def of_parcel(batch: MailingBatch, parcel: Parcel) -> list[str]:
    """The sentences about a parcel: its district, its postcode, and a phone that is asked for and not known."""
    said = addresses.remarks(parcel.address, parcel.postcode)
    if phone_of(batch, parcel) == PhoneShown.FULL and not parcel.phone_masked:
        said.append(_("No phone of the resident is known; the labels of this batch bear it in full."))
    return said
