"""The plain rows that receipts are made from."""

from dataclasses import dataclass, replace
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
    is_guess: bool = False
    """Whether that day may still move because the official calendar of its year is not known."""
    handed_in: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    clerk: str = ""
    resident_latin: str = ""
    """Says what stands for a character of the name that no print font has."""
    status_url: str = ""
    """Goes into the QR code; the bare reference if empty."""
    look_up_code: str = ""
    """With which the resident looks up the case; '' where it is not known any more."""
    look_up_at: str = ""
    """Where: host and page."""


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
    bank_side_reported: bool = False
    """Whether the card is reported to the bank, too."""
    clerk: str = ""
    resident_latin: str = ""
    """Says what stands for a character of the name that no print font has."""


@dataclass(frozen=True)
class CollectionSlipRow:
    """The slip that is signed when a card is handed over at the counter; `collector`, number and document only of a proxy."""

    reference: str
    serial: str
    resident: str
    id_number_masked: str
    handed_over_at: datetime
    centre: CentreLines
    collector: str = ""
    collector_number_masked: str = ""
    authority: str = ""
    clerk: str = ""
    resident_latin: str = ""
    """Says what stands for a character of the name that no print font has."""


@dataclass(frozen=True)
class NoticeRow:
    """A letter to a resident; every text in the language of the document."""

    reference: str
    resident: str
    recipient: tuple[str, ...]
    """What stands in the window of the envelope, a line each; empty for a letter that the counter hands over."""
    written_on: str
    title: str
    blocks: tuple[str | tuple[str, ...], ...]
    """Paragraphs; a tuple is a list of points."""
    centre: CentreLines
    language: str = "zh"
    resident_latin: str = ""
    """Says what stands for a character of the name that no print font has."""


@dataclass(frozen=True)
class CopySection:
    """A part of a copy of somebody's data: records with names of facts, or a table of many short ones."""

    title: str
    why: str
    """What the office has it for."""
    kept: tuple[str, ...] = ()
    """Sentences that say how long."""
    note: str = ""
    records: tuple[tuple[tuple[str, str], ...], ...] = ()
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def with_records(self, records: tuple[tuple[tuple[str, str], ...], ...]) -> "CopySection":
        """The same part with these records."""
        return replace(self, records=records)

    def with_table(self, headers: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> "CopySection":
        """The same part with these rows under these headers."""
        return replace(self, headers=headers, rows=rows)


@dataclass(frozen=True)
class PersonCopyRow:
    """A copy of everything that the office holds about one person; texts in the language of the document."""

    resident: str
    id_number: str
    number: str
    """Opaque: the key by which the office knows the person."""
    made_at: datetime
    made_by: str
    """The role of whoever made it."""
    sections: tuple[CopySection, ...]


@dataclass(frozen=True)
class PackingNoteRow:
    """What goes with a package to the maker of cards, on paper: by it the maker checks that the package arrived whole."""

    reference: str
    maker: str
    cards: int
    file: str
    """The name of the package."""
    size_bytes: int
    package_sha256: str
    manifest_sha256: str
    certificate: str
    """Fingerprint of the certificate for whose key it is encrypted."""
    made_at: datetime
    made_by: str = ""
