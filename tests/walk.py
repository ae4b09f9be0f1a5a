"""Every page as each role meets it: the URL map, then on each page the tabs, filters, orders, sizes and neighbours that it offers.

Nothing is listed by hand: what a page offers is read from its links and its search forms, so that a new list, tab or filter is
walked as soon as somebody can click it.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.foundation import passwords
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.factories.staff import make_staff
from tests.routes import LETTERS, PUBLIC, address, routes

PASSWORD = "password of a walk"
BOUND = "supervisor of a centre"

Arguments = tuple[tuple[str, str], ...]
Get = Callable[[str], "tuple[int, str, str]"]
"""Address -> status, media type, text."""
MARK = "page"
"""The argument that says where a page of a list begins; its value is a token of its own for each row."""
TYPED: dict[str, tuple[str, ...]] = {"": ("none-such",)}
"""What is typed into a free field of a search form, by the field's name: whoever walks an office fills it with that office's values."""
NO_FILTER = frozenset({"tab", "order", "size", "view"})
"""Fields that leave no row out: they take no part in pairs."""
SPECIMENS = 2
"""Values of each field that take part in pairs: the first and the last of its choices."""


@dataclass(frozen=True)
class Stop:
    """One address of the walk. `shape` names it without the token of a page."""

    path: str
    arguments: Arguments = ()

    @property
    def url(self) -> str:
        """The address."""
        return f"{self.path}?{urlencode(self.arguments)}" if self.arguments else self.path

    @property
    def shape(self) -> str:
        """The address with a star for the token of a page."""
        shown = sorted((name, "*" if name == MARK else value) for name, value in self.arguments)
        return f"{self.path}?{urlencode(shown, safe='*')}" if shown else self.path


@dataclass
class Offers:
    """What a page offers to see of the same list: links, and fields of its search forms with what they can say."""

    links: list[Stop] = field(default_factory=list)
    kept: Arguments = ()
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)
    """Fields that may say more than one thing at once."""


def stop(url: str) -> Stop:
    """The address as a Stop; empty arguments say nothing and are left out."""
    parts = urlsplit(url)
    return Stop(parts.path, tuple((name, value) for name, value in parse_qsl(parts.query) if value))


def offers(path: str, text: str, typed: Mapping[str, tuple[str, ...]] = TYPED) -> Offers:
    """What the page at `path` offers of itself."""
    page = html.fromstring(text)
    found = Offers()
    for link in page.iterfind(".//a[@href]"):
        here = stop(link.get("href").replace("\n", ""))
        if here.path == path and here.arguments:
            found.links.append(here)
    for form in page.iterfind(".//form"):
        if (form.get("method") or "get").lower() == "get" and urlsplit(form.get("action") or path).path == path:
            _read(form, found, typed)
    return found


def _read(form: Any, found: Offers, typed: Mapping[str, tuple[str, ...]]) -> None:
    kept = []
    for control in form.iterfind(".//*[@name]"):
        name, kind = control.get("name"), control.get("type") or control.tag
        if kind == "hidden":
            kept += [(name, control.get("value") or "")]
        elif kind == "select":
            values = tuple(option.get("value") or "" for option in control.iterfind(".//option"))
            found.fields[name] = tuple(value for value in values if value)
        elif kind in ("checkbox", "radio"):
            found.fields[name] = tuple(dict.fromkeys((*found.fields.get(name, ()), control.get("value") or "on")))
            found.several |= {name} if kind == "checkbox" else set()
        elif kind not in ("submit", "button"):
            found.fields[name] = typed.get(name, typed.get(kind, typed[""]))
    found.kept = tuple((name, value) for name, value in kept if value and name != MARK) or found.kept


def walk(
    get: Get, starts: list[str], *, typed: Mapping[str, tuple[str, ...]] = TYPED, every_choice: bool = True,
    paired: Container[str] = (),
) -> Iterator[Stop]:  # fmt: skip
    """Each address that leads somewhere, once: `starts` and their tabs, what each of these offers, and pairs of filters of the first.

    Without `every_choice`, two specimens stand for the choices of a field, and only pages under `paired` are asked for pairs.
    """
    waiting = [(stop(start), True, every_choice or start in paired) for start in starts]
    seen: set[str] = set()
    while waiting:
        here, is_view, pairs = waiting.pop(0)
        if here.shape in seen:
            continue
        seen.add(here.shape)
        status, media_type, text = get(here.url)
        if status != 200:
            continue
        yield here
        if is_view and media_type == "text/html" and text.strip():
            found = offers(here.path, text, typed)
            if not every_choice:
                found.fields = {name: _specimens(values) for name, values in found.fields.items()}
            waiting += [(one, _is_view(one), False) for one in found.links]
            waiting += [(one, False, False) for one in _filtered(here, found, pairs)]


def _is_view(one: Stop) -> bool:
    # A tab or an order: one argument, which is not the mark of a page.
    return len(one.arguments) == 1 and one.arguments[0][0] != MARK


def _filtered(here: Stop, found: Offers, with_pairs: bool) -> Iterator[Stop]:
    base = dict(here.arguments) | dict(found.kept)
    base.pop(MARK, None)
    for name, values in found.fields.items():
        for value in values:
            yield Stop(here.path, tuple(sorted((base | {name: value}).items())))
        if name in found.several and len(values) > 1:
            others = [(kept, value) for kept, value in base.items() if kept != name]
            yield Stop(here.path, tuple(sorted([*others, (name, values[0]), (name, values[-1])])))
    if with_pairs:
        for one, other in combinations([name for name in found.fields if name not in NO_FILTER], 2):
            for first in _specimens(found.fields[one]):
                for second in _specimens(found.fields[other]):
                    yield Stop(here.path, tuple(sorted((base | {one: first, other: second}).items())))


def _specimens(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*values[:1], *values[-1:])))[:SPECIMENS]


class Walkers:
    """Everybody who walks through the office of an app, with the pages where each of them begins."""

    def __init__(self, app: Flask) -> None:
        self.people = people(app)
        with app.app_context():
            self.typed, self.searches = typed(), searches()
            found = [(route, address(route)) for route in routes(app) if route.method == "GET"]
            self.rules = {url: route.rule for route, url in found if route.permission != PUBLIC or route.rule == "/health"}
            db.session.remove()

    def pages(self, who: str, *, every_choice: bool = True, paired: Container[str] = ()) -> dict[str, str]:
        """The pages of `who`: name -> address. A name is the rule and the arguments, so that it means the same in every office."""
        browser, rules = self.people[who], dict(self.rules)

        def get(url: str) -> tuple[int, str, str]:
            answer = browser.get(url)
            return answer.status_code, answer.mimetype, answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""

        for number, words in enumerate(self.searches, 1):
            found = browser.post("/search/", data={"q": words})
            if found.status_code == 302:
                rules[found.headers["Location"]] = f"/search/<{number}>"
        by_path = {url.partition("?")[0]: rule for url, rule in rules.items()}
        stops = walk(get, list(rules), typed=self.typed, every_choice=every_choice, paired=paired)
        return {self._name(by_path[one.path], one): one.url for one in stops}

    def _name(self, rule: str, one: Stop) -> str:
        shown = []
        for name, value in sorted(one.arguments):
            known = self.typed.get(name, self.typed["date"])
            place = known.index(value) + 1 if value in known else 0
            shown.append(f"{name}=*" if name == MARK else f"{name}=#{place}" if place else f"{name}={value}")
        return f"{rule}?{'&'.join(shown)}" if shown else rule


def people(app: Flask) -> dict[str, FlaskClient]:
    """A browser for each role, signed in as somebody who has done much; and a supervisor who sees one centre."""
    with app.app_context():
        names = {role: _busiest(role) for role in LETTERS.values()} | {BOUND: _bound_supervisor()}
        hashed = passwords.hashed(PASSWORD)
        with transaction() as session:
            changed = {"password": hashed, "must_change_password": False, "paused_until": None, "active": True, "language": "en"}
            session.execute(sa.update(StaffMember).where(StaffMember.username.in_(names.values())).values(**changed))
        db.session.remove()
    found = {}
    for who, username in names.items():
        found[who] = app.test_client()
        answer = found[who].post("/sign-in", data={"username": username, "password": PASSWORD})
        if answer.status_code != 302:
            raise AssertionError(f"{who} {username} cannot sign in: {answer.status_code}")
    return found


def _busiest(role: str) -> str:
    member = select(StaffMember.username).where(
        StaffMember.role == role, StaffMember.active.is_(True), StaffMember.username.not_like("walk-%")
    )
    return db.session.scalar(member.order_by(StaffMember.id).limit(1)) or ""


def _bound_supervisor() -> str:
    name = "walk-supervisor"
    if db.session.scalar(select(StaffMember.id).where(StaffMember.username == name)) is None:
        make_staff("supervisor", username=name, centre_id=db.session.scalar(select(func.min(Application.centre_id))))
    return name


def typed() -> dict[str, tuple[str, ...]]:
    """What is typed into search forms: somebody who did much, the system, an old day, the last, a record, a case; and what is not there."""
    first, last = db.session.execute(select(func.min(AuditEntry.at), func.max(AuditEntry.at))).one()
    days = tuple(str(moment)[:10] for moment in (first + (last - first) / 3, last))
    clerk = _busiest("intake_clerk")
    return {
        "": ("none-such",),
        "username": (clerk, "system", "none-such"),
        "subject_ref": (str(db.session.scalar(select(Card.public_id).limit(1))), "none-such"),
        "case": (str(db.session.scalar(select(Application.reference).where(Application.status == "approved").limit(1))), "none-such"),
        "date": days, "from_day": days, "to_day": days, "q": (clerk[:3], "none-such"),
    }  # fmt: skip


def searches() -> tuple[str, ...]:
    """What is typed into the search box: a name that many have, a reference, a number of a person that nobody has."""
    return ("王", str(db.session.scalar(select(Application.reference).limit(1))), "330106199001011234")
