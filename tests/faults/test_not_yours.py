"""Records of another centre answer to its strangers as if they were not there: status and words each commit, time as a proof."""

import itertools
import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from admin_app.applications.models import Application
from admin_app.foundation.database import db
from admin_app.foundation.errors import NotAllowed, NotFound
from tests.faults.furnished import FullOffice
from tests.faults.not_yours import People, absent, asked, objects, routes_of_records, strangers, told_apart
from tests.routes import Route

FEW, MANY, ROUNDS, A_TENTH = 2, 200, 100, 0.1
CASE = "/applications/<reference>"
Question = tuple[Any, Route, str]


@pytest.mark.parametrize("most", [FEW, pytest.param(MANY, marks=pytest.mark.proof)])
def test_a_record_of_others_answers_as_one_that_is_not_there(full_office: FullOffice, most: int) -> None:
    count, found = told_apart(full_office.app, strangers(full_office), most)
    print(f"{count} answers compared", flush=True)
    assert found == []
    assert count >= 20, "hardly any record of others was asked for"


def test_control_a_page_that_refuses_instead_is_found(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    show = full_office.app.view_functions["CaseView.show"]

    def refusing(**arguments: Any) -> Any:
        try:
            return show(**arguments)
        except NotFound:
            if db.session.scalar(sa.select(Application.id).where(Application.reference == arguments["reference"])):
                raise NotAllowed("This case belongs to another centre.") from None
            raise

    refusing.requires_permission = show.requires_permission  # type: ignore[attr-defined]
    monkeypatch.setitem(full_office.app.view_functions, "CaseView.show", refusing)
    found = told_apart(full_office.app, strangers(full_office), FEW, CASE)[1]
    assert ("i", CASE, 403, 404) in found


def answered(office: FullOffice, people: People, status: int) -> Iterator[Question]:
    """For each person and route with a record that is answered in this way: browser, route, that record."""
    for route in routes_of_records(office.app):
        for letter in sorted(set(people) & set(route.declared)):
            found = next((id_ for id_ in objects(route, MANY) if asked(people[letter], route, id_).status_code == status), None)
            if found:
                yield people[letter], route, found


def takes_another_time(question: Question) -> bool:
    """Whether the record takes a tenth longer or shorter (seconds of the processor, medians, in turns) than one that nobody has."""
    browser, route, theirs = question
    times: dict[str, list[float]] = {theirs: [], absent(theirs): []}
    for turn, id_ in itertools.product(range(ROUNDS + 1), times):
        began = time.thread_time()
        asked(browser, route, id_)
        if turn:
            times[id_].append(time.thread_time() - began)
    one, other = (statistics.median(taken) for taken in times.values())
    print(f"{route.rule}: {one * 1000:.2f} and {other * 1000:.2f} ms", flush=True)
    return not 1 - A_TENTH < one / other < 1 + A_TENTH


@pytest.mark.proof
def test_it_takes_the_same_time(full_office: FullOffice) -> None:
    questions = list(answered(full_office, strangers(full_office), 404))
    assert len(questions) >= 5
    twice = [one[1].rule for one in questions if takes_another_time(one) and takes_another_time(one)]  # chance may find one, once
    assert twice == []


@pytest.mark.proof
def test_control_a_record_that_is_shown_takes_another_time(full_office: FullOffice) -> None:
    shown = next(one for one in answered(full_office, {"i": full_office.people["i"]}, 200) if one[1].rule == CASE)
    assert takes_another_time(shown)
