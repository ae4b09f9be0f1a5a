"""`flask --app run.py reseal`."""

import click
from flask.cli import with_appcontext

from admin_app.audit import operations as audit
from admin_app.backup import resealing
from admin_app.backup.noting import PLACE
from admin_app.foundation import crypto, data_keys, origin
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction


@click.command("reseal")
@with_appcontext
def reseal_command() -> None:
    """Encrypt anew, with the newest data key, whatever an older one encrypted. The desk goes on meanwhile.

    Typed again, it goes on where it ended.

    First put the new key before the old ones in CARD_DESK_DATA_KEYS and start the desk anew.
    """
    ring = [name for name, _key in crypto.keyring().keys]
    data_keys.note(ring)
    done = resealing.reseal(lambda place, so_far: click.echo(f"{place}: {so_far:,} …", err=True))
    again = resealing.reseal(lambda _place, _so_far: None)  # what was written meanwhile by whoever was not started anew
    sealed, lost = sum(one.sealed for one in (*done, *again)), sum(one.lost for one in again)
    is_over = not lost and not any(one.sealed for one in again)
    kept = resealing.older_seals()
    origin.address.set(PLACE)
    with transaction():
        if is_over:
            data_keys.free(ring[1:])
        facts = {"encrypted": sealed, "lost": lost, "newest": ring[0], "older": ring[1:], "is_over": is_over, "login": origin.login()}
        audit.record("system.resealed", "system", "keys", by=SYSTEM, changes=facts)
    db.session.remove()
    click.echo(f"{sealed:,} values and files are encrypted with «{ring[0]}» now.")
    if lost:
        broken = ", ".join(f"{one.label} ({one.lost:,})" for one in again if one.lost)
        raise click.ClickException(
            f"No key opens {lost:,} of them, or their file is gone: {broken}. They are left as they are; keep all keys."
        )
    if not is_over:
        raise click.ClickException("Something was still written with an older key meanwhile: start the desk anew, then type this again.")
    if kept:
        click.echo("The log was sealed with older keys, too, and is not written anew. Before you take them out, set (it opens nothing):")
        click.echo("CARD_DESK_SEAL_KEYS=" + ",".join(f"{name}:{key}" for name, key in kept.items()))
    if ring[1:]:
        click.echo(f"Nothing here needs {', '.join(f'«{name}»' for name in ring[1:])} any more; backups made before now still do.")
