"""Commands that other packages bring to `flask --app run.py`, and that would change staff or roles past the desk, its rules and its log."""

import click

FOREIGN = frozenset({"fab", "limiter"})
"""Flask-AppBuilder's, which write accounts and roles that nothing here reads and tables without migrations; those of an unused limiter."""


def refuse_foreign_commands() -> None:
    """While the app is made for a command line: take these commands off it, and end (SystemExit) if one of them is being run."""
    context = click.get_current_context(silent=True)
    if context is None:
        return
    line = context.find_root().command
    if isinstance(line, click.Group):
        for name in FOREIGN & set(line.commands):
            del line.commands[name]
    step: click.Context | None = context
    while step is not None:
        if step.info_name in FOREIGN:
            raise SystemExit(f"«{step.info_name}» is no command of Card Desk; `flask --app run.py --help` names ours.")
        step = step.parent
