"""A copy of everything about one resident: nothing that leads to a resident is forgotten, nothing of others is in it, the log knows."""

import json
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.centres.models import Centre
from admin_app.extracts import queries, rules
from admin_app.foundation.database import Base
from admin_app.staff.models import StaffMember
from tests.extracts.everybody import ADDRESS, MOVED, OTHERS, PHONE, copy_of, everybodys, leading_to_a_resident, made_of
from tests.factories.residents import make_resident


def forgotten(tables: dict[str, sa.Table], given: set[str]) -> set[str]:
    return leading_to_a_resident(tables) - given - set(rules.TABLES_LEFT_OUT)


def test_every_table_that_leads_to_a_resident_is_in_the_copy(app: Flask) -> None:
    given = {str(model.__tablename__) for model, _condition in queries.parts(make_resident())}
    assert forgotten(dict(Base.metadata.tables), given) == set()
    assert set(rules.TABLES_LEFT_OUT) <= leading_to_a_resident(dict(Base.metadata.tables)), "what is left out is still there"


def test_control_a_table_that_is_forgotten_is_found(app: Flask) -> None:
    planted = sa.Table("planted", sa.MetaData(), sa.Column("case_id", sa.ForeignKey(Application.__table__.c.id)))
    given = {str(model.__tablename__) for model, _condition in queries.parts(make_resident())}
    assert forgotten({**Base.metadata.tables, "planted": planted}, given) == {"planted"}


def test_the_copy_holds_what_is_known_in_clear_and_nothing_of_others(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    case = everybodys(clerk, reviewer, centre)
    answer = copy_of(sign_in("supervisor"), case.resident)
    parts = json.loads(answer.text)["parts"]
    (person,) = parts["resident"]
    assert (person["id_number"], person["phone"], person["address"]) == (case.resident.open_id_number(), PHONE, MOVED)
    assert parts["resident_correction"][0]["before"] == ADDRESS
    assert {"application", "document", "stored_file", "decision", "call", "audit_entry"} <= set(parts)
    assert "lost on the bus" in answer.text and "comes on Monday" in answer.text and "all as it should be" in answer.text
    hidden = (OTHERS, "not mine", "赵四", clerk.display_name, reviewer.display_name, "id_number_index", case.resident.id_number_index)
    assert not any(text in answer.text for text in hidden)
    assert "is_watched" not in person and "is_watched" in json.loads(answer.text)["left_out"]


def test_the_log_knows_that_it_was_made_and_why(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    case = everybodys(clerk, reviewer, centre)
    browser = sign_in("supervisor")
    public_id = case.resident.public_id
    assert browser.post(f"/residents/{public_id}/copy", data={"reason": "x"}).status_code == 422
    assert made_of(public_id) == []
    assert copy_of(browser, case.resident).status_code == 200
    (entry,) = made_of(public_id)
    assert entry.changes["records"]["application"] == 1 and PHONE not in str(entry.changes)


def test_nobody_gets_it_but_a_supervisor_of_the_whole_office(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    case = everybodys(clerk, reviewer, centre)
    for who in ("auditor", "reviewer"):
        assert copy_of(sign_in(who), case.resident).status_code == 403
    local = copy_of(sign_in("supervisor", username="local", centre=centre), case.resident)
    assert local.status_code in (403, 404) and PHONE not in local.text
