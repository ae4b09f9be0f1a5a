"""What each role may know of."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from admin_app.applications import queries
from admin_app.applications.models import Application
from admin_app.centres.models import Centre
from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.centres import make_centre

Staff = Callable[..., StaffMember]


@pytest.mark.parametrize(
    ("role", "with_centre", "seen"),
    [
        ("intake_clerk", True, {"own", "taken elsewhere"}),
        ("intake_clerk", False, {"taken elsewhere"}),
        ("reviewer", False, {"own", "foreign", "taken elsewhere"}),
        ("reviewer", True, {"own", "foreign", "taken elsewhere"}),
        ("supervisor", False, {"own", "foreign", "taken elsewhere"}),
        ("supervisor", True, {"own"}),
        ("auditor", False, {"own", "foreign", "taken elsewhere"}),
        ("mailroom_clerk", False, set()),
        ("administrator", False, set()),
        ("", False, set()),
    ],
)
def test_each_role_sees_its_part(role: str, with_centre: bool, seen: set[str], make_staff: Staff, centre: Centre) -> None:
    other, somebody = make_centre("BJ"), make_staff("intake_clerk", username="somebody")
    me = make_staff(role, username="me", centre=centre if with_centre else None)
    make_application(somebody, centre, statement="own")
    make_application(somebody, other, statement="foreign")
    make_application(me, other, statement="taken elsewhere")
    assert set(db.session.scalars(select(Application.statement).where(queries.visible_to(me)))) == seen


def test_what_is_not_visible_is_not_found(make_staff: Staff, centre: Centre) -> None:
    clerk, other = make_staff("intake_clerk", centre=centre), make_centre("BJ")
    case = make_application(make_staff("reviewer"), other)
    for read in (lambda: queries.by_public_id(clerk, case.public_id), lambda: queries.by_reference(clerk, case.reference)):
        with pytest.raises(NotFound):
            read()
