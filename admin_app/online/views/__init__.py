"""Doors: residents' pages. They call the rooms below and have no models and no verbs of their own (ADR 0068)."""

from admin_app.online.views import centres, entrance, look_up, mine, needs, sign_in, start
from admin_app.online.views.pages import PAGES

__all__ = ["PAGES", "centres", "entrance", "look_up", "mine", "needs", "sign_in", "start"]
