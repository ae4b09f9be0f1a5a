"""The way in: `python run.py` starts the desk on this machine; `flask --app run ...` gives the commands."""

import ctypes
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO

import config
from admin_app.foundation import first_start
from admin_app.foundation.instance_lock import only_one
from admin_app.foundation.schema_version import known_revisions, revision_in_database
from admin_app.foundation.sqlite_file import refuse_wrong_file
from admin_app.foundation.start_refusals import refuse_unsafe_start

if __name__ != "__main__":
    # The starter itself needs nothing of the application: the first page is there sooner.
    from admin_app.factory import create_app, create_server

    __all__ = ["create_app", "create_server"]

ROOT = Path(__file__).resolve().parent
DEMO_APPLICATIONS = 300
STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1
USAGE = "usage: run.py [demo | office [HOST-NAME]]    without anything: start what is there"


def main(arguments: list[str]) -> None:
    """Prepare this machine's instance; then set up an office, or keep web, worker and clock running until stopped."""
    os.umask(0o077)  # logs, queue and marks, too, are nobody else's
    wish, name = wished(arguments)
    made = first_start.prepare(wish, name)
    settings = config.load()
    first_start.refuse_other_wish(wish, settings.environment)
    refuse_unsafe_start(settings)
    lock = only_one(settings.instance)
    refuse_wrong_file(settings)
    if made == "demo":
        say("  Nobody has used this folder: it becomes a demo with made-up people, and stays one. For a real office: make office")
    upgrade_once(settings)
    if wish == "office":
        hand_over(settings)
    else:
        serve(settings, lock)


def wished(arguments: list[str]) -> tuple[str, str]:
    """What the command line asks for ('' for a start of what is there), and an office's host name; SystemExit if it is neither."""
    wish, name = (*arguments, "", "")[:2]
    if wish not in ("", first_start.DEMO, first_start.OFFICE) or len(arguments) > 2 or (name and wish != first_start.OFFICE):
        raise SystemExit(USAGE)
    if name and not first_start.is_host_name(name):
        raise SystemExit("The name of the office is a host name, as browsers ask for it: make office NAME=desk.example.org")
    return wish, name


def hand_over(settings: config.Settings) -> None:
    """Give an office that is set up its first administrator, and say how it starts and where its keys are."""
    done = subprocess.run(flask_line("first-administrator", "admin"), cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    say(f"\n  The office is set up in {settings.instance}.")
    if done.returncode:
        say(f"  {(done.stderr or done.stdout).strip().removeprefix('Error: ')}")
    else:
        name, password = done.stdout.split()
        say(f"  The first administrator signs in as {name} with {password} (shown once, for one sign-in).")
    if (settings.instance / "settings.env").exists():
        say(f"  Keep a copy of {settings.instance / 'settings.env'} apart from the data: without its keys nothing can be read again.")
    if settings.trusted_hosts == first_start.ON_THIS_MACHINE["TRUSTED_HOSTS"]:
        say("  It answers this machine only, at 127.0.0.1. For others put TLS before it and name its host: docs/running.md, «Install».")
    say("  Start it with:  make run")


def serve(settings: config.Settings, lock: IO[str]) -> None:
    """Keep web, worker and clock running until stopped; a demo that is empty is filled meanwhile."""
    processes = Processes(settings)
    processes.start()
    try:
        address = wait_for_web(settings, processes)
        say(f"\n  Card Desk 补卡工作台 is at  {address}")
        say(residents_line(settings, address))
        processes.start_background()
        if settings.environment == "demo":
            load_demo_once()
            print_accounts(settings.instance / "demo-accounts.json")
        say("  Stop with Ctrl-C.")
        processes.watch()
    finally:
        processes.end()
        lock.close()


def residents_line(settings: config.Settings, address: str) -> str:
    """Where residents' pages are, and what can be tried there; '' where this process has none."""
    hosts = config.host_names(settings.online_hosts)
    if settings.doors not in ("all", "online") or (settings.environment == "production" and not hosts):
        return ""
    place = f"{address}online/" if not hosts else f"{'https' if settings.https else 'http'}://{hosts[0]}/"
    note = "; codes to look up cases stand on its page «See how far it is»" if settings.environment == "demo" else ""
    return f"  Residents' pages 网上服务 are at  {place}{note}\n"


def upgrade_once(settings: config.Settings) -> None:
    """Bring the database to the newest revision, unless it says itself that it is there: no mark beside it can know that."""
    if revision_in_database(settings) != known_revisions()[-1]:
        command("db", "upgrade")


def wait_for_web(settings: config.Settings, processes: "Processes") -> str:
    """The address, once the web process answers; SystemExit if it ends or stays silent for a minute."""
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host  # noqa: S104  (asked, not bound, here)
    for _ in range(600):
        if processes.running["web"].poll() is not None:
            break
        with suppress(OSError, http.client.HTTPException):
            ask = http.client.HTTPConnection(host, settings.port, timeout=30)
            ask.request("GET", "/health")
            if ask.getresponse().status < 500:
                return f"http://{settings.host}:{settings.port}/"
        time.sleep(0.1)
    log = settings.instance / "log" / "web.log"
    said = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
    raise SystemExit(f"{said}\nThe web process did not start; see {log}")


def flask_line(*arguments: str) -> list[str]:
    """The command line of one of our own commands."""
    return [sys.executable, "-m", "flask", "--app", str(ROOT / "run.py"), *arguments]


def web_line(address: str, processes: int, threads: int) -> list[str]:
    """The command line of the web server: loaded once, then forked."""
    return [
        sys.executable, "-m", "gunicorn", "run:create_server()", "--preload", "--worker-class", "admin_app.web.front_server.FrontWorker",
        "--workers", str(processes), "--threads", str(threads), "--bind", address,
        "--timeout", "120", "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


def command(*arguments: str) -> None:
    """Run one of our own commands to its end; stop with its output if it fails."""
    done = subprocess.run(flask_line(*arguments), cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=end_with_parent)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)


def load_demo_once() -> None:
    """Fill a demo office that is empty; the command sees in the database whether it is, and says so where people have used it."""
    line = flask_line("demo", "--once", "--applications", str(DEMO_APPLICATIONS), "--seed", "1")
    subprocess.run(line, cwd=ROOT, check=False, preexec_fn=end_with_parent)  # noqa: S603


def print_accounts(file: Path) -> None:
    """Print one line per demo account."""
    if not file.exists():
        return
    say("  Demo accounts (also in instance/demo-accounts.json):\n")
    for role, account in json.loads(file.read_text(encoding="utf-8")).items():
        say(f"    {role:<16} {account['username']:<14} {account['password']}")
    say("")


def end_with_parent() -> None:
    """In a new child: be told to stop when the parent dies, even if it is killed (Linux; elsewhere children outlive a killed parent)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def say(text: str) -> None:
    """One line on the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Processes:
    """Web, worker and clock: started together, started again if one dies, stopped together, and by the kernel if this process is killed."""

    def __init__(self, settings: config.Settings) -> None:
        web = web_line(f"{settings.host}:{settings.port}", settings.web_processes or config.cores(), settings.web_threads)
        self.lines = {"web": web, "worker": flask_line("worker"), "clock": flask_line("clock")}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.log = settings.instance / "log"
        self.stopping = threading.Event()

    def start(self) -> None:
        """Start the web process; the others follow in start_background(), when the first page is there."""
        self.log.mkdir(exist_ok=True)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        self._start("web")

    def start_background(self) -> None:
        """Start worker and clock."""
        self._start("worker")
        self._start("clock")

    def watch(self) -> None:
        """Start what died again, until told to stop."""
        while not self.stopping.wait(1):
            for name, process in self.running.items():
                if process.poll() is not None:
                    say(f"  {name} ended (code {process.returncode}); starting it again, see instance/log/{name}.log")
                    time.sleep(1)
                    self._start(name)

    def _start(self, name: str) -> None:
        with (self.log / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603
                self.lines[name], cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent
            )

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self.stopping.is_set() or not self.running:
            raise SystemExit(1)
        self.stopping.set()

    def end(self) -> None:
        """Stop all three; what a job had not finished is taken up at the next start."""
        for process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    main(sys.argv[1:])
