"""What every carrier can be asked: to book a parcel, for its own label, what became of parcels; and how it can fail to answer.

An adapter knows nothing of batches, of the database, of people at the desk. It is called outside of transaction(); it may take seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from admin_app.mailing.rules.carrier import Event


@dataclass(frozen=True)
class Consignment:
    """One parcel as the carrier is told of it."""

    key: str
    """The same key is the same booking, however often it is sent: the carrier books once and gives the same number again."""
    parcel: str
    """Our parcel number, as on the label."""
    recipient: str
    postcode: str
    address: tuple[str, ...]
    """One line a row of the label."""


@dataclass(frozen=True)
class News:
    """What the carrier says last of a parcel."""

    number: str
    """Tracking number."""
    event: Event
    day: date


class Refused(Exception):
    """The carrier answered and does not carry this parcel, and has booked nothing. `code` is its word for why, at most 40 letters."""

    def __init__(self, code: str) -> None:
        """Keep the word."""
        super().__init__(code)
        self.code = code


class Busy(Exception):
    """No booking yet, or nobody knows: ask again with the same key, not before `wait` seconds have passed."""

    def __init__(self, wait: float = 0) -> None:
        """Keep how long the carrier wants to be left alone; 0: it did not say."""
        super().__init__(wait)
        self.wait = wait


class NotOurs(Exception):
    """The carrier does not know this office (a wrong or expired key): no parcel can be booked until the settings are mended."""


class Carrier(Protocol):
    """A carrier to which the desk speaks itself."""

    def book(self, consignment: Consignment) -> str:
        """The tracking number under which the carrier takes the parcel. Raises Refused, Busy, NotOurs."""

    def label(self, number: str) -> bytes:
        """The carrier's own label of a booked parcel, a PDF as it came: unchecked. Raises Refused, Busy, NotOurs."""

    def track(self, numbers: Sequence[str]) -> list[News]:
        """The last news of each of these parcels; unknown numbers are left out. Raises Busy, NotOurs."""
