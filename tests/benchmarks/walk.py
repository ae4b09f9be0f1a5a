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

from admin_app.factory import create_server
from admin_app.foundation.database import db
from tests.apps import make_settings
from tests.walk import Walkers

LATER = "reports"
"""Pages under this path, and PDFs, are measured too but have no limit yet."""
Pages = dict[str, dict[str, str]]


class Desk:
    """The application in this process, with what its database is asked."""

    def __init__(self, url: str, instance: Path) -> None:
        self.app = create_server(make_settings(instance, url))
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.walkers = Walkers(self.app)
        self.statements: list[tuple[float, str]] = []
        with self.app.app_context():
            sa.event.listen(db.engine, "before_cursor_execute", self._before)
            sa.event.listen(db.engine, "after_cursor_execute", self._after)

    def _before(self, _connection: Any, _cursor: Any, _text: str, _values: Any, context: Any, _many: bool) -> None:
        context.begun = time.perf_counter()

    def _after(self, _connection: Any, _cursor: Any, text: str, _values: Any, context: Any, _many: bool) -> None:
        self.statements.append((time.perf_counter() - context.begun, text))

    def take(self, who: str, url: str) -> dict[str, Any]:
        """Load the page once."""
        self.statements.clear()
        begun = time.perf_counter()
        status = self.walkers.people[who].get(url).status_code
        seconds = time.perf_counter() - begun
        longest = max(self.statements, default=(0.0, ""))
        database = sum(spent for spent, _ in self.statements)
        slow = longest[1] if longest[0] > 0.05 else ""
        return {"ms": seconds * 1000, "sql_ms": database * 1000, "statements": len(self.statements), "status": status, "slow": slow}


def main() -> None:
    """Walk, then load what is asked for."""
    desk = Desk(sys.argv[1], Path(sys.argv[2]))
    wanted = sys.argv[3].split(",") if len(sys.argv) > 3 else list(desk.walkers.people)
    pages: Pages = {}
    for who in wanted:
        pages[who] = desk.walkers.pages(who)
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
