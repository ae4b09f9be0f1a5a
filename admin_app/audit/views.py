"""Doors: the log, for auditors."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from admin_app.audit import queries, rules
from admin_app.foundation import keyset
from admin_app.foundation.i18n import titled
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires

LABELS = {
    "username": _l("Who"),
    "action": _l("Action"),
    "subject_type": _l("Kind of record"),
    "subject_ref": _l("Record"),
    "case": _l("Case"),
    "from_day": _l("From"),
    "to_day": _l("To"),
}
READABLE = {"action": rules.action_label, "subject_type": rules.subject_label}


class AuditView(DeskView):
    """Who did what to which record, when and from where."""

    route_base = "/audit"

    @expose("/", methods=["GET"])
    @requires("audit.read")
    def index(self) -> Any:
        """One page of the log, filtered."""
        asked = queries.Asked(
            username=arguments.text("username", limit=64).lower(),
            action=arguments.choice("action", rules.ACTIONS, ""),
            subject_type=arguments.choice("subject_type", rules.SUBJECTS, ""),
            subject_ref=arguments.text("subject_ref", limit=64),
            case=arguments.text("case", limit=32),
            from_day=arguments.day("from_day"),
            to_day=arguments.day("to_day"),
        )
        size = arguments.size(keyset.SIZES)
        page = queries.page(asked, size=size, cursor=arguments.cursor())
        return self.render_template(
            "audit/index.html",
            asked=asked,
            page=page,
            usernames=queries.usernames(page.rows),
            rules=rules,
            chips=chips(asked),
            url=lambda **changes: address(asked, size=size, **changes),
        )


def address(asked: queries.Asked, **changes: Any) -> str:
    """Address of the log as it was asked for, with `changes`."""
    values = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(asked).items()}
    return url_for("AuditView.index", **{name: value for name, value in (values | changes).items() if value not in (None, "")})  # type: ignore[arg-type]


def chips(asked: queries.Asked) -> list[dict[str, Any]]:
    """The filters in force, in words, each with the address without it."""
    facts = asdict(asked)
    return [
        {"label": titled(label, READABLE.get(name, str)(facts[name])), "url": address(asked, **{name: ""})}
        for name, label in LABELS.items()
        if facts[name]
    ]
