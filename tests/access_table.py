"""Who may use which route: the table that people read and tests ask."""

from pathlib import Path

TABLE = {
    " ".join(words[:2]): words[2].replace("-", "")
    for line in (Path(__file__).parent / "access_matrix.txt").read_text().splitlines()
    if len(words := line.split()) == 3 and not line.startswith("#")
}
"""'GET /queue/' → letters of the roles (tests/routes.py), or 'everybody'."""
