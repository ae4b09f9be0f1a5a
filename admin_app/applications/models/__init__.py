"""The tables of the applications room."""

from admin_app.applications.models.casework import Application, Decision, DecisionReason, Document
from admin_app.applications.models.look_up import LookUpAttempt
from admin_app.applications.models.photo import PhotoProfile, PhotoRulesKept
from admin_app.applications.models.recommendation import Recommendation
from admin_app.applications.models.reference import MaterialRule, ReasonCode
from admin_app.applications.models.unsaved import UnsavedForm

__all__ = [
    "Application",
    "Decision",
    "DecisionReason",
    "Document",
    "LookUpAttempt",
    "MaterialRule",
    "PhotoProfile",
    "PhotoRulesKept",
    "ReasonCode",
    "Recommendation",
    "UnsavedForm",
]
