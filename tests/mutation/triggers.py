"""Which small faults the database's own triggers can be given, and how one is put into the database that tests begin with (SQLite)."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from admin_app.foundation import sqlite_file
from tests.databases.way_back import office_file

TESTS = (
    "tests/test_triggers.py",
    "tests/test_moves_in_the_database.py",
    "tests/test_windows_in_the_database.py",
    "tests/audit/test_append_only.py",
    "tests/audit/test_written_by_the_database.py",
    "tests/audit/test_sealed_notes.py",
    "tests/audit/test_sealing.py",
    "tests/applications/test_second_database.py",
    "tests/applications/test_taking_back.py",
    "tests/mailing/test_taking_back.py",
    "tests/cards/test_centre_of_cards.py",
)
MOVES = ("test_triggers", "moves_in_the_database", "windows_in_the_database")
NARROW = {
    "ab_user": ("role",),
    "application": (*MOVES, "second_database", "centre_of_cards", "applications/test_taking_back"),
    "audit_entry": ("append_only", "written_by_the_database"),
    "audit_seal": ("test_sealing", "link_of_a_chain"),
    "card": (*MOVES, "mailing/test_taking_back"),
    "decision": MOVES,
    "loss_report": MOVES,
    "mailing_batch": (*MOVES, "mailing/test_taking_back"),
    "parcel": (*MOVES, "mailing/test_taking_back"),
    "read_note": ("sealed_notes",),
    "read_seal": ("sealed_notes", "link_of_a_chain"),
    "undo_window": ("of_a_window_nothing", "applications/test_taking_back"),
}
"""Table of a trigger -> which of the tests are asked of its faults, by what their names hold."""
TOKEN = re.compile(
    r"RAISE\(.*?'\)|SELECT 1\b|strftime\(.*?\)|'[^']*'|<>|>=|<=|=|<"
    r"|\b(?:IS NOT NULL|IS NULL|IS NOT|IS|NOT IN|IN|NOT EXISTS|EXISTS|NOT(?= \()|AND|OR|\d+)\b"
)
OTHERWISE = {
    "IS NOT NULL": "IS NULL", "IS NULL": "IS NOT NULL", "IS NOT": "IS", "IS": "IS NOT", "NOT IN": "IN", "IN": "NOT IN",
    "NOT EXISTS": "EXISTS", "EXISTS": "NOT EXISTS", "NOT": "", "AND": "OR", "OR": "AND",
    "<>": "=", "=": "<>", ">=": ">", "<=": "<", "<": "<=",
}  # fmt: skip
WATCHED = re.compile(r"(?<=UPDATE OF )[\w, ]+(?= ON )")


@dataclass(frozen=True)
class TriggerFault:
    """One change of one trigger: what it does, and the statement that makes the trigger with it ('': there is none)."""

    trigger: str
    what: str
    sql: str

    @property
    def line(self) -> str:
        """Where it is."""
        return self.trigger

    @property
    def narrow(self) -> tuple[str, ...]:
        """What the names of its narrow tests hold."""
        return NARROW[max((table for table in NARROW if self.trigger.startswith(table)), key=len)]


def faults_of_triggers(triggers: dict[str, str]) -> Iterator[TriggerFault]:
    """Every fault: a trigger is not there, does not watch a column, compares, combines or names otherwise."""
    for name, sql in triggers.items():
        yield TriggerFault(name, "not there", "")
        watched = WATCHED.search(sql)
        columns = watched[0].split(", ") if watched else []
        for column in columns if len(columns) > 1 else ():
            rest = ", ".join(one for one in columns if one != column)
            yield TriggerFault(name, f"does not watch {column}", WATCHED.sub(rest, sql, count=1))
        head = watched.end() if watched else sql.index(" ON ")
        for found in TOKEN.finditer(sql, head):
            changed = _otherwise(found[0])
            if changed is not None:
                shown = (
                    f"{sql[max(head, found.start() - 30) : found.start()]}[{found[0]} -> {changed}]{sql[found.end() : found.end() + 30]}"
                )
                yield TriggerFault(name, shown, sql[: found.start()] + changed + sql[found.end() :])


def _otherwise(token: str) -> str | None:
    if token.startswith("'"):
        return f"'x{token[1:]}"
    if token.isdigit():
        return str(int(token) + 1)
    return OTHERWISE.get(token)


class Template:
    """The database that each test of a run begins with."""

    def __init__(self, file: Path) -> None:
        self.file, self.sound = file, file.with_name("sound.db")
        shutil.copy(file, self.sound)

    def triggers(self) -> dict[str, str]:
        """Name -> the statement that made it."""
        with closing(office_file(self.file)) as opened:
            return dict(opened.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall())

    def takes(self, fault: TriggerFault) -> bool:
        """Whether the database takes the trigger at all; one that it does not take is no fault that could be there."""
        with closing(office_file(self.file)) as opened:
            opened.execute("BEGIN")
            try:
                opened.execute(f"DROP TRIGGER {fault.trigger}")
                if fault.sql:
                    opened.execute(fault.sql)
            except sqlite_file.driver.OperationalError:
                return False
            finally:
                opened.execute("ROLLBACK")
        return True

    def plant(self, fault: TriggerFault) -> None:
        """Let every test begin with the fault."""
        with closing(office_file(self.file)) as opened:
            opened.execute(f"DROP TRIGGER {fault.trigger}")
            if fault.sql:
                opened.execute(fault.sql)
            opened.commit()

    def mend(self) -> None:
        """Let tests begin with what is sound again."""
        shutil.copy(self.sound, self.file)
