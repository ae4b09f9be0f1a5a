"""Letters came out of the printer."""

from collections.abc import Sequence

from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.notices import queries, rules
from admin_app.notices.models import Notice
from admin_app.notices.operations.moves import MACHINE
from admin_app.staff.permissions import verb

MOST_AT_ONCE = 50
"""Letters of one document."""


@verb("notices.print")
def mark_printed(notices: Sequence[Notice], *, by: Actor) -> int:
    """These letters came out of the printer, all or none; how many of them that is news of. Conflict where one was withdrawn meanwhile."""
    fresh = [notice for notice in queries.lock(notices) if notice.channel == rules.Channel.LETTER]
    news = [notice for notice in fresh if notice.status != rules.Status.PRINTED]
    for notice in news:
        MACHINE.move(notice, "print", by=by, ended_at=clock.now(), printed_by_id=by.staff_id)
    return len(news)
