"""Residents and valid, fictitious ID numbers."""

import itertools
from datetime import date
from typing import Any

from stdnum.cn import ric

from admin_app.foundation import clock
from admin_app.foundation.database import new_public_id, transaction
from admin_app.residents import operations, rules
from admin_app.residents.models import Resident, ResidentName
from admin_app.staff.models import StaffMember
from tests.factories.saving import save

_numbers = itertools.count(1)


def id_number(born: date = date(1987, 4, 12), place: str = "330106") -> str:
    """A valid, fictitious number; each call gives another one."""
    body = f"{place}{born:%Y%m%d}{next(_numbers) % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


def make_resident(name: str = "王䶮", name_latin: str = "Wang Yan", *, born: date = date(1987, 4, 12), **changes: Any) -> Resident:
    """Add a resident, whom the search by name finds."""
    number = next(_numbers)
    values = {
        "public_id": new_public_id(), "name": name, "name_latin": name_latin, "id_number_masked": "**************002X",
        "phone_masked": "*******5521", "postcode": "310012",
        "address": "浙江省杭州市西湖区文三路90号", "is_fictitious": True, "created_at": clock.now(),
    }  # fmt: skip
    made = Resident(**(values | changes))
    made.seal_id_number(f"330106{born:%Y%m%d}{number % 10000:04d}-{number}")
    made.names = [ResidentName(key=key) for key in sorted(rules.name_keys(made.name, made.name_latin))]
    return save(made)


def register(by: StaffMember, name: str = "王龑", *, born: date = date(1987, 4, 12), number: str = "", **values: str) -> Resident:
    """Add a resident the way the counter does."""
    with transaction():
        return operations.register_or_update(id_number=number or id_number(born), name=name, by=by, **values)
