"""Migrations: numbered and linear, up from nothing, down and up again with a whole demo office in the tables."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory

import admin_app
from admin_app.applications.models import Application
from admin_app.demo import operations as demo
from admin_app.foundation.database import db, metadata, transaction
from admin_app.residents.rules import latin_of
from admin_app.staff.models import StaffMember
from tests.factories.centres import make_centre
from tests.factories.residents import id_number, make_resident
from tests.migrations.old_statements import BREAKS, broken_by

FOLDER = Path(admin_app.__file__).parent / "migrations"
FILES = sorted((FOLDER / "versions").glob("*.py"))
FRAMEWORK_TABLES = {"ab_user", "ab_role", "ab_permission", "ab_view_menu", "ab_permission_view", "ab_user_role"}


def tables() -> set[str]:
    db.session.rollback()
    return set(sa.inspect(db.engine).get_table_names())


def counts() -> dict[str, int]:
    """Rows of each table of the casework and the log."""
    db.session.rollback()
    names = ("resident", "application", "document", "decision", "card", "parcel", "audit_entry", "ab_user", "centre")
    return {name: db.session.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def test_revisions_are_numbered_and_each_follows_the_one_before():
    chain = list(ScriptDirectory(str(FOLDER)).walk_revisions())[::-1]
    assert [revision.revision for revision in chain] == [file.stem for file in FILES]
    assert [revision.revision[:4] for revision in chain] == [f"{number:04}" for number in range(1, len(FILES) + 1)]
    assert [revision.down_revision for revision in chain] == [None, *(revision.revision for revision in chain[:-1])]


def test_the_tables_of_the_framework_are_ours_to_migrate(app):
    assert tables() >= FRAMEWORK_TABLES
    assert tables() == set(metadata.tables) | {"alembic_version"}


def test_the_models_are_what_the_migrations_make(app):
    flask_migrate.check()


def test_up_from_nothing_and_down_to_nothing(empty_app):
    flask_migrate.upgrade()
    assert set(metadata.tables) <= tables()
    flask_migrate.downgrade(revision="base")
    assert tables() <= {"alembic_version"}


def test_every_step_goes_down_and_up_again_with_rows_in_the_tables(empty_app):
    flask_migrate.upgrade()
    demo.load(8, seed=3, report=lambda _stage, _done, _total: None)
    before = counts()
    assert all(before.values()), before
    for file in FILES[:0:-1]:
        db.session.remove()
        flask_migrate.downgrade(revision="-1")
        assert counts() == before, file.stem
    for file in FILES[1:]:
        db.session.remove()
        step = partial(flask_migrate.upgrade, revision="+1")
        if file is FILES[-1]:
            assert not broken_by(step) or file.stem in BREAKS, "code of the revision before meets these tables"
        else:
            step()
        assert counts() == before, file.stem
    codes = db.session.scalars(sa.text("SELECT code FROM reason_code")).all()
    assert len(codes) == len(set(codes)) == 30


def test_a_full_database_goes_down_to_nothing_and_up_again(empty_app):
    flask_migrate.upgrade()
    demo.load(4, seed=3, report=lambda _stage, _done, _total: None)
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    assert counts()["application"] == 0


def closed_materials() -> dict[int, list[str] | None]:
    """What each application keeps as its materials."""
    db.session.rollback()
    return dict(map(tuple, db.session.execute(sa.select(Application.id, Application.closed_materials))))


def one_step(direction: Callable[..., None]) -> None:
    """Between the table of materials and the office before it had one."""
    db.session.remove()
    direction(revision={flask_migrate.downgrade: "0003_reference_data", flask_migrate.upgrade: "0004_material_rules"}[direction])


def test_closed_cases_get_the_materials_that_they_were_decided_by(empty_app):
    flask_migrate.upgrade()
    demo.load(60, seed=3, report=lambda _stage, _done, _total: None)
    told = closed_materials()
    assert {materials is None for materials in told.values()} == {True, False}
    one_step(flask_migrate.downgrade)
    one_step(flask_migrate.upgrade)
    assert closed_materials() == told


AGES = (
    ("2019-11-27", "2026-11-26", False),
    ("2019-11-27", "2026-11-27", True),
    ("2020-02-29", "2027-02-28", False),
    ("2020-02-29", "2027-03-01", True),
    ("2019-12-31", "2027-01-01", True),
)
"""Day of birth, day of receipt, whether the person was seven by then."""


def test_the_age_of_a_closed_case_is_counted_to_the_day(empty_app):
    flask_migrate.upgrade()
    demo.load(20, seed=3, report=lambda _stage, _done, _total: None)
    with transaction() as session:
        cases = session.scalars(sa.select(Application).where(Application.status == "approved").limit(len(AGES))).all()
        for case, (born, received, _needs_photo) in zip(cases, AGES, strict=True):
            case.received_on = date.fromisoformat(received)
            case.resident.seal_id_number(id_number(date.fromisoformat(born)))
        numbers = [case.id for case in cases]
    one_step(flask_migrate.downgrade)
    one_step(flask_migrate.upgrade)
    kept = closed_materials()
    assert ["photo" in kept[number] for number in numbers] == [needs_photo for _born, _received, needs_photo in AGES]


def test_going_down_takes_the_table_of_materials_away(empty_app):
    flask_migrate.upgrade()
    one_step(flask_migrate.downgrade)
    assert "material_rule" not in tables()
    one_step(flask_migrate.upgrade)
    assert db.session.scalar(sa.text("SELECT count(*) FROM material_rule")) == 10


def test_going_down_a_closed_case_keeps_what_it_asked_for_first_and_the_desk_before_reads_it(empty_app):
    flask_migrate.upgrade()
    demo.load(20, seed=3, report=lambda _stage, _done, _total: None)
    with transaction() as session:
        case = session.scalars(sa.select(Application).where(Application.status == "approved").limit(1)).one()
        case.closed_materials, number = ["household_register|photo", "photo|old_card", "id_copy|household_register"], case.id
    told = closed_materials()
    db.session.remove()
    flask_migrate.downgrade(revision="0043_where_a_card_goes")
    assert closed_materials() == told | {number: ["id_copy", "photo"]}
    db.session.remove()  # what it read would hold up the way back, which changes the same table
    flask_migrate.upgrade()


def second_decisions(direction: Callable[..., None]) -> None:
    """One step between the office in which one person decides and the one in which a table may ask for two."""
    db.session.remove()
    place = {flask_migrate.downgrade: "0022_moves", flask_migrate.upgrade: "0023_second_decisions"}
    direction(revision=place[direction])


def test_what_waits_for_a_second_person_goes_back_to_the_first_and_nothing_is_lost(empty_app):
    flask_migrate.upgrade()
    demo.load(60, seed=3, report=lambda _stage, _done, _total: None)
    with transaction() as session:
        case = session.scalars(sa.select(Application).where(Application.status == "submitted")).first()
        first = next(one for one in session.scalars(sa.select(StaffMember)) if one.id != case.taken_by_id)
        recommended = {"status": "recommended", "recommended_by_id": first.id, "recommendation": "approve"}
        for values in ({"status": "in_review"}, recommended):
            session.execute(sa.update(Application).where(Application.id == case.id).values(**values))
        number, who = case.id, first.id
    before = counts()
    second_decisions(flask_migrate.downgrade)
    assert "recommendation" not in tables() and counts() == before
    kept = sa.text("SELECT status, owner_id FROM application WHERE id = :id")
    assert tuple(db.session.execute(kept, {"id": number}).one()) == ("in_review", who)
    assert db.session.scalar(sa.text("SELECT count(*) FROM application WHERE status = 'recommended'")) == 0
    second_decisions(flask_migrate.upgrade)
    assert counts() == before
    found = sa.text("SELECT count(*) FROM application WHERE recommended_by_id IS NOT NULL OR is_sampled IS NOT NULL")
    assert db.session.scalar(found) == 0, "existing cases were neither recommended nor drawn"


def keys_of_names() -> set[tuple[int, str]]:
    db.session.rollback()
    return set(map(tuple, db.session.execute(sa.text("SELECT resident_id, key FROM resident_name"))))


def test_people_are_found_by_each_part_of_their_names_also_those_who_were_there_before(empty_app):
    flask_migrate.upgrade()
    people = {name: make_resident(name, latin_of(name)).id for name in ("艾合买提·买买提", "محمد بن سلمان", "Ann O'Connor", "王龑")}
    told = keys_of_names()
    db.session.remove()
    flask_migrate.downgrade(revision="0035_confirmed_numbers")
    gone = {(people["艾合买提·买买提"], "买买提"), (people["محمد بن سلمان"], "بنسلمان"), (people["محمد بن سلمان"], "سلمان")}
    assert keys_of_names() == told - gone
    db.session.remove()
    flask_migrate.upgrade()
    assert keys_of_names() == told > gone


def test_whoever_made_a_report_formal_is_read_from_the_log(empty_app):
    flask_migrate.upgrade()
    demo.load(60, seed=3, report=lambda _stage, _done, _total: None)
    known = sa.text("SELECT id, formal_by_id FROM loss_report WHERE formal_at IS NOT NULL ORDER BY id")
    told = db.session.execute(known).all()
    assert told and all(who is not None for _number, who in told)
    second_decisions(flask_migrate.downgrade)
    second_decisions(flask_migrate.upgrade)
    assert db.session.execute(known).all() == told
    assert db.session.scalar(sa.text("SELECT count(*) FROM loss_report WHERE formal_at IS NULL AND formal_by_id IS NOT NULL")) == 0


def test_a_centre_whose_place_nobody_knows_goes_down_and_up_again(empty_app):
    flask_migrate.upgrade()
    make_centre("KNOWN")
    make_centre("UNKNOWN", latitude=None, longitude=None)
    places = sa.text("SELECT code, latitude, longitude FROM centre ORDER BY code")
    db.session.remove()
    flask_migrate.downgrade(revision="0036_parts_of_names")
    assert [tuple(row) for row in db.session.execute(places)] == [("KNOWN", 30.27, 120.13), ("UNKNOWN", 0, 0)]
    db.session.remove()
    flask_migrate.upgrade()
    make_centre("LATER", latitude=None, longitude=None)
    assert {row.code for row in db.session.execute(places) if row.latitude is None} == {"LATER"}
