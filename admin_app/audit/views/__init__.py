"""Doors: the log and lists as files; its proof; who looked at whose data."""

from admin_app.audit.views.log import AUDIT_LOG, AuditView, ListFileView
from admin_app.audit.views.proof import ProofView
from admin_app.audit.views.readings import READINGS, ReadingView, note_readings

__all__ = ["AUDIT_LOG", "READINGS", "AuditView", "ListFileView", "ProofView", "ReadingView", "note_readings"]
