"""What the desk gives a centre by itself."""

from flask_babel import lazy_gettext as _l

from admin_app.centres import queries
from admin_app.centres.queries import Texts
from admin_app.foundation.errors import Conflict
from admin_app.foundation.numbering import next_number


def new_code(texts: Texts) -> str:
    """A code that no centre has: C1, C2, …; needs an open transaction, in which two who ask come one after the other.

    Conflict if a centre with these names and addresses is there: the same form, sent twice, adds one.
    """
    code = f"C{next_number('centre')}"
    if queries.has_twin(texts):
        raise Conflict(_l("A centre with this name and address is there already. Nothing was added."))
    return code if queries.by_code(code) is None else new_code(texts)
