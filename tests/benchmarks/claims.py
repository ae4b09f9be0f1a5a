"""Many workers drain a queue of cases: none claimed twice, none left. python -m tests.benchmarks.claims URL INSTANCE WORKERS CASES"""

import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, func, select, update

from admin_app.applications.models import Application
from admin_app.applications.operations import claims
from admin_app.audit.models import AuditEntry
from admin_app.factory import create_app
from admin_app.foundation import database
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.apps import FILE_KEY, make_settings
from tests.factories.staff import make_staff
from tests.owner import unguarded_transaction


def main() -> None:
    """Claim until nothing is left; print what happened as JSON."""
    url, instance, workers, cases = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    app = create_app(make_settings(instance, url))
    with app.app_context():
        _give_each_a_connection(url, workers)
        people = _reviewers(workers)
        waiting = _prepare(cases)
        first_entry = db.session.scalar(select(func.max(AuditEntry.id))) or 0
        db.session.remove()
    start = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        taken = list(pool.map(lambda staff_id: _drain(app, staff_id), people))  # an error in any of them ends the run
    seconds = time.perf_counter() - start
    counts = Counter(case for mine in taken for case in mine)
    with app.app_context():
        left = db.session.scalar(select(func.count()).select_from(Application).where(Application.status == "submitted"))
        entries = db.session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.id > first_entry, AuditEntry.action == "applications.claimed")
        )
    twice = sum(1 for count in counts.values() if count > 1)
    result = {"workers": workers, "cases": waiting, "claimed": len(counts), "twice": twice, "left": left, "audit_entries": entries}
    if twice or left or len(counts) != waiting or entries != waiting:
        raise SystemExit(f"claims went wrong: {result}")
    sys.stdout.write(json.dumps(result | {"claims_per_second": round(len(counts) / seconds)}) + "\n")


def _drain(app: Flask, staff_id: int) -> list[int]:
    """Claim until nothing is left; the ids of what was claimed and committed."""
    mine: list[int] = []
    with app.app_context():
        while True:
            with transaction() as session:
                case = claims.next_case(by=session.get_one(StaffMember, staff_id).actor)
                case_id = case.id if case else None
                # Off the desk of whoever took it, or they would be given no other; its lease keeps it from everybody else.
                session.execute(update(Application).where(Application.id == case_id).values(owner_id=None))
            if case_id is None:
                break
            mine.append(case_id)
        db.session.remove()
    return mine


def _give_each_a_connection(url: str, workers: int) -> None:
    """The usual pool of thirty would let the rest of 64 workers wait for a connection instead of for each other."""
    db.engine.dispose()
    engine = create_engine(url, **database.engine_options(url) | {"pool_size": workers, "max_overflow": 4})
    database.prepare_engine(engine, FILE_KEY)
    db.engines[None] = engine


def _reviewers(count: int) -> list[int]:
    with transaction() as session:
        for n in range(count):
            name = f"bench-claimer-{n}"
            if session.scalar(select(StaffMember.id).where(StaffMember.username == name)) is None:
                make_staff("reviewer", username=name)
    return list(db.session.scalars(select(StaffMember.id).where(StaffMember.username.like("bench-claimer-%")).limit(count)))


def _prepare(cases: int) -> int:
    """Put `cases` applications into the unclaimed queue, and nothing else; returns how many there are."""
    with unguarded_transaction() as session:
        chosen = list(session.scalars(select(Application.id).where(Application.status != "draft").order_by(Application.id).limit(cases)))
        waiting = {"status": "submitted", "is_open": True, "owner_id": None, "lease_until": None, "decided_by_id": None, "decided_at": None}
        session.execute(update(Application).where(Application.is_open.is_(True)).values(status="withdrawn", is_open=False))
        session.execute(update(Application).where(Application.id.between(min(chosen), max(chosen))).values(**waiting))
    return db.session.scalar(select(func.count()).select_from(Application).where(Application.status == "submitted")) or 0


if __name__ == "__main__":
    main()
