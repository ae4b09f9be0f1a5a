"""What SQLite knows of an office of a million applications, for tests/web/test_list_plans.py: python -m tests.benchmarks.statistics

Written anew from the office of a million that `make bench` made, after indexes have changed.
"""

import json

from tests.benchmarks import data

KEPT = data.ROOT / "tests" / "web" / "statistics_of_a_million.json"
"""What stands in sqlite_stat1 of all tables (table, index or null, numbers), and in sqlite_stat4 of the tables of SAMPLED."""
SAMPLED = ("application", "card", "loss_report", "parcel", "mailing_batch")
"""Tables whose statuses are not equally frequent, and whose indexes hold nobody's name."""


def main() -> None:
    """Copy the statistics of the large office."""
    engine = data.engine_of(data.office("sqlite", 1_000_000, ""))
    with engine.connect() as connection:
        numbers = connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx").all()
        names = ", ".join(f"'{name}'" for name in SAMPLED)
        asked = f"SELECT tbl, idx, neq, nlt, ndlt, hex(sample) FROM sqlite_stat4 WHERE tbl IN ({names}) ORDER BY tbl, idx, nlt"
        samples = connection.exec_driver_sql(asked).all()
    lines = [json.dumps(list(row)) for row in (*numbers, *samples)]
    KEPT.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
