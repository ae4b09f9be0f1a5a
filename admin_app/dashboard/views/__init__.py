"""Doors: the home page of each role, the first steps of an office, the report pages."""

from admin_app.dashboard.views.figures import FigureView
from admin_app.dashboard.views.guide import GuideView
from admin_app.dashboard.views.home import HomeView
from admin_app.dashboard.views.reports import ReportView

__all__ = ["FigureView", "GuideView", "HomeView", "ReportView"]
