"""Materials per reason: what the table says, how cases follow it, and what it may not become."""

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from admin_app.applications import queries, rules
from admin_app.applications.models import MaterialRule
from admin_app.applications.operations import decisions, intake
from admin_app.applications.queries import materials
from admin_app.applications.queries.receipt import receipt_row
from admin_app.applications.rules import Applicant, Channel, Facts, Material, Reason, Requirement, required_materials
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application, make_document, make_material_rule, make_ready_case
from tests.factories.residents import make_resident

LOST = Facts("lost", "self", "counter", 30)
ANY = frozenset(Reason)


def change(material: str, **values: object) -> None:
    """What a supervisor does on the screen, without its checks."""
    with transaction() as session:
        session.execute(sa.update(MaterialRule).where(MaterialRule.material == material).values(**values))


def test_a_line_holds_for_its_reasons_only() -> None:
    line = Requirement(Material.OLD_CARD, frozenset({Reason.DAMAGED}))
    assert [line.applies(dataclasses.replace(LOST, reason=reason)) for reason in ("damaged", "lost")] == [True, False]


@pytest.mark.parametrize(
    ("conditions", "change", "applies"),
    [
        ({}, {}, True),
        ({"applicant": "proxy"}, {"applicant": "proxy"}, True),
        ({"applicant": "proxy"}, {"applicant": "self"}, False),
        ({"channel": "online"}, {"channel": "online"}, True),
        ({"channel": "online"}, {"channel": "counter"}, False),
        ({"age_from": 7}, {"age": 6}, False),
        ({"age_from": 7}, {"age": 7}, True),
        ({"age_below": 16}, {"age": 15}, True),
        ({"age_below": 16}, {"age": 16}, False),
        ({"age_from": 0, "age_below": 1}, {"age": 0}, True),
        ({"applicant": "proxy", "channel": "online"}, {"applicant": "proxy", "channel": "counter"}, False),
    ],
)
def test_a_line_holds_where_every_condition_does(conditions: dict[str, object], change: dict[str, object], applies: bool) -> None:
    line = Requirement(Material.PHOTO, ANY, **conditions)  # type: ignore[arg-type]
    assert line.applies(dataclasses.replace(LOST, **change)) is applies  # type: ignore[arg-type]


def test_a_material_that_two_lines_name_is_needed_once() -> None:
    table = [Requirement(Material.PHOTO, ANY), Requirement(Material.ID_COPY, ANY), Requirement(Material.PHOTO, ANY, channel="counter")]
    assert required_materials(table, LOST) == (Material.PHOTO, Material.ID_COPY)


@pytest.mark.parametrize(
    ("table", "bare"),
    [
        ([], Facts("lost", "self", "counter", 16)),
        ([Requirement(Material.ID_COPY, ANY)], None),
        ([Requirement(Material.ID_COPY, ANY - {Reason.EXPIRED})], Facts("expired", "self", "counter", 16)),
        ([Requirement(Material.ID_COPY, ANY, age_from=7)], Facts("lost", "guardian", "counter", 0)),
        ([Requirement(Material.ID_COPY, ANY, channel="counter")], Facts("lost", "self", "online", 16)),
        ([Requirement(Material.ID_COPY, ANY, age_below=60)], Facts("lost", "self", "counter", 60)),
        # Nobody below sixteen applies in person, so nothing is missing for them.
        ([Requirement(Material.ID_COPY, ANY, age_from=16), Requirement(Material.GUARDIAN_ID, ANY, applicant="guardian")], None),
    ],
)
def test_a_case_of_which_nothing_is_asked_is_found(table: list[Requirement], bare: Facts | None) -> None:
    assert rules.without_materials(table) == bare


@pytest.mark.parametrize("applicant", list(Applicant))
@pytest.mark.parametrize("age", [3, 6, 7, 15, 16, 40])
def test_a_new_office_asks_for_what_the_program_asked_for_before(app, applicant: Applicant, age: int) -> None:  # type: ignore[no-untyped-def]
    table = materials.in_force()
    for reason in Reason:
        for channel in Channel:
            expected = [Material.ID_COPY, Material.APPLICATION_FORM]
            expected += [Material.PHOTO] if age >= 7 else []
            expected += [Material.LOSS_PROOF] if reason in ("lost", "stolen") else []
            expected += [Material.OLD_CARD] if reason not in ("lost", "stolen", "other") else []
            expected += [Material.CHANGE_PROOF] if reason == "data_changed" else []
            expected += [Material.PROXY_ID, Material.AUTHORISATION] if applicant == "proxy" else []
            expected += [Material.GUARDIAN_ID, Material.KINSHIP_PROOF] if applicant == "guardian" else []
            assert required_materials(table, Facts(reason, applicant, channel, age)) == tuple(expected)


def test_an_open_case_follows_the_table(clerk: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre)
    change("application_form", is_active=False)
    make_material_rule("kinship_proof", sort=1)
    assert queries.materials_of(case) == (Material.KINSHIP_PROOF, Material.ID_COPY, Material.PHOTO, Material.OLD_CARD)


def test_a_closed_case_keeps_what_it_needed(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    needed = queries.materials_of(case)
    with transaction():
        decisions.approve(case, by=reviewer)
    change("application_form", is_active=False)
    make_material_rule("kinship_proof")
    assert queries.materials_of(case) == needed
    assert all(line.state == "accepted" for line in queries.checklist(case))


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_every_way_to_close_a_case_keeps_them(clerk: StaffMember, reviewer: StaffMember, centre: Centre, verb: str) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    needed = queries.materials_of(case)
    with transaction():
        if verb == "reject":
            decisions.reject(case, by=reviewer, reasons=["not_entitled"])
        else:
            intake.withdraw(case, version=case.version, reason="found it", by=clerk)
    assert case.closed_materials == [str(material) for material in needed]


def test_a_reopened_case_follows_the_table_again(clerk: StaffMember, reviewer: StaffMember, make_staff, centre: Centre) -> None:  # type: ignore[no-untyped-def]
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    change("old_card", is_active=False)
    supervisor = make_staff("supervisor")
    with transaction():
        decisions.reopen(case, by=supervisor, reason="new proof")
    assert case.closed_materials is None
    assert Material.OLD_CARD not in queries.materials_of(case)


def test_what_is_asked_for_later_stops_the_approval_of_an_open_case(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    make_material_rule("kinship_proof")
    with pytest.raises(decisions.NotReady) as refused, transaction():
        decisions.approve(case, by=reviewer)
    assert [missing.code for missing in refused.value.missing] == ["kinship_proof_absent"]


@pytest.mark.parametrize("reason", ["lost", "stolen"])
def test_no_table_lifts_the_need_of_a_formal_loss_report(clerk: StaffMember, reviewer: StaffMember, centre: Centre, reason: str) -> None:
    change("loss_proof", is_active=False)
    case = make_application(clerk, centre, reason=reason, **held_by(reviewer))
    for material in queries.materials_of(case):
        make_document(case, material, "accepted")
    with pytest.raises(decisions.NotReady) as refused, transaction():
        decisions.approve(case, by=reviewer)
    assert [missing.code for missing in refused.value.missing] == ["loss_report_absent"]


def test_a_receipt_reads_the_table_once(clerk: StaffMember, centre: Centre, count_statements) -> None:  # type: ignore[no-untyped-def]
    case = make_application(clerk, centre)
    with count_statements() as statements:
        receipt_row(case, by=clerk)
    assert len([text for text in statements if "FROM material_rule" in text]) == 1


def test_a_closed_case_does_not_read_the_table(clerk: StaffMember, centre: Centre, count_statements) -> None:  # type: ignore[no-untyped-def]
    case = make_application(clerk, centre, status="approved", is_open=False, closed_materials=["photo"])
    with count_statements() as statements:
        assert queries.materials_of(case) == (Material.PHOTO,)
    assert [text for text in statements if "material_rule" in text] == []


@pytest.mark.parametrize(
    "values",
    [
        {"material": "passport"},
        {"applicant": "neighbour"},
        {"channel": "fax"},
        {"age_from": 16, "age_below": 16},
    ],
)
def test_the_database_refuses_a_line_that_cannot_be(app, values: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    make_material_rule("photo", age_from=15, age_below=16)
    with pytest.raises(IntegrityError):
        make_material_rule(**({"material": "photo", "reasons": ["lost"]} | values))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MaterialRule)) == 11


CHILD = Facts("damaged", "guardian", "counter", 8)


@pytest.mark.parametrize(("age", "instead"), [(8, "household_register"), (15, "household_register"), (16, None), (40, None)])
def test_the_household_register_stands_in_for_the_id_card_of_a_child(age: int, instead: str | None) -> None:
    table = [Requirement(Material.ID_COPY, ANY, instead="household_register", instead_below=16)]
    assert rules.needs(table, dataclasses.replace(CHILD, age=age)) == (rules.Need(Material.ID_COPY, instead and Material(instead)),)


@pytest.mark.parametrize("code", ["id_copy", "id_copy|household_register"])
def test_a_need_is_read_as_it_was_written(code: str) -> None:
    assert rules.need_of(code).code == code


def child_case(clerk: StaffMember, centre: Centre) -> Any:
    """A draft for a child of eight."""
    resident = make_resident(born=clock.today().replace(year=clock.today().year - 8, day=1))
    return make_application(clerk, centre, resident, status="draft", is_open=False, applicant="guardian", reason="damaged")


def test_either_of_the_two_is_enough_and_neither_is_missing(clerk: StaffMember, centre: Centre) -> None:
    case = child_case(clerk, centre)
    lines = queries.checklist(case)
    assert (lines[0].need.code, lines[0].state) == ("id_copy|household_register", "absent")
    assert "ID card or Household register: no document" in [str(one.text) for one in queries.what_is_missing(case, lines)]
    make_document(case, "household_register")
    db.session.refresh(case)
    lines = queries.checklist(case)
    assert lines[0].state == "pending" and [line.material for line in lines].count(Material.HOUSEHOLD_REGISTER) == 0
    assert Material.ID_COPY not in [line.material for line in lines if line.state == "absent"]
    row = receipt_row(case, by=clerk.actor)
    assert "Household register" in row.handed_in and not any("ID card (both" in one for one in row.missing)


def test_a_closed_case_keeps_what_could_stand_in(clerk: StaffMember, centre: Centre) -> None:
    case = child_case(clerk, centre)
    with transaction():
        intake.withdraw(case, version=case.version, reason="found it again", by=clerk)
    assert case.closed_materials[0] == "id_copy|household_register"
    change("id_copy", instead="", instead_below=None)
    assert queries.checklist(case)[0].need.code == "id_copy|household_register"
