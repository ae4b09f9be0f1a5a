"""A rule said no: errors whose message staff may read."""

from typing import Any


class DomainError(Exception):
    """A rule said no. `message` is a (lazy) translated sentence that may be shown; `status` is the HTTP status a door answers with."""

    status = 422

    def __init__(self, message: Any, **details: Any) -> None:
        super().__init__(type(self).__name__)
        self.message = message
        self.details = details


class NotFound(DomainError):
    """There is no such thing, or the person may not know of it."""

    status = 404


class NotAllowed(DomainError):
    """The person may see the thing but not do this to it."""

    status = 403


class Conflict(DomainError):
    """Somebody or something was faster; nothing was changed."""

    status = 409


class StaleVersion(Conflict):
    """The form was opened on an older version of the record."""
