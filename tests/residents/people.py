"""Residents for the tests of this room and of the rooms above it."""

import itertools
from datetime import date

from stdnum.cn import ric

from admin_app.foundation.database import transaction
from admin_app.residents import operations
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember

_order = itertools.count(1)


def id_number(born: date = date(1987, 4, 12)) -> str:
    """A valid, fictitious number; each call gives another one."""
    body = f"330106{born:%Y%m%d}{next(_order) % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


def register(by: StaffMember, name: str = "王龑", *, born: date = date(1987, 4, 12), number: str = "", **values: str) -> Resident:
    """Add a resident the way the counter does."""
    with transaction():
        return operations.register_or_update(id_number=number or id_number(born), name=name, by=by, **values)
