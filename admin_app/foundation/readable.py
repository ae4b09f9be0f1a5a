"""Random codes that people read aloud and type."""

import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody confuses: 4.95 bits each."""


def random_code(groups: int, letters: int) -> str:
    """So many groups of so many random letters, joined by dashes."""
    return "-".join("".join(secrets.choice(ALPHABET) for _letter in range(letters)) for _group in range(groups))
