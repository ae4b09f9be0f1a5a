"""What staff may type about cards."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, NumberRange, Optional

from admin_app.cards import operations, rules
from admin_app.cards.models import Card
from admin_app.foundation.storage.operations import Prepared, Undecided
from admin_app.foundation.typed_text import texts
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import id_number, line, name, offered, reason

MOST_ROWS = 200
"""Rows of a page that one form may name."""


class HandOverForm(DeskForm):
    """Who collects the card, and that the clerk looked."""

    collector = RadioField(_l("Who collects it"), choices=offered(rules.COLLECTOR_LABELS.items()), default=str(rules.Collector.RESIDENT))
    collected_by = name(_l("Name"), rules.MAX_NAME, is_required=False, description=_l("The name as on the ID card that is shown to you."))
    collector_id_number = id_number(_l("ID number"))
    collector_id_number_confirmed = HiddenField()
    authority = SelectField(
        _l("Document seen"), choices=offered([("", _l("Please choose")), *rules.AUTHORITY_LABELS.items()]), validate_choice=False
    )
    authority_missing = line(
        _l("Or why no scan is kept"), texts.REASON_LONGEST, is_required=False, description=_l("For example: the scanner is broken.")
    )
    is_compared = BooleanField(_l("I have compared the ID card with the person and with the card"), validators=[DataRequired()])

    def collected(self, scan: Prepared | Undecided | None) -> operations.Collected:
        """What was said, with the scan of a proxy's document (none is kept yet of one to be decided about); call it after validation."""
        waits = isinstance(scan, Undecided)
        return operations.Collected(
            collector=self.collector.data,
            name=self.collected_by.data or "",
            id_number=self.collector_id_number.data or "",
            id_number_confirmed=self.collector_id_number_confirmed.data or "",
            authority=self.authority.data or "",
            paper=None if isinstance(scan, Undecided) else scan,
            without_paper=gettext("The scan would look otherwise as it is kept: its clerk decides about it.")
            if waits
            else self.authority_missing.data or "",
        )


def expected(card: Card) -> dict[str, str]:
    """Who is likely to come: whoever applied."""
    is_proxy = bool(card.application.agent_name)
    who = rules.Collector.PROXY if is_proxy else rules.Collector.RESIDENT
    return {"collector": str(who), "collected_by": card.application.agent_name}


class BookedForm(DeskForm):
    """Whom a card that is made once more is put down to."""

    fault = SelectField(
        _l("Because of whom"), choices=offered([("", _l("Not known, or nobody")), *rules.FAULT_LABELS.items()]), default="",
        description=_l("The new card is put down to them."),
    )  # fmt: skip
    cost = IntegerField(_l("What the new card costs, in yuan"), validators=[Optional(), NumberRange(0, rules.MOST_YUAN)])

    def booked(self) -> operations.Booked:
        """What was said; call it after validation."""
        return operations.Booked(self.fault.data, None if self.cost.data is None else self.cost.data * 100)


class SpoilForm(BookedForm):
    """Why the card is unusable."""

    reason = reason(description=_l("For example: chip not readable, print crooked, bent."))


class TogetherForm(HandOverForm):
    """One proxy who collects several cards: an employer's messenger, one of a family."""

    collector = RadioField(_l("Who collects it"), choices=offered(rules.COLLECTOR_LABELS.items()), default=str(rules.Collector.PROXY))
    authority_missing = line(
        _l("Why no scan is kept yet"), texts.REASON_LONGEST,
        description=_l("Each resident has signed a document of their own: add its scan on the page of the card afterwards."),
    )  # fmt: skip
    is_compared = BooleanField(
        _l("I have compared the ID card with the person, and the document with each of these cards"), validators=[DataRequired()]
    )
