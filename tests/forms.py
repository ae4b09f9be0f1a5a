"""The POST forms of the desk as its pages show them: found by following links as every role, filled in as a person would, sent."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.database import db, is_public_id
from admin_app.mailing.models import Label, Parcel, StuffingStop
from admin_app.mailing.rules import s10_check_digit
from admin_app.production.models import ProductionBatch, ProductionLine
from tests.factories.centres import NOTICE
from tests.factories.mailing import s10
from tests.factories.production import certificate, csv_of
from tests.factories.residents import id_number
from tests.factories.staff import PASSWORD, code_of_now
from tests.foundation.storage import samples
from tests.routes import address, plain, routes

PLACES_FOR_FILES = {
    "/intake/<reference>/documents", "/loss-reports/<public_id>/proof", "/cards/<public_id>/hand-over", "/cards/<public_id>/authority",
    "/production/<public_id>/answers",
    "/mailing/batches/<public_id>/post",
    "/mailing/carrier-file/",
}  # fmt: skip
"""Every POST route whose form takes files; test_every_form.py finds new ones."""


def made_serial() -> str:
    """The serial of a card that waits to be checked."""
    return str(db.session.scalars(sa.select(Card.serial).where(Card.status == "made", Card.serial.is_not(None)).order_by(Card.id)).first())


def answer_of_the_maker(address: str) -> bytes:
    """A serial for each card that waits in the production batch of this address."""
    public_id = address.split("/")[2]
    waiting = sa.select(ProductionLine.key).join(ProductionLine.batch).where(ProductionBatch.public_id == public_id)
    return csv_of([(key, f"FORM{key}", "") for key in db.session.scalars(waiting.where(ProductionLine.outcome == "waiting"))])


TEXT_KINDS = ("text", "search", "tel", "textarea", "password")


def waiting_serial() -> str:
    """The serial of a card that waits at the counter."""
    waits = sa.select(Card.serial).where(Card.status == "ready", Card.delivery == "collect").order_by(Card.id)
    return str(db.session.scalars(waits).first())


def number_of(status: str) -> str:
    """The tracking number of the oldest parcel in this status."""
    found = sa.select(Parcel.tracking_number).where(Parcel.status == status, Parcel.tracking_number.is_not(None)).order_by(Parcel.id)
    return str(db.session.scalars(found).first())


def to_be_packed() -> Parcel:
    """A parcel that waits for its card at a desk where no wrong pair stands."""
    stopped = sa.select(StuffingStop.batch_id)
    waiting = sa.select(Parcel).where(Parcel.status == "labelled", Parcel.batch_id.not_in(stopped)).order_by(Parcel.id.desc())
    return db.session.scalars(waiting).first()


def its_label() -> str:
    """What its label says."""
    code = sa.select(Label.code).where(Label.parcel_id == to_be_packed().id, Label.voided_at.is_(None))
    return str(db.session.scalars(code).one())


ANSWERS: dict[str, Callable[[], str]] = {
    "/cards/together/ serial": waiting_serial,
    "/production/check/ serial": made_serial,
    "id_number": id_number,
    "agent_id_number": id_number,
    "collector_id_number": id_number,
    "name": lambda: "欧阳静",
    "networks": lambda: "203.0.113.7",
    "phone": lambda: "13800138000",
    "email": lambda: "someone@example.org",
    "postcode": lambda: "310012",
    "district_code": lambda: "330106",
    "username": lambda: "new.member",
    "current": lambda: PASSWORD,
    "password": lambda: PASSWORD,
    "new": lambda: "a password that is new",
    "q": lambda: "王",
    "code": lambda: "new_code",
    "verification_code": lambda: "000000",
    "hours": lambda: "09:00-17:00",
    "day": lambda: "2031-05-01",
    "look_again_on": lambda: f"{clock.today() + timedelta(days=90)}",
    "note": lambda: "Looked at twice.",
    "longitude": lambda: "120.13",
    "/mailing/batches/<public_id>/post first": lambda: "",
    "/mailing/batches/<public_id>/post count": lambda: "",
    "/mailing/batches/<public_id>/post pairs": lambda: "",
    "latitude": lambda: "30.27",
    "notice": lambda: NOTICE,
    "certificate": certificate,
    "/production/new requested_until": lambda: "",
    "/reference/holiday-notices/add year": lambda: "2031",
    "page_width_mm": lambda: "210",
    "page_height_mm": lambda: "297",
    "cell_width_mm": lambda: "90",
    "cell_height_mm": lambda: "40",
    "shift_x_mm": lambda: "0",
    "shift_y_mm": lambda: "0",
    "left_mm": lambda: "20",
    "across_mm": lambda: "170",
    "top_mm": lambda: "20",
    "down_mm": lambda: "257",
    "age_below": lambda: "90",
    "instead_below": lambda: "",
    "/residents/known number": id_number,
    "/mailing/parcels/<public_id>/tracking tracking_number": lambda: s10(77),
    "/mailing/returns/scan code": lambda: number_of("posted"),
    "/mailing/carrier-file/ lines": lambda: "",
    "/mailing/batches/<public_id>/jammed first": lambda: "1",
    "/mailing/batches/<public_id>/stuffing label": its_label,
    "/mailing/batches/<public_id>/stuffing card": lambda: str(to_be_packed().card.serial),
    "/mailing/batches/<public_id>/stuffing tracking": lambda: "",
    "/sign-in username": lambda: "m-a",
    "/sign-in/code verification_code": code_of_now,
    "/account/second-factor/enrol verification_code": code_of_now,
}
"""What is typed into an empty field of that name (of that form); any other one gets a sentence, or a number where one is asked for."""
CHOSEN = {"instead": "household_register", "/production/new centre": "ZK"}
"""What is chosen (in that form) where the first choice would not do: a material that stands in for itself, a centre without requests."""
ALWAYS = {"original": "paper"}
"""What is chosen whatever stands there: something waits for originals that must be seen only."""
FILES = re.compile(r"\.(pdf|csv|xlsx)$|/receipt|/export")
"""Rules that answer with a file, which takes long to make."""
TICKED = frozenset({"card", "case", "is_compared", "reasons", "reject_reason", "request_reason", "scopes"})
"""Groups of check boxes of which a person ticks at least one."""

OWN_SWITCH = "own-switch"
"""Class of the button at the end of a form that switches the language: it stores no field of that form (test_nothing_typed_is_lost.py)."""


@dataclass(frozen=True)
class Field:
    """One named control."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()
    is_on: bool = False
    is_required: bool = False
    most: int = 0
    """maxlength, 0 where there is none."""
    holds: str = ""
    """Which number of a person it is there for, as the field says itself; '' where for none."""
    number: str = ""
    """Of which kind the number is that it is there for, as the field says itself; '' where for none."""


@dataclass(frozen=True)
class Form:
    """One way to send a form: which button, on which page, as whom."""

    letter: str
    page: str
    """Address of the page; with `before` set, the answer to that form is the page."""
    rule: str
    action: str
    fields: tuple[Field, ...]
    button: tuple[str, str] = ("", "")
    before: "Form | None" = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, tuple[str, str]]:
        """What the form is, wherever it stands."""
        return self.rule, self.button

    @property
    def kind(self) -> tuple[str, str, str]:
        """The same for buttons that differ by the record which they name."""
        value = "" if is_public_id(self.button[1]) or self.button[1].isdigit() else self.button[1]
        return self.rule, self.button[0], value

    @property
    def texts(self) -> tuple[Field, ...]:
        """The fields into which a person types freely."""
        return tuple(one for one in self.fields if one.kind in TEXT_KINDS)


def forms_in(app: Flask, text: str, *, letter: str, page: str, before: Form | None = None) -> Iterator[Form]:
    """Every POST form of a page, once for each of its buttons, and once more for what its script keeps or asks.

    A form without a button is sent by Enter in a text; without either, nobody sends it.
    """
    document = html.fromstring(text)
    for element in document.iter("form"):
        if (element.get("method") or "get").lower() != "post":
            continue
        owned = [*element.iter("input", "select", "textarea", "button")]
        owned += document.xpath("//*[@form=$id]", id=element.get("id") or "no id")
        fields = tuple(one for control in owned if (one := _field(control)) is not None)
        buttons = [one for one in owned if one.tag == "button" and one.get("type", "submit") == "submit" and one.get("disabled") is None]
        buttons = [one for one in buttons if OWN_SWITCH not in one.classes]
        ways = {(one.get("formaction") or element.get("action") or page, one.get("name") or "", one.get("value") or "") for one in buttons}
        if not buttons and any(one.kind in TEXT_KINDS for one in fields):  # Enter sends it
            ways = {(element.get("action") or page, "", "")}
        ways |= {(element.get("data-autosave-url"), "", "")} if element.get("data-autosave-url") else set()
        for action, name, value in sorted(ways):
            yield Form(letter, page, rule_of(app, action), action, fields, (name, value), before)
        for control in element.xpath(".//input[@data-known-url]"):  # what its script asks while somebody types
            asked = Field("number", "text", holds=control.get("data-holds"), number=control.get("data-number"))
            yield Form(letter, page, rule_of(app, control.get("data-known-url")), control.get("data-known-url"), (asked,), before=before)


def rule_of(app: Flask, path: str, method: str = "POST") -> str:
    """The rule that serves this path, '' if none does."""
    try:
        rule, _arguments = app.url_map.bind("localhost").match(path.split("?")[0].split("#")[0], method=method, return_rule=True)
    except HTTPException:
        return ""
    return plain(rule.rule)


def _field(control: Any) -> Field | None:
    kind = control.tag if control.tag != "input" else control.get("type", "text")
    name = control.get("name")
    if not name or kind in ("button", "submit") or control.get("disabled") is not None or name == "csrf_token":
        return None
    required, most = control.get("required") is not None, int(control.get("maxlength") or 0)
    if kind == "select":
        options = [(one.get("value") or "", one.get("selected") is not None) for one in control.iter("option")]
        chosen = next((value for value, is_on in options if is_on), options[0][0] if options else "")
        return Field(name, kind, chosen, tuple(value for value, _on in options), is_required=required)
    # A new line right after <textarea> is no part of the text: browsers leave it out, the parser does not.
    value = re.sub(r"^\r?\n", "", control.text or "") if kind == "textarea" else control.get("value") or ""
    says = {"holds": control.get("data-holds") or "", "number": control.get("data-number") or ""}
    return Field(name, kind, value, is_on=control.get("checked") is not None, is_required=required, most=most, **says)


def filled(form: Form, **changes: str) -> MultiDict[str, Any]:
    """What a person sends who fills in what is empty; `changes` replace the value of a field."""
    data: MultiDict[str, Any] = MultiDict()
    for one in form.fields:
        for value in [changes[one.name]] if one.name in changes and one.kind in TEXT_KINDS else _values(one, form, data):
            data.add(one.name, value)
    if form.button[0]:
        data.add(*form.button)
    return data


def _values(one: Field, form: Form, so_far: MultiDict[str, Any]) -> list[Any]:
    group = [other for other in form.fields if other.name == one.name and other.kind == one.kind]
    if one.kind in ("checkbox", "radio"):
        wanted = one.kind == "radio" or one.is_required or one.name in TICKED
        is_on = one.is_on or (wanted and one is group[0] and not any(other.is_on for other in group))
        return [one.value or "on"] if is_on else []
    if one.kind == "file":
        return _files(one, form)
    if one.kind == "select":
        return [ALWAYS.get(one.name) or one.value or _chosen(one, form)]
    return [one.value if one.value or one.kind == "hidden" else typed_into(one, form.rule)]


def _files(one: Field, form: Form) -> list[Any]:
    if one.name == "numbers_file":  # the rows have their numbers
        return []
    if one.name == "answer":
        return [(io.BytesIO(answer_of_the_maker(form.action)), "answer.csv")]
    if one.name == "carrier_file":
        said = f"{number_of('posted')},delivered,{clock.today()}"
        return [(io.BytesIO(f"tracking,event,date\n{said}\n".encode()), "carrier.csv")]
    return [(io.BytesIO(samples.jpeg()), "scan.jpg")]


def _chosen(one: Field, form: Form) -> str:
    first = next((value for value in one.options if value), "")
    return CHOSEN.get(f"{form.rule} {one.name}", CHOSEN.get(one.name, first))


def typed_into(one: Field, rule: str) -> str:
    """What a person types into an empty field."""
    if one.name.startswith("serial-"):
        return f"NEW{one.name[-12:].upper()}"
    if one.name.startswith("number-"):
        digits = f"{int(one.name[-8:], 16) % 10**8:08d}"
        return f"RA{digits}{s10_check_digit(digits)}CN"
    otherwise = {"number": "1", "date": clock.today().isoformat()}.get(one.kind, "Because it is so")
    answer = ANSWERS.get(f"{rule} {one.name}") or ANSWERS.get(one.name)
    return answer() if answer else otherwise


@dataclass
class Crawler:
    """Follows links as every role and collects the forms of the pages."""

    app: Flask
    people: dict[str, FlaskClient]
    most: int = 2
    """Pages of one rule without a form that was not seen before, after which a role opens no more of it."""
    is_lean: bool = False
    """Whether each path is opened once, whatever its arguments, and no file."""
    pages: dict[tuple[str, str], str] = field(default_factory=dict)
    """(letter, address) -> text of the page."""
    forms: list[Form] = field(default_factory=list)
    _kinds: set[tuple[str, str, str]] = field(default_factory=set)

    def crawl(self, letters: str, also: Sequence[str] = ()) -> "Crawler":
        """Open an example of every route, `also`, and what they lead to, until there is nothing new; returns itself."""
        for letter in letters:
            waiting = [*also, *(address(route) for route in routes(self.app) if route.method == "GET")]
            opened, fruitless = {""}, Counter()
            while waiting:
                place = waiting.pop(0).partition("?" if self.is_lean else "\n")[0]
                rule = rule_of(self.app, place, "GET")
                if (
                    place in opened
                    or (fruitless[rule] >= self.most and place not in also)
                    or rule.startswith("/static/")
                    or (self.is_lean and FILES.search(rule))
                ):
                    continue
                opened.add(place)
                known = len(self._kinds)
                waiting += self._open(letter, place)
                fruitless[rule] += len(self._kinds) == known
        return self

    def _open(self, letter: str, place: str) -> list[str]:
        answer = self.people[letter].get(place)
        if answer.status_code != 200 or answer.mimetype != "text/html" or "<body" not in answer.text:
            return []
        self.pages[letter, place] = answer.text
        found = list(forms_in(self.app, answer.text, letter=letter, page=place))
        self.forms += found
        self._kinds |= {form.kind for form in found}
        return links_in(answer.text)

    def samples(self, most: int = 3) -> list[Form]:
        """At most so many forms of each kind, from different pages."""
        chosen: dict[tuple[str, ...], Form] = {}
        taken: Counter[tuple[str, str, str]] = Counter()
        for form in self.forms:
            place = (*form.kind, form.action)
            if place not in chosen and taken[form.kind] < most:
                chosen[place] = form
                taken[form.kind] += 1
        return list(chosen.values())


def links_in(text: str) -> list[str]:
    """Addresses of this site that the page leads to."""
    found = html.fromstring(text).xpath("//a/@href")
    return [re.sub(r"#.*", "", link) for link in found if link.startswith("/") and not link.startswith("//")]


@dataclass
class Sender:
    """Sends forms as a browser would: opens the page, fills in the form that stands there now, presses the button."""

    app: Flask
    people: dict[str, FlaskClient]

    def current(self, form: Form) -> Form | None:
        """The same form as its page shows it now; None if it is not there any more."""
        text = self.send(form.before)[1] if form.before else self.people[form.letter].get(form.page).text
        there = forms_in(self.app, text, letter=form.letter, page=form.page, before=form.before)
        alike = sorted((one for one in there if one.key == form.key), key=lambda one: one.action != form.action)
        return alike[0] if alike else None

    def send(self, form: Form, **changes: str) -> tuple[Any, str]:
        """Open the page, send the form; the answer and the text of the page that is shown in the end."""
        fresh = self.current(form)
        assert fresh is not None, f"{form.rule} is not on {form.page} any more"
        return self.press(fresh, filled(fresh, **changes))

    def press(self, form: Form, data: MultiDict[str, Any]) -> tuple[Any, str]:
        """Send exactly this; the answer and the text of the page that is shown in the end."""
        browser = self.people[form.letter]
        answer = browser.post(form.action, data=copied(data))
        if answer.status_code == 302:
            return answer, shown(browser.get(answer.headers["Location"]))
        return answer, shown(answer)


def copied(data: MultiDict[str, Any]) -> MultiDict[str, Any]:
    """The same once more, with files that were not read yet."""
    fresh: MultiDict[str, Any] = MultiDict()
    for name, value in data.items(multi=True):
        fresh.add(name, (io.BytesIO(value[0].getvalue()), value[1]) if isinstance(value, tuple) else value)
    return fresh


def shown(answer: Any) -> str:
    """The text of a page; of a file that is saved, nothing is shown."""
    return str(answer.text) if answer.mimetype.startswith("text/") else ""
