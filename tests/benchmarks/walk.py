"""Every GET page of every role, every tab and every filter, in a process of its own: python -m tests.benchmarks.walk URL INSTANCE

First line of standard output: the pages as JSON, role and name -> address. Then for each line of input, a role and a name,
one line with what that page took. The benchmark lets the processes of two sizes take turns page by page.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.factory import create_server
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import hash_password
from tests.apps import make_settings
from tests.factories.staff import make_staff
from tests.routes import LETTERS, PUBLIC, Route, address, routes
from tests.walk import MARK, Stop, walk

PASSWORD = "bench password of the desk"
BOUND = "supervisor of a centre"
LATER = "reports"
"""Pages under this path, and PDFs, are measured too but have no limit yet."""
Pages = dict[str, dict[str, str]]


def people(app: Flask) -> dict[str, FlaskClient]:
    """A browser for each role, signed in as somebody who has done much; and a supervisor who sees one centre."""
    with app.app_context():
        names = {role: _busiest(role) for role in LETTERS.values()} | {BOUND: _bound_supervisor()}
        hashed = hash_password(PASSWORD)
        with transaction() as session:
            changed = {"password": hashed, "must_change_password": False, "paused_until": None, "active": True, "language": "en"}
            session.execute(sa.update(StaffMember).where(StaffMember.username.in_(names.values())).values(**changed))
        db.session.remove()
    found = {}
    for who, username in names.items():
        found[who] = app.test_client()
        answer = found[who].post("/sign-in", data={"username": username, "password": PASSWORD})
        if answer.status_code != 302:
            raise SystemExit(f"{who} {username} cannot sign in: {answer.status_code}")
    return found


def _busiest(role: str) -> str:
    member = select(StaffMember.username).where(
        StaffMember.role == role, StaffMember.active.is_(True), StaffMember.username.not_like("bench-%")
    )
    return db.session.scalar(member.order_by(StaffMember.id).limit(1)) or ""


def _bound_supervisor() -> str:
    name = "bench-supervisor"
    if db.session.scalar(select(StaffMember.id).where(StaffMember.username == name)) is None:
        make_staff("supervisor", username=name, centre_id=db.session.scalar(select(func.min(Application.centre_id))))
    return name


def typed() -> dict[str, tuple[str, ...]]:
    """What is typed into search forms: somebody who did much, the system, an old day, the last, a record, a case; and what is not there."""
    first, last = db.session.execute(select(func.min(AuditEntry.at), func.max(AuditEntry.at))).one()
    days = tuple(str(moment)[:10] for moment in (first + (last - first) / 3, last))
    clerk = _busiest("intake_clerk")
    return {
        "": ("none-such",),
        "username": (clerk, "system", "none-such"),
        "subject_ref": (str(db.session.scalar(select(Card.public_id).limit(1))), "none-such"),
        "case": (str(db.session.scalar(select(Application.reference).where(Application.status == "approved").limit(1))), "none-such"),
        "date": days, "from_day": days, "to_day": days, "q": (clerk[:3], "none-such"),
    }  # fmt: skip


def searches() -> tuple[str, ...]:
    """What is typed into the search box: a name that many have, a reference, a number of a person that nobody has."""
    return ("王", str(db.session.scalar(select(Application.reference).limit(1))), "330106199001011234")


class Desk:
    """The application in this process, with what its database is asked."""

    def __init__(self, url: str, instance: Path) -> None:
        self.app = create_server(make_settings(instance, url))
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.people = people(self.app)
        self.statements: list[tuple[float, str]] = []
        with self.app.app_context():
            sa.event.listen(db.engine, "before_cursor_execute", self._before)
            sa.event.listen(db.engine, "after_cursor_execute", self._after)
            self.typed, self.searches = typed(), searches()
            self.routes = [(route, address(route)) for route in routes(self.app) if route.method == "GET"]
            db.session.remove()

    def _before(self, _connection: Any, _cursor: Any, _text: str, _values: Any, context: Any, _many: bool) -> None:
        context.begun = time.perf_counter()

    def _after(self, _connection: Any, _cursor: Any, text: str, _values: Any, context: Any, _many: bool) -> None:
        self.statements.append((time.perf_counter() - context.begun, text))

    def pages(self, who: str) -> dict[str, str]:
        """The pages of `who`: name -> address. A name is the rule and the arguments, so that it means the same in every office."""
        browser = self.people[who]

        def get(url: str) -> tuple[int, str, str]:
            answer = browser.get(url)
            return answer.status_code, answer.mimetype, answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""

        rules = {url: route.rule for route, url in self.routes if _is_page(route)}
        for number, words in enumerate(self.searches, 1):
            found = browser.post("/search/", data={"q": words})
            if found.status_code == 302:
                rules[found.headers["Location"]] = f"/search/<{number}>"
        by_path = {url.partition("?")[0]: rule for url, rule in rules.items()}
        return {self._name(by_path[one.path], one): one.url for one in walk(get, list(rules), typed=self.typed)}

    def _name(self, rule: str, one: Stop) -> str:
        shown = []
        for name, value in sorted(one.arguments):
            known = self.typed.get(name, self.typed["date"])
            place = known.index(value) + 1 if value in known else 0
            shown.append(f"{name}=*" if name == MARK else f"{name}=#{place}" if place else f"{name}={value}")
        return f"{rule}?{'&'.join(shown)}" if shown else rule

    def take(self, who: str, url: str) -> dict[str, Any]:
        """Load the page once."""
        self.statements.clear()
        begun = time.perf_counter()
        status = self.people[who].get(url).status_code
        seconds = time.perf_counter() - begun
        longest = max(self.statements, default=(0.0, ""))
        database = sum(spent for spent, _ in self.statements)
        slow = longest[1] if longest[0] > 0.05 else ""
        return {"ms": seconds * 1000, "sql_ms": database * 1000, "statements": len(self.statements), "status": status, "slow": slow}


def _is_page(route: Route) -> bool:
    return route.permission != PUBLIC or route.rule == "/health"


def main() -> None:
    """Walk, then load what is asked for."""
    desk = Desk(sys.argv[1], Path(sys.argv[2]))
    wanted = sys.argv[3].split(",") if len(sys.argv) > 3 else list(desk.people)
    pages: Pages = {}
    for who in wanted:
        pages[who] = desk.pages(who)
        sys.stderr.write(f"{who}: {len(pages[who])} pages\n")
        sys.stderr.flush()
    sys.stdout.write(json.dumps(pages) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        who, name = json.loads(line)
        sys.stdout.write(json.dumps(desk.take(who, pages[who][name])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
