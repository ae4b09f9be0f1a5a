"""The API for programs of others: one blueprint, its guards, its contract."""

from admin_app.intake_api.api import contract, filing, losses, reference
from admin_app.intake_api.api.door import blueprint

__all__ = ["blueprint", "contract", "filing", "losses", "reference"]
