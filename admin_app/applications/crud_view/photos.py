"""Administration of the photo profiles."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, DateField, Field, FloatField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from admin_app.applications.models import PhotoProfile
from admin_app.applications.operations import profiles
from admin_app.applications.queries import profiles as reads
from admin_app.applications.rules import photo
from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.foundation.errors import DomainError
from admin_app.web.form_fields import code, line
from admin_app.web.lists.description import Column
from admin_app.web.reference_form import ReferenceForm
from admin_app.web.template_filters import day as day_text

MOST_PIXELS, MOST_KILOBYTES = 5000, 20_000


def _pixels(label: Any, default: int, *, lowest: int = 1, description: Any = "") -> IntegerField:
    checks = [InputRequired(), NumberRange(lowest, MOST_PIXELS)]
    return IntegerField(label, validators=checks, default=default, description=description, render_kw={"inputmode": "numeric"})


def _figure(label: Any, default: float, highest: float, description: Any = "") -> FloatField:
    checks = [InputRequired(), NumberRange(0, highest)]
    return FloatField(label, validators=checks, default=default, description=description, render_kw={"inputmode": "decimal"})


def _number(label: Any, lowest: int, highest: int, default: int | None = None, description: Any = "") -> IntegerField:
    checks = [Optional(), NumberRange(lowest, highest)]
    return IntegerField(label, validators=checks, default=default, description=description, render_kw={"inputmode": "numeric"})


DECIMALS = ("shape_least", "shape_most", "kilobytes_least", "kilobytes_most", "colour_least", "whiteness_least", "unevenness_most",
            "sharpness_least", "brightness_least", "brightness_most", "clipped_most")  # fmt: skip
_OF_255 = _l("Of 255.")
PAIRS = (
    ("width_least", "width_most"), ("height_least", "height_most"), ("shape_least", "shape_most"), ("kilobytes_least", "kilobytes_most"),
    ("brightness_least", "brightness_most"), ("crown_least", "crown_most"), ("middle_least", "middle_most"), ("head_least", "head_most"),
    ("valid_from", "valid_to"),
)  # fmt: skip
"""The second of them is not less than the first."""


class PhotoProfileForm(ReferenceForm):
    """A photo profile; a new one begins with the figures that are published for card photos (rules/photo.py)."""

    code = code(_l("Code"), 30, description=_l("Short and lasting; it cannot be changed later."))
    name_en = line(_l("Name, English"), 80)
    name_zh = line(_l("Name, Chinese"), 80)
    age_from = _number(_l("From this age"), 0, photo.OLDEST, description=_l("Whole years on the day of receipt; empty means no limit."))
    age_below = _number(_l("Below this age"), 1, photo.OLDEST, description=_l("Of several profiles the one for fewer ages is taken."))
    valid_from = DateField(_l("First day"), validators=[Optional()], description=_l("Day of receipt of the case; empty: no first day."))
    valid_to = DateField(
        _l("Last day"), validators=[Optional()], description=_l("Empty: until another profile begins, which is then taken.")
    )
    width_least = _pixels(_l("Width, at least (pixels)"), 358, description=_l("A portrait that is cut out becomes as small as this."))
    width_most = _pixels(_l("Width, at most (pixels)"), 358)
    height_least = _pixels(_l("Height, at least (pixels)"), 441)
    height_most = _pixels(_l("Height, at most (pixels)"), 441)
    shape_least = _figure(_l("Ratio of width to height, at least"), 0.79, 10, _l("Width divided by height, like 0.81."))
    shape_most = _figure(_l("Ratio of width to height, at most"), 0.83, 10)
    dpi = _number(_l("Resolution (dots per inch)"), 30, 2400, 350, _l("Empty: nothing is asked."))
    kilobytes_least = _figure(_l("Size of the file, at least (KB)"), 14, MOST_KILOBYTES)
    kilobytes_most = _figure(_l("Size of the file, at most (KB)"), 40, MOST_KILOBYTES)
    colour_least = _figure(_l("Colour, at least"), 4, 255, _l("Of 255; 0 takes black and white photos as well."))
    whiteness_least = _figure(_l("Background, white at least"), 225, 255, _l("Of 255; 0 takes a background of any colour."))
    unevenness_most = _figure(_l("Background, uneven at most"), 12, 255, _OF_255)
    sharpness_least = _figure(_l("Sharpness, at least"), 5, 1000)
    brightness_least = _figure(_l("Light on the face, at least"), 100, 255, _OF_255)
    brightness_most = _figure(_l("Light on the face, at most"), 225, 255, _OF_255)
    clipped_most = _figure(_l("Wholly white or black, at most (per cent)"), 15, 100, _l("Of the face."))
    crown_least = _pixels(_l("Crown from the top, at least"), 7, lowest=0, description=_l("Pixels of a portrait of the smallest size."))
    crown_most = _pixels(_l("Crown from the top, at most"), 21, lowest=0)
    eyes_least = _pixels(_l("Eyes from the bottom, at least"), 207)
    middle_least = _pixels(_l("Middle of the eyes from the left, at least"), 162)
    middle_most = _pixels(_l("Middle of the eyes from the left, at most"), 196)
    head_least = _pixels(_l("Crown to chin, at least"), 251)
    head_most = _pixels(_l("Crown to chin, at most"), 357)
    head_wanted = _pixels(_l("Crown to chin, wanted"), 290, description=_l("How high the head is made when a portrait is cut out."))
    is_active = BooleanField(_l("In use"), default=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """What is least is not more than what is most; the lines of the head fit into the portrait that is cut out."""
        if not super().validate(extra_validators):
            return False
        for least, most in PAIRS:
            if None not in (self[least].data, self[most].data) and self[least].data > self[most].data:
                self[most].errors = [_("This is less than “%(field)s”.", field=self[least].label.text)]
        if None not in (self.age_from.data, self.age_below.data) and self.age_from.data >= self.age_below.data:
            self.age_below.errors = [_("No age is from %(first)s and below %(last)s.", first=self.age_from.data, last=self.age_below.data)]
        if not self.errors:
            self._check_portrait()
        return not self.errors

    def _check_portrait(self) -> None:
        """That a portrait of the smallest size can have the shape, the head and the eyes that are asked for."""
        width, height = self.width_least.data, self.height_least.data
        shape = round(width / height, 2)
        if not self.shape_least.data <= shape <= self.shape_most.data:
            size = {"width": width, "height": height, "shape": f"{shape:g}"}
            _refuse(self.shape_most, _("A portrait of %(width)s × %(height)s pixels has %(shape)s, which is outside.", **size))
        if not self.head_least.data <= self.head_wanted.data <= self.head_most.data:
            _refuse(self.head_wanted, _("Not between what is asked at least and at most."))
        if self.crown_most.data + self.head_most.data > height:
            _refuse(self.head_most, _("Crown and chin would not both be in a portrait of %(height)s pixels.", height=height))
        if self.eyes_least.data + self.crown_most.data >= height:
            _refuse(self.eyes_least, _("The eyes would stand above the crown."))
        if self.middle_most.data >= width:
            _refuse(self.middle_most, _("This is outside a portrait of %(width)s pixels.", width=width))


def _refuse(field: Field, sentence: str) -> None:
    field.errors = [sentence]


class PhotoProfileReferenceView(AuditedReferenceView):
    """Photo profiles."""

    model, form = PhotoProfile, PhotoProfileForm
    route_base = "/reference/photo-profiles"
    class_permission_name = "photo_profiles"
    noun, key = "photo_profile", "code"
    list_title, add_title, edit_title, show_title = _l("Photo profiles"), _l("New profile"), _l("Change profile"), _l("Photo profile")
    intro = _l("What a portrait for the card must be. Photos keep the rules by which they were measured; new ones follow a change.")
    list_columns = ["code", "name_en", "name_zh", "age_from", "age_below", "valid_from", "valid_to"]
    search_columns = ["code", "name_en", "name_zh"]
    order_columns = ["code", "name_en"]
    shown_as: dict[str, Any] = {"valid_from": day_text, "valid_to": day_text} | {name: "{:g}".format for name in DECIMALS}
    picture_title = _l("The portrait")
    sections = {
        "width_least": _l("The file"), "colour_least": _l("What is measured in the picture"), "crown_least": _l("The head"),
    }  # fmt: skip

    @classmethod
    def more_columns(cls) -> list[Column]:
        """The size of a portrait that is cut out."""
        return [Column(name="size", label=_l("Pixels"), value=lambda item, _: f"{item.width_least} × {item.height_least}", style="nowrap")]

    def picture(self, item: PhotoProfile) -> Markup:
        """The portrait that is cut out, with the bands for crown, eyes and middle."""
        width, height = item.width_least, item.height_least
        head = Markup('<ellipse class="stock-cell" cx="{:g}" cy="{:g}" rx="{:g}" ry="{:g}"/>').format(
            (item.middle_least + item.middle_most) / 2, (item.crown_least + item.crown_most + item.head_wanted) / 2,
            item.head_wanted / 2.8, item.head_wanted / 2,
        )  # fmt: skip
        bands = Markup("").join(
            Markup('<rect class="photo-band" x="{}" y="{}" width="{}" height="{}"/>').format(*band)
            for band in (
                (0, item.crown_least, width, item.crown_most - item.crown_least),
                (item.middle_least, 0, item.middle_most - item.middle_least, height),
            )
        )
        eyes = Markup('<line class="photo-eyes" x1="0" x2="{}" y1="{}" y2="{}"/>').format(width, *[height - item.eyes_least] * 2)
        label = _("A portrait of %(width)s × %(height)s pixels: crown and middle lie in the bands, the eyes above the line",
                  width=width, height=height)  # fmt: skip
        sheet = Markup('<rect class="stock-page" width="100%" height="100%"/>')
        return Markup('<svg class="stock-picture" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>').format(
            width, height, label, sheet, bands, head, eyes
        )

    def hold_still(self) -> None:
        """One change of the table at a time."""
        profiles.hold_still()

    def refuse_wrong_whole(self) -> None:
        """For every age and every day there is a profile, or a photo would have no rules."""
        bare = photo.uncovered(reads.spans())
        if bare is not None:
            age, since = bare
            raise DomainError(
                _l("For age %(age)s no profile would hold from %(day)s on. Nothing was saved.", age=age, day=day_text(since))
                if since > since.min
                else _l("For age %(age)s no profile would hold. Nothing was saved; leave one in use that has no first day.", age=age)
            )

    def record_change(self, action: str, item: Any, *, before: dict[str, Any], after: dict[str, Any]) -> None:
        """The entry, and the figures as they are from now on: photos name them."""
        super().record_change(action, item, before=before, after=after)
        profiles.keep_rules(item)
