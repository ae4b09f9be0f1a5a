"""A refusal of a rule, shown at the field of the form that it is about."""

from typing import Any

from admin_app.foundation.errors import DomainError


def put(form: Any, refused: DomainError) -> int:
    """Add the sentence to the field that the refusal names (or to the form as a whole); returns the status to answer with.

    What a refusal asks to be confirmed stands at the field as `confirm`, for the box that the page draws there.
    """
    name = refused.details.get("field") or getattr(refused, "field", "")
    field = next((one for one in form if one.name == name), None)
    if field is None:
        form.form_errors = [*form.form_errors, refused.message]
    else:
        field.errors = [*field.errors, refused.message]
        field.confirm = refused.details.get("confirm", "")
    return refused.status
