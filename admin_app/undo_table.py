"""What can be taken back within its seconds, how, and what the bar says of it: one table, because the rooms do not know each other."""

from flask import url_for
from flask_babel import lazy_gettext as _l

from admin_app.applications.operations import taking_back as cases
from admin_app.cards.models import Card
from admin_app.foundation.database import db
from admin_app.foundation.undo import operations as undo
from admin_app.foundation.undo.models import UndoWindow
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.operations import taking_back as mailing
from admin_app.web import undo_bar
from admin_app.web.undo_bar import Words


def _case(found: UndoWindow) -> str:
    return url_for("CaseView.show", reference=found.subject_ref)


def _card(found: UndoWindow) -> str:
    return url_for("CardView.show", public_id=db.session.get_one(Card, found.subject_id).public_id)


def _batch(found: UndoWindow) -> str:
    return url_for("BatchView.show", public_id=db.session.get_one(MailingBatch, found.subject_id).public_id)


_AGAIN = _l("The decision on %(what)s is taken back. The case is with you; your note and reasons stand in the form.")
_BUTTON = _l("Take the decision back")

TABLE: dict[str, tuple[undo.Taker, Words]] = {
    "applications.approved": (
        cases.take_back, Words(_l("%(what)s is approved. Its card is requested when the time is over."), _BUTTON, _AGAIN, _case),
    ),
    "applications.rejected": (
        cases.take_back, Words(_l("%(what)s is rejected. The rejection stands when the time is over."), _BUTTON, _AGAIN, _case),
    ),
    "applications.information_requested": (
        cases.take_back, Words(_l("%(what)s waits for the resident. The request stands when the time is over."), _BUTTON, _AGAIN, _case),
    ),
    "cards.ready": (
        mailing.take_back_ready,
        Words(
            _l("Marked as ready: %(what)s."), _l("Not ready after all"),
            _l("Taken back: %(what)s must be looked at again."), _card,
        ),
    ),
    "mailing.batch_posted": (
        mailing.take_back_posting,
        Words(
            _l("Batch %(what)s is posted. Its loss reports are closed when the time is over."), _l("Take the posting back"),
            _l("The posting of %(what)s is taken back: cards and parcels are here, without tracking numbers."), _batch,
        ),
    ),
}  # fmt: skip
"""Action in the log -> how it is taken back, and the words of the bar that offers it."""


def install() -> None:
    """Tell the current app."""
    undo.TAKERS.put({action: taker for action, (taker, _words) in TABLE.items()})
    undo_bar.WORDS.put({action: words for action, (_taker, words) in TABLE.items()})
