"""The form of a reference entry, and what its fields say about the columns of the screen."""

import hashlib
from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField

from admin_app.web.desk_form import DeskForm

Fields = dict[str, Any]
"""Name of a column -> its field as the form class declares it (WTForms: UnboundField)."""


OWN = frozenset({"version", "confirmed"})
"""Fields of the form itself, no columns."""


class ReferenceForm(DeskForm):
    """A form that knows which version of the row it was opened on, and what the person was told before they saved it."""

    version, confirmed = HiddenField(), HiddenField()
    warnings: tuple[str, ...] = ()
    """What saving would do to other records, in sentences; the page shows them and asks for the button once more."""

    def needs_confirmation(self, warnings: tuple[str, ...]) -> bool:
        """Whether `warnings` were not shown yet for exactly these values; then the page shows them."""
        values = repr(sorted((name, field.data) for name, field in self._fields.items() if name not in OWN))
        shown = hashlib.sha256((values + repr(warnings)).encode()).hexdigest()[:16]
        if not warnings or self.confirmed.data == shown:
            return False
        self.warnings, self.confirmed.data = warnings, shown
        return True


def fields_of(form: type[ReferenceForm]) -> Fields:
    """The fields of a form class in the order in which they were written down, without its OWN."""
    declared = {name: getattr(form, name) for name in dir(form) if not name.startswith("_") and name not in OWN}
    fields = [(name, field) for name, field in declared.items() if hasattr(field, "_formfield")]
    return dict(sorted(fields, key=lambda pair: pair[1].creation_counter))


def labels_of(fields: Fields) -> dict[str, Any]:
    """Column -> its label."""
    return {name: field.args[0] for name, field in fields.items()}


def choices_of(fields: Fields) -> dict[str, Mapping[Any, Any]]:
    """Column -> value -> how the value reads, for fields that offer a fixed choice."""
    offers = {name: field.kwargs["choices"] for name, field in fields.items() if field.kwargs.get("choices")}
    return {name: {choice.value: choice.label for choice in choices} for name, choices in offers.items()}
