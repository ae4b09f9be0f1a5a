"""A newer index key: everybody is found all the time, nobody is registered twice, and only at the end may the older one leave."""

import ast
import base64
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

import admin_app
from admin_app.applications.queries.search import residents_with_number
from admin_app.audit.models import AuditEntry
from admin_app.backup import keys, reindexing
from admin_app.foundation import crypto, database_refusals, index_keys, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.index_keys import IndexKey
from admin_app.residents import queries
from admin_app.residents.models import Resident
from admin_app.staff import queries as staff_queries
from admin_app.staff.models import RecoveryCode, StaffMember
from admin_app.staff.operations import attempts, second_factor
from tests.apps import KEYS
from tests.factories.residents import id_number, register
from tests.factories.staff import give_second_factor

OLD, NEW = KEYS["index_key"], base64.b64encode(bytes(range(160, 192))).decode()
ROOMS = Path(admin_app.__file__).parent
WRITERS = {
    "residents/models.py": 2, "backup/reindexing.py": 1, "demo/registry.py": 2,
    "applications/operations/sample.py": 1,  # a draw is kept with its case: it is never looked for
    "intake_api/operations/once.py": 1,
    "intake_api/api/posting.py": 1,  # the id of a case; a request is known by its own row for a week, and never looked for by this
}  # fmt: skip
"""Who may make an index with the newest key alone: whoever writes it, and how often. Whoever looks asks for all of them."""
KEYED = {
    ("resident", "id_number_index"): "made anew",
    ("resident", "phone_index"): "made anew",
    ("recovery_code", "code_key"): "named with its key; dropped or replaced",
    ("sign_in_attempt", "account_key"): "lives for minutes",
    ("sign_in_attempt", "address_key"): "lives for minutes",
    ("sign_in_attempt", "device_key"): "lives for minutes",
    ("look_up_attempt", "case_key"): "lives for a day",
    ("look_up_attempt", "address_key"): "lives for a day",
    ("code_request", "pair_key"): "lives for a day",
    ("code_request", "address_key"): "lives for a day",
    ("code_request", "phone_key"): "lives for a day",
    ("code_request", "code_key"): "lives for a day",
}
NOT_KEYED = {("job", "dedupe_key"), ("passkey", "public_key"), ("resident_name", "key"), ("unsent_form", "form_key")}
"""Columns that are called so and hold no blind index."""


@pytest.fixture
def numbers(app: Flask, clerk: StaffMember) -> Iterator[dict[str, str]]:
    """ID number -> phone of the people of a small office."""
    index_keys.problem()
    known = {}
    for place in range(7):
        number, phone = id_number(), f"1390000{place:04d}"
        register(clerk, number=number, phone=phone)
        known[number] = phone
    yield known
    settings.current().index_key = SecretStr(OLD)


def use(*ring: str) -> None:
    """Start again with these keys."""
    settings.current().index_key = SecretStr(",".join(ring))


def typed(app: Flask, *line: str) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=line)


def not_found(numbers: dict[str, str]) -> int:
    """How many people are not found by ID number or phone, or as somebody else."""
    db.session.rollback()
    db.session.expire_all()
    wrong, clerk = 0, staff_queries.by_username("clerk")
    assert clerk is not None
    for number, phone in numbers.items():
        found = queries.by_id_number(number)
        by_phone = residents_with_number(clerk.actor, phone)
        wrong += found is None or found.open_id_number() != number or by_phone != [found]
        wrong += residents_with_number(clerk.actor, number) != [found]
    db.session.rollback()
    return wrong


def people() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Resident)) or 0


def under_old_key() -> int:
    """How many residents stand under the old key."""
    db.session.rollback()
    ring, rows = crypto.parse_ring(KEYS["data_keys"], OLD), db.session.scalars(sa.select(Resident)).all()
    return sum(ring.blind_index("id_number", row.open_id_number()) == row.id_number_index for row in rows)


def test_whoever_looks_asks_for_every_key() -> None:
    calls = {
        str(file.relative_to(ROOMS)): found
        for file in ROOMS.rglob("*.py")
        if (found := sum(isinstance(n, ast.Attribute) and n.attr == "blind_index" for n in ast.walk(ast.parse(file.read_text()))))
    }
    assert calls == WRITERS


def test_every_column_with_an_index_is_known() -> None:
    named = {
        (table.name, column.name)
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(("_index", "_key")) or column.name == "key"
    }
    ours = {one for one in named if not one[0].startswith("ab_")}
    assert set(KEYED) <= ours
    others = {one for one in ours - set(KEYED) - NOT_KEYED if isinstance(db.metadata.tables[one[0]].c[one[1]].type, sa.String)}
    others = {one for one in others if db.metadata.tables[one[0]].c[one[1]].type.length == 32}  # as long as an index of ours
    assert others == set(), "a column that looks like a blind index: make it anew in backup/reindexing.py, or say why not"
    assert {index.name for _purpose, _sealed, index in reindexing.PLACES} == {
        name for (_table, name), fate in KEYED.items() if fate == "made anew"
    }


def test_both_keys_find_everybody_and_nobody_is_registered_twice(numbers: dict[str, str], clerk: StaffMember) -> None:
    use(NEW, OLD)
    assert not_found(numbers) == 0
    for number in numbers:
        register(clerk, number=number)
    assert people() == len(numbers)
    newcomer = id_number()
    register(clerk, number=newcomer)
    use(OLD, NEW)  # a process that reads the new key and does not write with it yet
    register(clerk, number=newcomer)
    assert people() == len(numbers) + 1


def test_control_with_the_new_key_alone_nobody_is_found_and_the_desk_does_not_start(numbers: dict[str, str], clerk: StaffMember) -> None:
    use(NEW)
    assert not_found(numbers) == len(numbers) * 2
    register(clerk, number=next(iter(numbers)))
    assert people() == len(numbers) + 1, "registered twice"
    with pytest.raises(SystemExit, match="CARD_DESK_INDEX_KEY has not the key by which some people are still found"):
        database_refusals.refuse_unsafe_database()


def test_the_old_key_may_leave_when_the_command_says_so_and_not_before(app: Flask, numbers: dict[str, str]) -> None:
    use(NEW, OLD)
    database_refusals.refuse_unsafe_database()
    use(NEW)
    with pytest.raises(SystemExit, match="CARD_DESK_INDEX_KEY"):
        database_refusals.refuse_unsafe_database()
    use(NEW, OLD)
    said = typed(app, "reindex")
    assert said.exit_code == 0 and "14 indexes are made anew" in said.output, said.output
    assert typed(app, "reindex").output.startswith("resident 7 of 7 …\n0 indexes"), "typed again it changes nothing"
    use(NEW)
    database_refusals.refuse_unsafe_database()
    assert (not_found(numbers), under_old_key()) == (0, 0)
    use(OLD)
    with pytest.raises(SystemExit, match="CARD_DESK_INDEX_KEY"):
        database_refusals.refuse_unsafe_database()
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "system.reindexed").order_by(AuditEntry.id)).all()
    assert [(entry.changes["indexed"], entry.changes["is_over"]) for entry in entries] == [(14, True), (0, True)]


def test_half_way_the_old_key_is_still_asked_for(numbers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest residents stand under the new key already: looking at them alone would let the old one go."""
    use(NEW, OLD)
    index_keys.note(crypto.keyring().index_names)
    monkeypatch.setattr(reindexing, "BATCH", 3)

    class Enough(Exception):
        pass

    def stop(_reached: int, _highest: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        reindexing.reindex(stop)
    assert 0 < under_old_key() < len(numbers)
    use(NEW)
    assert queries.key_problem() == ""
    assert "still found" in index_keys.problem()


def killed_at_random(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> Callable[[], None]:
    """The walk, ended before or after a batch is committed."""
    write = reindexing.transaction

    class Killed(BaseException):
        """As SIGKILL: nothing of ours runs any more."""

    def run() -> None:
        left = chance.randint(0, 2)

        def maybe(*_told: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed

        monkeypatch.setattr(reindexing, "transaction", lambda **how: (maybe(), write(**how))[1])
        try:
            reindexing.reindex(maybe)
        except Killed:
            db.session.rollback()
        monkeypatch.setattr(reindexing, "transaction", write)

    return run


def test_killed_again_and_again_it_goes_on_while_others_search_and_register(
    numbers: dict[str, str], clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "BATCH", 2)
    use(NEW, OLD)
    index_keys.note(crypto.keyring().index_names)
    kill, rounds = killed_at_random(monkeypatch, random.Random(7)), 0
    while under_old_key():
        kill()
        rounds += 1
        assert not_found(numbers) == 0
        register(clerk, number=random.Random(rounds).choice(list(numbers)))
        assert rounds < 60
    assert rounds > 3 and people() == len(numbers)
    use(NEW)
    assert not_found(numbers) == 0


def test_a_change_at_the_same_moment_is_not_written_over(
    app: Flask, numbers: dict[str, str], clerk: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(NEW, OLD)
    number = next(iter(numbers))
    rows_after, changed = reindexing._rows_after, []

    def read_and_then_changed(last: int) -> Any:
        rows = rows_after(last)
        if not changed:
            changed.append(register(clerk, number=number, phone="13911112222").public_id)
        return rows

    monkeypatch.setattr(reindexing, "_rows_after", read_and_then_changed)
    assert typed(app, "reindex").exit_code == 0
    use(NEW)
    assert not_found(numbers | {number: "13911112222"}) == 0


def test_who_was_registered_twice_is_named_and_the_old_key_stays(app: Flask, numbers: dict[str, str], clerk: StaffMember) -> None:
    use(NEW)  # a process that was started with the new key alone
    twin = register(clerk, number=next(iter(numbers)))
    known = db.session.scalars(sa.select(Resident).order_by(Resident.id)).first()
    assert known is not None and known.id != twin.id
    use(NEW, OLD)
    said = typed(app, "reindex")
    assert said.exit_code == 1 and known.public_id in said.output
    use(NEW)
    assert index_keys.problem()


def test_a_number_that_no_data_key_opens_is_named_and_the_old_key_stays(app: Flask, numbers: dict[str, str]) -> None:
    with transaction() as session:
        spoiled = session.scalars(sa.select(Resident).order_by(Resident.id)).first()
        assert spoiled is not None
        spoiled.phone_sealed = b"1\x02k1" + bytes(40)
    use(NEW, OLD)
    said = typed(app, "reindex")
    assert said.exit_code == 1 and spoiled.public_id in said.output
    use(NEW)
    assert index_keys.problem()


def test_recovery_codes_work_until_they_are_replaced_or_taken_away(
    app: Flask, numbers: dict[str, str], reviewer: StaffMember, sign_in: Callable[..., FlaskClient]
) -> None:
    give_second_factor(reviewer)
    with transaction():
        codes = second_factor.new_recovery_codes(reviewer)
    use(NEW, OLD)
    index_keys.problem()
    with transaction():
        assert second_factor.is_right(reviewer, codes[0])
    said = typed(app, "reindex")
    assert said.exit_code == 1 and "reviewer" in said.output
    assert typed(app, "reindex", "--drop-recovery-codes").exit_code == 0
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.used_at.is_(None))) == 0
    with transaction():
        codes = second_factor.new_recovery_codes(reviewer)
    use(NEW)
    with transaction():
        assert second_factor.is_right(reviewer, codes[0])


def test_who_holds_codes_of_the_old_key_is_told_on_the_page(
    numbers: dict[str, str], reviewer: StaffMember, sign_in: Callable[..., FlaskClient]
) -> None:
    browser = sign_in(reviewer)
    give_second_factor(reviewer)
    with transaction():
        second_factor.new_recovery_codes(reviewer)
    assert "will stop working soon" not in browser.get("/account/second-factor/").text
    use(NEW, OLD)
    index_keys.problem()
    assert "will stop working soon" in browser.get("/account/second-factor/").text
    with transaction():
        second_factor.new_recovery_codes(db.session.get_one(StaffMember, reviewer.id))
    assert "will stop working soon" not in browser.get("/account/second-factor/").text


def test_wrong_passwords_count_on_under_the_new_key(app: Flask, numbers: dict[str, str]) -> None:
    with transaction():
        for _ in range(settings.current().sign_in_attempts):
            attempts.take(attempts.tries("somebody"))
    use(NEW, OLD)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.refuse_if_spent(attempts.tries("somebody"))
    use(NEW)  # control: they would have their budget back
    attempts.refuse_if_spent(attempts.tries("somebody"))


def test_the_system_page_says_how_far_it_is(numbers: dict[str, str], sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in("administrator")
    assert "Keys that are being changed" not in browser.get("/system").text
    use(NEW, OLD)
    index_keys.problem()
    assert "0 % of the residents" in browser.get("/system").text
    with transaction() as session:
        key = session.get_one(IndexKey, crypto.keyring().index_names[0])
        key.reached, key.highest = 3, 4
    assert "75 % of the residents" in browser.get("/system").text


def test_a_backup_of_a_change_needs_both_keys(numbers: dict[str, str]) -> None:
    before = keys.proof()
    use(NEW, OLD)
    meanwhile = keys.proof()
    assert keys.problem(before) == keys.problem(meanwhile) == ""
    use(NEW)
    assert keys.problem(before) and keys.problem(meanwhile)
