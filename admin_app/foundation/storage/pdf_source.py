"""What must be true of a PDF as it comes before its pages are copied. Runs in the sandboxed child; imports nothing of the application.

A PDF can be more than its pages: a form that the reader draws itself (XFA), a wrapping around other files (a portfolio). Its pages are then
a notice to whoever cannot open the rest, and to store that as the paper would be wrong.
"""

import re
from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, NameTree, Pdf, Stream

from admin_app.foundation.storage.limits import Limits, Reason, Refused

DYNAMIC = re.compile(rb"<(?:\w+:)?dynamicRender\s*>\s*required\s*<")
"""How the settings of an XFA form say that only a reader of XFA can lay its pages out."""
FOR_CERTIFICATES = re.compile(rb"/Adobe\.PubSec\b")
"""The handler that encrypts for the holders of certificates (ISO 32000-1, 7.6.4)."""
SIGNATURE = Name.Sig
NEVER_DRAWN = (Name.Line, Name.Polygon, Name.PolyLine, Name.FreeText, Name.Stamp, Name.Caret)
"""Kinds of notes for which PDFium makes no drawing where the file has none; of the others it makes one, which is compared."""
UNSEEN = 2 | 32
"""Flags of a note: hidden, not on the screen (ISO 32000-1, table 165)."""
MOST_FIELDS = 20_000
"""Of a form, each as often as its tree leads to it: one whose branches meet again doubles with every level, and PDFium walks all of it."""


def check(source: Pdf, limits: Limits) -> None:
    """Refused unless the pages of `source` are what it shows, and not too many."""
    if len(source.pages) > limits.max_pages:
        raise Refused(Reason.TOO_MANY_PAGES)
    if not len(source.pages):
        raise Refused(Reason.BROKEN)
    if isinstance(source.Root.get(Name.Collection), Dictionary):
        raise Refused(Reason.PORTFOLIO)
    if is_drawn_by_xfa(source):
        raise Refused(Reason.DYNAMIC_FORM)
    if any(_is_drawn_by_readers_alone(note) for page in source.pages for note in _listed(page.obj.get(Name.Annots))):
        raise Refused(Reason.LOOKS_OTHER)
    form = source.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and _too_many_fields(form.get(Name.Fields)):
        raise Refused(Reason.TOO_HEAVY)


def _is_drawn_by_readers_alone(note: Any) -> bool:
    """Whether a note is a shape or words that people see in a reader, of which the file holds no drawing and PDFium makes none."""
    if not isinstance(note, Dictionary) or note.get(Name.Subtype) not in NEVER_DRAWN:
        return False
    flags, look = note.get(Name.F, 0), note.get(Name.AP)
    is_hidden = isinstance(flags, int) and bool(flags & UNSEEN)
    return not is_hidden and not (isinstance(look, Dictionary) and Name.N in look)


def _too_many_fields(fields: Any) -> bool:
    """Whether a walk through the tree of fields meets more of them than any form has."""
    waiting, met = _listed(fields), 0
    while waiting:
        field = waiting.pop()
        met += 1
        if met > MOST_FIELDS:
            return True
        waiting += _listed(field.get(Name.Kids)) if isinstance(field, Dictionary) else []
    return False


def files_inside(source: Pdf) -> list[str]:
    """The names of the files that lie inside: attached to the document or a page, or by a note on a page; '' for one without."""
    found: dict[Any, str] = {}
    for named in _attached(source):
        held = named.get(Name.EF) if isinstance(named, Dictionary) else None
        body = next((one for one in held.values() if isinstance(one, Stream)), None) if isinstance(held, Dictionary) else None
        if body is not None:
            found[body.objgen] = str(named.get(Name.UF) or named.get(Name.F) or "")
    return list(found.values())


def _attached(source: Pdf) -> Iterator[Any]:
    """What may name a file that lies inside (ISO 32000-2, 7.11.4, 12.5.6.15, 14.13)."""
    names = source.Root.get(Name.Names)
    if isinstance(names, Dictionary) and isinstance(names.get(Name.EmbeddedFiles), Dictionary):
        yield from (NameTree(names.EmbeddedFiles)[key] for key in NameTree(names.EmbeddedFiles))
    for place in (source.Root, *(page.obj for page in source.pages)):
        yield from _listed(place.get(Name.AF))
        for note in _listed(place.get(Name.Annots)):
            if isinstance(note, Dictionary) and note.get(Name.Subtype) == Name.FileAttachment:
                yield note.get(Name.FS)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else []


def lock_of(data: bytes) -> Reason:
    """How a PDF is locked that opens with no password at all; what locks it is never encrypted itself."""
    return Reason.CERTIFICATE if FOR_CERTIFICATES.search(data) else Reason.LOCKED


def is_drawn_by_xfa(source: Pdf) -> bool:
    """Whether the content lies in an XFA form and the pages only say «Please wait»: none of the form's fields stands on them."""
    form = source.Root.get(Name.AcroForm)
    if not isinstance(form, Dictionary) or not (packets := _packets(form.get(Name.XFA))):
        return False
    if source.Root.get(Name.NeedsRendering) is True or any(DYNAMIC.search(packet.read_bytes()) for packet in packets):
        return True
    return not _stand_on_pages(form.get(Name.Fields)) and _holds_a_template(packets)


def _packets(xfa: Any) -> list[Stream]:
    """The streams of the XFA entry, which is one or a list of names and streams."""
    parts = [xfa] if isinstance(xfa, Stream) else list(xfa) if isinstance(xfa, Array) else []
    return [part for part in parts if isinstance(part, Stream)]


def _holds_a_template(packets: list[Stream]) -> bool:
    return any(re.search(rb"<(?:\w+:)?(?:subform|template)\b", packet.read_bytes()) for packet in packets)


def _stand_on_pages(fields: Any) -> bool:
    """Whether there is a field other than a signature: a form of pages has at least one."""
    if not isinstance(fields, Array):
        return False
    return any(isinstance(field, Dictionary) and field.get(Name.FT) != SIGNATURE for field in fields)
