"""The form of a reference entry, and what its fields say about the columns of the screen."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField

from admin_app.web.desk_form import DeskForm

Fields = dict[str, Any]
"""Name of a column -> its field as the form class declares it (WTForms: UnboundField)."""


class ReferenceForm(DeskForm):
    """A form that knows which version of the row it was opened on."""

    version = HiddenField()


def fields_of(form: type[ReferenceForm]) -> Fields:
    """The fields of a form class in the order in which they were written down, without `version`."""
    declared = {name: getattr(form, name) for name in dir(form) if not name.startswith("_") and name != "version"}
    fields = [(name, field) for name, field in declared.items() if hasattr(field, "_formfield")]
    return dict(sorted(fields, key=lambda pair: pair[1].creation_counter))


def labels_of(fields: Fields) -> dict[str, Any]:
    """Column -> its label."""
    return {name: field.args[0] for name, field in fields.items()}


def choices_of(fields: Fields) -> dict[str, Mapping[Any, Any]]:
    """Column -> value -> how the value reads, for fields that offer a fixed choice."""
    offers = {name: field.kwargs["choices"] for name, field in fields.items() if field.kwargs.get("choices")}
    return {name: {choice.value: choice.label for choice in choices} for name, choices in offers.items()}
