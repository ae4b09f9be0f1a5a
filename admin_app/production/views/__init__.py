"""Doors: the list of production batches, one batch, what the maker answers."""

from admin_app.production.views.answers import AnswerView
from admin_app.production.views.batches import ProductionView, find
from admin_app.production.views.check import CheckView

SCREENS = (ProductionView, AnswerView, CheckView)

__all__ = ["SCREENS", "find"]
