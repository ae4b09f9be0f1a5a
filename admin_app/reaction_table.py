"""What follows an action by itself: action in the log -> jobs, written in the transaction of the action. The rooms meet here."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from admin_app.applications.operations import promises
from admin_app.applications.rules import Delivery
from admin_app.foundation.reactions import Reaction
from admin_app.notices.rules import Kind

_DAY_CHANGED = Reaction(
    promises.JOB, arguments=lambda day: {"calendar_day_id": day.id, "version": day.version},
    once_for=lambda day: f"{day.day}:{day.version}", waits=False,
)  # fmt: skip
_YEAR_CHANGED = Reaction(
    promises.JOB, arguments=lambda year: {"calendar_year_id": year.id, "version": year.version},
    once_for=lambda year: f"{year.year}:{year.version}", waits=False,
)  # fmt: skip


def _say(kind: Kind) -> Reaction:
    """A decision is told to the resident: one letter for each time that it is given."""
    return Reaction(
        "applications.say", arguments=lambda case: {"application_id": case.id, "version": case.version, "kind": str(kind)},
        once_for=lambda case: f"{kind}:{case.public_id}:{case.version}",
    )  # fmt: skip


def _drop(*kinds: Kind, case_of: Callable[[Any], Any] = lambda case: case) -> Reaction:
    """What was written to the resident and has not left is not true any more."""
    return Reaction(
        "notices.drop", arguments=lambda row: {"case_ref": case_of(row).public_id, "kinds": [str(kind) for kind in kinds]},
        once_for=lambda row: f"{row.public_id}:{row.version}", waits=False,
    )  # fmt: skip


def _readdress(resident_of: Callable[[Any], int], **when: Callable[[Any], bool]) -> Reaction:
    """What has not left for a resident goes to where they are reached now."""
    return Reaction(
        "applications.readdress", arguments=lambda row: {"resident_id": resident_of(row)},
        once_for=lambda row: f"{row.public_id}:{row.version}", waits=False, **when,
    )  # fmt: skip


def _of_parcel(job: str) -> Reaction:
    return Reaction(
        job, arguments=lambda parcel: {"parcel_id": parcel.id}, once_for=lambda parcel: f"{parcel.public_id}:{parcel.version}", waits=False
    )


_FOLLOWS = _readdress(attrgetter("id"))
_ANSWERED = _drop(Kind.INFORMATION, Kind.REMINDER)
_NOT_HERE_ANY_MORE = _drop(Kind.READY, case_of=attrgetter("application"))
REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "applications.approved": (
        Reaction("cards.request", arguments=lambda case: {"application_id": case.id}, once_for=lambda case: str(case.public_id)),
        _say(Kind.APPROVED),
    ),
    "applications.rejected": (_say(Kind.REJECTED),),
    "applications.information_requested": (_say(Kind.INFORMATION),),
    "applications.reminded": (_say(Kind.REMINDER),),
    "applications.lapsed": (_say(Kind.LAPSED),),
    "applications.reopened": (_drop(Kind.REJECTED, Kind.LAPSED),),
    "applications.resumed": (_ANSWERED,),
    "applications.handed_back": (_ANSWERED,),
    "applications.withdrawn": (_ANSWERED,),
    "applications.redirected": (
        Reaction(
            "cards.say_redirected", arguments=lambda case: {"application_id": case.id},
            once_for=lambda case: f"{case.public_id}:{case.version}", waits=False,
        ),
        _readdress(attrgetter("resident_id")),
    ),
    "applications.changed": (_readdress(attrgetter("resident_id"), when=lambda case: case.submitted_at is not None),),
    "residents.updated": (_FOLLOWS,),
    "residents.corrected": (_FOLLOWS,),
    "cards.ready": (
        Reaction(
            "cards.say_ready", arguments=lambda card: {"card_id": card.id}, once_for=lambda card: f"{card.public_id}:{card.version}",
            when=lambda card: card.delivery == Delivery.COLLECT,
        ),
    ),
    "reference.calendar_day_added": (_DAY_CHANGED,),
    "reference.calendar_day_changed": (_DAY_CHANGED,),
    "reference.calendar_year_added": (_YEAR_CHANGED,),
    "reference.calendar_year_changed": (_YEAR_CHANGED,),
    "cards.handed_over": (_NOT_HERE_ANY_MORE,),
    "cards.spoiled": (_NOT_HERE_ANY_MORE,),
    # Of the card, which leaves once: a second card of a case may be posted on the same day, and taken back by itself.
    "cards.posted": (
        Reaction(
            "applications.conclude_loss_report", arguments=lambda card: {"application_id": card.application_id},
            once_for=lambda card: str(card.public_id),
        ),
        Reaction(
            "mailing.say_posted", arguments=lambda card: {"card_id": card.id}, once_for=lambda card: f"{card.public_id}:{card.version}",
        ),
    ),
    "mailing.parcel_returned": (
        Reaction(
            "mailing.say_returned", arguments=lambda parcel: {"card_id": parcel.card_id},
            once_for=lambda parcel: f"{parcel.public_id}:{parcel.version}", waits=False,
        ),
    ),
    "mailing.parcel_lost": (_of_parcel("mailing.say_lost"),),
    "mailing.parcel_delivered": (_of_parcel("mailing.say_delivered"),),
    "mailing.parcel_not_delivered": (_drop(Kind.DELIVERED, case_of=attrgetter("card.application")),),
    "cards.destroyed": (
        Reaction(
            "cards.say_destroyed", arguments=lambda card: {"card_id": card.id}, once_for=lambda card: str(card.public_id), waits=False
        ),
    ),
    "mailing.return_resolved": (_drop(Kind.RETURNED, case_of=attrgetter("card.application")),),
    "cards.released": (
        Reaction(
            "cards.say_ready", arguments=lambda card: {"card_id": card.id}, once_for=lambda card: f"{card.public_id}:{card.version}",
            waits=False, when=lambda card: card.delivery == Delivery.COLLECT,
        ),
    ),
    "mailing.tracking_corrected": (
        Reaction(
            "mailing.say_posted", arguments=lambda parcel: {"card_id": parcel.card_id},
            once_for=lambda parcel: f"{parcel.public_id}:{parcel.version}", waits=False,
        ),
    ),
}  # fmt: skip
