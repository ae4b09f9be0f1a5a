"""The plain rows that receipts are made from."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class CentreLines:
    """How a service centre is named on paper, in the language of the document."""

    name: str
    address: str
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class ApplicationReceiptRow:
    """What the resident takes home from the counter; texts in the language of the document."""

    reference: str
    resident: str
    id_number_masked: str
    reason: str
    delivery: str
    received_at: datetime
    promised_on: date | None
    centre: CentreLines
    handed_in: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    clerk: str = ""
    status_url: str = ""
    """Goes into the QR code; the bare reference if empty."""


@dataclass(frozen=True)
class LossReportReceiptRow:
    """Proof of a loss report; `lapses_at` only for a provisional one."""

    number: str
    resident: str
    id_number_masked: str
    is_formal: bool
    circumstance: str
    reported_at: datetime
    lapses_at: datetime | None
    centre: CentreLines
    card_number_masked: str = ""
    clerk: str = ""
