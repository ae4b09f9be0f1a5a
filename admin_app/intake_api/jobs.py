"""What the clock does for the API."""

from admin_app.foundation.database import transaction
from admin_app.intake_api.operations import once


def forget_old() -> None:
    """Forget requests that nobody repeats any more."""
    with transaction():
        once.forget_old()
