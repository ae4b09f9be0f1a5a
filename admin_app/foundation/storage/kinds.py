"""Tell the kind of a file by its content, and say in a sentence why one is refused."""

import re
from typing import Any

import puremagic
from flask_babel import lazy_gettext as _l

from admin_app.foundation import settings
from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage.limits import MEGABYTE, Limits, Reason, Refused, Source

SIGNATURES = {
    Source.JPEG: re.compile(rb"\xff\xd8\xff"),
    Source.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    Source.PDF: re.compile(rb"%PDF-"),
    Source.TIFF: re.compile(rb"II\*\0|MM\0\*"),
    Source.WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
    Source.HEIC: re.compile(rb"\0\0..ftyp(?:....)*?(?:hei[cxms]|hev[cxms])", re.DOTALL),
}
"""How each begins. HEIC is a family: what it is packed as stands among the brands of its first box (ISO/IEC 23008-12, annex B)."""
MEDIA_TYPES = {
    Source.JPEG: ("image/jpeg",),
    Source.PNG: ("image/png",),
    Source.PDF: ("application/pdf",),
    Source.TIFF: ("image/tiff",),
    Source.WEBP: ("image/webp",),
    Source.HEIC: ("image/heic", "image/heif"),
}
EXTENSIONS = (".heic", ".heif", ".hif", ".tif", ".tiff", ".webp")
"""By these, too, a browser offers the files whose media type its system does not know."""
ACCEPT = ",".join([name for names in MEDIA_TYPES.values() for name in names] + [*EXTENSIONS])
"""What every field for files offers first; what is in a file is asked afterwards in any case."""
HEAD_BYTES = 4096
FIRST_BOX = 4
"""Bytes before a HEIC file's signature, which say how long its first box is."""
BLANKS = b"\r\n\t \xef\xbb\xbf"
"""Some programs put an empty line or a byte order mark before a PDF; it opens all the same."""


class UploadRefused(DomainError):
    """A file was not taken. `reason` is the code, `name` the cleaned name the person knows the file by."""

    def __init__(self, reason: Reason, name: str = "", limits: Limits | None = None) -> None:
        super().__init__(sentences(limits or limits_in_force())[reason], reason=reason.value, name=name)
        self.reason = reason
        self.name = name


def sentences(limits: Limits) -> dict[Reason, Any]:
    """The lazy text for each reason: what is wrong and what to do, with the limits as they are set."""
    return {
        Reason.NOT_ACCEPTED: _l("This is not a JPEG, PNG, HEIC, WebP, TIFF or PDF file. Scan or save it as one of these and add it again."),
        Reason.EMPTY: _l("The file is empty. Check it on your computer and add it again."),
        Reason.TOO_LARGE: _l(
            "The file is larger than %(megabytes)s MB. Scan it with fewer dots per inch, or split it.",
            megabytes=limits.max_bytes // MEGABYTE,
        ),
        Reason.BROKEN: _l("The file is damaged and cannot be opened. Scan or save it again."),
        Reason.TOO_MANY_PIXELS: _l(
            "The picture has more than %(megapixels)s million pixels or more than %(side)s on one side. Make it smaller.",
            megapixels=limits.max_pixels // 1_000_000,
            side=limits.max_side,
        ),
        Reason.TOO_MANY_PAGES: _l(
            "The document has more than %(pages)s pages. Add only the pages that matter, or split it.", pages=limits.max_pages
        ),
        Reason.ENCRYPTED: _l("The PDF is protected by a password. Save it without the password, or scan the paper."),
        Reason.CERTIFICATE: _l(
            "The PDF opens only for the holder of a certificate. Ask whoever made it for a copy that anybody can open, or scan the paper."
        ),
        Reason.LOCKED: _l("The PDF is locked in a way that only one maker's program opens. Print it there on paper, and scan the paper."),
        Reason.MOVING: _l("The file holds several pictures that follow one another. Save the one that matters by itself and add that."),
        Reason.DYNAMIC_FORM: _l(
            "The PDF is a form that only Adobe's reader can show. Open it there, print it to a PDF (or on paper and scan it), and add that."
        ),
        Reason.PORTFOLIO: _l(
            "The PDF is a folder of other files, and its page is only the cover. Take the files out and add each by itself."
        ),
        Reason.LOOKS_OTHER: _l(
            "A page of the PDF would not be kept as it looks now. Print it to a PDF (or on paper and scan it), and add that."
        ),
        Reason.FILES_INSIDE: _l("The PDF carries other files inside, which would not be kept. Take them out and add each by itself."),
        Reason.ACTIVE_CONTENT: _l("The PDF contains programs or hidden files that cannot be removed. Scan the paper."),
        Reason.TOO_HEAVY: _l("The file takes too much work to open. Scan the paper and add the scan."),
        Reason.INFECTED: _l("The virus scanner found something in this file. Nothing of it was kept. Scan the paper and add the scan."),
        Reason.NOT_SCANNED: _l("The virus scanner does not answer, and without it no file is taken. Please try again in a few minutes."),
    }


def limits_in_force() -> Limits:
    """The limits as the settings have them; what a child process may use up is built in."""
    wanted = settings.current()
    return Limits(
        max_bytes=wanted.upload_max_bytes,
        max_pixels=wanted.upload_max_pixels,
        max_side=wanted.upload_max_side,
        max_pages=wanted.upload_max_pages,
    )


def words() -> Any:
    """The kinds that are taken, as a hint beside a field says them."""
    return _l("JPEG, PNG, HEIC, WebP, TIFF or PDF.")


def kind_of(data: bytes) -> Source:
    """The kind by content, whatever the file is called; Refused if it is none of ours or puremagic disagrees."""
    if not data:
        raise Refused(Reason.EMPTY)
    head = data[:HEAD_BYTES]
    start = head.lstrip(BLANKS)
    kind = next(
        (kind for kind, signature in SIGNATURES.items() if signature.match(_first_box(head) if kind is Source.HEIC else start)), None
    )
    if kind is None or not _second_opinion(head if kind is Source.HEIC else start, kind):
        raise Refused(Reason.NOT_ACCEPTED)
    return kind


def _first_box(head: bytes) -> bytes:
    """The box that names the brands, and nothing behind it."""
    return head[: int.from_bytes(head[:FIRST_BOX], "big")]


def _second_opinion(head: bytes, kind: Source) -> bool:
    """Whether puremagic says the same; it does not know every brand of HEIC."""
    try:
        return not {guess.mime_type for guess in puremagic.magic_string(head)}.isdisjoint(MEDIA_TYPES[kind])
    except (puremagic.PureError, ValueError):
        return kind is Source.HEIC
