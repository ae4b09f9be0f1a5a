"""What the log keeps of each form that is sent once: entries.txt, read for tests."""

from pathlib import Path

ENTRIES = {
    key: set(actions.split(", "))
    for line in (Path(__file__).parent / "entries.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for key, actions in [line.split(" -> ")]
}
"""Address, and button where that says what is done -> actions."""


def rules_without_a_line(rules: set[str]) -> set[str]:
    """Those addresses of forms of which the table says nothing."""
    return rules - {key.partition(" ")[0] for key in ENTRIES}
