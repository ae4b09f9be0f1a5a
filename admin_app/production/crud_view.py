"""Administration of makers of cards: whose certificate what they get is encrypted for."""

from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.cards.rules import MOST_YUAN
from admin_app.foundation import envelopes
from admin_app.foundation.typed_text import texts
from admin_app.production.models import CardMaker
from admin_app.web.form_fields import Read, code, line
from admin_app.web.reference_form import ReferenceForm


def _certificate(text: str) -> str:
    """A certificate as it is kept: its lines, and nothing around them."""
    kept = texts.folded(text)
    texts.refuse(list(dict.fromkeys(char for char in kept if not char.isascii())), "certificate")
    envelopes.read_certificate(kept)
    return kept


class CardMakerForm(ReferenceForm):
    """A maker of cards."""

    code = code(_l("Code"), 30, description=_l("Short name; it cannot be changed later."))
    name_en = line(_l("Name, English"), 80)
    name_zh = line(_l("Name, Chinese"), 80)
    certificate = TextAreaField(
        _l("Certificate"), validators=[Read(_certificate), DataRequired()],
        description=_l("X.509 in PEM, RSA key. Compare its fingerprint with the maker another way: whoever has the key reads it all."),
        render_kw={"rows": 8, "maxlength": envelopes.LONGEST_PEM, "spellcheck": "false", "autocomplete": "off"},
    )  # fmt: skip
    answer_days = IntegerField(
        _l("Working days until it answers"), validators=[InputRequired(), NumberRange(1, 250)], default=10,
        description=_l("A batch that is not answered after so many working days is shown as late."),
    )  # fmt: skip
    card_yuan = IntegerField(
        _l("What a card costs, in yuan"), validators=[Optional(), NumberRange(0, MOST_YUAN)],
        description=_l("Booked to the maker with each card that it says it made badly; empty: nothing is booked."),
    )  # fmt: skip
    is_active = BooleanField(_l("In use"), default=True)


class CardMakerReferenceView(AuditedReferenceView):
    """Makers of cards."""

    model, form = CardMaker, CardMakerForm
    route_base = "/reference/card-makers"
    class_permission_name = "card_makers"
    noun, key = "card_maker", "code"
    list_title, add_title, edit_title, show_title = _l("Makers of cards"), _l("New maker"), _l("Change maker"), _l("Maker of cards")
    intro = _l("Who makes cards for the office. What a maker gets is encrypted for its certificate; nobody else opens it.")
    list_columns = ["code", "name_en", "name_zh", "answer_days"]
    search_columns = ["code", "name_en", "name_zh"]
    order_columns = ["code", "name_en"]
    picture_title = _l("Fingerprint of the certificate")

    def picture(self, item: CardMaker) -> Any:
        """What is compared with the maker: whose certificate it is, its fingerprint, until when it holds."""
        try:
            found = envelopes.read_certificate(item.certificate)
        except envelopes.CertificateRefused as refused:
            return Markup("<p>{}</p>").format(refused.message)
        return Markup('<p>{}</p><p class="text-break"><code>{}</code></p><p>RSA {} · {:%Y-%m-%d}</p>').format(
            found.subject, found.fingerprint, found.bits, found.valid_until
        )
