"""The command that shows what is due, and deletes it when told to."""

import click
from flask.cli import with_appcontext

from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.keyset import COUNT_CAP
from admin_app.retention import operations, queries


@click.command("retention")
@click.option("--apply", is_flag=True, help="Have a worker delete it now, instead of with the daily run.")
@with_appcontext
def retention(apply: bool) -> None:
    """Say how many records are older than their time, of each kind; nothing is changed without --apply."""
    if apply:
        with transaction():
            operations.order_run(clock.now().isoformat())
        click.echo("Ordered; a worker does it now, and the audit log says how much it was.")
        return
    for code, count in queries.due_counts().items():
        click.echo(
            f"{code}: {f'more than {COUNT_CAP:,}' if count > COUNT_CAP else f'{count:,}'} due (older than {queries.days_of(code)} days)"
        )
    db.session.rollback()
    click.echo("Nothing was changed.")
