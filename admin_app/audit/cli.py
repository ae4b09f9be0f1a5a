"""The commands that seal the log, prove it, and give it out line by line."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import with_appcontext

from admin_app.audit import operations, queries, rules
from admin_app.audit.queries.sealed import ENTRY
from admin_app.foundation import clock_watch, origin
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction

PAUSE_SECONDS = 3.0
PAGES_KB = 8_192


@click.command("seal")
@click.option("--once", is_flag=True, help="Seal what there is now, and end.")
@with_appcontext
def seal(once: bool) -> None:
    """Seal new entries, and notes of days that are over, until stopped: where the clock does not (CARD_DESK_SEAL_IN_CLOCK=false)."""
    while True:
        while operations.seal_due():
            pass
        operations.seal_notes_due()
        db.session.remove()
        if once:
            return
        time.sleep(PAUSE_SECONDS)


@click.command("export-log")
@click.option("--after", type=int, help="Only entries with greater numbers: what came since the last time.")
@click.option("--record/--no-record", default=True, show_default=True, help="Enter into the log first that it is given out.")
@with_appcontext
def export_log(after: int | None, record: bool) -> None:
    """Print the audit log, an entry a line of JSON in plain ASCII, whatever it holds; for archives and other programs that watch.

    That it is given out is entered before the first line leaves, and so stands in what is printed.
    """
    _keep_few_pages()
    if record:
        origin.address.set("command line")
        with transaction():
            operations.record("audit.given_out", "log", "audit", by=SYSTEM, changes={"after": after, "login": origin.login()})
    for rows in queries.SealedLog().chunks(after):
        for row in rows:
            entry = dict(zip(ENTRY, row, strict=True))
            click.echo(json.dumps(entry | {"changes": json.loads(entry["changes"])}))
        db.session.rollback()


def _keep_few_pages() -> None:
    """Let SQLite keep PAGES_KB of its file in memory instead of 64 MB: what is read from its beginning to its end is read once."""
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql(f"PRAGMA cache_size=-{PAGES_KB}")


@click.command("verify")
@click.option("--anchors", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another file of anchors, kept elsewhere.")
@click.option("--record/--no-record", default=True, show_default=True, help="Enter the check itself into the log.")
@with_appcontext
def verify(anchors: Path | None, record: bool) -> None:
    """Prove that log and notes are as they were written; the exit status is 1 if they are not, and the first wrong thing is named."""
    proof = operations.prove(lambda done: click.echo(f"{done:,} entries …", err=True), anchor_file=anchors)
    if record:
        origin.address.set("command line")
        with transaction():
            operations.record_check(proof, by=SYSTEM)
    click.echo(f"{proof.entries:,} entries below {proof.seals:,} seals are as they were sealed ({proof.seconds} s).")
    click.echo(f"{proof.notes:,} notes about who looked, below {proof.note_seals:,} seals, are as they were sealed.")
    if not proof.findings:
        click.echo(f"{proof.unsealed:,} entries are not sealed yet, nor {proof.unsealed_notes:,} notes, which are once their day is over.")
    if proof.anchored_at:
        click.echo(f"{proof.anchors:,} anchors compared, the newest of {proof.anchored_at}.")
    elif not proof.findings:
        click.echo("There is no anchor: that entries were cut off at the end, or an older backup was put back, could not be seen.")
    if proof.findings:
        raise click.ClickException(" ".join(str(rules.finding_text(**asdict(one))) for one in proof.findings))


@click.command("confirm-time")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def confirm_time(yes: bool) -> None:
    """Say that this machine's time is right where the desk does not believe it; what waits for it goes on at the next tick of the clock."""
    mark = clock_watch.current()
    if mark is None or mark.doubt is None:
        click.echo("The time is believed; there is nothing to confirm.")
        return
    reading = clock_watch.read()
    click.echo(f"The machine says {reading.now:%Y-%m-%d %H:%M:%S} UTC; the desk last believed {mark.believed_at:%Y-%m-%d %H:%M:%S} UTC.")
    if abs(reading.now - reading.database_now) > clock_watch.TOLERANCE:
        raise click.ClickException(f"The database says {reading.database_now:%Y-%m-%d %H:%M:%S} UTC: set both clocks right first.")
    if not yes:
        click.confirm("Is it really that time? What has run out by it lapses for good.", abort=True)
    origin.address.set("command line")
    facts = {"doubt": mark.doubt, "believed_at": mark.believed_at.isoformat(), "confirmed": reading.now.isoformat()}
    with transaction():
        clock_watch.accept(reading)
        operations.record("system.time_confirmed", "system", "clock", by=SYSTEM, changes=facts)
    click.echo("The time is believed from now on.")
