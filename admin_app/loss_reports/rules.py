"""States of a loss report 挂失 and the moves between them.

How long a provisional report holds differs from place to place, from a day to fifteen: it is a setting (provisional_loss_hours).
"""

from datetime import timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from admin_app.foundation.filing import Level


class Status(StrEnum):
    """Where a loss report stands."""

    PROVISIONAL = "provisional"
    FORMAL = "formal"
    LIFTED = "lifted"
    LAPSED = "lapsed"


class Channel(StrEnum):
    """How the loss was reported; formal needs the person, so the phone gives only a provisional one."""

    COUNTER = "counter"
    PHONE = "phone"
    ONLINE = "online"


MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "formalise": (frozenset({Status.PROVISIONAL}), Status.FORMAL),
    "lift": (frozenset({Status.PROVISIONAL}), Status.LIFTED),
    "lapse": (frozenset({Status.PROVISIONAL}), Status.LAPSED),
}
"""verb -> (from, to). A formal report cannot be taken back: the card is void."""
PAST = {"formalise": "loss_reports.formalised", "lift": "loss_reports.lifted", "lapse": "loss_reports.lapsed"}
"""verb -> what the log calls it once it is done."""

LEAST_LEVEL = {False: Level.PHONE, True: Level.PROVED}
"""Whether a report is formal -> how sure a program must at least be of the resident: anybody could block a card otherwise, and a formal
report cannot be taken back."""

STATUS_LABELS = {
    Status.PROVISIONAL: _l("Provisional"),
    Status.FORMAL: _l("Formal"),
    Status.LIFTED: _l("Lifted"),
    Status.LAPSED: _l("Lapsed"),
}
CHANNEL_LABELS = {Channel.COUNTER: _l("Counter"), Channel.PHONE: _l("Phone"), Channel.ONLINE: _l("Online")}

IN_FORCE = frozenset({Status.FORMAL})
"""What approval for «lost» or «stolen» needs."""

STATUS_MARKS = {Status.PROVISIONAL: "ring", Status.FORMAL: "check", Status.LIFTED: "dash", Status.LAPSED: "triangle"}
"""Shape beside the word, so that colour alone never tells a status."""

CALL_TAKES = timedelta(hours=1)
"""From opening a centre needs this long to have called: what lapses sooner after it opens is called on the working day before."""
