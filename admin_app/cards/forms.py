"""What staff may type about cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import DataRequired

from admin_app.cards import rules
from admin_app.foundation.database import is_public_id
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import line

MOST_ROWS = 200


class HandOverForm(DeskForm):
    """Who collects the card, and that the clerk looked."""

    collected_by = line(_l("Who collects it"), rules.MAX_NAME, description=_l("The name as on the ID card that is shown to you."))
    is_compared = BooleanField(_l("I have compared the ID card with the person and with the card"), validators=[DataRequired()])


class SpoilForm(DeskForm):
    """Why the card is unusable."""

    reason = line(_l("Reason"), rules.MAX_REASON, description=_l("For example: chip not readable, print crooked, bent."))


@dataclass(frozen=True)
class SerialRow:
    """One row of the table of serials: which card, and what was typed or scanned."""

    public_id: str
    serial: str


def read_serials(form: Mapping[str, Any]) -> list[SerialRow]:
    """The filled rows of the table (fields 'serial-<public id>'), empty ones left out."""
    rows = [SerialRow(name.removeprefix("serial-"), str(text).strip()) for name, text in form.items() if name.startswith("serial-")]
    return [row for row in rows if row.serial and is_public_id(row.public_id)][:MOST_ROWS]
