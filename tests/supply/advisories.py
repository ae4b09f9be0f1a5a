"""Known advisories against what is pinned; `python -m tests.supply.advisories` for `make check`.

Two sources. supply/advisories.json is a dated extract of a public database, read without a network. OSV (https://osv.dev) is asked in one
question where it can be reached; where it cannot, that is said. An advisory that is known fails the check, unless supply/accepted.toml
accepts it with a reason, up to a day. Not knowing is never called safe: what was not asked is named.

`make advisories` writes the extract anew: from OSV, or FROM=folder, the `vulns` of a copy of github.com/pypa/advisory-database.
"""

import json
import os
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.supply.licences import VENDORED, locked
from tests.supply.locks import ROOT

EXTRACT, ACCEPTED = "supply/advisories.json", "supply/accepted.toml"
SERVICE = os.environ.get("ADVISORIES_URL", "https://api.osv.dev/v1")
"""Where OSV answers; empty to ask nobody."""
PATIENCE = 5
"""Seconds."""
OLD = 30
"""Days after which an extract is called old."""

Package = tuple[str, str, str]
"""Ecosystem (PyPI, npm), name, version."""


def packages(root: Path) -> list[Package]:
    """Everything that is installed or shipped and has a registry."""
    front_end = json.loads((root / VENDORED).read_text())["packages"]
    return [*(("PyPI", *item) for item in sorted(locked(root).items())), *(("npm", part["name"], part["version"]) for part in front_end)]


def known(extract: dict[str, Any], asked: Iterable[Package]) -> Iterator[tuple[Package, str]]:
    """(package, advisory) of the extract that concern a version in use."""
    for package in asked:
        for advisory in extract["advisories"].get(f"{package[0]}:{package[1]}", ()):
            if concerns(advisory, package[2]):
                yield package, advisory["id"]


def concerns(advisory: dict[str, Any], version: str) -> bool:
    """Whether a version lies in one of the ranges or stands in the list; what cannot be compared is taken to be concerned."""
    if version in advisory.get("versions", ()):
        return True
    try:
        return any(_within(bounds, Version(version)) for bounds in advisory["ranges"])
    except InvalidVersion:
        return bool(advisory["ranges"])


def _within(bounds: dict[str, str], version: Version) -> bool:
    after = bounds.get("introduced", "0") == "0" or version >= Version(bounds["introduced"])
    fixed, last = bounds.get("fixed"), bounds.get("last_affected")
    return after and (fixed is None or version < Version(fixed)) and (last is None or version <= Version(last))


def ask(service: str, asked: list[Package]) -> list[tuple[Package, str]]:
    """What OSV knows of all of them, in one question; OSError or ValueError where it gives no answer that covers each."""
    queries = [{"package": {"ecosystem": place, "name": name}, "version": version} for place, name, version in asked]
    results = _post(f"{service}/querybatch", {"queries": queries})["results"]
    if len(results) != len(asked) or any((result or {}).get("next_page_token") for result in results):
        raise ValueError("an answer that does not cover what was asked")
    return [(package, found["id"]) for package, result in zip(asked, results, strict=True) for found in (result or {}).get("vulns", ())]


def _post(address: str, question: dict[str, Any]) -> Any:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, json.dumps(question).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def accepted(root: Path, today: date) -> tuple[set[tuple[str, str]], list[str]]:
    """(package, advisory) that may be, and what is wrong with the list: no reason, a day that has passed."""
    entries = tomllib.loads((root / ACCEPTED).read_text()).get("accepted", [])
    wrong = [f"{ACCEPTED}: {entry['id']} without a reason" for entry in entries if not entry.get("reason", "").strip()]
    wrong += [f"{ACCEPTED}: {entry['id']} was accepted until {entry['until']}" for entry in entries if entry["until"] < today]
    return {(entry["package"], entry["id"]) for entry in entries if entry["until"] >= today}, wrong


def report(root: Path, service: str, today: date) -> tuple[list[str], list[str]]:
    """(what fails, what is to be said)."""
    extract, asked = json.loads((root / EXTRACT).read_text()), packages(root)
    found = list(known(extract, asked))
    unasked = sorted(f"{place}:{name}" for place, name, _version in asked if f"{place}:{name}" not in extract["asked"])
    age = (today - date.fromisoformat(extract["dated"])).days
    said = [f"Advisories: {len(asked)} packages compared with an extract of {extract['dated']} ({extract['source']})."]
    said += [f"It is {age} days old: what was published since is NOT known from it."] * (age > OLD)
    said += [f"It was not asked about: {', '.join(unasked)}."] * bool(unasked)
    try:
        found += ask(service, asked) if service else []
        said.append(f"{service} was asked now." if service else "Nobody was asked over the network.")
    except (OSError, ValueError, KeyError, TypeError) as error:
        said.append(f"{service} could NOT be asked ({type(error).__name__}): newer advisories are unknown, not absent.")
    may, wrong = accepted(root, today)
    failing = sorted({f"{name} {version}: {advisory}" for (_place, name, version), advisory in found if (name, advisory) not in may})
    said.append(f"{len(failing)} known and not accepted.")
    return [*failing, *wrong], said


# --- writing the extract -------------------------------------------------------------------------------------------


def extract_of(records: Iterable[dict[str, Any]], asked: Iterable[Package], dated: date, source: str) -> dict[str, Any]:
    """The extract about some packages, of records in the format of OSV."""
    keys = sorted({f"{place}:{name}" for place, name, _version in asked})
    advisories: dict[str, dict[str, Any]] = {key: {} for key in keys}
    for record in records:
        if "withdrawn" not in record:
            for affected in record.get("affected", ()):
                place, name = affected["package"]["ecosystem"], affected["package"]["name"]
                key = f"{place}:{canonicalize_name(name) if place == 'PyPI' else name}"
                if key in advisories:
                    advisories[key][record["id"]] = _short(record, affected)
    told = {key: [found[id_] for id_ in sorted(found)] for key, found in advisories.items() if found}
    return {"dated": dated.isoformat(), "source": source, "asked": keys, "advisories": told}


def _short(record: dict[str, Any], affected: dict[str, Any]) -> dict[str, Any]:
    ranges = [bounds for item in affected.get("ranges", ()) if item["type"] != "GIT" for bounds in _bounds(item["events"])]
    short = {"id": record["id"], "aliases": sorted(record.get("aliases", ())), "ranges": ranges}
    return short if ranges else short | {"versions": sorted(map(str, affected.get("versions", ())))}


def _bounds(events: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    opened: dict[str, str] | None = None
    for event in events:
        if "introduced" in event:
            if opened:
                yield opened
            opened = {"introduced": str(event["introduced"])}
        elif opened:
            yield opened | {key: str(event[key]) for key in ("fixed", "last_affected") if key in event}
            opened = None
    if opened:
        yield opened


def from_folder(folder: Path, asked: Iterable[Package]) -> Iterator[dict[str, Any]]:
    """Records about packages of PyPI in a copy of the database: a folder for each package."""
    for place, name, _version in asked:
        for file in sorted((folder / name).glob("*.yaml")) if place == "PyPI" else ():
            yield yaml.safe_load(file.read_text(encoding="utf-8"))


def from_service(service: str, asked: Iterable[Package]) -> Iterator[dict[str, Any]]:
    """Records of all versions of each package, from OSV."""
    for place, name, _version in asked:
        question: dict[str, Any] = {"package": {"ecosystem": place, "name": name}}
        while True:
            answer = _post(f"{service}/query", question)
            yield from answer.get("vulns", ())
            if not answer.get("next_page_token"):
                break
            question |= {"page_token": answer["next_page_token"]}


def write(root: Path, folder: str, dated: str) -> None:
    """Write the extract from a folder as of a day, or from OSV as of today."""
    asked, today = packages(root), datetime.now(UTC).date()
    if folder:
        here = [package for package in asked if package[0] == "PyPI"]
        extract = extract_of(from_folder(Path(folder), here), here, date.fromisoformat(dated), "github.com/pypa/advisory-database")
    else:
        extract = extract_of(from_service(SERVICE, asked), asked, today, "osv.dev")
    (root / EXTRACT).write_text(json.dumps(extract, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(ROOT, *(sys.argv[2:] or ["", ""]))
    failing, said = report(ROOT, SERVICE, datetime.now(UTC).date())
    print("\n".join(said))
    sys.exit("\n".join(failing) or 0)
