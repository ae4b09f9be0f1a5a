"""`flask --app run.py backup` and `restore`."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from admin_app.backup import archive, noting, restoring
from admin_app.backup.copies import Unusable
from admin_app.backup.sealed_stream import NotOpened
from admin_app.foundation.errors import DomainError

PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("backup")
@click.argument("target", type=PATH)
@with_appcontext
def backup_command(target: Path) -> None:
    """Write database and stored files into the new file TARGET, encrypted. The desk may run meanwhile.

    The keys are not in it: keep the settings elsewhere, or nobody can read it again.
    """
    try:
        made = archive.make(target)
    except Unusable as refused:
        raise click.ClickException(str(refused)) from refused
    except DomainError as refused:
        raise click.ClickException(str(refused.message)) from refused
    except OSError as failed:
        raise click.ClickException(f"The backup could not be written: {failed.strerror}.") from failed
    click.echo(f"{target}: {made.rows:,} rows and {made.objects:,} stored files, encrypted. The keys are not in it.")
    noting.note_backup(made, target)
    if made.newest_seal:
        click.echo(f"Its log ends with seal {made.newest_seal}.")
    if made.lost:
        raise click.ClickException(
            f"The backup is whole, but {len(made.lost)} stored files were lost or damaged before it, the first is {made.lost[0]}."
        )


@click.command("restore")
@click.argument("source", metavar="ARCHIVE", type=FILE)
@click.argument("target", metavar="TARGET-FOLDER", type=PATH)
@click.option(
    "--anchors", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A copy of the file of anchors to compare with."
)
@with_appcontext
def restore_command(source: Path, target: Path, anchors: Path | None) -> None:
    """Put ARCHIVE into the new or empty TARGET-FOLDER, and check every table and file against what was backed up.

    A backup of PostgreSQL goes into the empty database of the settings, its files into the folder.
    """
    try:
        manifest = restoring.restore(source, target, anchors=anchors)
    except (Unusable, NotOpened) as refused:
        raise click.ClickException(str(refused)) from refused
    except OSError as failed:
        raise click.ClickException(f"The backup could not be restored: {failed.strerror}.") from failed
    count = sum(table["rows"] for table in manifest["tables"].values())
    click.echo(f"{count:,} rows and {manifest['objects']:,} stored files of {manifest['made_at']} are in {target}, as they were.")
    if manifest["lost"]:
        click.echo(f"{len(manifest['lost'])} stored files had been lost or damaged before that backup; the first is {manifest['lost'][0]}.")
    click.echo("Now prove the log: flask --app run.py verify")
