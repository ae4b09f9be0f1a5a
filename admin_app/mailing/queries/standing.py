"""How far cases are, for the resident whose they are and for programs that ask on their behalf."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Application
from admin_app.applications.queries import telling
from admin_app.applications.rules import DecisionKind, Status
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, is_public_id
from admin_app.foundation.i18n import language
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries import whereabouts
from admin_app.mailing.rules import Place
from admin_app.mailing.rules.standing import told
from admin_app.notices.rules.outbox import mobile
from admin_app.residents.models import Resident

MOST = 20
"""Cases of one person that are shown: the newest."""
DEMO_SHOWS = ((Status.NEEDS_INFORMATION,), (Status.APPROVED,), (Status.SUBMITTED, Status.IN_REVIEW))
"""States of the cases of those who are named in a demo."""
TELLS = {Place.WITH_RESIDENT: DecisionKind.REQUEST_INFORMATION, Place.REJECTED: DecisionKind.REJECT}
"""Where a case stands -> the decision whose reasons are told."""
WITH_A_NUMBER = frozenset({Place.POSTED, Place.INQUIRED, Place.DELIVERED, Place.CAME_BACK, Place.LOST})
"""Places in which a parcel can be followed."""


@dataclass(frozen=True)
class Standing:
    """A case, and where it stands for its resident."""

    case: Application
    place: Place
    since: date | None
    """The day on which that began; None where nobody wrote it down."""
    parcel: Parcel | None
    """The parcel in which its card left; None while it has not left."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is still to be brought, or why nothing comes of it, in the reader's language; () everywhere else."""
        kind = TELLS.get(self.place)
        return telling.reasons_of(self.case, kind, language()) if kind is not None else ()

    @property
    def due_on(self) -> date | None:
        """The promised day of the decision; None once it is decided, or while the clock stands still."""
        return self.case.due_on if self.place == Place.IN_REVIEW else None

    @property
    def paused_on(self) -> date | None:
        """Since when the clock stands still; None while it goes on."""
        return self.case.paused_on if self.place == Place.WITH_RESIDENT else None

    @property
    def answer_by(self) -> date | None:
        """The last day for what is missing; None where nothing is."""
        return self.case.answer_by if self.place == Place.WITH_RESIDENT else None

    @property
    def tracking_number(self) -> str:
        """The carrier's number of the parcel; '' where there is none."""
        return (self.parcel.tracking_number or "") if self.parcel is not None else ""


def of_cases(cases: Sequence[Application]) -> list[Standing]:
    """Where these cases stand, for whoever has shown that they are theirs: two statements at most, three with a maker."""
    now, undo = clock.now(), timedelta(seconds=settings.current().undo_seconds)
    return [_told(found, told(found.place, found.application, now=now, undo=undo)) for found in whereabouts.of_own(cases)]


def of_resident(resident_id: int) -> list[Standing]:
    """The cases of a resident, whoever filed them and whatever centre they are of, the newest first."""
    return of_cases(_cases(Application.resident_id == resident_id))


def of_own_case(resident_id: int, public_id: str) -> Standing | None:
    """The case of this resident with this public id; None for every other."""
    found = _cases(Application.resident_id == resident_id, Application.public_id == public_id) if is_public_id(public_id) else []
    return of_cases(found)[0] if found else None


def _cases(*conditions: ColumnElement[bool]) -> Sequence[Application]:
    wanted = select(Application).where(*conditions).order_by(Application.id.desc()).limit(MOST)
    return db.session.scalars(wanted.options(joinedload(Application.centre))).all()


def _told(found: whereabouts.Whereabouts, place: Place) -> Standing:
    case, is_told = found.application, place == found.place
    submitted = clock.to_office(case.submitted_at).date() if case.submitted_at else None
    parcel = found.parcel if place in WITH_A_NUMBER else None
    return Standing(case, place, found.since if is_told else submitted, parcel)


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
