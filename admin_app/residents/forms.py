"""What is typed about a resident; the rules check it."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField

from admin_app.foundation.typed_text import texts
from admin_app.residents.rules import LANGUAGE_LABELS, NOTE_LENGTH, OUTCOME_LABELS, WHY_LABELS, Outcome, Why
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import address, email, id_number, line, offered, phone, postcode, reason

optional = {"optional": True}


class FindForm(DeskForm):
    """Find by ID number; the name is compared with what is known."""

    id_number = id_number(_l("ID number"))
    id_number_confirmed = HiddenField()
    name = StringField(_l("Name"))


class RegisterForm(DeskForm):
    """A resident who is not known yet; the ID number waits on the server."""

    name = StringField(_l("Name as on the ID card"))
    name_latin = StringField(_l("Name in Latin letters"), description=_l("Left empty, it is written from the pinyin."))
    phone = phone(_l("Phone"))
    email = email()
    # Not «language»: that is what the switches of a form send beside its fields (web/kept_forms.py).
    letter_language = SelectField(_l("Language of letters"), choices=offered(LANGUAGE_LABELS.items()), default="", validate_choice=False)
    postcode = postcode(_l("Postcode"), is_optional=True)
    address = address(_l("Address"), is_required=False, description=_l("One row of the label a line, four at most."))


class CorrectForm(RegisterForm):
    """Change what is known. An empty phone and an empty e-mail stay as they are, because the form does not show them."""

    no_email = BooleanField(_l("No e-mail any more: take the address away"))

    reason = StringField(_l("Reason, if the name changes"), render_kw={"maxlength": texts.REASON_LONGEST})
    version = HiddenField()


class RevealForm(DeskForm):
    """Why somebody needs the full ID number."""

    why = SelectField(_l("Why you need it"), choices=offered(WHY_LABELS.items()), default=Why.OTHER, validate_choice=False)
    reason = line(_l("In words"), texts.REASON_LONGEST, is_required=False)


class WatchForm(DeskForm):
    """Why looks at a resident raise an alarm, or do no more."""

    watch_reason = reason()


class CallForm(DeskForm):
    """How a call ended."""

    outcome = RadioField(_l("How it ended"), choices=offered(OUTCOME_LABELS.items()), default=Outcome.REACHED)
    note = line(_l("Note"), NOTE_LENGTH, is_required=False)
    about = HiddenField()
