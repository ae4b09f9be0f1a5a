"""Two hundred hostile names of files: none becomes a path, and the header of a download is exact for each."""

import itertools
import re
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.operations import documents, intake
from admin_app.applications.operations.details import CaseDetails
from admin_app.foundation import settings
from admin_app.foundation.database import transaction
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.limits import NAME_LENGTH
from admin_app.foundation.storage.names import clean_name
from admin_app.staff.models import StaffMember
from admin_app.web.files import disposition
from tests.factories.residents import register
from tests.foundation.storage import samples

STEMS = (
    "../../../etc/cron.d/x", "..\\..\\..\\windows\\x", "/etc/passwd", "C:\\boot.ini", "\\\\host\\share\\x", "....//....//x", "%2e%2e%2fx",
    "..%c0%afx", "CON", "NUL.jpg", "COM1", "aux.pdf", "x:stream", ".htaccess", ".", "..", "-rf", "|id", "$(id)", "`id`", "x;id",
    "a\r\nSet-Cookie: a=b", "a\nContent-Length: 0", "\x00.jpg", "a\x00b", "\u202egpj.exe", "\u2066x\u2069", "\ufeffx", 'a"; filename="b',
    "a'b", "a%00.jpg", '身份证"正面', "é\u0301", "🪪", "\ud800x", "x" * 4096, "字" * 2000, "   ", "\t", "<script>alert(1)</script>",
)  # fmt: skip
ENDS = ("", ".jpg", ".php.jpg", ".jpg\x00.exe", "/")
HOSTILE = [stem + end for stem, end in itertools.product(STEMS, ENDS)]
HEADER = re.compile(r"""(?:inline|attachment); filename="[^"\\\r\n\x00-\x1f\x7f-\uffff]+"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+""")
"""What RFC 6266 allows, both forms given."""


def test_two_hundred_names_lose_every_path_and_every_control_character() -> None:
    assert len({*HOSTILE}) == 200
    for given in HOSTILE:
        shown = clean_name(given)
        assert 0 < len(shown) <= NAME_LENGTH, given
        assert not re.search(r"[/\\\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown), given
        assert shown not in {".", ".."}, given


def test_the_header_of_a_download_is_exact_for_each() -> None:
    for given in HOSTILE:
        header = disposition("attachment", clean_name(given))
        assert HEADER.fullmatch(header), header
        assert urllib.parse.unquote(header.partition("UTF-8''")[2]) == clean_name(given)


TWO_WAYS = {
    "two names": 'inline; filename="a"; filename="b"; filename*=UTF-8\'\'a',
    "two lines": "inline; filename=\"a\r\nb\"; filename*=UTF-8''a",
    "no quotes": "inline; filename=a",
    "not ASCII": "inline; filename=\"身\"; filename*=UTF-8''a",
    "a blank": "inline; filename=\"a\"; filename*=UTF-8''a b",
    "an escape": 'inline; filename="a\\"b"; filename*=UTF-8\'\'a',
}


@pytest.mark.parametrize("kind", TWO_WAYS)
def test_control_a_header_that_can_be_read_in_two_ways_is_found(kind: str) -> None:
    assert not HEADER.fullmatch(TWO_WAYS[kind])


def files(folder: Path) -> set[Path]:
    """Every file below a folder but those of the database."""
    return {path for path in folder.rglob("*") if path.is_file() and ".db" not in path.name}


def test_they_write_nothing_outside_the_store(app: Flask, clerk: StaffMember, sign_in: Callable[..., FlaskClient]) -> None:
    instance, resident, browser = settings.current().instance, register(clerk), sign_in(clerk)
    before, picture = files(instance.parent), samples.jpeg(20, 20)
    with transaction():
        case = intake.take_in(resident, CaseDetails("counter", "damaged", delivery="collect"), by=clerk)
    for given in HOSTILE[::25]:
        ready = storage.prepare(picture, given)
        with transaction():
            document = documents.add(case, "id_copy", ready, by=clerk)
        answer = browser.get(f"/documents/{document.public_id}")
        assert answer.status_code == 200 and HEADER.fullmatch(answer.headers["Content-Disposition"])
    added = files(instance.parent) - before
    assert added, "the same picture lies somewhere"
    assert [path for path in added if (instance / "files") not in path.parents or not re.fullmatch(r"[0-9a-f./-]+", path.name)] == []
