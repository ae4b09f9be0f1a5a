"""The command that proves the log."""

import click
from flask.cli import with_appcontext

from admin_app.audit import operations, rules
from admin_app.foundation import origin
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import transaction


@click.command("verify")
@click.option("--record/--no-record", default=True, show_default=True, help="Enter the check itself into the log.")
@with_appcontext
def verify(record: bool) -> None:
    """Prove that the audit log is as it was written; the exit status is 1 if it is not, and the first thing that is wrong is named."""
    proof = operations.prove(lambda done: click.echo(f"{done:,} entries …", err=True))
    if record:
        origin.address.set("command line")
        with transaction():
            operations.record("audit.checked", "log", "audit", by=SYSTEM, changes=proof.facts())
    click.echo(f"{proof.entries:,} entries below {proof.seals:,} seals are as they were sealed ({proof.seconds} s).")
    click.echo(f"{proof.unsealed:,} entries are not sealed yet.")
    if proof.finding is not None:
        raise click.ClickException(str(rules.finding_text(proof.finding)))
