"""What a person must decide about a PDF before it is kept. Standard library only: the sandboxed child imports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as parts of the page, from 0 to 1."""
MOST_PAGES = 6
"""That a person is asked about; a file in which more pages differ is refused."""
MOST_NAMES = 10
"""Of files inside a PDF that are named."""


@dataclass(frozen=True)
class Difference:
    """A page that looks other as it is kept than as it came."""

    page: int
    """From 1."""
    share: float
    """Part of its pixels that differ visibly, from 0 to 1; 1 also for a page of another shape."""
    lost: float
    """Part of its pixels that were darker as it came: something is missing."""
    added: float
    """Part of its pixels that are darker as it is kept: something came to light."""
    boxes: tuple[Box, ...]
    """Where."""
    picture: int
    """Which page of the bundle (page_choice.py) shows it as it came."""


@dataclass(frozen=True)
class Doubts:
    """Pages that look other, and files inside that are left behind; a file without either is kept without a question."""

    pages: tuple[Difference, ...] = ()
    inside: tuple[str, ...] = ()
    """Names of the files that lie inside, MOST_NAMES at most."""
    inside_count: int = 0

    def __bool__(self) -> bool:
        return bool(self.pages or self.inside_count)


NONE = Doubts()


def read(facts: Mapping[str, Any]) -> Doubts:
    """The doubts that asdict() wrote down and JSON carried."""
    pages = tuple(Difference(**one | {"boxes": tuple((box[0], box[1], box[2], box[3]) for box in one["boxes"])}) for one in facts["pages"])
    return Doubts(pages, tuple(facts["inside"]), int(facts["inside_count"]))
