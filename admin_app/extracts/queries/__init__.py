"""Everything that the office holds about one resident: as records, and as it goes on paper."""

from admin_app.extracts.queries.paper import HowLong, person_copy
from admin_app.extracts.queries.records import everything, parts, record

__all__ = ["HowLong", "everything", "parts", "person_copy", "record"]
