"""The tables of the applications room."""

from admin_app.applications.models.casework import Application, Decision, DecisionReason, Document, UnsavedForm
from admin_app.applications.models.recommendation import Recommendation
from admin_app.applications.models.reference import MaterialRule, ReasonCode

__all__ = ["Application", "Decision", "DecisionReason", "Document", "MaterialRule", "ReasonCode", "Recommendation", "UnsavedForm"]
