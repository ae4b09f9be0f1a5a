"""Where the action of this thread comes from; set by the doors, read by the audit log."""

import getpass
from contextvars import ContextVar

address: ContextVar[str | None] = ContextVar("address", default=None)
"""IP address of the browser, 'job' or 'command line'."""
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def login() -> str:
    """Who is at work on this machine, as it knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name
        return ""
