"""Sign-in, account and administration forms."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from admin_app.foundation.password_choice import LONGEST, LONGEST_EVER, SHORTEST
from admin_app.staff.permissions import ROLE_NAMES
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import Read, latin_line, line, offered

USERNAME = r"^[a-z][a-z0-9._-]{1,31}$"


class SignInForm(DeskForm):
    """Name and password."""

    username = StringField(_l("User name"), validators=[DataRequired(), Length(max=64)])
    password = PasswordField(_l("Password"), validators=[DataRequired(), Length(max=LONGEST_EVER)])


class PasswordForm(DeskForm):
    """Change one's own password."""

    current = PasswordField(_l("Current password"), validators=[DataRequired(), Length(max=LONGEST_EVER)])
    new = PasswordField(_l("New password"), validators=[DataRequired(), Length(min=SHORTEST, max=LONGEST)])


class CodeForm(DeskForm):
    """A code of the second factor, or a recovery code."""

    verification_code = StringField(
        _l("Verification code"),
        validators=[DataRequired(), Length(max=40)],
        description=_l("Six digits of your authenticator, or one of your recovery codes."),
    )


class PasskeyForm(DeskForm):
    """A new passkey: what its owner calls it, and what the browser made (JSON)."""

    credential = HiddenField(validators=[Length(max=20_000)])
    name = line(_l("Name of the passkey"), 60, description=_l("Such as the device on which it is."))


class MemberForm(DeskForm):
    """What an administrator says about a staff member; the centres to choose from are filled in by the door."""

    version = HiddenField()
    name_en = line(_l("Name, Latin letters"), 60)
    name_zh = line(_l("Name, Chinese characters"), 60, is_required=False)
    role = SelectField(_l("Role"), choices=offered([("", _l("Please choose")), *ROLE_NAMES.items()]), validators=[DataRequired()])
    centre = SelectField(_l("Centre"), description=_l("Empty: works for the whole office."))
    active = BooleanField(_l("May sign in"), default=True)


class NewMemberForm(MemberForm):
    """A new staff member; whoever is added may sign in."""

    active = None
    username = StringField(
        _l("User name"),
        validators=[
            Read(latin_line),
            DataRequired(),
            Regexp(USERNAME, message=_l("2 to 32 small letters, digits, dots, - and _.")),
        ],
        description=_l("For signing in; it cannot be changed later."),
        render_kw={"maxlength": 32, "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"},
    )
