"""Which carrier the settings name."""

from admin_app.foundation import settings
from admin_app.mailing.operations.carriers.http_carrier import HttpCarrier
from admin_app.mailing.operations.carriers.interface import Carrier


def chosen() -> Carrier | None:
    """The carrier to which this office speaks itself; None where its numbers come on paper or in a file."""
    at = settings.current()
    return HttpCarrier(at.carrier_url, at.carrier_key.get_secret_value(), at.carrier_seconds) if at.carrier_url else None
