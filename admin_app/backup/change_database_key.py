"""`flask --app run.py change-database-key`: the office's SQLite file gets another key."""

from contextlib import closing

import click
from flask.cli import with_appcontext

from admin_app.backup.encrypt_database import NotEncrypted, copy_with_key, progress
from admin_app.foundation import settings, sqlite_file
from admin_app.foundation.instance_lock import only_one


@click.command("change-database-key")
@with_appcontext
def change_database_key() -> None:
    """Give the office's SQLite file the key CARD_DESK_DATABASE_KEY instead of CARD_DESK_DATABASE_KEY_BEFORE, while the desk is stopped.

    Killed at any moment, it leaves a whole file with one key or the other, and can be typed again.
    """
    now = settings.current()
    file, key, before = sqlite_file.place_of(now), sqlite_file.key_of(now), sqlite_file.key_before(now)
    if file is None or not sqlite_file.is_made(file):
        raise click.ClickException("There is no SQLite file whose key could be changed.")
    if not key or not before:
        raise click.ClickException("Set CARD_DESK_DATABASE_KEY to the new key and CARD_DESK_DATABASE_KEY_BEFORE to the old one first.")
    try:
        with closing(only_one(now.instance)), progress("Changing the key") as report:
            rows = None if sqlite_file.opens(file, key) else copy_with_key(file, before, key, report)
    except sqlite_file.FileNotOpened:
        raise click.ClickException(f"Neither CARD_DESK_DATABASE_KEY nor CARD_DESK_DATABASE_KEY_BEFORE opens {file.name}.") from None
    except NotEncrypted as refused:
        raise click.ClickException(str(refused)) from refused
    except OSError as failed:
        raise click.ClickException(f"The key could not be changed: {failed.strerror}. The file is as it was.") from failed
    if rows is None:
        click.echo(f"{file} has the new key already.")
    else:
        click.echo(f"{file} has the new key: {rows:,} rows, as many in each table as before.")
    click.echo("Take CARD_DESK_DATABASE_KEY_BEFORE out of the settings; backups made before now still need it.")
