"""python -m tests.mutation NAME [EVERY [TESTS]]: the faults of a guard, or every n-th, each asked of its tests in a process of its own.

NAME is one of guards.py, or `triggers`: those of the database. EVERY may say where to begin: 5:2 is every fifth, from the third.
Prints what was not noticed; ends with 1 where more than one in twenty was not.
"""

import importlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from tests.mutation.faults import faults_of
from tests.mutation.guards import GUARDS, Guard
from tests.mutation.planting import plant
from tests.mutation.triggers import TESTS, Template, faults_of_triggers

ENOUGH = 0.95
NOTICED, NOT_PLANTED = 1, 3
SECONDS, PATIENCE = 60, 1_200
"""Of the processor, and by the clock, after which a test that a fault keeps from ending has noticed it: a busy machine is none."""
settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], derandomize=True, database=None, deadline=None)


class Asked:
    """A run of pytest that goes through the tests once without a fault, then once for each fault."""

    def __init__(self, every: str) -> None:
        step, _sign, first = every.partition(":")
        self.part = slice(int(first or 0), None, int(step))
        self.faults: list[Any] = []
        self.missed: list[Any] = []
        self.is_sound = False
        """Whether the tests were seen to pass without a fault."""

    def every_fault(self, session: pytest.Session) -> Iterable[Any]:
        """What can be planted; the tests have passed once."""
        raise NotImplementedError

    def plant(self, fault: Any) -> None:
        """Put the fault where the tests of this process find it."""
        raise NotImplementedError

    def narrow(self, fault: Any, items: list[pytest.Item]) -> list[pytest.Item]:
        """Which of the tests are asked of the fault."""
        return items

    def mend(self) -> None:
        """Take away what a process that has ended may have left."""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of the usual loop."""
        if len(session.items) < 2 or not self._passes(session.items) or not self._passes_with(None, session.items):
            raise pytest.UsageError("the tests do not pass without a fault")
        self.faults = list(self.every_fault(session))[self.part]
        if not self.faults:
            raise pytest.UsageError("there is no fault to plant")
        self.is_sound = True
        for fault in self.faults:
            if self._passes_with(fault, self.narrow(fault, session.items)):
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

    def _passes_with(self, fault: Any, items: list[pytest.Item]) -> bool:
        child = os.fork()
        if child == 0:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            signal.alarm(PATIENCE)
            status = NOT_PLANTED
            try:
                if fault is not None:
                    self.plant(fault)
                status = NOTICED
                status = 0 if self._passes(items) else NOTICED
            finally:
                os._exit(status)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        self.mend()
        if ended == NOT_PLANTED:
            raise RuntimeError(f"could not plant: {fault}")
        return ended == 0


class AskedOfModule(Asked):
    """Faults of a module, planted where it is loaded."""

    def __init__(self, guard: Guard, every: str) -> None:
        super().__init__(every)
        self.module, self.guard = importlib.import_module(guard.module), guard

    def every_fault(self, session: pytest.Session) -> Iterable[Any]:
        """Of its source."""
        source = Path(str(self.module.__file__)).read_text(encoding="utf-8")
        return faults_of(source, self.guard.tables, self.guard.only)

    def plant(self, fault: Any) -> None:
        """In the loaded module."""
        plant(self.module, fault, self.guard.tables)


class AskedOfTriggers(Asked):
    """Faults of the database's triggers, planted in the file that the tests begin with."""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """See the app of the tests."""
        made: Any = yield
        if fixturedef.argname == "sqlite_app":
            self.app = made[0]
        return made

    def every_fault(self, session: pytest.Session) -> Iterable[Any]:
        """Of the triggers that the migrations have made."""
        self.template = Template(Path(self.app.config["SETTINGS"].instance) / "template.db")
        return filter(self.template.takes, faults_of_triggers(self.template.triggers()))

    def plant(self, fault: Any) -> None:
        """In that file."""
        self.template.plant(fault)

    def narrow(self, fault: Any, items: list[pytest.Item]) -> list[pytest.Item]:
        """Those about the trigger's table."""
        return [item for item in items if any(word in item.nodeid for word in fault.narrow)]

    def mend(self) -> None:
        """Put the sound file back."""
        if self.is_sound:
            self.template.mend()


def main(name: str, every: str = "1", *tests: str) -> int:
    """Ask; the status to end with."""
    settings.load_profile("mutation")
    asked = AskedOfTriggers(every) if name == "triggers" else AskedOfModule(GUARDS[name], every)
    line = ["-q", "-p", "no:cacheprovider", "-n0", "-k", "not postgresql", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    status = pytest.main([*line, *(tests or (TESTS if name == "triggers" else GUARDS[name].tests))], plugins=[asked])
    if status != pytest.ExitCode.OK:
        return int(status)
    noticed = len(asked.faults) - len(asked.missed)
    print(f"{name}: {noticed} of {len(asked.faults)} faults noticed, {noticed / len(asked.faults):.1%}")
    return 0 if noticed >= ENOUGH * len(asked.faults) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
