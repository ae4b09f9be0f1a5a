"""Doors: find a resident, register, correct, see the person's page, reveal the ID number."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.audit.operations import reading
from admin_app.foundation import clock
from admin_app.foundation.database import is_public_id, transaction
from admin_app.foundation.errors import DomainError, NotFound, StaleVersion
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.typed_text import texts
from admin_app.residents import operations, queries, rules
from admin_app.residents.forms import CallForm, CorrectForm, FindForm, RegisterForm, RevealForm, WatchForm
from admin_app.residents.models import Resident
from admin_app.web import arguments, form_errors, put_aside
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.fresh_proof import needs_fresh_proof

Section = Callable[[Resident, Any], dict[str, Any]]
SECTIONS: PerApp[tuple[Section, ...]] = PerApp("residents.sections", tuple)
"""What upper rooms add to the page of a person (menu.py)."""
DESTINATIONS: PerApp[Mapping[str, str]] = PerApp("residents.destinations", dict)
"""What a person is looked for -> the endpoint that goes on with it (menu.py)."""
CALLED_ABOUT: PerApp[str] = PerApp("residents.called_about", str)
"""Endpoint of a loss report by public id: where somebody goes back to who called about one (menu.py)."""
CALL_LIST: PerApp[tuple[str, Mapping[str, str]]] = PerApp("residents.call_list", lambda: ("ResidentView.index", {}))
"""Endpoint and arguments of the list from which residents are called one after the other (menu.py)."""
FROM_LIST = "list"
PENDING, MOST_PENDING = "pending_residents", 8
CORRECTED = ("name", "name_latin", "language", "postcode", "address")
TYPED_AS = {"language": "letter_language"}
"""What is kept -> its field, where that is called otherwise."""


class ResidentView(DeskView):
    """People."""

    route_base = "/residents"

    @expose("/", methods=["GET"])
    @requires("residents.read")
    def index(self) -> Any:
        """The form that finds a resident."""
        return self._find_page(FindForm(formdata=None))

    @expose("/find", methods=["POST"])
    @requires("residents.read")
    def find(self) -> Any:
        """Go to the resident, or to registering; the number stays on the server."""
        form = FindForm()
        try:
            identity = rules.read_id_number(form.id_number.data or "", today=clock.today())
            name = texts.name(form.name.data) if form.name.data or self._goal() else ""
        except DomainError as refused:
            return self._find_page(form, form_errors.put(form, refused))
        known = queries.by_id_number(identity.number)
        if known is not None and name and not rules.is_same_name(known.name, name):
            refused = operations.NameDiffers(_l("This ID number is known with another name. Compare both with the ID card."), field="name")
            return self._find_page(form, form_errors.put(form, refused))
        if known is not None:
            return redirect(self._after(known))
        confirmed = form.id_number_confirmed.data or ""
        try:
            rules.ask_about(identity, confirmed=confirmed)
        except rules.NumberDoubted as asked:
            return self._find_page(form, form_errors.put(form, asked))
        token = put_aside.put(PENDING, {"number": identity.number, "name": name, "confirmed": confirmed}, most=MOST_PENDING)
        return redirect(url_for("ResidentView.new", token=token, goal=self._goal() or None))

    @expose("/known", methods=["POST"])
    @requires("residents.read")
    def known(self) -> Any:
        """What the field of an ID number says while it is typed: who is known with it, or what is wrong. Who was shown is noted."""
        me = signed_in()
        try:
            identity = rules.read_id_number(arguments.form.single("number"), today=clock.today())
        except DomainError as refused:
            return {"problem": str(refused.message)}, refused.status
        found = queries.by_id_number(identity.number)
        if found is None or found.erased_at:
            return {"name": "", "says": ""}
        reading.opened("found", found.public_id, found)
        says = _("Known here as %(name)s. Compare it with the card.", name=rules.shown_name(found.name, me))
        return {"name": found.name if me.may("residents.names") else "", "says": says}

    @expose("/new/<token>", methods=["GET"])
    @requires("residents.edit")
    def new(self, token: str) -> Any:
        """The form that registers the person behind a number that is not known yet."""
        kept = _pending_number(token)
        return self._register_page(RegisterForm(formdata=None, data={"name": kept["name"]}), token)

    @expose("/new/<token>", methods=["POST"])
    @requires("residents.edit")
    def register(self, token: str) -> Any:
        """Register, then go on with what the clerk came for. Sent twice, it finds the person of the first time."""
        form, kept = RegisterForm(), _pending_number(token)
        values = {name: _typed(form, name).data or "" for name in (*CORRECTED, "phone", "email")}
        try:
            with transaction():
                number = {"id_number": kept["number"], "confirmed": kept.get("confirmed", "")}
                made = operations.register_or_update(**number, by=signed_in(), **values)
        except DomainError as refused:
            return self._register_page(form, token, form_errors.put(form, refused))
        flash(_("%(name)s is registered.", name=made.name), "success")
        return redirect(self._after(made))

    @expose("/<public_id>", methods=["GET"])
    @requires("residents.read")
    def show(self, public_id: str) -> Any:
        """The person: masked identity and everything that other rooms know."""
        resident = queries.by_public_id(signed_in(), public_id, erased_too=True)
        return self._erased_page(resident) if resident.erased_at else self._page(resident, RevealForm(formdata=None))

    @expose("/<public_id>/reveal", methods=["POST"])
    @requires("residents.reveal")
    @needs_fresh_proof
    def reveal(self, public_id: str) -> Any:
        """The same page with the full number for a minute, after the reason is in the log."""
        resident, form = queries.by_public_id(signed_in(), public_id), RevealForm()
        try:
            with transaction():
                why = arguments.form.choice("why", set(rules.Why)) or rules.Why.OTHER
                number = operations.reveal_id_number(resident, why=why, reason=form.reason.data or "", by=signed_in())
        except DomainError as refused:
            reading.opened("number_refused", public_id, resident)
            return self._page(resident, form, status=form_errors.put(form, refused))
        return self._page(resident, RevealForm(formdata=None), number=number)

    @expose("/<public_id>/watch", methods=["POST"])
    @requires("residents.watch")
    def watch(self, public_id: str) -> Any:
        """Have every look raise an alarm from now on, or no more."""
        resident, form = queries.by_public_id(signed_in(), public_id), WatchForm()
        is_watched = arguments.form.choice("watched", {"yes", "no"}) == "yes"
        try:
            with transaction():
                is_new = operations.watch(resident, is_watched=is_watched, reason=form.watch_reason.data or "", by=signed_in())
        except DomainError as refused:
            form.watch_reason.errors = [*form.watch_reason.errors, refused.message]
            return self._page(resident, RevealForm(formdata=None), status=refused.status, watch_form=form)
        if is_new:
            flash(_("Saved."), "success")
        else:
            flash(
                _(
                    "It was so already, for the reason given then. Yours was not saved: %(reason)s",
                    reason=form.watch_reason.data,
                ),
                "info",
            )
        return redirect(url_for("ResidentView.show", public_id=public_id))

    @expose("/<public_id>/call", methods=["GET"])
    @requires("residents.reveal")
    def ask_call(self, public_id: str) -> Any:
        """The page of a call, with the phone number hidden."""
        about = arguments.address.text("about", limit=32)
        return self._call_page(queries.by_public_id(signed_in(), public_id), CallForm(formdata=None, data={"about": about}))

    @expose("/<public_id>/call", methods=["POST"])
    @requires("residents.reveal")
    @needs_fresh_proof
    def call(self, public_id: str) -> Any:
        """The page of a call with the phone number for a minute, after it is in the log that it was shown."""
        resident, about = queries.by_public_id(signed_in(), public_id), arguments.form.text("about", limit=32)
        form = CallForm(formdata=None, data={"about": about})
        try:
            with transaction():
                phone = operations.reveal_phone(resident, by=signed_in())
        except DomainError as refused:
            reading.opened("number_refused", public_id, resident)
            return self._call_page(resident, form, status=form_errors.put(form, refused))
        return self._call_page(resident, form, phone=phone)

    @expose("/<public_id>/called", methods=["POST"])
    @requires("residents.reveal")
    def called(self, public_id: str) -> Any:
        """Keep how the call ended, and go back to what it was about."""
        resident, form = queries.by_public_id(signed_in(), public_id), CallForm()
        about = form.about.data if is_public_id(form.about.data or "") else ""
        outcome = arguments.form.choice("outcome", set(rules.Outcome)) or arguments.form.refuse()
        try:
            with transaction():
                operations.note_call(resident, outcome=outcome, note=form.note.data or "", about_ref=about, by=signed_in())
        except DomainError as refused:
            return self._call_page(resident, form, status=form_errors.put(form, refused))
        flash(_("The call is noted."), "success")
        if arguments.form.choice("back", {FROM_LIST}):
            endpoint, view = CALL_LIST.get()
            return redirect(url_for(endpoint, **view, _anchor=f"row-{about}"))  # type: ignore[arg-type]
        return redirect(url_for(CALLED_ABOUT.get(), public_id=about) if about else url_for("ResidentView.show", public_id=public_id))

    @expose("/<public_id>/correct", methods=["GET"])
    @requires("residents.edit")
    def correct_form(self, public_id: str) -> Any:
        """The form that changes what is known."""
        resident = queries.by_public_id(signed_in(), public_id)
        values = {TYPED_AS.get(name, name): getattr(resident, name) for name in (*CORRECTED, "version")}
        return self._correct_page(resident, CorrectForm(formdata=None, data=values))

    @expose("/<public_id>/correct", methods=["POST"])
    @requires("residents.edit")
    @needs_fresh_proof
    def correct(self, public_id: str) -> Any:
        """Write the change; a stale form gets the difference and keeps what was typed."""
        resident, form = queries.by_public_id(signed_in(), public_id), CorrectForm()
        values = {name: _typed(form, name).data or "" for name in CORRECTED}
        values |= {field: form[field].data for field in rules.MASKS if form[field].data}
        if form.no_email.data:
            values["email"] = ""
        try:
            with transaction():
                operations.correct(resident, version=arguments.form.version(), by=signed_in(), reason=form.reason.data or "", **values)
        except StaleVersion as stale:
            differences = [(_typed(form, name).label.text, values[name], getattr(resident, name)) for name in CORRECTED]
            changed = [(label, mine, saved) for label, mine, saved in differences if texts.folded(mine) != saved]
            form.version.data = form.version.raw_data = None
            return self._correct_page(resident, form, form_errors.put(form, stale), changed)
        except DomainError as refused:
            return self._correct_page(resident, form, form_errors.put(form, refused))
        flash(_("Saved."), "success")
        return redirect(url_for("ResidentView.show", public_id=public_id))

    def _goal(self) -> str:
        goal = request.values.get("goal", "")
        return goal if goal in DESTINATIONS.get() else ""

    def _after(self, resident: Resident) -> str:
        return url_for(DESTINATIONS.get().get(self._goal(), "ResidentView.show"), public_id=resident.public_id)

    def _find_page(self, form: FindForm, status: int = 200) -> Any:
        return self.render_template("residents/find.html", form=form, goal=self._goal()), status

    def _register_page(self, form: RegisterForm, token: str, status: int = 200) -> Any:
        identity = rules.read_id_number(_pending_number(token)["number"], today=clock.today())
        facts = {
            "masked": rules.mask_id_number(identity.number),
            "sex": rules.SEX_LABELS[identity.sex],
            "birth_month": rules.birth_month(identity.birth_on),
            "aside": put_aside.sealed(PENDING, token, _pending_number(token)),
        }
        return self.render_template("residents/register.html", form=form, token=token, goal=self._goal(), **facts), status

    def _page(
        self, resident: Resident, form: RevealForm, *, number: str = "", status: int = 200, watch_form: WatchForm | None = None
    ) -> Any:
        reading.opened("number" if number else "resident", resident.public_id, resident)
        sections = [make(resident, signed_in()) for make in SECTIONS.get()]
        facts = {
            "sex": rules.SEX_LABELS[resident.sex],
            "number": number,
            "watch_form": watch_form or WatchForm(formdata=None),
            "calls": queries.calls_to(signed_in(), resident),
            "corrections": queries.corrections_of(signed_in(), resident),
            "rules": rules,
            "seconds": rules.REVEAL_SECONDS,
        }
        return self.render_template("residents/show.html", resident=resident, form=form, sections=sections, **facts), status

    def _erased_page(self, resident: Resident) -> Any:
        sections = [make(resident, signed_in()) | {"actions": []} for make in SECTIONS.get()]
        return self.render_template("residents/erased.html", resident=resident, sections=sections)

    def _call_page(self, resident: Resident, form: CallForm, *, phone: str = "", status: int = 200) -> Any:
        reading.opened("phone" if phone else "resident", resident.public_id, resident)
        about = form.about.data if is_public_id(form.about.data or "") else ""
        facts = {"calls": queries.calls_to(signed_in(), resident), "seconds": rules.REVEAL_SECONDS, "about": about}
        facts["back"] = arguments.form.choice("back", {FROM_LIST})
        return self.render_template("residents/call.html", resident=resident, form=form, phone=phone, rules=rules, **facts), status

    def _correct_page(self, resident: Resident, form: CorrectForm, status: int = 200, changed: Any = ()) -> Any:
        reading.opened("resident", resident.public_id, resident)
        template = "residents/correct.html"
        return self.render_template(template, resident=resident, form=form, changed=changed, version=resident.version), status


def _pending_number(token: str) -> dict[str, str]:
    kept = put_aside.found(PENDING, token)
    if kept is None:
        raise NotFound(_l("The ID number of this form is no longer kept. Please look it up again."))
    return kept


def _typed(form: RegisterForm, name: str) -> Any:
    """The field into which a value of a resident is typed."""
    return form[TYPED_AS.get(name, name)]
