"""make bench: pages beside a stock list, claims under load, labels beside one document each; a table and instance/bench.json.

Longer parts that ONLY names: `walk`, every page of every role at both sizes; `load`, many clients at once on served processes;
`audit`, many writers of the log; `front`, strangers at the front door; `drill`, backup, wipe and restore of the largest size."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks import audit, data, drill, front_door, jobs, labels, load, timing, walking

CONSOLE = Console(width=150)
RESULTS = data.ROOT / "instance" / "bench.json"
Result = dict[str, Any]


def child(module: str, *arguments: str, office: data.Office) -> Any:
    """Run one measurement in a process of its own and read its JSON."""
    line = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(line, cwd=data.ROOT, env=data.environment(office), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


class Peer:
    """A process that serves pages of one office, and goes through them once whenever it is asked to."""

    def __init__(self, module: str, *arguments: str, office: data.Office) -> None:
        line = [sys.executable, "-m", f"tests.benchmarks.{module}", office.url, *arguments]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  # lives as long as the process
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.errors}
        self.process = subprocess.Popen(line, cwd=data.ROOT, env=data.environment(office), text=True, **pipes)
        self.rounds: list[timing.Round] = []

    def go(self) -> None:
        """One round more."""
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
            self.rounds.append(json.loads(self.process.stdout.readline()))
        except (OSError, ValueError):
            self.errors.seek(0)
            raise SystemExit(f"{self.process.args}\n{self.errors.read()[-3000:]}") from None

    def end(self) -> list[Result]:
        """Stop the process; what it saw once it was warm."""
        self.process.communicate()
        return timing.summed_up(self.rounds[timing.WARM_UP :])


def measure_pages(sizes: list[int], databases: list[str], rounds: int, server: str) -> list[Result]:
    """Every page at every size on every database, ours beside the stock peer.

    All offices of a database are made first; then sizes and peers take turns round by round, so that a machine that gets
    slower or faster meanwhile does so for all of them.
    """
    results = []
    for database in databases:
        with CONSOLE.status(f"{database}: making offices of {sizes}"):
            offices = {size: data.office(database, size, server) for size in sizes}
        ours = {size: Peer("desk_pages", str(office.instance), office=office) for size, office in offices.items()}
        stock = {size: Peer("stock_peer", office=office) for size, office in offices.items()}
        for number in range(timing.WARM_UP + rounds):
            with CONSOLE.status(f"{database}: round {number + 1} of {timing.WARM_UP + rounds}"):
                for peer in (*ours.values(), *stock.values()):
                    peer.go()
        for size in sizes:
            for mine, other in zip(ours[size].end(), stock[size].end(), strict=True):
                times = round(other["median_ms"] / mine["median_ms"], 1)
                results.append(
                    {"database": database, "size": size, "page": mine["page"], "ours": mine, "stock": other, "times_faster": times}
                )
    return results


def show_pages(results: list[Result]) -> None:
    """The table of pages, and the growth from the smallest to the largest size."""
    table = Table(title="Pages: ours beside a stock ModelView on the same table (ms)")
    for name in (
        "database",
        "applications",
        "page",
        "ours p50",
        "ours p95",
        "SQL",
        "KB",
        "stock p50",
        "stock p95",
        "SQL",
        "KB",
        "times faster",
    ):
        table.add_column(name, justify="left" if name in ("database", "page") else "right")
    for row in results:
        mine, other = row["ours"], row["stock"]
        cells = [f"{mine['median_ms']}", f"{mine['p95_ms']}", str(mine["statements"]), f"{mine['bytes'] // 1024}"]
        peers = [f"{other['median_ms']}", f"{other['p95_ms']}", str(other["statements"]), f"{other['bytes'] // 1024}"]
        table.add_row(row["database"], f"{row['size']:,}", row["page"], *cells, *peers, f"{row['times_faster']}")
    CONSOLE.print(table)


def growth(results: list[Result]) -> list[Result]:
    """p95 at the largest size divided by p95 at the smallest, per database and page."""
    smallest, largest = min(row["size"] for row in results), max(row["size"] for row in results)
    at = {(row["database"], row["page"], row["size"]): row["ours"]["p95_ms"] for row in results}
    keys = [(row["database"], row["page"]) for row in results if row["size"] == largest]
    return [{"database": d, "page": p, "ratio": round(at[d, p, largest] / at[d, p, smallest], 2)} for d, p in keys]


def measure_claims(databases: list[str], cases: int, server: str) -> list[Result]:
    """64 workers on PostgreSQL, 16 on SQLite, on a copy of the small office."""
    results = []
    for database in databases:
        workers = 64 if database == "postgresql" else 16
        with CONSOLE.status(f"{workers} workers claim {cases:,} cases on {database}"):
            office = data.office(database, cases + 1, server)
            results.append(
                {"database": database} | child("claims", office.url, str(office.instance), str(workers), str(cases), office=office)
            )
            if database == "sqlite":
                shutil.rmtree(office.instance)
    return results


def show(title: str, rows: list[Result]) -> None:
    """A plain table of dictionaries with the same keys."""
    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name, justify="left" if isinstance(rows[0][name], str) else "right")
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in row.values()))
    CONSOLE.print(table)


def measure_without_postgres(parts: list[str]) -> Result:
    """The parts that need no server."""
    found: Result = {}
    if "front" in parts:
        found["front"] = front_door.measure()
        show("Strangers at the front door, SQLite (ms)", found["front"])
    if "labels" in parts:
        found["labels"] = labels.measure()
        show("Labels", found["labels"])
    return found


def main() -> None:
    """Measure what was asked for and write it down."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--sizes", default=os.environ.get("SIZES", "10000,1000000"))
    parser.add_argument("--databases", default=os.environ.get("DATABASES", "sqlite,postgresql"))
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "100")))
    parser.add_argument("--only", default=os.environ.get("ONLY", "pages,claims,jobs,labels"))
    chosen = parser.parse_args()
    sizes, databases, parts = [int(size) for size in chosen.sizes.split(",")], chosen.databases.split(","), chosen.only.split(",")
    found: Result = {}
    with data.postgres() as server:
        if "walk" in parts:
            found["walk"] = walking.measure(sizes, databases, chosen.rounds, server)
            walking.show(CONSOLE, found["walk"])
        if "load" in parts:
            found["load"] = load.measure(databases, max(sizes), server)
            show("16 clients at once", found["load"])
        if "audit" in parts:
            found["audit"] = audit.measure(server)
            show("Writers of the log, PostgreSQL", found["audit"])
        if "drill" in parts:
            found["drill"] = drill.measure(databases, max(sizes), server)
            show("Backup, wipe, restore (seconds)", found["drill"])
        if "pages" in parts:
            found["pages"] = measure_pages(sizes, databases, chosen.rounds, server)
            found["growth"] = growth(found["pages"])
            show_pages(found["pages"])
            show("p95 at the largest size / p95 at the smallest", found["growth"])
        if "claims" in parts:
            found["claims"] = measure_claims(databases, 10_000, server)
            show("Claims", found["claims"])
        if "jobs" in parts:
            found["jobs"] = jobs.measure(databases, 1000, server)
            show("Jobs", found["jobs"])
    found |= measure_without_postgres(parts)
    target = RESULTS
    target.parent.mkdir(exist_ok=True)
    known = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    target.write_text(json.dumps(known | found, indent=1), encoding="utf-8")
    CONSOLE.print(f"Written to {target}")


if __name__ == "__main__":
    main()
