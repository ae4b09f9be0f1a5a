"""python -m tests.mutation NAME [EVERY [TESTS]]: the faults of a guard, or every n-th, each asked of its tests in a process of its own.

Prints what was not noticed; ends with 1 where more than one in twenty was not.
"""

import importlib
import os
import signal
import sys
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from tests.mutation.faults import Fault, faults_of
from tests.mutation.guards import GUARDS, Guard
from tests.mutation.planting import plant

ENOUGH = 0.95
NOTICED, NOT_PLANTED = 1, 3
SECONDS = 120
"""After which a test that a fault keeps from ending has noticed it."""
settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], derandomize=True, database=None, deadline=None)


class Asked:
    """A run of pytest that goes through the tests once without a fault, then once for each fault."""

    def __init__(self, guard: Guard, every: int) -> None:
        self.module, self.guard = importlib.import_module(guard.module), guard
        source = Path(str(self.module.__file__)).read_text(encoding="utf-8")
        self.faults = list(faults_of(source, guard.tables, guard.only))[::every]
        self.missed: list[Fault] = []
        self.is_sound = False
        """Whether the tests were seen to pass without a fault."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of the usual loop."""
        if not self.faults or len(session.items) < 2 or not self._passes(session.items) or not self._passes_with(None, session.items):
            raise pytest.UsageError("the tests do not pass without a fault, or there is none to plant")
        self.is_sound = True
        for fault in self.faults:
            if self._passes_with(fault, session.items):
                self.missed.append(fault)
                print(f"not noticed: line {fault.line} {fault.what}", flush=True)
        return True

    def _passes(self, items: list[pytest.Item]) -> bool:
        """Whether all pass; what they share stays for the next time, which a next test tells pytest."""
        pairs = zip(items, [*items[1:], items[0]], strict=True)
        return not any(self._failed(report) for item, other in pairs for report in runtestprotocol(item, log=False, nextitem=other))

    def _failed(self, report: pytest.TestReport) -> bool:
        if report.failed and not self.is_sound:
            print(report.longreprtext, flush=True)
        return report.failed

    def _passes_with(self, fault: Fault | None, items: list[pytest.Item]) -> bool:
        child = os.fork()
        if child == 0:
            signal.alarm(SECONDS)
            status = NOT_PLANTED
            try:
                if fault is not None:
                    plant(self.module, fault, self.guard.tables)
                status = NOTICED
                status = 0 if self._passes(items) else NOTICED
            finally:
                os._exit(status)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ended == NOT_PLANTED:
            raise RuntimeError(f"could not plant: {fault}")
        return ended == 0


def main(name: str, every: str = "1", *tests: str) -> int:
    """Ask; the status to end with."""
    settings.load_profile("mutation")
    asked = Asked(GUARDS[name], int(every))
    line = ["-q", "-p", "no:cacheprovider", "-n0", "-k", "not postgresql", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    status = pytest.main([*line, *(tests or GUARDS[name].tests)], plugins=[asked])
    if status != pytest.ExitCode.OK:
        return int(status)
    noticed = len(asked.faults) - len(asked.missed)
    print(f"{name}: {noticed} of {len(asked.faults)} faults noticed, {noticed / len(asked.faults):.1%}")
    return 0 if noticed >= ENOUGH * len(asked.faults) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
