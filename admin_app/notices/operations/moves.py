"""The status machine of notices (foundation/status_machine.py), and what is said when a move cannot be."""

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.foundation.errors import Conflict
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.notices import rules
from admin_app.notices.models import Notice


def _subject(notice: Notice) -> Subject:
    return Subject("notice", notice.public_id, notice.case_ref, notice.resident_id)


def _refusal(notice: Notice, _version: int | None) -> Conflict:
    label = rules.STATUS_LABELS[rules.Status(notice.status)]
    return Conflict(_l("The letter about %(case)s is now “%(status)s”. Nothing was changed.", case=notice.reference, status=label))


MACHINE: Machine[Notice] = Machine(Notice, moves=rules.MOVES, past=rules.PAST, subject=_subject, refusal=_refusal, record=audit.record)
