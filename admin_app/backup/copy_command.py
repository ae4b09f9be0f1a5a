"""`flask --app run.py copy-from-sqlite`."""

from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext

from admin_app.audit import operations as audit
from admin_app.backup import copying
from admin_app.backup.copies import Unusable
from admin_app.backup.noting import PLACE
from admin_app.foundation import origin, settings, sqlite_file
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import transaction
from admin_app.foundation.instance_lock import only_one


@click.command("copy-from-sqlite")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def copy_from_sqlite(file: Path) -> None:
    """Copy the office in the SQLite FILE into the empty PostgreSQL database of the settings, and compare every row.

    The desk is stopped meanwhile. FILE and the stored files stay as they are; keys stay the same.
    """
    try:
        with closing(only_one(settings.current().instance)):
            counts = copying.copy(file, lambda table, rows: click.echo(f"{table}: {rows:,}", err=True))
    except (Unusable, sqlite_file.FileNotOpened) as refused:
        raise click.ClickException(str(refused)) from refused
    rows = sum(counts.values())
    origin.address.set(PLACE)
    with transaction():
        audit.record(
            "system.copied", "system", "database", by=SYSTEM, changes={"rows": rows, "tables": len(counts), "login": origin.login()}
        )
    click.echo(f"{rows:,} rows in {len(counts)} tables are in PostgreSQL as they were in {file.name}.")
    click.echo("Now prove the log: flask --app run.py verify")
