"""Time pages of an application in this process: median, p95, statements and bytes."""

import statistics
import time
from collections.abc import Callable

import sqlalchemy as sa


def time_pages(get: Callable[[str], tuple[int, int]], pages: dict[str, str], rounds: int, engine: sa.Engine) -> list[dict[str, object]]:
    """Median, p95 (milliseconds), statements and bytes of each page, by its name; `get` returns status and length.

    The pages take turns, so that a busy moment of the machine meets all of them. Any answer but 200 ends the run.
    """
    counted = [0]
    sa.event.listen(engine, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1))
    times: dict[str, list[float]] = {name: [] for name in pages}
    statements, sizes = dict.fromkeys(pages, 0), dict.fromkeys(pages, 0)
    for turn in range(-2, rounds):
        for name, path in pages.items():
            counted[0] = 0
            start = time.perf_counter()
            status, sizes[name] = get(path)
            if status != 200:
                raise SystemExit(f"{name}: status {status}")
            if turn >= 0:  # the first two turns warm up
                times[name].append((time.perf_counter() - start) * 1000)
                statements[name] = counted[0]
    return [
        {
            "page": name,
            "median_ms": round(statistics.median(found), 2),
            "p95_ms": round(statistics.quantiles(found, n=20)[-1], 2),
            "statements": statements[name],
            "bytes": sizes[name],
        }
        for name, found in times.items()
    ]
