"""The API for programs of others: one blueprint, its guard, its contract."""

from admin_app.intake_api.api import contract, reference
from admin_app.intake_api.api.door import blueprint

__all__ = ["blueprint", "contract", "reference"]
