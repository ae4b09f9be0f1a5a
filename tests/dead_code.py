"""Code that nothing calls, found by vulture; `python -m tests.dead_code` for `make check`.

Vulture reads Python only. What a template says counts as a use as well, so every word inside its braces is shown to it.
"""

import sys
import tomllib
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path

from jinja2 import Environment
from vulture import Vulture

ROOT = Path(__file__).parent.parent


def words_of_templates(root: Path) -> set[str]:
    """Every name that a template of the office or of a document says."""
    lexer = Environment(extensions=["jinja2.ext.do"])
    return {
        word
        for folder in ("admin_app/templates", "reports/templates")
        for file in (root / folder).rglob("*")
        if file.is_file()
        for _line, kind, word in lexer.lex(file.read_text())
        if kind == "name"
    }


def dead_code(root: Path) -> Iterator[str]:
    """What is defined in the tree and never used, as `file:line what`; pyproject.toml names what a framework uses."""
    options = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["vulture"]
    finder = Vulture(ignore_names=options["ignore_names"], ignore_decorators=options["ignore_decorators"])
    paths = [str(root / path) for path in options["paths"] if (root / path).exists()]
    finder.scavenge(paths, exclude=[str(root / path) for path in options["exclude"]])
    finder.scan(
        "\n".join(f"template.{word}" for word in sorted(words_of_templates(root)) if not iskeyword(word)), filename=Path("templates")
    )
    for item in finder.get_unused_code(min_confidence=options["min_confidence"]):
        yield f"{item.filename.relative_to(root)}:{item.first_lineno} {item.message}"


if __name__ == "__main__":
    found = list(dead_code(ROOT))
    sys.exit("\n".join(found) or 0)
