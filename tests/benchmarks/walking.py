"""The walk of every page at two sizes, page by page in turn: what is slower than the limit, and what grows with the office."""

import json
import statistics
import subprocess
import sys
import tempfile
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.benchmarks import data
from tests.benchmarks.walk import LATER

LIMIT_MS, LIMIT_TIMES = 150, 1.3
SAMPLES = 20
"""At most, of each page; p95 of fewer is the slowest."""
ENOUGH_SECONDS = 1.0
"""A page that has taken so long in all has been measured well enough: slow ones are not loaded twenty times."""
NOISE_MS = 5
"""What a page may take longer by chance before its growth counts."""
Result = dict[str, Any]


class Walker:
    """A process that knows every page of one office and loads one whenever it is asked to."""

    def __init__(self, office: data.Office, roles: list[str]) -> None:
        line = [sys.executable, "-m", "tests.benchmarks.walk", office.url, str(office.instance), *roles]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  # lives as long as the process
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.errors}
        self.process = subprocess.Popen(line, cwd=data.ROOT, env=data.environment(office), text=True, **pipes)
        self.pages: dict[str, dict[str, str]] = {}

    def arrive(self) -> None:
        """Wait until the process has found its pages."""
        self.pages = self._read()

    def take(self, who: str, name: str) -> Result:
        """Load a page once."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([who, name]) + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise SystemExit(f"{self.process.args}\n{self.errors.read()[-3000:]}")
        return json.loads(line)

    def end(self) -> None:
        """Stop the process."""
        self.process.communicate()


def measure(sizes: list[int], databases: list[str], samples: int, server: str, roles: tuple[str, ...] = ()) -> list[Result]:
    """Every page that both sizes have: milliseconds at each, statements, times slower at the largest."""
    results = []
    for database in databases:
        offices = [data.office(database, size, server) for size in (min(sizes), max(sizes))]
        walkers = [Walker(office, [",".join(roles)] if roles else []) for office in offices]
        for walker in walkers:
            walker.arrive()
        small, large = walkers
        names = [(who, name) for who, pages in large.pages.items() for name in pages if name in small.pages.get(who, ())]
        for who, name in track(names, f"{database}: {len(names)} pages", console=Console(stderr=True)):
            results.append({"database": database, "who": who, "page": name} | _compared(small, large, who, name, min(samples, SAMPLES)))
        for walker in walkers:
            walker.end()
    return results


def _compared(small: Walker, large: Walker, who: str, name: str, samples: int) -> Result:
    before, now = [small.take(who, name)], [large.take(who, name)]  # what it reads is in memory since the pages were found
    if not _is_clear(before[0]["ms"], now[0]["ms"]):
        before, now = [], []
        while len(now) < samples and sum(one["ms"] for one in now) < ENOUGH_SECONDS * 1000:
            before.append(small.take(who, name))
            now.append(large.take(who, name))
    found = {"small_" + key: value for key, value in _summed(before).items()} | _summed(now)
    return found | {
        "times": round(found["p95_ms"] / found["small_p95_ms"], 2),
        "times_p50": round(found["p50_ms"] / found["small_p50_ms"], 2),
        "samples": len(now), "statements": now[-1]["statements"], "slow": max((one["slow"] for one in now), key=len),
    }  # fmt: skip


def _is_clear(small_ms: float, large_ms: float) -> bool:
    """Whether one look is enough: far from the limit, and hardly slower than in the small office."""
    return large_ms < LIMIT_MS / 2 and large_ms - small_ms < NOISE_MS


def _summed(taken: list[Result]) -> Result:
    times = sorted(one["ms"] for one in taken)
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) >= 20 else times[-1]
    return {"p50_ms": round(statistics.median(times), 1), "p95_ms": round(p95, 1), "sql_ms": round(taken[-1]["sql_ms"], 1)}


def has_limit(page: str) -> bool:
    """Whether the limits hold for the page: report pages and PDFs wait for an issue of their own."""
    return not page.startswith(f"/{LATER}/") and ".pdf" not in page


def is_slow(row: Result) -> bool:
    """Whether the page is over a limit: the time, or how much slower it is than in the small office."""
    grown = row["times"] > LIMIT_TIMES and row["times_p50"] > LIMIT_TIMES and row["p50_ms"] - row["small_p50_ms"] > NOISE_MS
    return row["p95_ms"] > LIMIT_MS or grown


def show(console: Console, results: list[Result]) -> None:
    """How many pages there were, and those over a limit, the slowest first."""
    for database in dict.fromkeys(row["database"] for row in results):
        mine = [row for row in results if row["database"] == database]
        bound = [row for row in mine if has_limit(row["page"])]
        over = [row for row in mine if is_slow(row)]
        p95 = statistics.quantiles([row["p95_ms"] for row in bound], n=100) if len(bound) > 1 else [0.0] * 99
        slow = sum(row["p95_ms"] > LIMIT_MS for row in bound)
        grown = sum(is_slow(row) for row in bound) - slow
        console.print(
            f"{database}: {len(mine):,} pages, {len(bound):,} with a limit: half within {p95[49]:.0f} ms, 99 % within {p95[98]:.0f} ms; "
            f"over {LIMIT_MS} ms: {slow}; grown over {LIMIT_TIMES} times: {grown}"
        )
        table = Table(title=f"{database}: slower than {LIMIT_MS} ms, or than {LIMIT_TIMES} times the small office")
        for name in ("who", "page", "small p50", "p50", "p95", "times", "SQL ms", "limit"):
            table.add_column(name, justify="left" if name in ("who", "page") else "right")
        for row in sorted(over, key=lambda row: -row["p95_ms"]):
            figures = (row["small_p50_ms"], row["p50_ms"], row["p95_ms"], row["times"], row["sql_ms"])
            table.add_row(row["who"], row["page"], *map(str, figures), "yes" if has_limit(row["page"]) else "later")
        console.print(table)
