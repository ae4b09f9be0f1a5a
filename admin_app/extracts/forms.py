"""What is asked before a copy of everything about a resident is made."""

from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import reason


class ExtractForm(DeskForm):
    """Why the copy is made, such as the day of the resident's request."""

    reason = reason()
