"""How far cases are, for the resident whose they are and for programs that ask on their behalf."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Application
from admin_app.applications.queries import telling
from admin_app.applications.rules import DecisionKind, Status
from admin_app.cards.models import Card
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, is_public_id
from admin_app.foundation.i18n import language
from admin_app.mailing.models import Parcel
from admin_app.mailing.rules import LIVE
from admin_app.mailing.rules.standing import Step, step_of
from admin_app.notices.rules.outbox import mobile
from admin_app.residents.models import Resident

MOST = 20
"""Cases of one person that are shown: the newest."""
DEMO_SHOWS = ((Status.NEEDS_INFORMATION,), (Status.APPROVED,), (Status.SUBMITTED, Status.IN_REVIEW))
"""States of the cases of those who are named in a demo."""
TELLS = {Step.NEEDS_YOU: DecisionKind.REQUEST_INFORMATION, Step.REJECTED: DecisionKind.REJECT}
"""Where a case stands -> the decision whose reasons are told."""


@dataclass(frozen=True)
class Standing:
    """A case, its newest card and the parcel in which that is, and where it stands."""

    case: Application
    card: Card | None
    parcel: Parcel | None
    step: Step

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is still to be brought, or why nothing comes of it, in the reader's language; () everywhere else."""
        kind = TELLS.get(self.step)
        return telling.reasons_of(self.case, kind, language()) if kind is not None else ()


def of_resident(resident_id: int) -> list[Standing]:
    """The cases of a resident, whoever filed them and whatever centre they are of, the newest first: three statements."""
    return _standing(Application.resident_id == resident_id)


def of_own_case(resident_id: int, public_id: str) -> Standing | None:
    """The case of this resident with this public id; None for every other."""
    found = _standing(Application.resident_id == resident_id, Application.public_id == public_id) if is_public_id(public_id) else []
    return found[0] if found else None


def _standing(*conditions: ColumnElement[bool]) -> list[Standing]:
    wanted = select(Application).where(*conditions).order_by(Application.id.desc()).limit(MOST)
    cases = db.session.scalars(wanted.options(joinedload(Application.centre))).all()
    cards = _newest_cards([case.id for case in cases if case.status == Status.APPROVED])
    parcels = _parcels([card.id for card in cards.values()])
    now, undo = clock.now(), timedelta(seconds=settings.current().undo_seconds)
    found = [(case, cards.get(case.id)) for case in cases]
    return [Standing(case, card, parcels.get(card.id) if card else None, step_of(case, card, now=now, undo=undo)) for case, card in found]


def _newest_cards(case_ids: Sequence[int]) -> dict[int, Card]:
    """Case -> its card that counts: the latest copy."""
    if not case_ids:
        return {}
    wanted = select(Card).where(Card.application_id.in_(case_ids)).order_by(Card.copy)
    return {card.application_id: card for card in db.session.scalars(wanted)}


def _parcels(card_ids: Sequence[int]) -> dict[int, Parcel]:
    """Card -> the parcel in which it is, or was."""
    if not card_ids:
        return {}
    wanted = select(Parcel).where(Parcel.card_id.in_(card_ids), Parcel.status.in_(LIVE)).options(joinedload(Parcel.batch))
    return {parcel.card_id: parcel for parcel in db.session.scalars(wanted)}


def made_up_people() -> list[tuple[str, str]]:
    """Name and ID number of residents of a demo who have a phone and a case each of another kind; nobody anywhere else."""
    if settings.current().environment != "demo":
        return []
    found: dict[int, Resident] = {}
    for statuses in DEMO_SHOWS:
        wanted = select(Resident).join(Application, Application.resident_id == Resident.id).where(Application.status.in_(statuses))
        usable = wanted.where(Resident.is_fictitious, Resident.is_restricted.is_(False), Resident.erased_at.is_(None))
        newest = db.session.scalars(usable.order_by(Application.id.desc()).limit(MOST))
        found |= {one.id: one for one in itertools.islice((one for one in newest if mobile(one.open_phone()) and one.id not in found), 1)}
    return [(one.name, one.open_id_number()) for one in found.values()]
