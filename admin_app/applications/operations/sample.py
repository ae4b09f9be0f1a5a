"""Which cases are drawn at random for a second decision."""

from admin_app.applications.models import Application
from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.numbering import next_number

PURPOSE, PARTS = "second decision", 2**32


def is_in_share(public_id: str, percent: float) -> bool:
    """Whether `percent` of all cases include this one: always the same answer, which nobody without the key can work out."""
    digits = crypto.keyring().blind_index(PURPOSE, public_id)[:8]
    return int(digits, 16) / PARTS * 100 < percent


def draw(application: Application) -> bool:
    """Whether the case is drawn; once drawn for, it stays so. The month's cap lets the first ones through, in the order in which they came.

    Needs the open transaction of the submission: the month's series is the lock that lets no two pass on one number.
    """
    if application.is_sampled is not None:
        return application.is_sampled
    now = settings.current()
    if not is_in_share(application.public_id, now.second_decision_percent):
        return False
    return next_number(f"second-decision-{clock.today():%y-%m}") <= now.second_decision_monthly_most
