"""What the lists of the administration show: the staff, and what each role may do."""

from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from admin_app.foundation.i18n import pick
from admin_app.staff import permissions, queries
from admin_app.staff.models import StaffMember
from admin_app.web.lists.description import PLACE, WHOLE, Button, Column, Empty, ListPage, Order
from admin_app.web.lists.drawing import macro
from admin_app.web.lists.filters import Choice, Text


def _centre(member: StaffMember, _context: Any) -> str:
    return pick(member.centre, "name") if member.centre else gettext("Whole office")


CELLS = "staff/cells.html"
STATES = {"used": _l("May sign in"), "off": _l("Switched off"), "all": _l("All")}
STAFF = ListPage(
    name="staff",
    endpoint="StaffView.index",
    permission="staff.read",
    title=_l("Staff"),
    subtitle=_l("Who works here, in which role and at which centre"),
    listed=queries.listed,
    question=lambda wanted: queries.StaffFilter(wanted.get("q", ""), wanted.get("role", ""), wanted.get("state", "used")),
    row_id="username",
    columns=[
        Column(name="name", label=_l("Name"), value="name_shown", is_fixed=True, cell=macro(CELLS, "name")),
        Column(
            name="username", label=_l("User name"), value="username", style="nowrap", order=Order(by=queries.BY_USERNAME, words=PLACE),
        ),
        Column(name="role", label=_l("Role"), value="role_name"),
        Column(
            name="centre", label=_l("Centre"), value=_centre,
        ),
        Column(name="last_sign_in", label=_l("Last sign-in"), value="signed_in_at", style="nowrap", cell=macro(CELLS, "last_sign_in")),
        Column(
            name="account", label=_l("Account"), value=lambda member, _: STATES["used" if member.active else "off"],
            cell=macro(CELLS, "account"),
        ),
    ],
    order="username",
    filters=[
        Text(name="q", label=_l("Name or user name")),
        Choice(name="role", label=_l("Role"), offers=lambda *_: [*permissions.ROLE_NAMES.items()]),
        Choice(name="state", label=_l("Account"), offers=lambda *_: [*STATES.items()], default="used"),
    ],
    buttons=[
        Button(label=_l("What each role may do"), endpoint="StaffView.matrix", icon="table"),
        Button(label=_l("New staff member"), endpoint="StaffView.new", icon="user-plus", key="n", is_primary=True, permission="staff.edit"),
    ],
    empty=Empty(title=_l("Nobody found"), text=_l("Nobody works here yet."), icon="users"),
)  # fmt: skip


class Right(NamedTuple):
    """A line of the table: a permission and who holds it."""

    name: str
    label: Any


def _holds(role: permissions.Role) -> Any:
    return lambda right, _context: right.name in permissions.PERMISSIONS[role]


PERMISSIONS = ListPage(
    name="permissions",
    endpoint="StaffView.matrix",
    permission="staff.read",
    title=_l("What each role may do"),
    subtitle=_l("Whatever is not marked is refused. The table is part of the program; nobody can change it here."),
    rows=lambda _context: [Right(str(name), label) for name, label in permissions.LABELS.items()],
    row_id="name",
    links_rows=False,
    columns=[
        Column(name="permission", label=_l("Permission"), value="label", is_fixed=True, unsorted=WHOLE),
        *(
            Column(
                name=str(role), label=name, value=_holds(role), style="text-center", unsorted=WHOLE,
                cell=lambda right, draw, role=role: draw.macro(CELLS, "mark")(right.name in permissions.PERMISSIONS[role]),
            )
            for role, name in permissions.ROLE_NAMES.items()
        ),
    ],
    buttons=[Button(label=_l("All staff"), endpoint="StaffView.index", icon="arrow-left")],
)  # fmt: skip
