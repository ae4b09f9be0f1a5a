"""Doors: residents' pages. They call the rooms below and have no models and no verbs of their own (ADR 0068)."""

from admin_app.online.views import centres, look_up, needs, start
from admin_app.online.views.pages import PAGES

__all__ = ["PAGES", "centres", "look_up", "needs", "start"]
