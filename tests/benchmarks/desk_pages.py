"""Our own pages, in a process of their own: python -m tests.benchmarks.desk_pages URL INSTANCE; a round for each line (timing.py)."""

import sys
from pathlib import Path

from sqlalchemy import func, select

from admin_app.applications.models import Application
from admin_app.factory import create_server
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember
from tests.apps import make_settings
from tests.benchmarks.timing import serve_rounds
from tests.factories.staff import PASSWORD, make_staff

USERNAME = "bench-desk-reviewer"
PAGES = {
    "queue": "/queue/",
    "status filter, few": "/queue/?status=submitted",
    "status filter, most": "/queue/?tab=closed&status=approved",
    "three filters": "/queue/?status=submitted&reason=lost&channel=online",
    "name search": "search",
}
"""The same questions as stock_peer.PAGES, in the same order; the case comes last."""
SWAP = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}
"""What a browser sends when a filter is chosen or the search box of a list is used: only the middle of the page is asked for."""


def add_reviewer() -> None:
    """A reviewer of the benchmark's own."""
    if db.session.scalar(select(StaffMember.id).where(StaffMember.username == USERNAME)) is None:
        make_staff("reviewer", username=USERNAME)


def main() -> None:
    """Measure queue, status filter, name search and case page."""
    url, instance = sys.argv[1], Path(sys.argv[2])
    app = create_server(make_settings(instance, url))  # as run.py serves it
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        add_reviewer()
        middle = select(func.max(Application.id) / 2).scalar_subquery()
        open_case = Application.status == "in_review"
        reference = db.session.scalar(
            select(Application.reference).where(Application.id >= middle, open_case).order_by(Application.id).limit(1)
        )
        if reference is None:
            reference = db.session.scalar(select(func.max(Application.reference)).where(open_case))
        engine = db.engine
        db.session.remove()
    client = app.test_client()
    client.post("/sign-in", data={"username": USERNAME, "password": PASSWORD})

    pages = PAGES | {"case": f"/applications/{reference}"}
    names = {path: name for name, path in pages.items()}

    def get(path: str) -> tuple[int, int]:
        if path == "search":
            answer = client.post("/search/", data={"q": "王"}, headers=SWAP)
        else:
            answer = client.get(path, headers=SWAP if "filter" in names[path] else {})
        return answer.status_code, len(answer.data)

    serve_rounds(get, pages, engine)


if __name__ == "__main__":
    main()
