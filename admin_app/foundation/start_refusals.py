"""What keeps a production office from starting, each with one sentence that says what to do. Reads settings and the machine, no database.

run.py asks this too, before anything of the application is loaded: nothing slow is imported here.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import config
from config import Settings

MOUNTS = Path("/proc/mounts")
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs"})
"""File systems on which the locks of SQLite cannot be trusted."""
OFF = ("", "0", "false", "no")
LONGEST_IDLE_MINUTES, LONGEST_SESSION_HOURS = 120, 24


def refuse_unsafe_start(settings: Settings, environment: Mapping[str, str] | None = None, mounts: Path = MOUNTS) -> None:
    """Stop the start (SystemExit with a sentence): weak keys stop any office, what else is unsafe a production office."""
    settings.refuse_weak_secrets()
    if settings.environment != "production":
        return
    said = os.environ if environment is None else environment
    checks: tuple[Callable[[], str], ...] = (
        lambda: debug_problem(said),
        lambda: address_problem(settings),
        lambda: doors_problem(settings),
        lambda: session_problem(settings),
        lambda: readers_problem(settings.instance / "settings.env"),
        lambda: network_problem(settings, mounts),
        lambda: plain_problem(settings),
    )
    for check in checks:
        problem = check()
        if problem:
            raise SystemExit(problem)


def debug_problem(environment: Mapping[str, str]) -> str:
    """What to do if the debugger is on, which runs code for whoever asks; '' if it is off."""
    if environment.get("FLASK_DEBUG", "").lower() in OFF:
        return ""
    return "Debug is on: unset FLASK_DEBUG (and leave --debug out) before a production office is started."


def address_problem(settings: Settings) -> str:
    """What to do if cookies would travel in the clear, or any host name would do."""
    if not any(host.strip() for host in settings.trusted_hosts.split(",")):
        return "CARD_DESK_TRUSTED_HOSTS is empty: name the host that browsers ask for, e.g. desk.example.org."
    if not settings.https and not settings.plain_http:
        return "CARD_DESK_HTTPS is off: put TLS before the desk and set it to true, or set CARD_DESK_PLAIN_HTTP=true for a closed network."
    return ""


def doors_problem(settings: Settings) -> str:
    """What to do if residents' pages have no host of their own, or one that the server does not answer for."""
    hosts, trusted = config.host_names(settings.online_hosts), config.host_names(settings.trusted_hosts)
    if settings.doors in ("online", "api") and not hosts:
        return f"CARD_DESK_DOORS is {settings.doors}, and CARD_DESK_ONLINE_HOSTS is empty: name the host that they ask for."
    missing = [host for host in hosts if host not in trusted]
    return f"CARD_DESK_ONLINE_HOSTS names {missing[0]}: add it to CARD_DESK_TRUSTED_HOSTS." if missing else ""


def session_problem(settings: Settings) -> str:
    """What to do if sessions last longer than a day at work."""
    if settings.session_idle_minutes > LONGEST_IDLE_MINUTES:
        return f"CARD_DESK_SESSION_IDLE_MINUTES is too long: set {LONGEST_IDLE_MINUTES} or less."
    if settings.session_hours > LONGEST_SESSION_HOURS:
        return f"CARD_DESK_SESSION_HOURS is too long: set {LONGEST_SESSION_HOURS} or less."
    return ""


def readers_problem(file: Path) -> str:
    """What to do if others on this machine may read the file with the keys."""
    if not file.exists() or not file.stat().st_mode & 0o077:
        return ""
    return f"Others on this machine may read or write {file}, which holds the keys: chmod 600 {file}"


def network_problem(settings: Settings, mounts: Path = MOUNTS) -> str:
    """What to do if an SQLite file lies on a network drive; '' where that cannot be seen."""
    if not settings.database_url.startswith("sqlite") or not mounts.exists():
        return ""
    name = re.sub(r"^sqlite[^:]*:///|\?.*$", "", settings.database_url)
    kind = file_system(settings.instance / name, mounts)
    if kind not in NETWORK:
        return ""
    return f"The SQLite file {name} lies on a network drive ({kind}), where locks fail: put it on a local disk, or use PostgreSQL."


def plain_problem(settings: Settings) -> str:
    """What to do if names would stand in clear in an SQLite file."""
    if not settings.database_url.startswith("sqlite") or settings.database_key.get_secret_value() or settings.plain_database:
        return ""
    return "CARD_DESK_DATABASE_KEY is missing: set base64 of 32 bytes, or CARD_DESK_PLAIN_DATABASE=true where the disk itself is encrypted."


def file_system(path: Path, mounts: Path = MOUNTS) -> str:
    """The kind of file system that holds `path`; '' if none is named."""
    inside, kind = -1, ""
    for line in mounts.read_text(encoding="utf-8").splitlines():
        _device, point, found, *_options = line.split(" ")
        place = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point))
        if path.resolve().is_relative_to(place) and len(place.parts) >= inside:  # a later mount covers an earlier one
            inside, kind = len(place.parts), found
    return kind
