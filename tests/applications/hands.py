"""What somebody may have done in a case before it is decided."""

from collections.abc import Callable

from sqlalchemy import update

from admin_app.applications.models import Application
from admin_app.foundation.database import transaction
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_document, make_linked_report


def hand_recommended(case: Application, who: StaffMember) -> None:
    with transaction() as session:
        session.execute(update(Application).where(Application.id == case.id).values(recommended_by_id=who.id, recommendation="approve"))


def hand_paper(case: Application, who: StaffMember) -> None:
    make_document(case, "photo", "accepted", added_by_id=who.id)


def hand_report(case: Application, who: StaffMember) -> None:
    make_linked_report(case, formal_by_id=who.id)


def hand_intake(case: Application, who: StaffMember) -> None:
    with transaction() as session:
        session.execute(update(Application).where(Application.id == case.id).values(taken_by_id=who.id))


HANDS: dict[str, Callable[[Application, StaffMember], None]] = {
    "recommended": hand_recommended, "paper": hand_paper, "report": hand_report, "intake": hand_intake,
}  # fmt: skip
