"""The client of docs/api.md, as it stands there, against a served office."""

import re
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.serving import make_server

from admin_app.applications.models import Application
from admin_app.centres.models import Centre
from admin_app.foundation.database import db
from tests.factories.clients import SIGNING, make_client, make_key
from tests.factories.residents import id_number
from tests.foundation.storage import samples

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
LONGEST = 40


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the office answers."""
    server = make_server("127.0.0.1", 0, app, threaded=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def written_client() -> str:
    """The program of the page."""
    [found] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(found)


def office_of_the_page() -> Any:
    names: dict[str, Any] = {}
    exec(written_client(), names)
    return names["Office"]


def test_it_has_forty_lines_at_most() -> None:
    lines = [line for line in written_client().split("\n") if line.strip()]
    assert len(lines) <= LONGEST, len(lines)


def test_it_files_a_case_with_its_papers_however_often_it_is_tried(address: str, centre: Centre) -> None:
    office = office_of_the_page()(address, make_key(make_client()), SIGNING)
    db.session.rollback()
    asked = {"reason": "damaged", "age": "40"}
    needed = [one["material"] for one in office.ask(f"/materials?{urlencode(asked)}")["materials"]]
    person = {"name": "王小明", "id_number": id_number()}
    case = {"centre": office.ask("/centres")["items"][0]["code"], "resident": person, "identity_level": 2, "reason": "damaged"}
    tries = [office.file(case, dict.fromkeys(needed, samples.jpeg()), "portal-0000000001") for _ in range(2)]
    assert tries[0] == tries[1] and tries[0]["status"] == "submitted"
    db.session.rollback()
    assert db.session.query(Application).count() == 1


def test_a_refusal_reaches_whoever_wrote_it_in_words(address: str) -> None:
    office = office_of_the_page()(address, "cdk_none", SIGNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        with pytest.raises(RuntimeError, match="urn:card-desk:problem:key_refused"):
            office.ask("/centres")
