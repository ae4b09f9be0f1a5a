"""Cases of the running desk, brought into the state that a test needs, past the desk."""

import time

from tests.databases.way_back import office_file


def ready_case(desk, username: str) -> str:
    """A case that this reviewer holds and could approve by one key and Enter; its reference."""
    found = """
        SELECT id, reference FROM application WHERE status IN ('submitted', 'in_review') AND applicant = 'self' AND is_sampled IS NOT TRUE
        AND reason NOT IN ('lost', 'stolen') ORDER BY id DESC LIMIT 1"""
    with office_file(desk.instance / "card_desk.db", timeout=60) as database:
        number, reference = database.execute(found).fetchone()
        owner = database.execute("SELECT id FROM ab_user WHERE username = ?", (username,)).fetchone()[0]
        until = time.strftime("%Y-%m-%d 23:59:59.000000")
        if database.execute("SELECT status FROM application WHERE id = ?", (number,)).fetchone()[0] == "submitted":
            database.execute("UPDATE application SET status = 'in_review' WHERE id = ?", (number,))
        held = "UPDATE application SET owner_id = ?, claimed_at = received_at, lease_until = ? WHERE id = ?"
        database.execute(held, (owner, until, number))
        database.execute("UPDATE document SET verdict = 'accepted' WHERE application_id = ?", (number,))
    return str(reference)
