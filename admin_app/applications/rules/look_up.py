"""The look-up code 查询码: whoever holds it with the reference may read where one case stands; pure functions."""

import re
import secrets
from datetime import timedelta
from typing import Any

from admin_app.foundation.typed_text import numbers

SIGNS = "34679ACDEFGHJKMNPQRTUVWXY"
"""Twenty-five signs of which none looks like another: no 0 O, 1 I L, 2 Z, 5 S, 8 B."""
LENGTH = 8
"""25 to the 8th are some 37 bits: with ten tries a day nobody guesses one."""
CASE = re.compile("BK-[0-9]{2}-[0-9]{7}")
FAILED_OF_A_CASE, DAY = 10, timedelta(days=1)
"""Wrong codes for one reference within a day; the right one is then not looked at any more."""
FAILED_OF_AN_ADDRESS, HOUR = 60, timedelta(hours=1)
"""Wrong codes from one address within an hour."""


def new_code() -> str:
    """A random code as it is stored: eight signs."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def shown(code: str) -> str:
    """As it is printed: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"


def read_code(text: Any) -> str:
    """The stored form of a typed code, however it was spaced and in whatever case; '' for what can be none."""
    code = numbers.compact(text)
    return code if len(code) == LENGTH and set(code) <= set(SIGNS) else ""


def read_reference(text: Any) -> str:
    """The stored form of the reference of an application; '' for what can be none."""
    found = numbers.reference(text)
    return found if CASE.fullmatch(found) else ""
