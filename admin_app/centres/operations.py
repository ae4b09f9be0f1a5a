"""What the desk gives a centre by itself."""

from admin_app.centres import queries
from admin_app.foundation.numbering import next_number


def new_code() -> str:
    """A code that no centre has: C1, C2, …; needs an open transaction, in which two who ask get two."""
    code = f"C{next_number('centre')}"
    return code if queries.by_code(code) is None else new_code()
