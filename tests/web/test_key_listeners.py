"""Which of our scripts hear keys: characters outside a field pass the guard against scanners first, whoever listens for them."""

import re
from pathlib import Path

DESK = Path(__file__).parents[2] / "admin_app" / "static" / "desk"
HEARS = re.compile(r"""addEventListener\(\s*["']key|\.onkey|hx-trigger[^>]*key""")
GUARD, GUARDED = "scanner.js", {"shortcuts.js"}
OF_NO_CHARACTER = {
    "dashboard.js": "Escape", "palette.js": "Ctrl-K, and keys in its own field", "portrait.js": "arrows, Home and End on a line",
    "shell.js": "Escape", "typing.js": "Enter in a field",
}  # fmt: skip
"""What these act on: nothing that a scanner types outside a field."""


def listeners(scripts: dict[str, str]) -> set[str]:
    """The scripts that hear keys."""
    return {name for name, text in scripts.items() if HEARS.search(text)}


def ours() -> dict[str, str]:
    """Every script of ours by its name."""
    return {file.name: file.read_text(encoding="utf-8") for file in DESK.glob("*.js")}


def test_every_script_that_hears_keys_stands_behind_the_guard_or_acts_on_no_character():
    assert listeners(ours()) == {GUARD} | GUARDED | OF_NO_CHARACTER.keys()


def test_control_a_new_listener_is_found():
    assert "new.js" in listeners(ours() | {"new.js": 'document.addEventListener("keyup", act);'})


def test_the_guard_hears_every_key_first():
    """It is loaded before the others on each page of the desk, and listens at the window on the way down."""
    page = (DESK.parents[1] / "templates" / "desk" / "base.html").read_text(encoding="utf-8")
    order = re.search(r'for module in \(([^)]*"shortcuts"[^)]*)\)', page)
    assert order and order[1].index('"scanner"') < order[1].index('"shortcuts"')
    assert re.search(r'window\.addEventListener\("keydown".*\n}, true\);', (DESK / GUARD).read_text(encoding="utf-8"), re.DOTALL)
