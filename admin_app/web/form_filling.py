"""A page of ours with what somebody typed put back into its form: the page is drawn as ever, then the values are written into its text.

No page has to know of it, so a new form is filled in like any other. Only the controls of the one form are touched; every value is escaped.
"""

from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from typing import NamedTuple

KEPT_ID = "kept-form"
"""The id that a filled form gets, if it has none."""
UNTOUCHED = frozenset({"csrf_token", "form_page"})
"""What the page has fresh."""
PASSING = frozenset({"version", "begun", "key", "seen", "since", "view", "back", "aside"})
"""Hidden fields that say nothing about which form it is: they differ between two drawings of the same one."""
NO_WORDS = frozenset({"hidden", "submit", "button", "image", "reset", "checkbox", "radio", "file", "password"})
"""Kinds of input into which nobody types words that may be shown again."""
ANOTHER = -10_000
TICKED, CHOSEN = "CHECKED".lower(), "selected"
"""Attributes of a box and of an option, as the parser spells them (not to be taken for a state of a card)."""
CLOSED = {"details", "dialog"}


class Sent(NamedTuple):
    """A form as it was sent: the path of its action ('' where that is not known), its fields in their order."""

    action: str
    fields: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """The values of a field."""
        return [value for key, value in self.fields if key == name]


@dataclass
class Filled:
    """The page with the values in it."""

    text: str
    action: str = ""
    """Where its form is sent, a path; '' for the page itself, and where there is no form."""
    form_id: str = ""
    """Of the form that was filled; '' where the page has it no more."""
    is_changed: bool = False
    """Whether the form says anything that the page would not have said by itself."""
    left: tuple[tuple[str, str], ...] = ()
    """Fields and values for which it has no place."""


@dataclass
class _Tag:
    """A start tag: its place in the text, and what it says."""

    start: int
    end: int
    name: str
    attributes: dict[str, str | None]
    close: int = -1
    """Where its end tag begins."""
    options: list["_Tag"] = field(default_factory=list)
    around: tuple["_Tag", ...] = ()
    """Of what is closed or hidden and holds it, from the outside in."""

    @property
    def kind(self) -> str:
        return (self.attributes.get("type") or "text").lower() if self.name == "input" else self.name

    @property
    def says(self) -> str:
        return self.attributes.get("name") or ""

    def written(self, **changes: str | None) -> str:
        """The tag with other attributes; None takes one away."""
        kept = {**self.attributes, **changes}
        gone = {name for name, value in changes.items() if value is None}
        shown = [f' {name}="{escape(value)}"' if value is not None else f" {name}" for name, value in kept.items() if name not in gone]
        return f"<{self.name}{''.join(shown)}>"


@dataclass
class _Form:
    """A POST form, with all controls that belong to it."""

    tag: _Tag
    controls: list[_Tag]

    def goes_to(self, action: str, page: str) -> bool:
        """Whether it, or one of its buttons, is sent to this path."""
        places = [self.tag.attributes.get("action") or page, self.tag.attributes.get("data-autosave-url")]
        places += [one.attributes.get("formaction") for one in self.controls]
        return action in {place.partition("?")[0].partition("#")[0] for place in places if place}

    def likeness(self, sent: Sent) -> int:
        """How much it is the form that was sent: hidden fields that say the same count most; ANOTHER where no field is in both."""
        hidden = {(one.says, one.attributes.get("value") or "") for one in self.controls if one.kind == "hidden"}
        own = hidden - {pair for pair in hidden if pair[0] in PASSING | UNTOUCHED}
        names = {one.says for one in self.controls}
        known = [name for name, _value in sent.fields if name in names]
        same = len(own & set(sent.fields))
        unknown = len(sent.fields) - len(known)
        return ANOTHER if not known else 10 * same - 10 * (len(own) - same) + len(known) - unknown


class _Reader(HTMLParser):
    """Finds the forms of a page and where their controls stand in its text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lines = [0]
        for line in text.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.form: _Tag | None = None
        self.controls: list[tuple[_Tag | None, _Tag]] = []
        self.forms: list[_Tag] = []
        self.waiting: _Tag | None = None
        self.stack: list[_Tag] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, name: str, pairs: list[tuple[str, str | None]]) -> None:
        start = self._here()
        tag = _Tag(start, start + len(self.get_starttag_text() or ""), name, dict(pairs), around=tuple(self.stack))
        if name == "form":
            self.form = tag
            self.forms.append(tag)
        elif name in ("input", "button", "select", "textarea") and tag.says:
            self.controls.append((self.form, tag))
            self.waiting = tag if name in ("select", "textarea") else self.waiting
        elif name == "option" and self.waiting is not None:
            self.waiting.options.append(tag)
        if name in CLOSED or "popover" in tag.attributes:
            self.stack.append(tag)
        elif self.stack and name == self.stack[-1].name:
            self.stack.append(_Tag(-1, -1, name, {}))

    def handle_endtag(self, name: str) -> None:
        if name == "form":
            self.form = None
        elif self.waiting is not None and name == self.waiting.name:
            self.waiting.close, self.waiting = self._here(), None
        if self.stack and name == self.stack[-1].name:
            self.stack.pop()

    def _here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def posted(self) -> list[_Form]:
        """The POST forms."""
        found = []
        for form in self.forms:
            if (form.attributes.get("method") or "").lower() != "post":
                continue
            own_id = form.attributes.get("id")
            found.append(_Form(form, [one for holder, one in self.controls if self._is_of(one, holder, form, own_id)]))
        return found

    @staticmethod
    def _is_of(control: _Tag, holder: _Tag | None, form: _Tag, own_id: str | None) -> bool:
        named = control.attributes.get("form")
        return named == own_id if named is not None else holder is form


def fill(text: str, sent: Sent, *, page: str, with_hidden: bool = True) -> Filled:
    """`text`, the page at path `page`, with `sent` in its form; `with_hidden`: the hidden fields as they were sent, too."""
    candidates = _Reader(text).posted()
    if sent.action:
        candidates = [one for one in candidates if one.goes_to(sent.action, page)]
    candidates = [one for one in candidates if one.likeness(sent) > ANOTHER or sent.action]
    if not candidates:
        return Filled(text, left=tuple(pair for pair in sent.fields if pair[0] not in UNTOUCHED))
    form = max(candidates, key=lambda one: one.likeness(sent))
    edits = _Edits(text)
    left = _write(form, sent, with_hidden, edits)
    form_id = form.tag.attributes.get("id") or KEPT_ID
    edits.tag(form.tag, id=form_id, **{"data-kept": ""})
    return Filled(edits.applied(), form.tag.attributes.get("action") or "", form_id, edits.is_visible, left)


def written_in(text: str) -> frozenset[str]:
    """What stands in the text fields of a page, in a form or not; line ends as `one_line_end` makes them."""
    edits, found = _Edits(text), set()
    for _holder, control in _Reader(text).controls:
        if control.name == "textarea":
            found.add(one_line_end(edits.content(control)))
        elif control.name == "input" and control.kind not in NO_WORDS:
            found.add(one_line_end(control.attributes.get("value") or ""))
    return frozenset(found)


def one_line_end(value: str) -> str:
    """A text with the line ends of this side of the wire, without blanks around it."""
    return value.replace("\r\n", "\n").strip()


class _Edits:
    """Pieces of a text that are written anew."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: dict[int, tuple[int, str]] = {}
        self.is_visible = False
        """Whether a person sees a difference."""
        self.tags: dict[int, dict[str, str | None]] = {}

    def tag(self, tag: _Tag, **changes: str | None) -> None:
        """Change attributes of a start tag."""
        known = self.tags.setdefault(tag.start, {})
        known |= changes
        self.pieces[tag.start] = (tag.end, tag.written(**known))

    def content(self, tag: _Tag) -> str:
        """What stands between start and end tag."""
        return unescape(self.text[tag.end : tag.close])

    def write(self, tag: _Tag, text: str) -> None:
        """Change what stands between start and end tag."""
        self.pieces[tag.end] = (tag.close, "\n" + escape(text, quote=False))

    def applied(self) -> str:
        """The text with all changes."""
        parts, at = [], 0
        for start, (end, new) in sorted(self.pieces.items()):
            parts += [self.text[at:start], new]
            at = end
        return "".join([*parts, self.text[at:]])


def _write(form: _Form, sent: Sent, with_hidden: bool, edits: _Edits) -> tuple[tuple[str, str], ...]:
    rest = {name: sent.values(name) for name, _value in sent.fields if name not in UNTOUCHED}
    for control in form.controls:
        values = rest.get(control.says)
        if control.says in UNTOUCHED or control.kind in ("password", "file"):
            rest.pop(control.says, None)
        elif control.name == "button" or control.kind in ("submit", "image"):
            if values and (control.attributes.get("value") or "") in values:
                values.remove(control.attributes.get("value") or "")
                _open(control, edits)
        elif control.kind in ("checkbox", "radio"):
            _tick(control, values or [], edits)
        elif values:
            _type(control, values, with_hidden, edits)
    return tuple((name, value) for name, values in rest.items() for value in values if value)


def _tick(control: _Tag, values: list[str], edits: _Edits) -> None:
    own = control.attributes.get("value") or "on"
    is_on = own in values
    if is_on:
        values.remove(own)
    if is_on != (TICKED in control.attributes):
        edits.tag(control, **{TICKED: "" if is_on else None})
        _open(control, edits)


def _type(control: _Tag, values: list[str], with_hidden: bool, edits: _Edits) -> None:
    if control.name == "select":
        _choose(control, values, edits)
        return
    value = values.pop(0)
    before = edits.content(control) if control.name == "textarea" else control.attributes.get("value") or ""
    if (control.kind == "hidden" and not with_hidden) or value == before:
        return
    if control.name == "textarea":
        edits.write(control, value)
    else:
        edits.tag(control, value=value)
    if control.kind != "hidden":
        _open(control, edits)


def _choose(control: _Tag, values: list[str], edits: _Edits) -> None:
    offered = {one.attributes.get("value") or "" for one in control.options}
    chosen = {value for value in values if value in offered}
    if not chosen:
        return
    for option in control.options:
        is_on = (option.attributes.get("value") or "") in chosen
        if is_on != (CHOSEN in option.attributes):
            edits.tag(option, **{CHOSEN: "" if is_on else None})
            edits.is_visible = edits.is_visible or (is_on and option is not control.options[0])
    values[:] = [value for value in values if value not in chosen]


def _open(control: _Tag, edits: _Edits) -> None:
    """Show the control, which says something else now: static/desk/kept.js opens a popover; without script it lies open in the page."""
    edits.is_visible = edits.is_visible or control.kind not in ("button", "submit")
    for holder in control.around:
        if holder.start < 0:
            continue
        if "popover" in holder.attributes:
            edits.tag(holder, popover=None, **{"data-kept-open": ""})
        else:
            edits.tag(holder, open="")
