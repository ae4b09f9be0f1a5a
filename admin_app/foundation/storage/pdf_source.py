"""What must be true of a PDF as it comes before its pages are copied. Runs in the sandboxed child; imports nothing of the application.

A PDF can be more than its pages: a form that the reader draws itself (XFA), a wrapping around other files (a portfolio). Its pages are then
a notice to whoever cannot open the rest, and to store that as the paper would be wrong.
"""

import re
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from admin_app.foundation.storage.limits import Limits, Reason, Refused

DYNAMIC = re.compile(rb"<(?:\w+:)?dynamicRender\s*>\s*required\s*<")
"""How the settings of an XFA form say that only a reader of XFA can lay its pages out."""
SIGNATURE = Name.Sig


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
