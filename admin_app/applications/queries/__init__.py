"""Reads of applications; visible_to() says which ones a person may know of."""

from admin_app.applications.queries.visibility import by_public_id, by_reference, visible_to

__all__ = ["by_public_id", "by_reference", "visible_to"]
