"""Opening printed labels: each opening is noted, and a second print of the same labels needs a reason."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.errors import Conflict
from admin_app.foundation.typed_text import texts
from admin_app.mailing.models import Label, MailingBatch
from admin_app.mailing.operations import moves
from admin_app.mailing.queries import printed
from admin_app.staff.permissions import verb

OPENED, AGAIN = "mailing.labels_opened", "mailing.labels_opened_again"
LABEL_OPENED, LABEL_AGAIN = "mailing.label_opened", "mailing.label_opened_again"


class PrintedAlready(Conflict):
    """These labels were printed, and nobody says why they are printed once more."""


class OpenedMeanwhile(Conflict):
    """Labels became void, or were made, after the file was drawn that was to be opened."""


@verb("mailing.open_labels")
def open_labels(batch: MailingBatch, together: Sequence[Label] = (), *, valid: Sequence[str], by: Actor, reason: str | None = None) -> None:
    """Note that the labels of a batch, or those that were printed again `together`, are opened to be printed.

    `valid`: the codes that the drawn file shows as valid; OpenedMeanwhile if others are by now. PrintedAlready without a `reason` where
    they were printed before; `reason` is read by the one rule for reasons, and left aside at the first opening.
    """
    batch = moves.lock_batch(batch)
    labels = _counting(batch, together)
    if sorted(label.code for label in labels) != sorted(valid):
        raise OpenedMeanwhile(_l("These labels have changed this very moment. Nothing was opened; look at them again."))
    is_again = printed.was_printed(batch, labels, is_reprint=bool(together))
    if is_again and reason is None:
        raise PrintedAlready(_l("These labels were printed already. Say why they are printed once more."))
    said = texts.reason(reason) if is_again else ""
    now = clock.now()
    if not together:
        batch.labels_opened_at = now
        moves.BATCHES.record(batch, AGAIN if is_again else OPENED, by=by, reason=said, changes={"labels": len(labels)})
    for label in together and labels:
        label.opened_at = now
        action = LABEL_AGAIN if is_again else LABEL_OPENED
        moves.PARCELS.record(label.parcel, action, by=by, reason=said, changes={"label": label.code})


def _counting(batch: MailingBatch, together: Sequence[Label]) -> list[Label]:
    """Those that are not void, as they are now."""
    if together:
        return [label for label in printed.together_with(together[0]) if not printed.void_of(label)]
    return [one.label for one in printed.of_batch(batch) if not one.void]
