"""Doors: the log and lists as files; who looked at whose data."""

from admin_app.audit.views.log import AUDIT_LOG, AuditView, ListFileView
from admin_app.audit.views.readings import READINGS, ReadingView, note_readings

__all__ = ["AUDIT_LOG", "READINGS", "AuditView", "ListFileView", "ReadingView", "note_readings"]
