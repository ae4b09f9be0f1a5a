"""What is known against a package fails; what is not known is said, and never called safe."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.supply.advisories import ACCEPTED, EXTRACT, concerns, extract_of, from_folder, from_service, known, packages, report
from tests.supply.licences import VENDORED
from tests.supply.locks import INSTALLER, LOCKS, ROOT

TODAY = date(2026, 11, 29)
OLD_JINJA = ("PyPI", "jinja2", "2.10")
CLOSED = "http://127.0.0.1:1"
"""Where nobody answers."""


def copied(folder: Path, jinja: str = "3.1.6") -> Path:
    """What the check reads, with some version of one package."""
    for name in (EXTRACT, ACCEPTED, VENDORED, *LOCKS.values(), INSTALLER):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text((ROOT / name).read_text().replace("\njinja2==3.1.6", f"\njinja2=={jinja}"))
    return folder


@contextmanager
def service(answer: Callable[[str, Any], Any]) -> Iterator[str]:
    """A service that answers each question with `answer(path, question)`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(answer(self.path, question)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Nothing on the screen."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_nothing_is_known_against_what_is_pinned() -> None:
    failing, said = report(ROOT, "", TODAY)
    assert failing == [], said


def test_control_a_version_with_a_known_advisory_fails(tmp_path: Path) -> None:
    failing, said = report(copied(tmp_path, jinja="2.10"), "", TODAY)
    assert failing and all(line.startswith("jinja2 2.10: PYSEC-") for line in failing)
    assert said[-1] == f"{len(failing)} known and not accepted."


def test_where_the_network_is_closed_it_is_said_and_nothing_is_called_safe(tmp_path: Path) -> None:
    failing, said = report(copied(tmp_path), CLOSED, TODAY)
    text = " ".join(said)
    assert failing == []
    assert "could NOT be asked" in text and "unknown, not absent" in text
    assert "NOT known" in text, "an extract that old must be called old"
    assert "npm:htmx.org" in text, "what the extract was not asked about is named"


def test_a_package_that_the_extract_was_never_asked_about_is_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    lock = folder / "supply/run.lock"
    lock.write_text(lock.read_text() + "parcel-sample==1.0 --hash=sha256:" + 64 * "0" + "\n")
    assert any("PyPI:parcel-sample" in line for line in report(folder, "", TODAY)[1])


def test_what_the_service_knows_today_fails(tmp_path: Path) -> None:
    def answer(_path: str, question: Any) -> Any:
        return {"results": [{"vulns": [{"id": "X-1"}]} if item["package"]["name"] == "segno" else {} for item in question["queries"]]}

    with service(answer) as address:
        failing, said = report(copied(tmp_path), address, TODAY)
    assert [line for line in failing if line.startswith("segno ") and line.endswith(": X-1")] == failing != []
    assert f"{address} was asked now." in said


@pytest.mark.parametrize(
    "answer", [{"results": []}, {"message": "busy"}, [], {"results": None}], ids=["short", "no results", "a list", "null"]
)
def test_an_answer_that_does_not_cover_everything_is_no_answer(answer: Any, tmp_path: Path) -> None:
    with service(lambda _path, _question: answer) as address:
        said = report(copied(tmp_path), address, TODAY)[1]
    assert any("could NOT be asked" in line for line in said)


@pytest.mark.parametrize(
    ("until", "reason", "fails"),
    [("2027-01-01", "Sandboxed templates are not used.", 0), ("2026-11-28", "Sandboxed templates are not used.", 1), ("2027-01-01", "", 1)],
    ids=["accepted", "too late", "no reason"],
)
def test_an_advisory_is_accepted_with_a_reason_up_to_a_day(until: str, reason: str, fails: int, tmp_path: Path) -> None:
    folder = copied(tmp_path, jinja="2.10")
    lines = [
        f'[[accepted]]\npackage = "jinja2"\nid = "{id_}"\nuntil = {until}\nreason = "{reason}"\n'
        for _package, id_ in known(json.loads((folder / EXTRACT).read_text()), [OLD_JINJA])
    ]
    assert lines
    (folder / ACCEPTED).write_text("".join(lines))
    assert bool(report(folder, "", TODAY)[0]) is bool(fails)


@pytest.mark.parametrize(
    ("version", "answer"), [("1.0", False), ("2.0", True), ("2.4", True), ("2.5", False), ("3.1", True), ("4.0", True), ("odd", True)]
)
def test_a_version_is_concerned_within_the_bounds(version: str, answer: bool) -> None:
    assert concerns({"ranges": [{"introduced": "2.0", "fixed": "2.5"}, {"introduced": "3.0"}]}, version) is answer


def test_an_extract_keeps_bounds_lists_and_last_versions_and_leaves_out_what_was_withdrawn() -> None:
    def record(id_: str, **affected: Any) -> dict[str, Any]:
        return {"id": id_, "affected": [{"package": {"ecosystem": "PyPI", "name": "Some_Thing"}, **affected}]}

    bounds = [{"introduced": "0"}, {"fixed": "1"}, {"introduced": "2"}, {"last_affected": "3"}, {"introduced": "5"}]
    records = [
        record("A", ranges=[{"type": "ECOSYSTEM", "events": bounds}, {"type": "GIT", "events": [{"introduced": "0"}]}]),
        record("B", versions=["1.5"]),
        record("C", versions=["1.5"]) | {"withdrawn": "2026-01-01"},
    ]
    made = extract_of(records, [("PyPI", "some-thing", "1")], TODAY, "here")
    told = made["advisories"]["PyPI:some-thing"]
    assert [item["id"] for item in told] == ["A", "B"]
    assert told[0]["ranges"] == [{"introduced": "0", "fixed": "1"}, {"introduced": "2", "last_affected": "3"}, {"introduced": "5"}]
    assert [id_ for _package, id_ in known(made, [("PyPI", "some-thing", "1.5")])] == ["B"]
    assert made["asked"] == ["PyPI:some-thing"] and made["dated"] == "2026-11-29"


def test_records_come_from_a_folder_and_from_the_service_page_by_page(tmp_path: Path) -> None:
    (tmp_path / "segno").mkdir()
    (tmp_path / "segno/X-1.yaml").write_text("id: X-1\n")
    assert list(from_folder(tmp_path, [("PyPI", "segno", "1"), ("PyPI", "rich", "1")])) == [{"id": "X-1"}]
    pages = {None: {"vulns": [{"id": "A"}], "next_page_token": "more"}, "more": {"vulns": [{"id": "B"}]}}
    with service(lambda _path, question: pages[question.get("page_token")]) as address:
        assert [record["id"] for record in from_service(address, [("PyPI", "segno", "1")])] == ["A", "B"]


def test_everything_that_is_installed_or_shipped_is_asked_about() -> None:
    asked = packages(ROOT)
    assert len(asked) > 130
    assert {("PyPI", "flask", "3.1.3"), ("npm", "htmx.org", "4.0.1")} <= {*asked}
