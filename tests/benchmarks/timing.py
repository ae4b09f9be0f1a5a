"""Time pages of an application in a process of its own, one round whenever the benchmark asks for it."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

WARM_UP = 3
"""Rounds that are not counted."""
Round = dict[str, dict[str, float]]
"""What one round saw: page -> milliseconds, statements, bytes."""


def serve_rounds(get: Callable[[str], tuple[int, int]], pages: dict[str, str], engine: sa.Engine) -> None:
    """For each line of standard input, ask for each page once and print a Round; `get` returns status and length.

    The benchmark lets all its processes take turns round by round, so a busy moment of the machine meets them all alike.
    Any answer but 200 ends the process.
    """
    counted = [0]
    sa.event.listen(engine, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1))
    for _line in sys.stdin:
        found: Round = {}
        for name, path in pages.items():
            counted[0] = 0
            start = time.perf_counter()
            status, size = get(path)
            milliseconds = (time.perf_counter() - start) * 1000
            if status != 200:
                raise SystemExit(f"{name}: status {status}")
            found[name] = {"ms": milliseconds, "statements": counted[0], "bytes": size}
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def summed_up(rounds: Iterable[Round]) -> list[dict[str, Any]]:
    """Median and p95 of each page over the rounds, with the statements and bytes of the last one."""
    seen = list(rounds)
    times = {name: [one[name]["ms"] for one in seen] for name in seen[0]}
    return [
        {
            "page": name,
            "median_ms": round(statistics.median(values), 2),
            "p95_ms": round(statistics.quantiles(values, n=20)[-1], 2),
            "statements": seen[-1][name]["statements"],
            "bytes": seen[-1][name]["bytes"],
        }
        for name, values in times.items()
    ]
