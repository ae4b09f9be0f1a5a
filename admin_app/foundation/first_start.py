"""What the first start in a folder makes of it: an office of its own, or a demo; never one out of the other, and never over traces of use.

run.py asks this before anything of the application is loaded: nothing slow is imported here.
"""

import base64
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

import config
from admin_app.foundation.schema_version import revision_in_database

DEMO, OFFICE = "demo", "office"
IS_NO_USE = frozenset({"bench", "bench.json"})
"""What `make bench` leaves in the folder, which is no office's."""
REAL = (
    "DATA_KEYS", "INDEX_KEY", "DATABASE_KEY", "BACKUP_KEY", "SEAL_KEYS",
    "HTTPS", "PLAIN_HTTP", "PLAIN_DATABASE", "SINGLE_LOGIN", "TRUSTED_HOSTS", "TRUSTED_PROXIES",
)  # fmt: skip
"""Settings that only somebody sets who means a real office."""
WHERE = ("DATABASE_URL", "STORAGE_URL")
"""Settings that say where an office lies: the next start must find it there, too."""
FOLDER = "CARD_DESK_INSTANCE=/srv/another-folder"
ON_THIS_MACHINE = {"PLAIN_HTTP": "true", "TRUSTED_HOSTS": "127.0.0.1,localhost"}


def is_host_name(text: str) -> bool:
    """Whether browsers could ask for a host of this name."""
    return re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", text) is not None


def prepare(wish: str, name: str = "", said: Mapping[str, str] = os.environ) -> str:
    """Write the settings of a folder that nobody has used: those of a demo or of an office (`name`: its host), as wished.

    Without a wish it is a demo, unless anything in `said` speaks of a real office. Settings that exist are never touched. Returns what was
    made, '' if nothing was; SystemExit, with nothing written, where the wish does not fit what is there.
    """
    folder = config.instance_dir()
    if (folder / "settings.env").exists() or said.get("CARD_DESK_SECRET_KEY"):
        return ""
    made = wish or _meant(said)
    if not made:
        return ""
    _refuse_other_kind(made, said.get("CARD_DESK_ENVIRONMENT", ""))
    refuse_traces(folder, said)
    _write(
        folder / "settings.env", _settings(made, name) | {key: said[f"CARD_DESK_{key}"] for key in WHERE if said.get(f"CARD_DESK_{key}")}
    )
    return made


def refuse_other_wish(wish: str, environment: str) -> None:
    """SystemExit if a demo is wished for where an office is, or an office where a demo is."""
    if wish == DEMO and environment != "demo":
        raise SystemExit(f"This instance is an office ({environment}) and stays one. A demo needs a folder of its own: {FOLDER} make demo")
    if wish == OFFICE and environment != "production":
        raise SystemExit(f"This instance is a {environment} and stays one. An office needs a folder of its own: {FOLDER} make office")


def refuse_traces(folder: Path, said: Mapping[str, str]) -> None:
    """SystemExit if this folder or its database was used before: its settings are missing then, and new keys would open nothing."""
    if folder.exists() and {entry.name for entry in folder.iterdir()} - IS_NO_USE:
        raise SystemExit(
            f"{folder} was used before, and its settings.env is missing: put it back, without its keys nothing there can be read."
        )
    url = said.get("CARD_DESK_DATABASE_URL", "")
    if url and revision_in_database(config.Settings(database_url=url)):  # type: ignore[call-arg]
        raise SystemExit(
            "The database at CARD_DESK_DATABASE_URL belongs to an office already: start with the settings and keys of that office."
        )


def _meant(said: Mapping[str, str]) -> str:
    """What a start without a wish makes: a demo, or nothing where somebody began to set up something else."""
    speaks_of_an_office = any(said.get(f"CARD_DESK_{name}") for name in REAL)
    return "" if speaks_of_an_office or said.get("CARD_DESK_ENVIRONMENT", DEMO) != DEMO else DEMO


def _refuse_other_kind(made: str, environment: str) -> None:
    if environment:
        refuse_other_wish(made, environment)


def _settings(made: str, name: str) -> dict[str, str]:
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEYS": f"k1:{_key()}",
        "INDEX_KEY": _key(),
        "DATABASE_KEY": _key(),
    }
    if made == DEMO:
        return {"ENVIRONMENT": "demo"} | keys
    return {"ENVIRONMENT": "production"} | keys | ({"HTTPS": "true", "TRUSTED_HOSTS": name} if name else ON_THIS_MACHINE)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write(file: Path, settings: Mapping[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.writelines(f"CARD_DESK_{name}={value}\n" for name, value in settings.items())
