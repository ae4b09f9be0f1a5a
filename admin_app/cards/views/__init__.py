"""Doors: the list of cards, one card and what is done to it, several that one person collects."""

from admin_app.cards.views.cards import SECTIONS, CardView, find
from admin_app.cards.views.sealing import SealingView
from admin_app.cards.views.together import TogetherView

__all__ = ["SECTIONS", "CardView", "SealingView", "TogetherView", "find"]
