"""Administration of the room's reference data: coded reasons, materials per reason, photo profiles."""

from admin_app.applications.crud_view.photos import PhotoProfileForm, PhotoProfileReferenceView
from admin_app.applications.crud_view.tables import MaterialRuleReferenceView, ReasonCodeForm, ReasonCodeReferenceView

__all__ = [
    "MaterialRuleReferenceView",
    "PhotoProfileForm",
    "PhotoProfileReferenceView",
    "ReasonCodeForm",
    "ReasonCodeReferenceView",
]
