"""One account per role with a generated password, kept in the instance folder for whoever tries the demo."""

import json
import os
from pathlib import Path

from sqlalchemy import select

from admin_app.demo import office
from admin_app.foundation import settings
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember
from admin_app.staff.operations.members import one_time_password

Accounts = dict[str, dict[str, str]]


def accounts_file() -> Path:
    """Where role -> username, password is written."""
    return settings.current().instance / "demo-accounts.json"


def generate() -> tuple[Accounts, dict[str, str]]:
    """Accounts with new passwords for roles that have no demo account yet, and their stored form by user name."""
    there = set(db.session.scalars(select(StaffMember.username)))
    wanted = {role: name for role, name in office.account_usernames().items() if name not in there}
    made = {role: one_time_password(groups=3) for role in wanted}
    accounts = {role: {"username": username, "password": made[role].shown} for role, username in wanted.items()}
    return accounts, {username: made[role].stored for role, username in wanted.items()}


def write_down(accounts: Accounts) -> Path:
    """Write the accounts, readable by the owner only; an existing file keeps its other roles."""
    path = accounts_file()
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known | accounts, file, ensure_ascii=False, indent=2)
        file.write("\n")
    return path
