"""Reference data whose every change is in the log, with before and after."""

from typing import Any

from admin_app.audit import operations, queries
from admin_app.web.desk_view import signed_in
from admin_app.web.reference_view import ReferenceView


class AuditedReferenceView(ReferenceView):
    """The base view of all reference data."""

    def record_change(self, action: str, item: Any, *, before: dict[str, Any], after: dict[str, Any]) -> None:
        """One entry in the transaction of the change."""
        operations.record(
            action, self.noun, self._subject_ref(item), by=signed_in(), changes={"before": before, "after": after} if before else after
        )

    def history(self, item: Any) -> Any:
        """The newest entries about this row."""
        return queries.of_subject(self.noun, self._subject_ref(item))

    def _subject_ref(self, item: Any) -> str:
        return str(getattr(item, self.key))[:64]
