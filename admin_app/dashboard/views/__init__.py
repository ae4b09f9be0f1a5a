"""Doors: the home page of each role, the report pages."""

from admin_app.dashboard.views.home import HomeView
from admin_app.dashboard.views.reports import ReportView

__all__ = ["HomeView", "ReportView"]
