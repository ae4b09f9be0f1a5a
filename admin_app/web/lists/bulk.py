"""What became of selected rows: how many went well, and a line for each one that did not, none left out."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash
from flask_babel import gettext as _


def say(results: Sequence[Any], done: Callable[[int], Any]) -> None:
    """Tell the reader. `results` holds None for each row that went well, else a sentence that names it; `done(count)` words the former."""
    problems = [str(problem) for problem in results if problem is not None]
    if not results:
        flash(_("Nothing was selected. Select rows first (x)."), "warning")
    elif len(problems) < len(results):
        flash(done(len(results) - len(problems)), "success")
    if problems:
        flash("\n".join(problems), "warning")
