"""How the tests are shared out among the workers of a run: what shares a setup is one piece of work, and long pieces come first.

A piece is a file on one database. Whoever drives a browser is one piece all together, for the desk that they share. In the usual order
(most tests first) the few long tests come last, and one worker waits for the other.
"""

from collections import Counter
from typing import Any

from xdist.scheduler import LoadFileScheduling

ONE_PIECE = ("tests/browser/",)
"""Folders that share what is made once for a worker."""
LONG = (*ONE_PIECE, "tests/faults/test_every_form.py", "tests/faults/test_every_address.py", "tests/faults/", "tests/web/", "tests/demo/")
"""What takes longest, in the order in which it begins; seen with --durations=0."""
DATABASES = frozenset({"sqlite", "postgresql"})


def piece_of(nodeid: str) -> str:
    """The piece of work to which a test belongs."""
    for folder in ONE_PIECE:
        if nodeid.startswith(folder):
            return folder
    file, _, test = nodeid.partition("::")
    database = DATABASES & set(test.rpartition("[")[2].removesuffix("]").split("-"))
    return " ".join([file, *sorted(database)])


def in_order(nodeids: list[str]) -> list[str]:
    """The tests as they begin: the long pieces, then whatever has most tests."""
    sizes = Counter(map(piece_of, nodeids))

    def place(nodeid: str) -> tuple[int, int, str]:
        piece = piece_of(nodeid)
        long = next((place for place, start in enumerate(LONG) if piece.startswith(start)), len(LONG))
        return long, -sizes[piece], piece

    return sorted(nodeids, key=place)


class LongestFirst(LoadFileScheduling):
    """Pieces in the order in which they were collected (in_order)."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)
