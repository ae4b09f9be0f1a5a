"""Letters to residents: the latest decisions, cards that wait at the counter and posted cards are told, and some of it is printed."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from admin_app.applications.models import Application
from admin_app.applications.queries import telling
from admin_app.applications.rules import Delivery
from admin_app.applications.rules import Status as CaseStatus
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.demo import office
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries import parcels
from admin_app.mailing.rules import ParcelStatus
from admin_app.notices import operations as notices
from admin_app.notices import rules
from admin_app.notices.models import Notice
from admin_app.notices.operations import sending
from admin_app.notices.operations.gateways import Outcome, Result
from admin_app.notices.rules import Channel, Kind, Said, wording
from admin_app.residents.models import Resident

OF_EACH, PRINTED, MESSAGES = 3, 5, 8
TRIED_AGAIN = timedelta(days=30)
"""A demo has no gateway: a message that waits is looked at for some weeks before it is tried and ends as not connected."""
DECIDED = {
    Kind.APPROVED: CaseStatus.APPROVED,
    Kind.REJECTED: CaseStatus.REJECTED,
    Kind.INFORMATION: CaseStatus.NEEDS_INFORMATION,
}

PARCELS = {
    ParcelStatus.POSTED: parcels.posted_told, ParcelStatus.RETURNED: parcels.returned_told, ParcelStatus.LOST: parcels.lost_told,
}  # fmt: skip


def add_once() -> int:
    """Tell the residents by the office's own verbs, a few of each kind, and have the first ones printed; returns how many letters.

    An office that has a letter gets none. Opens its own transaction.
    """
    with transaction():
        if db.session.scalar(select(Notice.id).limit(1)) is not None:
            return 0
        _give_mailboxes()
        told = [(said, notices.say(person, said)) for person, said in _told() if not person.erased_at and not person.is_restricted]
        written = [(said, notice) for said, notice in told if notice]
        notices.mark_printed([notice for _said, notice in written[:PRINTED]], by=office.roster().mailroom[0])
        _leave_messages(written[-MESSAGES:])
    return len(written)


def _give_mailboxes() -> None:
    """The latest residents have given an address, some wish for letters in English."""
    for number, resident in enumerate(_latest(select(Resident).where(Resident.erased_at.is_(None)).order_by(Resident.id.desc()))):
        resident.keep_email(f"resident{number}@example.org")
        resident.language = "en" if number else "zh"


def _leave_messages(told: list[tuple[Said, Notice]]) -> None:
    """Some of what was said went to phones and mailboxes as well: taken by the gateway, refused by it, not reached yet, or nobody knows."""
    refused, unknown = Outcome(Result.REFUSED, "gateway_refused"), Outcome(Result.UNKNOWN, "no_answer")
    later = Outcome(Result.LATER, "not_reached", TRIED_AGAIN)
    ends = itertools.cycle((Outcome(Result.SENT), refused, later, unknown))
    for number, (said, letter) in enumerate(told):
        channel = (Channel.SMS, Channel.EMAIL)[number % 2]
        to = f"1380000{number:04d}" if channel == Channel.SMS else f"resident{number}@example.org"
        message = Notice(
            dedupe_key=f"{letter.dedupe_key.rpartition(':')[0]}:{channel}", resident_id=letter.resident_id, centre_id=letter.centre_id,
            case_ref=letter.case_ref, reference=letter.reference, kind=letter.kind, channel=str(channel), language=letter.language,
            template=letter.template, template_version=letter.template_version, words=wording.short(said), recipient=to,
            status=str(rules.Status.SENDING), version=1, written_at=letter.written_at, tries=1, tried_at=clock.now(),
        )  # fmt: skip
        db.session.add(message)
        db.session.flush()
        sending.settle(message, next(ends))


def _told() -> Iterator[tuple[Resident, Said]]:
    for kind, status in DECIDED.items():
        for case in _latest(select(Application).where(Application.status == str(status)).order_by(Application.id.desc())):
            if said := telling.decision_told(case, kind):
                yield case.resident, said
    ready = select(Card).where(Card.status == str(CardStatus.READY), Card.delivery == str(Delivery.COLLECT)).order_by(Card.id.desc())
    for card in _latest(ready):
        yield card.application.resident, cards.ready_told(card)
    for state, told in PARCELS.items():
        for parcel in _latest(select(Parcel).where(Parcel.status == str(state)).order_by(Parcel.id.desc())):
            yield parcel.card.application.resident, told(parcel)


def _latest(query: Select[Any]) -> list[Any]:
    return list(db.session.scalars(query.limit(OF_EACH)))
