"""`flask --app run demo`: fill an empty database with a believable office."""

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from admin_app.demo import accounts, codes, letters, making, operations, oversight, returns
from admin_app.foundation import settings
from admin_app.foundation.errors import DomainError

_STAGES = {"pool": "Drawing sample files", "files": "Drawing files of open cases", "cases": "Writing applications"}


class _Bars:
    """One progress bar a stage, added when the stage begins."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._tasks = progress, dict[str, TaskID]()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(_STAGES[stage], total=total)
        self._progress.update(self._tasks[stage], completed=done)


@click.command("demo")
@click.option("--applications", type=click.IntRange(0, 1_200_000), default=300, show_default=True, help="How many to add.")
@click.option("--seed", type=click.IntRange(0, 1_000_000), default=1, show_default=True, help="The same seed, the same office.")
@click.option("--once", is_flag=True, help="Add nothing to an office that holds a demo already.")
@with_appcontext
def demo_command(applications: int, seed: int, once: bool) -> None:
    """Load a fictitious office: centres, staff with one account per role, applications in all states, files.

    Only where CARD_DESK_ENVIRONMENT is demo or test, and only into a database that nobody has used but a demo.
    """
    if settings.current().environment == "production":
        raise click.ClickException("This is a production office and stays one. A demo needs a folder of its own: make demo.")
    if once and operations.is_loaded():
        return
    if once:
        click.echo(f"  Loading a demo office with {applications} applications …")
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            loaded = operations.load(applications, seed=seed, report=_Bars(progress))
    except DomainError as refused:
        raise click.ClickException(str(refused.message)) from refused
    oversight.add_once()
    making.add_once()
    letters.add_once()
    returns.add_once()
    codes.add_once()
    click.echo(f"Added {loaded.applications:,} applications ({loaded.rows:,} rows).")
    if not once:
        # With --once it is `make run` that asks, and prints the accounts itself, at each start.
        _show(loaded.accounts)


def _show(made: accounts.Accounts) -> None:
    if not made:
        return
    click.echo(f"Accounts (also in {accounts.accounts_file()}):")
    for role, account in made.items():
        click.echo(f"  {role:<16} {account['username']:<12} {account['password']}")
