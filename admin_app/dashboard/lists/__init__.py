"""The lists behind the figures of the reports."""

from admin_app.dashboard.lists.cases import CASES, DECISIONS
from admin_app.dashboard.lists.remade import REMADE, RETURNED

LISTS = (CASES, DECISIONS, RETURNED, REMADE)
__all__ = ["CASES", "DECISIONS", "LISTS", "REMADE", "RETURNED"]
