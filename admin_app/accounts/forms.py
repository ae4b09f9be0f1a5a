"""What a resident types to sign in."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from admin_app.accounts.rules import CODE_DIGITS
from admin_app.foundation import clock
from admin_app.foundation.typed_text import numbers, texts
from admin_app.residents.rules import read_id_number
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import FOR_ID_NUMBER, NUMBER_ROOM, Read


class OfStrangers(DeskForm):
    """A form that carries a stamp instead of a token: whoever sends it has no session."""

    class Meta(DeskForm.Meta):
        """No token."""

        csrf = False


class SignInForm(OfStrangers):
    """Who it is."""

    id_number = StringField(
        _l("ID number"),
        validators=[DataRequired(_l("Type the ID number.")), Read(lambda text: read_id_number(text, today=clock.today()).number)],
        render_kw={"maxlength": NUMBER_ROOM, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"} | FOR_ID_NUMBER,
    )
    name = StringField(
        _l("Name"),
        description=_l("As it stands on the ID card."),
        validators=[DataRequired(_l("Type the name.")), Read(texts.name)],
        render_kw={"maxlength": texts.NAME_LENGTH, "autocomplete": "name"},
    )


class CodeForm(OfStrangers):
    """The code from the phone."""

    code = StringField(
        _l("Code from the message"),
        validators=[DataRequired(_l("Type the code.")), Read(numbers.plain), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 20, "size": CODE_DIGITS + 4},
    )
