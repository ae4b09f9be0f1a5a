"""Forty faults of database, store, renderer, keys and network, forced in the midst of a page: the answer shows nothing of the inside."""

import json
import re
import socket
import sqlite3
import ssl
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from PIL import Image, UnidentifiedImageError
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import exc

from reports.pdf.writer import BlockedFetch
from reports.text.characters import MissingCharacter, MissingGlyphs, UnprintableText

NUMBER, PERSON, PLACE = "11010519491231002X", "欧阳㛃㛃", "/srv/card-desk/instance/files/ab/cdef.py"
STATEMENT = f"INSERT INTO resident (id_number) VALUES ('{NUMBER}') -- {PERSON}"
INSIDE = f"{STATEMENT} in {PLACE}, line 7"
CAUSE = sqlite3.OperationalError(INSIDE)


def of_database(kind: type[exc.DBAPIError]) -> exc.DBAPIError:
    """An error of the database with statement and values."""
    return kind(STATEMENT, {"id_number": NUMBER}, CAUSE)


ERRORS: list[Exception] = [
    *map(of_database, (exc.DBAPIError, exc.InterfaceError, exc.DatabaseError, exc.DataError, exc.OperationalError, exc.IntegrityError)),
    *map(of_database, (exc.InternalError, exc.ProgrammingError, exc.NotSupportedError)),
    *(kind(INSIDE) for kind in (exc.TimeoutError, exc.ArgumentError, exc.CompileError, exc.InvalidRequestError, exc.NoResultFound)),
    *(kind(INSIDE) for kind in (exc.MultipleResultsFound, exc.PendingRollbackError, exc.ResourceClosedError, exc.UnboundExecutionError)),
    *(sqlite3.DatabaseError(INSIDE), sqlite3.IntegrityError(INSIDE)),
    *(kind(2, INSIDE, PLACE) for kind in (FileNotFoundError, PermissionError, IsADirectoryError, FileExistsError, OSError)),
    *(OSError(28, INSIDE, PLACE), OSError(5, INSIDE, PLACE), BlockingIOError(11, INSIDE), BrokenPipeError(32, INSIDE)),
    *(BlockedFetch(PLACE), MissingGlyphs([UnprintableText(NUMBER, PERSON, (MissingCharacter("\U0003106c", "U+3106C"),))])),
    *(TemplateNotFound(PLACE), TemplateSyntaxError(INSIDE, 7, PLACE, PLACE), UndefinedError(INSIDE)),
    *(InvalidTag(INSIDE), InvalidSignature(INSIDE), UnidentifiedImageError(INSIDE), Image.DecompressionBombError(INSIDE)),
    *(
        UnicodeDecodeError("utf-8", INSIDE.encode(), 0, 1, INSIDE),
        RedisConnectionError(INSIDE),
        ssl.SSLError(1, INSIDE),
        socket.gaierror(1, INSIDE),
    ),
    *(
        json.JSONDecodeError(INSIDE, INSIDE, 1),
        RecursionError(INSIDE),
        MemoryError(INSIDE),
        KeyError(INSIDE),
        TypeError(INSIDE),
        ValueError(INSIDE),
    ),
]
INTERNALS = re.compile(
    rf"Traceback|sqlalchemy|sqlite|psycopg|werkzeug|jinja|redis|INSERT|SELECT|VALUES|{NUMBER}|{PERSON}|/srv/|/admin_app/|\.py\b|line \d|"
    r"\b[A-Z]\w+(?:Error|Exception|Found|Tag|Signature|Fetch|Glyphs)\b"
)
KINDS = {"a page": {}, "a part of a page": {"HX-Request": "true"}, "a program": {"Accept": "application/problem+json"}}


def test_forty_faults_show_nothing_of_the_inside(app: Flask, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(ERRORS) >= 40
    browser, told = sign_in("reviewer"), []
    for error in ERRORS:

        def broken(error: Exception = error, **_arguments: object) -> None:
            raise error

        broken.is_public = True  # type: ignore[attr-defined]
        monkeypatch.setitem(app.view_functions, "AccountView.index", broken)
        for kind, headers in KINDS.items():
            answer = browser.get("/account/", headers=headers)
            shown = f"{answer.text} {answer.headers}"
            if answer.status_code < 500 or INTERNALS.search(shown):
                told.append((repr(error)[:60], kind, answer.status_code, INTERNALS.findall(shown)[:3]))
    assert told == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_control_a_page_that_repeats_the_error_would_be_found(error: Exception) -> None:
    assert INTERNALS.search(f"{type(error).__name__}: {error}")
