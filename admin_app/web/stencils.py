"""Many rows of one shape: Jinja draws the shape once a page, with marks where the values go; then each row only fills them in.

A list of 25 rows looks up, escapes and hands on hundreds of values one after the other; a stencil joins those of a row in one step.
It stays a macro that reads like any other, which may show what it is given and nothing else: whatever depends on a value (a word, a
colour, a button that only some rows have) is worked out before and given to it.
"""

import re
import secrets
from collections.abc import Callable
from operator import attrgetter
from typing import Any, NoReturn

from markupsafe import Markup, escape

_KEY = secrets.token_hex(8)
"""Letters and digits, which escaping and addresses leave alone; nobody outside can guess them."""
_MARK = re.compile(f"{_KEY}m([0-9]+)m")


class NotPlain(TypeError):
    """A macro asked more of a value than to be shown: a stencil cannot know the answer."""


def stencil(macro: Any) -> Callable[..., Markup]:
    """A function of the macro's arguments (all positional) that draws what the macro draws, in fewer steps.

    The macro may show its arguments and their attributes. NotPlain if it compares, tests, counts or formats one, or loses it.
    """
    asked: list[tuple[int, str]] = []
    drawn = str(escape(macro(*(_Mark(asked, place) for place in range(len(macro.arguments))))))
    pieces = _MARK.split(drawn)
    order = [int(number) for number in pieces[1::2]]
    if set(order) != set(range(len(asked))):
        raise NotPlain(f"the macro {macro.name} does not show all that it asks for as it is")
    slots = [(asked[number][0], attrgetter(asked[number][1]) if asked[number][1] else None) for number in order]

    def fill(*values: Any) -> Markup:
        filled = pieces.copy()
        shown = [get(values[place]) if get else values[place] for place, get in slots]
        filled[1::2] = [value if type(value) is Markup else escape(value) for value in shown]
        return Markup("".join(filled))  # noqa: S704  # the pieces were drawn with escaping, the values are escaped

    return fill


class _Mark:
    """Stands for a value that is not known yet."""

    __slots__ = ("_asked", "_name", "_place")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, asked: list[tuple[int, str]], place: int, name: str = "") -> None:
        self._asked, self._place, self._name = asked, place, name

    def __getattr__(self, name: str) -> "_Mark":
        if name.startswith("_"):
            raise AttributeError(name)
        return _Mark(self._asked, self._place, f"{self._name}.{name}".lstrip("."))

    def __html__(self) -> str:
        self._asked.append((self._place, self._name))
        return f"{_KEY}m{len(self._asked) - 1}m"

    __str__ = __html__

    def _refuse(self, *_: Any) -> NoReturn:
        raise NotPlain("a stencil shows values; what depends on one is worked out before")

    __bool__ = __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __len__ = __iter__ = __getitem__ = __contains__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = __neg__ = __int__ = __float__ = _refuse
    __format__ = __call__ = _refuse
