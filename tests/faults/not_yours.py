"""What belongs to others answers as what is not there: the same status, the same words, the same time."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Flask

from admin_app.centres.models import Centre
from admin_app.foundation.database import db
from tests.factories.staff import PASSWORD, make_staff
from tests.faults.furnished import FullOffice
from tests.routes import EXAMPLES, Route, routes

PARAMETER = re.compile(r"<(public_id|reference|document_id|code|username)>")
CHANGING = r'"(?:csrf_token|form_page)" value="[^"]+"|\b\d{4}-\d{4}-\d{4}\b'
"""What is another one each time a page is drawn."""
People = Mapping[str, Any]
"""Letter of the role -> browser of somebody who works elsewhere."""


def objects(route: Route, most: int) -> list[str]:
    """Ids of the route's records."""
    (name,) = PARAMETER.findall(route.rule)
    starts = [start for start, parameter in EXAMPLES if parameter == name and route.rule.startswith(start)]
    example = EXAMPLES[max(starts, key=len), name] if starts else None
    if example is None or isinstance(example, str):
        return []
    ids = list(dict.fromkeys(map(str, db.session.scalars(example.order_by(None).limit(None)))))
    return ids[:: max(1, len(ids) // most)][:most]


def absent(like: str) -> str:
    """An id of the same kind that nobody has."""
    if re.fullmatch(r"[0-9a-f]{32}", like):
        return secrets.token_hex(16)
    return re.sub(r"\d+$", lambda digits: "9" * len(digits[0]), like) if like[-1:].isdigit() else f"{like[:-1]}zz"


def words(answer: Any, id_: str) -> str:
    """What an answer says, without the id that was asked for, the token of its forms and the number of the request."""
    return re.sub(rf"{CHANGING}|(?<![\w-]){re.escape(id_)}(?![\w-])", "", str(answer.text))


def asked(browser: Any, route: Route, id_: str) -> Any:
    """The answer about that record."""
    return browser.get(re.sub(r"<number>", "1", PARAMETER.sub(id_, route.rule)))


def routes_of_records(app: Flask) -> list[Route]:
    """Routes that show one record."""
    return [route for route in routes(app) if route.method == "GET" and len(PARAMETER.findall(route.rule)) == 1]


def told_apart(app: Flask, people: People, most: int, only: str = "") -> tuple[int, list[tuple[str, str, int, int]]]:
    """How many records of others were asked for, and (role, route, status, status of nothing) where the answer gives them away."""
    count, found = 0, []
    for route in routes_of_records(app):
        if only not in ("", route.rule):
            continue
        for id_ in objects(route, most):
            for letter in sorted(set(people) & set(route.declared)):
                theirs = asked(people[letter], route, id_)
                if theirs.status_code not in (403, 404):
                    continue  # one of those that everybody may see
                nothing = absent(id_)
                missing = asked(people[letter], route, nothing)
                count += 1
                if (words(theirs, id_), theirs.status_code) != (words(missing, nothing), 404):
                    found.append((letter, route.rule, theirs.status_code, missing.status_code))
    return count, found


def strangers(office: FullOffice) -> dict[str, Any]:
    """People of another centre, which has no case: a clerk and a supervisor, signed in."""
    centre = db.session.scalars(sa.select(Centre).where(Centre.code == "BJ")).one()
    for role in ("intake_clerk", "supervisor"):
        make_staff(role, username=f"x-{role[0]}", centre=centre, name_zh="")
    browsers = {letter: office.app.test_client() for letter in "is"}
    for letter, browser in browsers.items():
        assert browser.post("/sign-in", data={"username": f"x-{letter}", "password": PASSWORD}).status_code == 302
    return browsers
