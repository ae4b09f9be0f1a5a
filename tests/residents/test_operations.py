"""Registering, correcting, revealing."""

import pytest
from sqlalchemy import select, text

from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import WriteRefused, db, transaction
from admin_app.foundation.errors import NotFound, StaleVersion
from admin_app.foundation.typed_text.texts import ReasonMissing, TextRefused
from admin_app.residents import operations, queries, rules
from admin_app.residents.models import Resident, ResidentName
from admin_app.staff.models import StaffMember
from tests.factories.residents import id_number, register


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_new_number_registers_a_resident(clerk: StaffMember) -> None:
    made = register(clerk, "王龑", number="11010519491231002x", phone="13800135521")
    assert (made.id_number_masked, made.sex, str(made.birth_on)) == ("**************002X", "female", "1949-12-31")
    assert (made.name_latin, made.phone_masked) == ("Wang Yan", "*******5521")


def test_the_database_holds_no_plain_number_or_phone(clerk: StaffMember) -> None:
    register(clerk, number="11010519491231002X", phone="13800135521")
    stored = str(db.session.execute(text("SELECT * FROM resident")).mappings().all()) + str(
        db.session.execute(text("SELECT * FROM audit_entry")).mappings().all()
    )
    assert "11010519491231002X" not in stored and "13800135521" not in stored


def test_a_known_number_gives_the_same_resident(clerk: StaffMember) -> None:
    number = id_number()
    first, again = register(clerk, number=number), register(clerk, number=number.lower(), phone="13800135521")
    assert first.id == again.id and again.phone_masked == "*******5521" and actions() == ["residents.registered", "residents.updated"]


def test_a_known_number_with_another_name_is_refused_without_telling_the_name(clerk: StaffMember) -> None:
    number = id_number()
    register(clerk, "王龑", number=number)
    with pytest.raises(operations.NameDiffers) as refused:
        register(clerk, "李雷", number=number, phone="13800135521")
    assert "王龑" not in str(refused.value.message) and queries.by_id_number(number).phone_masked == ""


@pytest.mark.parametrize("typed", ["买买提吐尔逊江", "买买提・吐尔逊江", " 买买提 吐尔逊江"])
def test_spelling_of_spaces_and_dots_is_no_other_name(clerk: StaffMember, typed: str) -> None:
    number = id_number()
    register(clerk, "买买提·吐尔逊江", number=number)
    assert register(clerk, typed, number=number).name == "买买提·吐尔逊江"


def test_empty_values_leave_what_is_known(clerk: StaffMember) -> None:
    number = id_number()
    register(clerk, number=number, phone="13800135521", postcode="310012", address="文三路90号")
    known = register(clerk, number=number)
    assert (known.phone_masked, known.postcode, known.address) == ("*******5521", "310012", "文三路90号")


def test_a_resident_is_found_by_name_pinyin_and_initials(clerk: StaffMember) -> None:
    made = register(clerk, "欧阳靖瑶")
    keys = set(db.session.scalars(select(ResidentName.key).where(ResidentName.resident_id == made.id)))
    assert {"欧阳靖瑶", "ouyangjingyao", "oyjy"} <= keys


def test_correcting_a_name_needs_a_reason(clerk: StaffMember) -> None:
    made = register(clerk)
    with pytest.raises(ReasonMissing), transaction():
        operations.correct(made, version=made.version, by=clerk, name="王妍")


def test_a_corrected_name_is_found_and_the_old_one_is_not(clerk: StaffMember) -> None:
    made = register(clerk, "王龑")
    with transaction():
        operations.correct(made, version=made.version, by=clerk, name="李雷", name_latin="Li Lei", reason="household register")
    keys = set(db.session.scalars(select(ResidentName.key)))
    assert made.name == "李雷" and "lilei" in keys and "王龑" not in keys


def test_a_stale_correction_changes_nothing(clerk: StaffMember) -> None:
    made = register(clerk)
    with transaction():
        operations.correct(made, version=1, by=clerk, postcode="310012")
    with pytest.raises(StaleVersion), transaction():
        operations.correct(made, version=1, by=clerk, postcode="310099")
    assert made.postcode == "310012"


def test_revealing_gives_the_number_and_is_recorded_with_its_reason(clerk: StaffMember) -> None:
    made = register(clerk, number="11010519491231002X")
    with transaction():
        number = operations.reveal_id_number(made, reason="compare with the card", by=clerk)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert number == "11010519491231002X" and (entry.action, entry.reason) == ("residents.revealed", "compare with the card")


@pytest.mark.parametrize("reason", ["", "  ", "\u202e", "ok", "核对"])
def test_revealing_needs_a_reason(clerk: StaffMember, reason: str) -> None:
    made = register(clerk)
    with pytest.raises(ReasonMissing), transaction():
        operations.reveal_id_number(made, reason=reason, by=clerk)


def test_revealing_outside_a_transaction_is_refused(clerk: StaffMember) -> None:
    with pytest.raises(WriteRefused):
        operations.reveal_id_number(register(clerk), reason="why not", by=clerk)


def test_many_reveals_within_an_hour_are_refused(clerk: StaffMember) -> None:
    made = register(clerk)
    with transaction():
        for _ in range(operations.REVEALS_AN_HOUR):
            operations.reveal_id_number(made, reason="check", by=clerk)
    with pytest.raises(operations.TooManyReveals), transaction():
        operations.reveal_id_number(made, reason="check", by=clerk)


def test_who_may_not_read_residents_finds_none(clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    made = register(clerk)
    with pytest.raises(NotFound):
        queries.by_public_id(make_staff("mailroom_clerk"), made.public_id)


@pytest.mark.parametrize("values", [{"name": ""}, {"phone": "x"}, {"postcode": "12"}, {"id_number": "123"}])
def test_a_refused_value_registers_nobody(clerk: StaffMember, values: dict[str, str]) -> None:
    refusals = (TextRefused, rules.InvalidIdNumber)
    with pytest.raises(refusals), transaction():
        operations.register_or_update(**({"id_number": id_number(), "name": "王龑", "by": clerk} | values))
    assert db.session.scalar(select(Resident.id)) is None
