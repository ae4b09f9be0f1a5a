"""The command that begins an office: its first account."""

import re

import click
from flask.cli import with_appcontext

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.staff.forms import USERNAME
from admin_app.staff.operations.members import add_first_administrator, one_time_password


@click.command("first-administrator")
@click.argument("username")
@with_appcontext
def first_administrator(username: str) -> None:
    """Add the administrator USERNAME to an office that has none, and print a password for the first sign-in."""
    if not re.fullmatch(USERNAME, username):
        raise click.BadParameter("2 to 32 small letters, digits, dots, - and _.", param_hint="USERNAME")
    try:
        password = one_time_password()
        with transaction():
            member = add_first_administrator(username, password)
    except DomainError as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo(f"{member.username} {password.shown}")
