"""Every page as each role meets it: the URL map, then on each page the tabs, filters, orders, sizes and neighbours that it offers.

Nothing is listed by hand: what a page offers is read from its links and its search forms, so that a new list, tab or filter is
walked as soon as somebody can click it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import html

Arguments = tuple[tuple[str, str], ...]
Get = Callable[[str], "tuple[int, str, str]"]
"""Address -> status, media type, text."""
MARK = "page"
"""The argument that says where a page of a list begins; its value is a token of its own for each row."""
TYPED: dict[str, tuple[str, ...]] = {"": ("none-such",)}
"""What is typed into a free field of a search form, by the field's name: whoever walks an office fills it with that office's values."""
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


def walk(get: Get, starts: list[str], *, typed: Mapping[str, tuple[str, ...]] = TYPED, with_pairs: bool = True) -> Iterator[Stop]:
    """Each address that leads somewhere, once: `starts` and their tabs, what each of these offers, and pairs of filters of the first."""
    waiting = [(stop(start), True, with_pairs) for start in starts]
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
        for one, other in combinations(found.fields, 2):
            for first in _specimens(found.fields[one]):
                for second in _specimens(found.fields[other]):
                    yield Stop(here.path, tuple(sorted((base | {one: first, other: second}).items())))


def _specimens(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*values[:1], *values[-1:])))[:SPECIMENS]
