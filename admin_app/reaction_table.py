"""What follows an action by itself: action in the log -> jobs, written in the transaction of the action. The rooms meet here."""

from admin_app.applications.operations import promises
from admin_app.foundation.reactions import Reaction

_DAY_CHANGED = Reaction(
    promises.JOB, arguments=lambda day: {"calendar_day_id": day.id, "version": day.version},
    once_for=lambda day: f"{day.day}:{day.version}", waits=False,
)  # fmt: skip
_YEAR_CHANGED = Reaction(
    promises.JOB, arguments=lambda year: {"calendar_year_id": year.id, "version": year.version},
    once_for=lambda year: f"{year.year}:{year.version}", waits=False,
)  # fmt: skip
REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "applications.approved": (
        Reaction("cards.request", arguments=lambda case: {"application_id": case.id}, once_for=lambda case: str(case.public_id)),
    ),
    "reference.calendar_day_added": (_DAY_CHANGED,),
    "reference.calendar_day_changed": (_DAY_CHANGED,),
    "reference.calendar_year_added": (_YEAR_CHANGED,),
    "reference.calendar_year_changed": (_YEAR_CHANGED,),
    # Of the card, which leaves once: a second card of a case may be posted on the same day, and taken back by itself.
    "cards.posted": (
        Reaction(
            "applications.conclude_loss_report", arguments=lambda card: {"application_id": card.application_id},
            once_for=lambda card: str(card.public_id),
        ),
    ),
}  # fmt: skip
