"""Time pages of an application in this process, and sum up what several processes measured in turn."""

import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

WARM_UP = 2
"""Turns that are not counted."""


def time_pages(get: Callable[[str], tuple[int, int]], pages: dict[str, str], rounds: int, engine: sa.Engine) -> list[dict[str, Any]]:
    """Each page's name, times (milliseconds, one a round), statements and bytes; `get` returns status and length.

    The pages take turns, so that a busy moment of the machine meets all of them. Any answer but 200 ends the run.
    """
    counted = [0]
    sa.event.listen(engine, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1))
    found: dict[str, dict[str, Any]] = {name: {"page": name, "times": [], "statements": 0, "bytes": 0} for name in pages}
    for turn in range(-WARM_UP, rounds):
        for name, path in pages.items():
            counted[0] = 0
            start = time.perf_counter()
            status, size = get(path)
            milliseconds = (time.perf_counter() - start) * 1000
            if status != 200:
                raise SystemExit(f"{name}: status {status}")
            if turn >= 0:
                found[name]["times"].append(milliseconds)
                found[name] |= {"statements": counted[0], "bytes": size}
    return list(found.values())


def summed_up(runs: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Median and p95 of each page over all runs (the times of one page are pooled)."""
    pages: dict[str, dict[str, Any]] = {}
    for run in runs:
        for row in run:
            known = pages.setdefault(row["page"], row | {"times": []})
            known["times"] = known["times"] + row["times"]
    return [
        {
            "page": name,
            "median_ms": round(statistics.median(row["times"]), 2),
            "p95_ms": round(statistics.quantiles(row["times"], n=20)[-1], 2),
            "statements": row["statements"],
            "bytes": row["bytes"],
        }
        for name, row in pages.items()
    ]
