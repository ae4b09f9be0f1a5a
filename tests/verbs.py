"""Every operation of the rooms above the people, found by walking the packages."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import admin_app
from tests.breaches import rooms_on_disk
from tests.sources import ROOT

BELOW_RIGHTS = {"audit"}
"""Rooms that know no permissions: they lie below the staff."""
OWN_ACCOUNT = {"admin_app.staff.operations.signing_in", "admin_app.staff.operations.own_account"}
"""Operations about the person's own account: who they are is all the right that it takes."""
LAST_STEP_OF_A_JOB = {"finish_batch", "finish_reprint"}
"""Whoever ordered the labels was asked then."""


def operations() -> Iterator[ModuleType]:
    """Every module of operations in the rooms above the people."""
    for found in pkgutil.walk_packages(admin_app.__path__, "admin_app."):
        parts = found.name.split(".")
        is_room = len(parts) > 2 and parts[1] in rooms_on_disk(ROOT) - BELOW_RIGHTS
        if is_room and parts[2] == "operations":
            yield importlib.import_module(found.name)


def public(module: ModuleType) -> Iterator[Callable[..., Any]]:
    """The functions that begin in this module and that others may call."""
    for name, function in vars(module).items():
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_"):
            yield function


def acting(module: ModuleType) -> list[Callable[..., Any]]:
    """Those that somebody does: they are told who."""
    if module.__name__ in OWN_ACCOUNT:
        return []
    return [one for one in public(module) if one.__name__ not in LAST_STEP_OF_A_JOB and "by" in inspect.signature(one).parameters]


CHECKS = {"require_hold"}
"""Told who acts only to refuse; they change nothing."""
STEPS = {"move_with_serial"}
"""Steps of several verbs, each of which has asked."""
EVERY = [one for module in operations() for one in acting(module) if one.__name__ not in CHECKS | STEPS]
