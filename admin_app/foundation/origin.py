"""Where the action of this thread comes from; set by the doors, read by the audit log."""

import getpass
import secrets
from contextvars import ContextVar

address: ContextVar[str | None] = ContextVar("address", default=None)
"""IP address of the browser, 'job' or 'command line'."""
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def new_number() -> str:
    """The number of a request, which people read out when they ask for help and which is found in the logs: «4821-0937-5520»."""
    digits = f"{secrets.randbelow(10**12):012d}"
    return "-".join((digits[:4], digits[4:8], digits[8:]))


def login() -> str:
    """Who is at work on this machine, as it knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name
        return ""
