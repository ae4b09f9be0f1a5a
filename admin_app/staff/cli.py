"""The commands that give an office its first administrator, and another one when nobody is left."""

import re
from collections.abc import Callable

import click
from flask.cli import with_appcontext

from admin_app.foundation import origin
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.staff.forms import USERNAME
from admin_app.staff.models import StaffMember
from admin_app.staff.operations.members import OneTimePassword, add_first_administrator, one_time_password, restore_administrator


@click.command("first-administrator")
@click.argument("username")
@with_appcontext
def first_administrator(username: str) -> None:
    """Add the administrator USERNAME to an office that has none, and print a password for the first sign-in."""
    _make(add_first_administrator, username)


@click.command("restore-administrator")
@click.argument("username")
@with_appcontext
def restore_last_administrator(username: str) -> None:
    """Make USERNAME, who may be there already, administrator where nobody is any more, and print a password for one sign-in."""
    _make(restore_administrator, username)


def _make(how: Callable[[str, OneTimePassword], StaffMember], username: str) -> None:
    if not re.fullmatch(USERNAME, username):
        raise click.BadParameter("2 to 32 small letters, digits, dots, - and _.", param_hint="USERNAME")
    origin.address.set("command line")
    try:
        password = one_time_password()
        with transaction():
            member = how(username, password)
    except DomainError as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo(f"{member.username} {password.shown}")
