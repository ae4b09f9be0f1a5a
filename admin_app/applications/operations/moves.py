"""The one place that writes an application's status: compare-and-set on (id, status, version) with its audit entry."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.queries.missing import materials_of
from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, StaleVersion

PAST = {
    "submit": "submitted",
    "claim": "claimed",
    "release": "released",
    "request_information": "information_requested",
    "resume": "resumed",
    "recommend": "recommended",
    "approve": "approved",
    "reject": "rejected",
    "withdraw": "withdrawn",
    "reopen": "reopened",
}
"""verb -> what the log calls it once it is done."""


class AlreadyDecided(Conflict):
    """The case was closed before this came."""


def move(
    application: Application,
    verb: str,
    *,
    by: audit.Actor,
    version: int | None = None,
    reason: str | None = None,
    changes: dict[str, Any] | None = None,
    **values: Any,
) -> None:
    """Do `verb` on the case and write `values` (columns) with it; the object is fresh afterwards.

    `version` is what the person's form showed (default: what was loaded). Raises AlreadyDecided, StaleVersion or Conflict with a
    sentence that says who did what and when; then nothing was changed.
    """
    db.session.flush()
    before, expected = application.status, application.version if version is None else version
    target = rules.status_after(before, verb)
    if target is None:
        raise refusal(application, expected)
    values |= {"status": str(target), "is_open": target in rules.OPEN} | _materials(application, target, values)
    _write(application, before, expected, values)
    facts = {"status": [before, str(target)]} | (changes or {})
    _record(application, f"applications.{PAST[verb]}", by=by, reason=reason, changes=facts)


def _materials(application: Application, target: rules.Status, values: dict[str, Any]) -> dict[str, Any]:
    """A case that closes keeps what it needed (ADR 0011), one that is reopened follows the table again."""
    if target not in rules.CLOSED:
        return {"closed_materials": None}
    if "closed_materials" in values:
        return {}
    return {"closed_materials": [str(material) for material in materials_of(application)]}


def touch(application: Application, version: int | None = None, **values: Any) -> None:
    """Raise the version for a change that leaves the status alone (a document, a verdict, an owner), writing `values` with it.

    Raises StaleVersion (AlreadyDecided for a closed case) if `version` is no longer the newest. The caller records the action.
    """
    db.session.flush()
    _write(application, application.status, application.version if version is None else version, values)


def _write(application: Application, status: str, version: int, values: dict[str, Any]) -> None:
    guarded = update(Application).where(Application.id == application.id, Application.status == status, Application.version == version)
    done: Any = db.session.execute(
        guarded.values(**values, version=version + 1).execution_options(synchronize_session=False),
    )
    db.session.refresh(application)
    if done.rowcount != 1:
        raise refusal(application, version)


def _record(application: Application, action: str, *, by: audit.Actor, reason: str | None, changes: dict[str, Any]) -> None:
    audit.record(action, "application", application.reference, by=by, case_ref=application.public_id, reason=reason, changes=changes)


def refusal(application: Application, version: int | None = None) -> Conflict:
    """Why the write cannot be: the case is decided, was changed by somebody, or stands where this verb does not apply."""
    db.session.refresh(application)
    if application.status in rules.CLOSED:
        return AlreadyDecided(_decided_text(application), status=application.status)
    if version is not None and application.version != version:
        return StaleVersion(_changed_text(application), version=application.version)
    label = rules.STATUS_LABELS[rules.Status(application.status)]
    return Conflict(_l("This cannot be done while the case is “%(status)s”. Nothing was changed.", status=label))


def _decided_text(application: Application) -> Any:
    label = rules.STATUS_LABELS[rules.Status(application.status)]
    if application.decided_by is None or application.decided_at is None:
        return _l("This case is already closed (%(status)s). Nothing of yours was changed.", status=label)
    return _l(
        "%(who)s already decided this case at %(when)s: %(status)s. Nothing of yours was changed.",
        who=application.decided_by.name_shown, when=at(application.decided_at), status=label,
    )  # fmt: skip


def _changed_text(application: Application) -> Any:
    owner = application.owner
    if owner is None:
        return _l("The case has changed since you opened it. Nothing of yours was saved over it.")
    return _l("The case has changed since you opened it; it is now with %(who)s. Nothing of yours was saved over it.", who=owner.name_shown)


def at(moment: Any) -> str:
    """A moment on the office's clock, the same in both languages: 2026-11-22 14:05."""
    return clock.to_office(moment).strftime("%Y-%m-%d %H:%M")
