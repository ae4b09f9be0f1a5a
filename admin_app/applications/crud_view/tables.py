"""Administration of the coded reasons and of the materials per reason."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from admin_app.applications import rules
from admin_app.applications.models import MaterialRule, ReasonCode
from admin_app.applications.queries import materials
from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.foundation.errors import DomainError
from admin_app.web import arguments
from admin_app.web.form_fields import code, line, offered
from admin_app.web.lists.description import WHOLE, Column
from admin_app.web.lists.drawing import Draw
from admin_app.web.reference_form import ReferenceForm

KINDS = {
    "reject": _l("Rejection"),
    "request_information": _l("Request for information"),
    "refuse_document": _l("Refused document"),
}


class ReasonCodeForm(ReferenceForm):
    """A coded reason in both languages."""

    code = code(_l("Code"), 40, pattern=r"^[a-z][a-z0-9_]*$", description=_l("Small letters, digits and _; it cannot be changed later."))
    kind = SelectField(_l("Used for"), choices=offered(KINDS.items()))
    text_en = line(_l("Text, English"), 200, description=_l("The sentence for the resident, as the case shows it to the counter."))
    text_zh = line(_l("Text, Chinese"), 200, description=_l("The sentence for the resident, as the case shows it to the counter."))
    sort = IntegerField(_l("Place in the list"), validators=[InputRequired(), NumberRange(0, 9999)], default=100)
    is_active = BooleanField(_l("In use"), default=True)


class ReasonCodeReferenceView(AuditedReferenceView):
    """Coded reasons of rejections, requests for information and refused documents."""

    model, form = ReasonCode, ReasonCodeForm
    route_base = "/reference/reasons"
    class_permission_name = "reason_codes"
    noun, key, fixed_columns = "reason_code", "code", ("kind",)
    list_title, add_title, edit_title, show_title = _l("Reason codes"), _l("New reason"), _l("Change reason"), _l("Reason")
    intro = _l("What reviewers choose from. Past decisions keep their reason; one that is switched off is not offered any more.")
    list_columns = ["code", "kind", "text_en", "text_zh", "sort"]
    search_columns = ["code", "text_en", "text_zh"]
    order_columns = ["sort", "code", "kind"]


OLDEST = 150
"""Ages in whole years stay below this."""


def _in_order(chosen: list[str] | None) -> list[str]:
    """Each reason once, in the order of the office's list; what is no reason stays, at the end, for the field to refuse."""
    places = {str(reason): place for place, reason in enumerate(rules.Reason)}
    return sorted(dict.fromkeys(chosen or ()), key=lambda reason: places.get(reason, len(places)))


def _age(label: Any, description: Any) -> IntegerField:
    return IntegerField(label, validators=[Optional(), NumberRange(0, OLDEST)], description=description, render_kw={"inputmode": "numeric"})


class MaterialRuleForm(ReferenceForm):
    """A line of the table: the material, for which reasons, and where only some cases need it, which."""

    material = SelectField(_l("Material"), choices=offered(rules.MATERIAL_LABELS.items()))
    reasons = SelectMultipleField(
        _l("Needed for"),
        choices=offered(rules.REASON_LABELS.items()),
        validators=[DataRequired(_l("Please choose at least one reason."))],
        filters=[_in_order],
    )
    applicant = SelectField(_l("Who applies"), choices=offered([("", _l("Anybody")), *rules.APPLICANT_LABELS.items()]))
    channel = SelectField(_l("How it came in"), choices=offered([("", _l("Either way")), *rules.CHANNEL_LABELS.items()]))
    age_from = _age(_l("From this age"), _l("Whole years on the day of receipt; empty means no limit."))
    age_below = _age(_l("Below this age"), _l("The birthday itself counts as the new age; empty means no limit."))
    instead = SelectField(
        _l("Or instead of it"),
        choices=offered([("", _l("Nothing else")), *rules.MATERIAL_LABELS.items()]),
        default="",
        description=_l("Either the one or the other is enough, like the household register of a child."),
    )
    instead_below = _age(_l("Instead of it only below this age"), _l("Empty means at any age."))
    original = SelectField(
        _l("Original must be seen"),
        choices=offered(rules.ORIGINAL_LABELS.items()),
        default=str(rules.Original.NO),
        description=_l("Whoever files or checks the copy notes that it agrees with the original."),
    )
    original_stops = SelectField(
        _l("What waits for that"), choices=offered(rules.ORIGINAL_STOPS_LABELS.items()), default=str(rules.OriginalStops.NOTHING)
    )
    sort = IntegerField(_l("Place in the list"), validators=[InputRequired(), NumberRange(0, 9999)], default=100)
    is_active = BooleanField(_l("In use"), default=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """The two ages must leave somebody between them; what stands in is another material, and an age for it needs one."""
        if not super().validate(extra_validators):
            return False
        if self.age_from.data is not None and self.age_below.data is not None and self.age_from.data >= self.age_below.data:
            self.age_below.errors = [_("No age is from %(first)s and below %(last)s.", first=self.age_from.data, last=self.age_below.data)]
        if self.instead.data == self.material.data:
            self.instead.errors = [_("This is the material itself. Choose another one, or nothing else.")]
        if not self.instead.data and self.instead_below.data is not None:
            self.instead.errors = [_("An age is given below. Choose what is enough below it.")]
        if self.original_stops.data and self.original.data == rules.Original.NO:
            self.original_stops.errors = [_("No original must be seen, so nothing can wait for it.")]
        return not self.errors


def _is_needed(reason: str) -> Any:
    return lambda item, _context: reason in item.reasons


def _mark(reason: str) -> Any:
    def cell(item: MaterialRule, draw: Draw) -> Any:
        return draw.macro("reference/cells.html", "mark")(reason in item.reasons, bool(_conditions(item)))

    return cell


def _conditions(item: MaterialRule) -> list[str]:
    """Which cases of the marked reasons need the material, in words; empty for all of them."""
    words = [
        rules.APPLICANT_LABELS[rules.Applicant(item.applicant)] if item.applicant else "",
        rules.CHANNEL_LABELS[rules.Channel(item.channel)] if item.channel else "",
        _("From age %(age)s", age=item.age_from) if item.age_from is not None else "",
        _("Below age %(age)s", age=item.age_below) if item.age_below is not None else "",
    ]
    return [str(word) for word in words if word]


def _either_or(item: MaterialRule) -> list[str]:
    if not item.instead:
        return []
    material = rules.MATERIAL_LABELS[rules.Material(item.instead)]
    if item.instead_below is None:
        return [_("%(material)s is enough", material=material)]
    return [_("%(material)s is enough below age %(age)s", age=item.instead_below, material=material)]


def _with_original(need: rules.Need) -> Any:
    return _("%(material)s (original to be seen)", material=need.label) if need.is_original_asked else need.label


def _original(item: MaterialRule) -> str:
    words = [rules.ORIGINAL_LABELS[rules.Original(item.original)]]
    if item.original_stops:
        words.append(_("before: %(what)s", what=rules.ORIGINAL_STOPS_LABELS[rules.OriginalStops(item.original_stops)]))
    return " · ".join(map(str, words))


ORIGINAL = Column(name="original", label=_l("Original must be seen"), value=lambda item, _context: _original(item), unsorted=WHOLE)


class MaterialRuleReferenceView(AuditedReferenceView):
    """Which materials a case needs."""

    model, form = MaterialRule, MaterialRuleForm
    route_base = "/reference/materials"
    class_permission_name = "material_rules"
    noun, key = "material_rule", "ref"
    list_title, add_title, edit_title, show_title = _l("Materials per reason"), _l("New line"), _l("Change line"), _l("Material")
    intro = _l("What a case needs, by reason. Changes apply at once to drafts and open cases; a closed case keeps what it needed then.")
    list_columns = ["material"]
    search_columns = ["material"]
    order_columns = ["sort", "material"]
    list_template, table_style = "reference/materials.html", "matrix"
    is_searched, extra_arguments = False, ("reason", "applicant", "channel", "age")

    @classmethod
    def more_columns(cls) -> list[Column]:
        """A column a reason: whether it needs the material; then whether the original must be seen."""
        return [
            Column(
                name=f"reason-{reason}", label=label, value=_is_needed(reason), style="matrix-cell", unsorted=WHOLE,
                cell=_mark(reason),
            )
            for reason, label in rules.REASON_LABELS.items()
        ] + [ORIGINAL]  # fmt: skip

    def name_of(self, item: MaterialRule) -> Any:
        """The material, and when it is needed if not always."""
        return " · ".join(filter(None, (self.cell("material", item.material), self.note_of(item))))

    @staticmethod
    def note_of(item: MaterialRule) -> str:
        """Which cases of the marked reasons need the material, and what is enough instead, in words; '' where nothing is to say."""
        return " · ".join((*_conditions(item), *_either_or(item)))

    def example(self) -> dict[str, Any]:
        """The case that the page was asked about, and what the table in force asks of it."""
        facts = rules.Facts(
            arguments.address.choice("reason", set(rules.Reason), rules.Reason.LOST),
            arguments.address.choice("applicant", set(rules.Applicant), rules.Applicant.SELF),
            arguments.address.choice("channel", set(rules.Channel), rules.Channel.COUNTER),
            age if (age := arguments.address.number("age", highest=OLDEST)) is not None else 30,
        )
        needed = rules.needs(materials.in_force(), facts)
        return {
            "facts": facts,
            "materials": [_with_original(need) for need in needed],
            "choices": {"reason": rules.REASON_LABELS, "applicant": rules.APPLICANT_LABELS, "channel": rules.CHANNEL_LABELS},
            "needs_report": facts.reason in rules.NEEDS_FORMAL_LOSS_REPORT,
            "may_apply": rules.may_apply(facts.applicant, facts.age),
        }

    def hold_still(self) -> None:
        """One change of the table at a time."""
        materials.hold_still()

    def refuse_wrong_whole(self) -> None:
        """No line stands there twice; and every case that can be needs something, or there would be nothing to check it by.

        Of two lines that differ only in what they say of the original one would never be read (rules.needs).
        """
        table = materials.in_force()
        asked = {replace(line, original=rules.Original.NO, original_stops=rules.OriginalStops.NOTHING) for line in table}
        if len(asked) < len(table):
            raise DomainError(_l("The table has this in another line already. Nothing was saved."))
        bare = rules.without_materials(table)
        if bare is not None:
            raise DomainError(
                _l(
                    "Nothing would be asked of a case like this any more: %(reason)s, %(applicant)s, %(channel)s, age %(age)s. "
                    "Nothing was saved; every case needs at least one material.",
                    reason=rules.REASON_LABELS[rules.Reason(bare.reason)],
                    applicant=rules.APPLICANT_LABELS[rules.Applicant(bare.applicant)],
                    channel=rules.CHANNEL_LABELS[rules.Channel(bare.channel)],
                    age=bare.age,
                )
            )
