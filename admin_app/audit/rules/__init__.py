"""The words of the log: what actions, kinds of record, ways to look and findings read like."""

from admin_app.audit.rules.findings import FINDINGS, READINGS, finding_text
from admin_app.audit.rules.words import (
    ABOUT_RESIDENTS,
    ACTIONS,
    ERASED,
    IDENTIFYING,
    ROLES,
    SUBJECTS,
    action_label,
    action_text,
    actions_on,
    actor,
    in_one_script,
    role_label,
    subject_label,
    subject_type_of,
)

__all__ = [
    "ABOUT_RESIDENTS",
    "ACTIONS",
    "ERASED",
    "FINDINGS",
    "IDENTIFYING",
    "READINGS",
    "ROLES",
    "SUBJECTS",
    "action_label",
    "action_text",
    "actions_on",
    "actor",
    "finding_text",
    "in_one_script",
    "role_label",
    "subject_label",
    "subject_type_of",
]
