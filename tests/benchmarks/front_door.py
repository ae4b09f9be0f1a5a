"""A clerk's pages while strangers hold connections open or clerks flood the desk with files, a reviewer's actions while strangers sign in.

500 half-open and 50 trickling connections against the server that run.py starts and, as control, against the one of before (a thread
for each connection). 8 loops of wrong passwords against the former. Each round measures one part without and one with the strangers, so
that a machine that gets slower or faster does so for both.
"""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException
from typing import Any

from run import web_line
from tests.benchmarks import data, flood, load
from tests.slow_connections import slow_connections

SIZE = 300
HALF_OPEN, TRICKLING, LOOPS = 500, 50, 8
ROUNDS, PAGES, ACTIONS = 6, 15, 6
THREADS = 8
NO_ANSWER_SECONDS = 8
ANSWERS: list[str] = []
"""What the clerks of each flood were answered: status and how often."""
PORT = 18_441
Result = dict[str, Any]
Strangers = Callable[[int], AbstractContextManager[None]]


def measure(rounds: int = ROUNDS) -> list[Result]:
    """One row for each server and kind of stranger."""
    base = data.office("sqlite", SIZE, "")
    now = web_line(f"127.0.0.1:{PORT}", processes=2, threads=THREADS)
    with load.copied(base, data.ROOT, "") as office:
        with served(office, before(now), PORT):
            control = measured(office, "a thread for each connection (control)", slow, read, 1)
        with served(office, now, PORT):
            found = [measured(office, "run.py, 500 half-open, 50 trickling", slow, read, rounds)]
            found.append(measured(office, "run.py, 8 loops of sign-ins", signing_in, act, rounds))
        report = flood.report_of_clerks(office)
        with served(office, now, PORT) as process_id:
            found.append(flooded(office, report, process_id, rounds))
    return [control, *found]


def flooded(office: data.Office, report: str, process_id: int, rounds: int = ROUNDS) -> Result:
    """Pages while clerks hand in hostile and large files; says what is in memory before, at the end and after the last file."""
    before_it = load.memory(process_id)
    row = measured(office, "run.py, 8 clerks hand in hostile and large files", partial(flooding, report), read_long, max(2, rounds // 3))
    during = load.memory(process_id)
    for _second in range(60):
        if load.memory(process_id)["processes"] <= before_it["processes"]:
            break
        time.sleep(1)
    sys.stderr.write(f"before, at the end and after the flood: {before_it}, {during}, {load.memory(process_id)}; answers: {ANSWERS}\n")
    return row


def before(line: list[str]) -> list[str]:
    """The command line as it was: the worker class that gives each connection a thread."""
    return ["gthread" if part.endswith("FrontWorker") else part for part in line]


@contextmanager
def served(office: data.Office, line: list[str], port: int) -> Iterator[int]:
    """The web server of that command line alone, until the block ends; yields the id of its first process."""
    own = {"CARD_DESK_ENVIRONMENT": "test", "PYTHONPATH": str(data.ROOT)}
    with (office.instance / "web.log").open("ab") as log:
        process = subprocess.Popen(line, cwd=data.ROOT, env=data.environment(office) | own, stdout=log, stderr=log)
        try:
            _wait(port)
            yield process.pid
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()


def _wait(port: int) -> None:
    for _ in range(600):
        with suppress(OSError, HTTPException):
            ask = HTTPConnection("127.0.0.1", port, timeout=30)
            ask.request("GET", "/health")
            if ask.getresponse().status < 500:
                return
        time.sleep(0.2)
    raise SystemExit("the web server did not start")


def measured(office: data.Office, name: str, strangers: Strangers, part: Callable[[load.Client], None], rounds: int) -> Result:
    """Median and p95 (ms) of a part without and with the strangers, and their ratios."""
    client = load.Client(0, PORT, load.some_cases(office), [0.0])
    client.sign_in()
    part(client)
    quiet: list[tuple[float, int]] = []
    beset: list[tuple[float, int]] = []
    for _round in range(rounds):
        quiet += _seen(client, part, 60)
        with strangers(PORT):
            beset += _seen(client, part, NO_ANSWER_SECONDS if rounds == 1 else 60)
    times = [[took for took, status in seen if status] for seen in (quiet, beset)]
    medians = [statistics.median(one) * 1000 if one else float("inf") for one in times]
    late = [statistics.quantiles(one, n=20)[-1] * 1000 if len(one) > 1 else float("inf") for one in times]
    return {
        "what": name, "answers": len(times[1]), "no answer": len(beset) - len(times[1]), "500": sum(status == 500 for _, status in beset),
        "p50 without": round(medians[0], 1), "p50 with": round(medians[1], 1), "times": round(medians[1] / medians[0], 2),
        "p95 without": round(late[0], 1), "p95 with": round(late[1], 1), "times p95": round(late[1] / late[0], 2),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _seen(client: load.Client, part: Callable[[load.Client], None], patience: float) -> list[tuple[float, int]]:
    """(seconds, status) of each answer; status 0 and the patience for one that did not come."""
    client.taken.clear()
    client.connection.close()
    client.connection.timeout = patience
    try:
        part(client)
    except OSError:
        client.connection.close()
        client.taken.append(("none", patience, 0))
    return [(took, status) for _kind, took, status in client.taken]


def read(client: load.Client) -> None:
    """Pages of a clerk, one after the other."""
    for number in range(PAGES):
        client.ask("read", "GET", load.READS[number % len(load.READS)])


def read_long(client: load.Client) -> None:
    """As many pages as a flood of files needs to be one."""
    for _time in range(8):
        read(client)


def act(client: load.Client) -> None:
    """Claim the next case and give it back, several times."""
    for _number in range(ACTIONS):
        client.act()


@contextmanager
def slow(port: int) -> Iterator[None]:
    """Connections that never come to the point."""
    with slow_connections(port, HALF_OPEN, TRICKLING):
        time.sleep(2)
        yield


@contextmanager
def signing_in(port: int) -> Iterator[None]:
    """Loops of wrong passwords for made-up names, in a process of their own."""
    line = [sys.executable, "-m", "tests.benchmarks.front_door", str(port)]
    loops = subprocess.Popen(line, cwd=data.ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert loops.stdout is not None
        loops.stdout.readline()
        yield
    finally:
        loops.kill()
        loops.wait(30)


@contextmanager
def flooding(report: str, port: int) -> Iterator[None]:
    """Clerks who hand in files without a pause, in a process of their own."""
    line = [sys.executable, "-m", "tests.benchmarks.flood", str(port), report]
    clerks = subprocess.Popen(line, cwd=data.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert clerks.stdin is not None and clerks.stdout is not None
        clerks.stdout.readline()
        yield
        clerks.stdin.write("\n")
        clerks.stdin.flush()
        ANSWERS.append(clerks.stdout.readline().strip())
    finally:
        clerks.kill()
        clerks.wait(30)


class Stranger(threading.Thread):
    """Signs in as somebody made up, again and again."""

    def __init__(self, number: int, port: int) -> None:
        super().__init__(daemon=True)
        self.client = load.Client(number, port, [], [0.0])

    def run(self) -> None:
        """Ask for the form once, then send it without a pause."""
        number = 0
        while True:
            with suppress(OSError, HTTPException, IndexError):
                self.client.token = load.TOKEN.findall(self.client.ask("open", "GET", "/sign-in")[2])[0]
                while True:
                    number += 1
                    self.client.ask("open", "POST", "/sign-in", {"username": f"{self.name}-{number}", "password": "not the right one"})


def main() -> None:
    """Be the loops of sign-ins; says so when they have begun."""
    strangers = [Stranger(number, int(sys.argv[1])) for number in range(LOOPS)]
    for stranger in strangers:
        stranger.start()
    time.sleep(1)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    strangers[0].join()


if __name__ == "__main__":
    main()
