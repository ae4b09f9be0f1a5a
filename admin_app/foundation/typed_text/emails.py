"""An e-mail address that somebody types, pastes or reads out."""

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation.typed_text import texts

LENGTH = 254
"""RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets."""
LOCAL = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}(?<!\.)")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = re.compile(rf"(?:{LABEL}\.)+(?=[A-Za-z])[A-Za-z0-9-]{{2,63}}(?<!-)")


def email(text: Any, *, field: str = "email") -> str:
    """One address in ASCII (the dot-atom of RFC 5321), '' for none; its domain in small letters. TextRefused for anything else.

    What could end a line, quote, list or comment in the header of a mail is no part of such an address. Full-width signs of a Chinese
    keyboard are read as what they mean.
    """
    typed = unicodedata.normalize("NFKC", texts.asked(text, field=field))
    texts.refuse_id_numbers(typed, field)
    texts.refuse([char for char in typed if not " " <= char < "\x7f"], field)
    local, _, domain = typed.rpartition("@")
    if typed and not (len(typed) <= LENGTH and LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain)):
        raise texts.TextRefused(_l("This is not an e-mail address, such as name@example.org."), field=field)
    return f"{local}@{domain.lower()}" if typed else ""
