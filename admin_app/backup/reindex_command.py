"""`flask --app run.py reindex`."""

from typing import Any

import click
from flask.cli import with_appcontext

from admin_app.audit import operations as audit
from admin_app.backup import reindexing
from admin_app.backup.noting import PLACE
from admin_app.foundation import crypto, index_keys, origin
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import transaction

NAMED = 20
"""How many of what is wrong are named."""


@click.command("reindex")
@click.option("--drop-recovery-codes", is_flag=True, help="Take recovery codes of the older key away; their owners make new ones.")
@with_appcontext
def reindex_command(drop_recovery_codes: bool) -> None:
    """Make the index of every ID number and phone anew with the newest index key. The desk goes on meanwhile.

    Typed again, it goes on where it ended.

    First put the new key before the old one in CARD_DESK_INDEX_KEY, with a comma between, and start the desk anew.
    """
    ring = crypto.keyring().index_names
    index_keys.note(ring)
    done = reindexing.reindex(lambda reached, highest: click.echo(f"resident {reached:,} of {highest:,} …", err=True))
    again = reindexing.look_again()
    origin.address.set(PLACE)
    with transaction():
        if drop_recovery_codes:
            reindexing.drop_old_codes()
        holders = reindexing.people_with_old_codes()
        is_over = not (again.written or again.lost or again.doubled or holders)
        if is_over:
            index_keys.free(ring[1:])
        facts: dict[str, Any] = {"indexed": done.written + again.written, "lost": len(again.lost), "doubled": len(again.doubled)}
        facts |= {"old_codes_of": len(holders), "newest": ring[0], "older": list(ring[1:]), "is_over": is_over, "login": origin.login()}
        audit.record("system.reindexed", "system", "keys", by=SYSTEM, changes=facts)
    click.echo(f"{done.written + again.written:,} indexes are made anew with the newest key.")
    _refuse_unfinished(again, holders)
    if ring[1:]:
        click.echo("Nothing here needs the older key any more: take it out of CARD_DESK_INDEX_KEY. Backups made before now still need it.")


def _refuse_unfinished(again: reindexing.Done, holders: list[str]) -> None:
    """ClickException with what still needs the older key."""
    if again.lost:
        raise click.ClickException(f"No data key opens a number of these residents: {_some(again.lost)}. Keep all keys.")
    if again.doubled:
        raise click.ClickException(f"These residents are registered twice: {_some(again.doubled)}. Keep all keys, and have it mended.")
    if again.written:
        raise click.ClickException("Something was still written with an older key meanwhile: start the desk anew, then type this again.")
    if holders:
        raise click.ClickException(
            f"Recovery codes of these people were made with the older key: {_some(holders)}. Let them make new ones (Second factor), "
            "or take their codes away: flask --app run.py reindex --drop-recovery-codes"
        )


def _some(names: list[str] | tuple[str, ...]) -> str:
    unique = list(dict.fromkeys(names))
    return ", ".join(unique[:NAMED]) + (f" and {len(unique) - NAMED:,} more" if len(unique) > NAMED else "")
