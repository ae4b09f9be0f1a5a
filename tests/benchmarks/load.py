"""Many clients at once on the processes that run.py starts: requests a second, p95, memory; before and after, on copies of one office.

16 clients for 20 s on loopback: 70 % reads, 20 % searches, 10 % actions (claim the next case, give it back). BEFORE names the folder
of an older checkout; its copy of the office is brought down to the newest revision that it knows.
"""

import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from werkzeug.security import generate_password_hash

from tests.benchmarks import data

CLIENTS, SECONDS, WARM_UP = 16, 20, 5
SHARES = (("read", 70), ("search", 20), ("act", 10))
PASSWORD, NAME = "bench password of the desk", "bench-load-"
SURNAMES = "王李张刘陈杨赵黄周吴"
READS = (
    "/",
    "/queue/",
    "/queue/?tab=unclaimed",
    "/queue/?status=submitted&channel=online",
    "/queue/?tab=closed",
    "/cards/",
    "/loss-reports/",
)
CASES = 400
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
Result = dict[str, Any]


def measure(databases: list[str], size: int, server: str, port: int = 18_431) -> list[Result]:
    """One row for each database and code: this one, and the one of BEFORE if it is named."""
    before = os.environ.get("BEFORE")
    trees = {"before": Path(before).resolve()} if before else {}
    results = []
    for database in databases:
        base = data.office(database, size, server)
        for name, tree in (trees | {"now": data.ROOT}).items():
            with copied(base, tree, server) as office, served(office, tree, port) as process_id:
                results.append({"database": database, "applications": size, "code": name} | loaded(office, port, process_id))
    return results


@contextmanager
def copied(base: data.Office, tree: Path, server: str) -> Iterator[data.Office]:
    """A copy of the office for `tree`, with a reviewer for each client; it goes afterwards."""
    office = data.place(base.database, f"{base.size}-load", server)
    data.copy(base, office, server)
    try:
        newest = max(file.stem for file in (tree / "admin_app" / "migrations" / "versions").glob("[0-9]*.py"))
        if newest != data.newest_revision():
            data.command(office, "db", "downgrade", newest)
        add_reviewers(office)
        yield office
    finally:
        data.remove(office, server)


def add_reviewers(office: data.Office) -> None:
    """A reviewer for each client: copies of one whom the office has, whatever columns the revision knows."""
    engine = data.engine_of(office)
    table = sa.MetaData()
    table.reflect(engine, only=["ab_user"])
    users = table.tables["ab_user"]
    with engine.begin() as connection:
        one = connection.execute(sa.select(users).where(users.c.role == "reviewer", users.c.active).limit(1)).mappings().one()
        plain = {name: value for name, value in one.items() if name not in ("id", "created_by_fk", "changed_by_fk")}
        hashed = generate_password_hash(PASSWORD, method="scrypt")  # older revisions know no other
        for number in range(CLIENTS):
            own = {"username": f"{NAME}{number}", "email": f"{NAME}{number}@example.invalid", "password": hashed}
            connection.execute(users.insert().values(plain | own | {"must_change_password": False, "paused_until": None}))
    engine.dispose()


@contextmanager
def served(office: data.Office, tree: Path, port: int) -> Iterator[int]:
    """The processes that `run.py` of `tree` starts for this office; yields the id of the first."""
    # The server of the benchmarks knows a superuser only, and production refuses one.
    environment = "production" if office.database == "sqlite" else "test"
    own = {"CARD_DESK_HOST": "127.0.0.1", "CARD_DESK_PORT": str(port), "CARD_DESK_ENVIRONMENT": environment, "PYTHONPATH": str(tree)}
    own |= {"CARD_DESK_TRUSTED_HOSTS": "127.0.0.1", "CARD_DESK_PLAIN_HTTP": "true"}
    with (office.instance / "run.log").open("wb") as log:
        line = [sys.executable, str(tree / "run.py")]
        process = subprocess.Popen(line, cwd=tree, env=data.environment(office) | own, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(port, process, office)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _wait(port: int, process: subprocess.Popen[bytes], office: data.Office) -> None:
    for _ in range(600):
        with suppress(OSError, HTTPException):
            ask = HTTPConnection("127.0.0.1", port, timeout=5)
            ask.request("GET", "/health")
            if ask.getresponse().status < 500:
                time.sleep(3)  # the worker and the clock follow the first page
                return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise SystemExit((office.instance / "run.log").read_text(encoding="utf-8", errors="replace")[-3000:])


class Client(threading.Thread):
    """One browser that never rests; what it did and how long each answer took."""

    def __init__(self, number: int, port: int, cases: list[str], until: list[float]) -> None:
        super().__init__(daemon=True)
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.username, self.cases, self.until = f"{NAME}{number}", cases, until
        self.random = random.Random(number)
        self.headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        self.token, self.mine = "", ""
        self.taken: list[tuple[str, float, int]] = []
        self.error: Exception | None = None

    def ask(self, kind: str, method: str, url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Send one request and note what it took: status, target of a redirect, text."""
        body = urlencode(form | {"csrf_token": self.token}) if form is not None else None
        typed = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        begun = time.perf_counter()
        try:
            answer = self._answer(method, url, body, self.headers | typed)
        except (BrokenPipeError, ConnectionResetError, RemoteDisconnected):
            # The server hung up on a connection that waited too long for its turn; a browser opens another one.
            self.connection.close()
            answer = self._answer(method, url, body, self.headers | typed)
        text = answer.read().decode("utf-8", "replace")
        self.taken.append((kind, time.perf_counter() - begun, answer.status))
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            if cookie.startswith(("card_desk=", "__Host-card_desk=")):
                self.headers["Cookie"] = cookie.partition(";")[0]
        return answer.status, answer.headers.get("Location", ""), text

    def _answer(self, method: str, url: str, body: str | None, headers: dict[str, str]) -> HTTPResponse:
        self.connection.request(method, url, body, headers)
        return self.connection.getresponse()

    def sign_in(self, page: str = "/queue/") -> None:
        """Open the desk, then a page with a form; SystemExit if it does not let us in."""
        self.token = TOKEN.findall(self.ask("open", "GET", "/sign-in")[2])[0]
        status, _, _ = self.ask("open", "POST", "/sign-in", {"username": self.username, "password": PASSWORD})
        if status != 302:
            raise SystemExit(f"{self.username} cannot sign in: {status}")
        self.token = TOKEN.findall(self.ask("open", "GET", page)[2])[0]
        self.taken.clear()

    def run(self) -> None:
        """Read, search and act until time is up."""
        try:
            while time.monotonic() < self.until[0]:
                kind = self.random.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
                getattr(self, kind)()
        except (OSError, HTTPException, ValueError) as error:  # told by the thread that waits for us
            self.error = error

    def read(self) -> None:
        """A list, or a case."""
        url = self.random.choice(READS) if self.random.random() < 0.6 else f"/applications/{self.random.choice(self.cases)}"
        self.ask("read", "GET", url)

    def search(self) -> None:
        """A surname, as from a list: answered at once."""
        swap = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}
        self.headers |= swap
        self.ask("search", "POST", "/search/", {"q": self.random.choice(SURNAMES)})
        for name in swap:
            self.headers.pop(name)

    def act(self) -> None:
        """Claim the next case; the time after, give it back."""
        if self.mine:
            self.ask("act", "POST", f"{self.mine}/release", {})
            self.mine = ""
        else:
            _, target, _ = self.ask("act", "POST", "/queue/next", {})
            self.mine = target.partition("?")[0] if target.startswith("/applications/") else ""


def loaded(office: data.Office, port: int, process_id: int) -> Result:
    """What the clients saw, without a few seconds in which everything was read for the first time."""
    until = [0.0]
    clients = [Client(number, port, some_cases(office), until) for number in range(CLIENTS)]
    for client in clients:
        client.sign_in()
    until[0] = time.monotonic() + WARM_UP + SECONDS
    for client in clients:
        client.start()
    time.sleep(WARM_UP)
    marks = [len(client.taken) for client in clients]
    begun = time.monotonic()
    for client in clients:
        client.join(WARM_UP + SECONDS + 90)
    seconds = time.monotonic() - begun
    if broken := next((client.error for client in clients if client.error), None):
        raise broken
    return _summed([one for client, mark in zip(clients, marks, strict=True) for one in client.taken[mark:]], seconds) | memory(process_id)


def _summed(taken: list[tuple[str, float, int]], seconds: float) -> Result:
    wrong = sum(status >= 500 for _, _, status in taken)
    refused = sum(400 <= status < 500 for _, _, status in taken)
    times = {kind: [took for name, took, _ in taken if kind in (name, "all")] for kind in ("all", "read", "search", "act")}
    p95 = {f"p95_{kind}_ms": round(statistics.quantiles(one, n=20)[-1] * 1000) if len(one) > 1 else 0 for kind, one in times.items()}
    p50 = round(statistics.median(times["all"]) * 1000)
    figures = {"seconds": round(seconds, 1), "requests": len(taken), "per_second": round(len(taken) / seconds, 1), "p50_ms": p50}
    return figures | p95 | {"actions": len(times["act"]), "refused": refused, "errors": wrong}


def some_cases(office: data.Office) -> list[str]:
    """References of cases all over the office."""
    engine = data.engine_of(office)
    with engine.connect() as connection:
        last = connection.execute(sa.text("SELECT max(id) FROM application")).scalar_one()
        ids = random.Random(1).sample(range(1, last + 1), min(CASES, last))
        found = connection.execute(sa.text(f"SELECT reference FROM application WHERE id IN ({','.join(map(str, ids))})")).scalars().all()
    engine.dispose()
    return list(found)


def memory(process_id: int) -> Result:
    """Megabytes of all processes under this one, each shared page counted once, and how many processes there are."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    mine = {process_id}
    while more := {child for child, parent in parents.items() if parent in mine} - mine:
        mine |= more
    shares = [_pss(one) for one in mine]
    return {"processes": len(shares), "memory_mb": round(sum(shares) / 1024)}


def _pss(process_id: int) -> int:
    with suppress(OSError):
        lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0


def main() -> None:
    """One measurement by itself: python -m tests.benchmarks.load DATABASE SIZE"""
    with data.postgres() as server:
        sys.stdout.write(json.dumps(measure([sys.argv[1]], int(sys.argv[2]), server), indent=1) + "\n")


if __name__ == "__main__":
    main()
