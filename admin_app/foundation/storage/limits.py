"""What a file may be: kinds, sizes, reasons to refuse. Standard library only: the sandboxed child imports it."""

from dataclasses import dataclass
from enum import StrEnum

from admin_app.foundation.storage.doubts import NONE, Doubts

MEGABYTE = 1024 * 1024
NAME_LENGTH = 120
"""Characters of an original file name that are kept for display."""


class Source(StrEnum):
    """The kinds of file that people may hand in. What is stored of them is a Kind."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"
    HEIC = "heic"
    TIFF = "tiff"
    WEBP = "webp"


class Kind(StrEnum):
    """The kinds of file the office stores. Pictures and PDFs are handed in (as some Source) and shown; the others never are."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"
    P7M = "p7m"


MEDIA_TYPES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.PDF: "application/pdf",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.P7M: "application/pkcs7-mime",
    Kind.XLSX: "application/zip",  # what it is packed as; its own name is longer than the column, and the door that serves it knows it
}


class Reason(StrEnum):
    """Why a file was refused."""

    NOT_ACCEPTED = "not_accepted"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    ENCRYPTED = "encrypted"
    CERTIFICATE = "certificate"
    LOCKED = "locked"
    MOVING = "moving"
    DYNAMIC_FORM = "dynamic_form"
    PORTFOLIO = "portfolio"
    LOOKS_OTHER = "looks_other"
    FILES_INSIDE = "files_inside"
    ACTIVE_CONTENT = "active_content"
    TOO_HEAVY = "too_heavy"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True)
class Limits:
    """How big a file may be, and what the child that opens it may use up."""

    max_bytes: int = 10 * MEGABYTE
    max_pixels: int = 40_000_000
    max_side: int = 8_000
    """Pixels."""
    max_pages: int = 20
    cpu_seconds: int = 12
    wall_seconds: int = 20
    memory_bytes: int = 1024 * MEGABYTE
    """Address space of the child beyond what it has at the start."""
    max_clean_bytes: int = 48 * MEGABYTE


class Refused(Exception):
    """A decoder says no; `reason` says why. Knows no texts: kinds.UploadRefused is what people see."""

    def __init__(self, reason: Reason, cpu_seconds: float | None = None) -> None:
        super().__init__(reason.value)
        self.reason, self.cpu_seconds = reason, cpu_seconds


@dataclass(frozen=True)
class CleanFile:
    """A file rebuilt from its visible content alone."""

    kind: Kind
    data: bytes
    width: int
    """Pixels; of a PDF the width of page 1 in points (1/72 inch)."""
    height: int
    pages: int = 1
    doubts: Doubts = NONE
    """Where there are any, `data` is a bundle (page_choice.py): nobody keeps it before a person decides. `pages` counts what is kept."""

    @property
    def media_type(self) -> str:
        """The media type to serve it with."""
        return MEDIA_TYPES[self.kind]
