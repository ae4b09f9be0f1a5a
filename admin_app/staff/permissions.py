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
        "search", "cards.read", "reports.read", "reason_codes.read", "reason_codes.edit", "calendar.read", "mailing.read", "staff.read",
    },
    Role.MAILROOM_CLERK: _EVERYBODY
    | {"cards.read", "cards.make", "mailing.read", "mailing.work", "search", "label_stocks.read", "label_stocks.edit"},
    Role.AUDITOR: _EVERYBODY | {"audit.read", "applications.read", "loss_reports.read", "residents.read", "reports.read", "cards.read",
                                "mailing.read", "staff.read", "search"},
    Role.ADMINISTRATOR: _EVERYBODY | {"staff.read", "staff.edit", "centres.edit", "calendar.read", "calendar.edit", "system.read"},
}  # fmt: skip

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())


def allows(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`; an unknown role or permission is refused."""
    return permission in PERMISSIONS.get(role, frozenset())  # type: ignore[call-overload]  # a Role equals its text


ALL_CENTRES = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.MAILROOM_CLERK, Role.AUDITOR})
"""Roles that work for the whole office; a supervisor with a centre sees only that centre (queries.visible_to)."""
