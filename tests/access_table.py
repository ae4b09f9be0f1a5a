"""Who may use which route: the table that people read and tests ask."""

from pathlib import Path

_LINES = {
    " ".join(words[:2]): words[2]
    for line in (Path(__file__).parent / "access_matrix.txt").read_text().splitlines()
    if len(words := line.split()) == 3 and not line.startswith("#")
}
TABLE = {key: who.replace("-", "") for key, who in _LINES.items() if ":" not in who}
"""'GET /queue/' → letters of the roles (tests/routes.py), or 'everybody'."""
CLIENT_TABLE = {key: who for key, who in _LINES.items() if ":" in who}
"""'GET /api/v1/centres' → the scope that a client needs; nobody else is let in."""
