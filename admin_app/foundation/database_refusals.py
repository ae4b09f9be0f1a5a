"""What the database says that keeps an office from serving pages or doing jobs. Asked once, when a process starts."""

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, inspect, text

from admin_app.foundation import schema_version, settings, sqlite_file
from admin_app.foundation.database import db
from admin_app.foundation.per_app import PerApp

HOLDS = {
    "ab_user_role": "members",
    "ab_group_role": "groups",
    "ab_permission_view_role": "permissions",
}
"""Tables of the framework that give something to a role."""
ROLES = ("Admin", "Public", "nobody_holds_this")
"""Roles of the framework, whose rights are none of ours (ADR 0004): a row in one of them was written past the desk."""
MORE: PerApp[tuple[Callable[[], str], ...]] = PerApp("database_refusals.more", tuple)
"""What the rooms ask of any office: each says what to do, or ''. Not asked before there are tables."""


def refuse_unsafe_database() -> None:
    """Stop the process (SystemExit with a sentence) where keys are another office's, or the database gives more rights than the desk."""
    sqlite_file.refuse_wrong_file(settings.current())
    with db.engine.connect() as connection:
        if settings.current().environment == "production":
            _refuse(role_problem(connection) or account_problem(connection) or owner_problem(connection))
        has_tables = inspect(connection).has_table("alembic_version")
        if has_tables:
            _refuse(schema_problem(connection))
    if has_tables:
        for ask in MORE.get():
            _refuse(ask())
    db.session.remove()


def _refuse(problem: str) -> None:
    if problem:
        raise SystemExit(problem)


def role_problem(connection: Connection) -> str:
    """What to do if one of the framework's own roles holds something; '' if none does or the tables are not there yet."""
    there = set(inspect(connection).get_table_names())
    for table, what in HOLDS.items():
        if not {table, "ab_role"} <= there:
            continue
        found = text(f"SELECT min(role.name) FROM ab_role role JOIN {table} given ON given.role_id = role.id WHERE role.name IN :names")  # noqa: S608
        role = connection.execute(found.bindparams(bindparam("names", expanding=True)), {"names": ROLES}).scalar()
        if role is not None:
            return f"The framework's role «{role}» has {what}, which Card Desk never gives: find out who did, then empty {table} of them."
    return ""


def schema_problem(connection: Connection) -> str:
    """What to do if the tables are of an older version than the program: it would ask for columns that are not there."""
    revision = connection.execute(text(schema_version.ASKED)).scalar() or ""
    if not schema_version.is_older(revision):
        return ""
    return f"The database is of an older version ({revision}): run `flask --app run.py db upgrade` first."


def account_problem(connection: Connection) -> str:
    """What to do if PostgreSQL lets the desk do anything."""
    if connection.dialect.name != "postgresql":
        return ""
    if connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar_one():
        return "The desk's PostgreSQL user is a superuser: make one with CREATE ROLE … LOGIN and name it in CARD_DESK_DATABASE_URL."
    return ""


OWNS = """SELECT EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND pg_has_role(datdba, 'MEMBER'))
    OR EXISTS (SELECT FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_has_role(relowner, 'MEMBER'))"""
"""Whether the login is, or may become, the owner of the database or of a table of it."""


def owner_problem(connection: Connection) -> str:
    """What to do if the desk's PostgreSQL login owns what it works on: it could switch the triggers of the log off."""
    if connection.dialect.name != "postgresql" or settings.current().single_login or not connection.execute(text(OWNS)).scalar_one():
        return ""
    return (
        "The desk's PostgreSQL login owns its tables and could switch the triggers of the log off: make the logins that `database-roles` "
        "prints, or set CARD_DESK_SINGLE_LOGIN=true where one login is meant."
    )
