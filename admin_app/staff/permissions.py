"""One table: role -> permissions. Whatever is not listed is refused."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Role(StrEnum):
    """The six roles of the office."""

    INTAKE_CLERK = "intake_clerk"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    MAILROOM_CLERK = "mailroom_clerk"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.INTAKE_CLERK: _l("Intake clerk"),
    Role.REVIEWER: _l("Reviewer"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.MAILROOM_CLERK: _l("Mailroom clerk"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}

_EVERYBODY = frozenset({"home", "account", "centres.read"})

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.INTAKE_CLERK: _EVERYBODY
    | {
        "applications.read", "applications.take_in", "applications.withdraw", "documents.read",
        "residents.read", "residents.edit", "residents.reveal",
        "loss_reports.read", "loss_reports.take", "search", "cards.hand_over", "cards.read",
    },
    Role.REVIEWER: _EVERYBODY
    | {
        "applications.read", "applications.claim", "applications.verify", "applications.decide", "documents.read",
        "residents.read", "residents.reveal", "loss_reports.read", "loss_reports.take", "search", "cards.read",
    },
    Role.SUPERVISOR: _EVERYBODY
    | {
        "applications.read", "applications.claim", "applications.verify", "applications.decide", "applications.reassign",
        "applications.reopen", "documents.read", "residents.read", "residents.reveal", "loss_reports.read", "loss_reports.take",
        "search", "cards.read", "reports.read", "reason_codes.read", "reason_codes.edit",
        "material_rules.read", "material_rules.edit", "calendar.read", "mailing.read", "staff.read",
    },
    Role.MAILROOM_CLERK: _EVERYBODY
    | {"cards.read", "cards.make", "mailing.read", "mailing.work", "search", "label_stocks.read", "label_stocks.edit"},
    Role.AUDITOR: _EVERYBODY | {"audit.read", "applications.read", "loss_reports.read", "residents.read", "reports.read", "cards.read",
                                "mailing.read", "staff.read", "search"},
    Role.ADMINISTRATOR: _EVERYBODY | {"staff.read", "staff.edit", "centres.edit", "calendar.read", "calendar.edit", "system.read"},
}  # fmt: skip


def allows(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`; an unknown role or permission is refused."""
    return permission in PERMISSIONS.get(role, frozenset())  # type: ignore[call-overload]  # a Role equals its text


ALL_CENTRES = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.MAILROOM_CLERK, Role.AUDITOR})
"""Roles that work for the whole office; a supervisor with a centre sees only that centre (queries.visible_to)."""

NEEDS_CENTRE = frozenset({Role.INTAKE_CLERK})
"""Roles that work at the counter of one centre."""

LABELS = {
    "home": _l("Open the home page"),
    "account": _l("Change the own password and preferences"),
    "search": _l("Search"),
    "applications.read": _l("See applications"),
    "applications.take_in": _l("Take applications in and complete them"),
    "applications.withdraw": _l("Withdraw applications"),
    "applications.claim": _l("Claim cases"),
    "applications.verify": _l("Give verdicts on documents"),
    "applications.decide": _l("Approve, reject, ask for information"),
    "applications.reassign": _l("Give a case to somebody else"),
    "applications.reopen": _l("Reopen rejected cases"),
    "documents.read": _l("See documents and photos"),
    "residents.read": _l("See residents, ID numbers masked"),
    "residents.edit": _l("Register and correct residents"),
    "residents.reveal": _l("See a full ID number, with a reason"),
    "loss_reports.read": _l("See loss reports"),
    "loss_reports.take": _l("Take loss reports and close them"),
    "cards.read": _l("See cards"),
    "cards.make": _l("Mark cards made, checked and ready"),
    "cards.hand_over": _l("Hand cards over at the counter"),
    "mailing.read": _l("See mailing batches"),
    "mailing.work": _l("Make batches, print labels, post"),
    "reports.read": _l("See reports"),
    "audit.read": _l("Read the audit log"),
    "staff.read": _l("See staff members"),
    "staff.edit": _l("Add, change and switch off staff members"),
    "centres.read": _l("See service centres"),
    "centres.edit": _l("Manage service centres"),
    "calendar.read": _l("See the calendar"),
    "calendar.edit": _l("Manage the calendar"),
    "reason_codes.read": _l("See reason codes"),
    "reason_codes.edit": _l("Manage reason codes"),
    "material_rules.read": _l("See the materials per reason"),
    "material_rules.edit": _l("Manage the materials per reason"),
    "label_stocks.read": _l("See label stocks"),
    "label_stocks.edit": _l("Manage label stocks"),
    "system.read": _l("See the state of the system"),
}
"""What each permission lets a person do, for the permission page."""
