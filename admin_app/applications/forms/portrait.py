"""Where a face stands in a photo."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from admin_app.applications.queries.portraits import Frame
from admin_app.web.desk_form import DeskForm

LARGEST = 20_000


def _line(label: object, description: object) -> IntegerField:
    return IntegerField(label, description=description, validators=[InputRequired(), NumberRange(0, LARGEST)])


class CutForm(DeskForm):
    """Four lines, in pixels of the photo."""

    crown = _line(_l("Crown"), _l("Top of the head with its hair: pixels from the top."))
    eyes = _line(_l("Eyes"), _l("Both pupils: pixels from the top."))
    chin = _line(_l("Chin"), _l("Its lowest point: pixels from the top."))
    middle = _line(_l("Middle"), _l("Between the eyes: pixels from the left."))

    def frame(self) -> Frame:
        """The lines; call it after validation."""
        return Frame(*(int(self[name].data or 0) for name in ("crown", "chin", "eyes", "middle")))
