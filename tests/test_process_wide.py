"""Nothing that an app knows hangs on the process: looked for in the source, and by creating a second app beside the first.

What a module or class holds must not change while apps are created and asked. What does change belongs into a `PerApp`
(foundation/per_app.py), so that two apps with other settings can live in one process.
"""

import ast
import importlib
import pkgutil
import sys
import types
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import admin_app
from admin_app.foundation.database import db
from admin_app.foundation.per_app import PerApp
from tests.apps import Browser, PreparedApp
from tests.factories import staff
from tests.factories.centres import make_centre
from tests.second_app import create_beside

ROOT = Path(__file__).parent.parent
NOT_SERVED = ("admin_app/demo/", "admin_app/migrations/")
"""What no web process, worker or clock loads."""
OF_THE_PROCESS = {
    "admin_app/foundation/printing/press.py WRITER.write": "whatever apps live in it, a process leaves printing to a child",
}
"""What belongs to a process whatever apps live in it -> why."""
CHANGES = {
    "append",
    "appendleft",
    "add",
    "clear",
    "extend",
    "insert",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "discard",
    "setdefault",
    "update",
}
ASKS_THE_APP = {
    *("clock", "today", "settings", "store", "db", "current_app", "current_user", "signed_in"),
    *("g", "request", "session", "url_for", "language", "gettext", "get_translations"),
}
"""What a function that is cached for the whole process may not ask for: the answer differs from app to app."""
PLAIN = (str, bytes, int, float, bool, type(None), frozenset, range)


def sources(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every served module: its path and what stands in it."""
    for file in sorted((root / "admin_app").rglob("*.py")):
        name = file.relative_to(root).as_posix()
        if not name.startswith(NOT_SERVED):
            yield name, ast.parse(file.read_text())


def changed_by_code(root: Path) -> list[str]:
    """file name: what of a module or class is changed by code, in place or anew."""
    return sorted({f"{name} {thing}" for name, tree in sources(root) for thing in (*_changed_in(tree), *_cached_of_an_app(tree))})


def _changed_in(tree: ast.Module) -> Iterator[str]:
    own = {name for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) for name in _names(node)}
    imported = {alias.asname or alias.name for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
    for node in tree.body:
        is_function = isinstance(node, ast.FunctionDef | ast.ClassDef)
        for part in ast.walk(node):
            if isinstance(part, ast.Global):
                yield from part.names
            for place in _places_changed(part):
                base = _base(place)
                in_place = not isinstance(place, ast.Name)
                if in_place and ((base in own and is_function) or (base in imported and _is_ours(tree, base) and _is_constant(place))):
                    yield ast.unparse(place).partition("[")[0]


def _places_changed(node: ast.AST) -> Iterator[ast.expr]:
    """What a statement or call writes to."""
    targets = node.targets if isinstance(node, ast.Assign | ast.Delete) else [node.target] if isinstance(node, ast.AugAssign) else []
    yield from (target for target in targets if isinstance(target, ast.Subscript | ast.Attribute))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
        yield ast.Attribute(node.func.value, node.func.attr) if isinstance(node.func.value, ast.Name) else node.func.value


def _names(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _base(place: ast.expr) -> str:
    while isinstance(place, ast.Attribute | ast.Subscript):
        place = place.value
    return place.id if isinstance(place, ast.Name) else ""


def _is_ours(tree: ast.Module, name: str) -> bool:
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom) and any((one.asname or one.name) == name for one in node.names)]
    return any((node.module or "").startswith("admin_app") for node in froms)


def _is_constant(place: ast.expr) -> bool:
    """Whether it lies on a class or is a constant of a module, not an attribute of some object at hand."""
    names = [
        part.attr if isinstance(part, ast.Attribute) else part.id for part in ast.walk(place) if isinstance(part, ast.Attribute | ast.Name)
    ]
    return any(name.isupper() or name[:1].isupper() for name in names)


def _cached_of_an_app(tree: ast.Module) -> Iterator[str]:
    """Functions that are cached for the whole process and ask for what differs from app to app."""
    for node in tree.body:
        for part in ast.walk(node) if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(part, ast.FunctionDef) and any(_is_cache(one) for one in part.decorator_list):
                told = {one.arg for one in ast.walk(part) if isinstance(one, ast.arg)}
                asked = {getattr(one, "id", getattr(one, "attr", "")) for one in ast.walk(part)}
                if (asked - told) & ASKS_THE_APP:
                    yield part.name


def _is_cache(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in ("cache", "lru_cache")


PLANTED = {
    "a dictionary that is filled": "_known = {}\n\n\ndef words(key):\n    _known[key] = 1\n",
    "a list that grows": "_last = []\n\n\ndef sweep():\n    _last.append(1)\n",
    "a global": "_now = None\n\n\ndef use(one):\n    global _now\n    _now = one\n",
    "a class of another room": "from admin_app.residents import views\n\nviews.ResidentView.sections = ()\n",
    "a constant of another room": "from admin_app.web import search_hits\n\nsearch_hits.FINDERS[:] = []\n",
    "a constant of another room that grows": "from admin_app.web import hits\n\n\ndef add(one):\n    hits.FINDERS.append(one)\n",
    "a cached answer of an app": "from functools import cache\n\n\n@cache\ndef zone():\n    return settings.current().timezone\n",
}


def test_no_code_changes_what_a_module_or_class_holds() -> None:
    assert [place for place in changed_by_code(ROOT) if place not in OF_THE_PROCESS] == []


@pytest.mark.parametrize("kind", PLANTED)
def test_control_a_planted_change_is_found_in_the_source(kind: str, tmp_path: Path) -> None:
    (tmp_path / "admin_app").mkdir()
    (tmp_path / "admin_app" / "planted.py").write_text(PLANTED[kind])
    assert len(changed_by_code(tmp_path)) == 1


def loaded() -> list[types.ModuleType]:
    """Every served module, loaded."""
    for found in pkgutil.walk_packages(admin_app.__path__, "admin_app."):
        if not f"{found.name.replace('.', '/')}/".startswith(NOT_SERVED) and not found.name.endswith(".child"):
            importlib.import_module(found.name)
    return [module for name, module in sorted(sys.modules.items()) if name.startswith("admin_app.") and module is not None]


def held(modules: list[types.ModuleType]) -> dict[str, Any]:
    """module name -> what it holds, deep enough to see a change and without anything that belongs to an app."""
    values: dict[str, Any] = {}
    for module in modules:
        for name, value in list(vars(module).items()):
            if not name.startswith("__") and not isinstance(value, types.ModuleType):
                values[f"{module.__name__} {name}"] = imprint(value)
                if isinstance(value, type) and value.__module__ == module.__name__:
                    values |= {
                        f"{module.__name__} {name}.{part}": imprint(one) for part, one in list(vars(value).items()) if part[:2] != "__"
                    }
    return values


def imprint(value: Any, depth: int = 3) -> Any:
    """What tells `value` from a changed one: itself and, for containers and objects of ours, what is in them."""
    if isinstance(value, PLAIN):
        return value
    if depth and isinstance(value, dict | OrderedDict):
        return id(value), [(imprint(key, 0), imprint(one, depth - 1)) for key, one in list(value.items())]
    if depth and isinstance(value, list | tuple | set | deque):
        return id(value), [imprint(one, depth - 1) for one in list(value)]
    is_ours = type(value).__module__.startswith("admin_app") and not isinstance(value, type | PerApp | _lru_cache_wrapper)
    if depth and is_ours and hasattr(value, "__dict__"):
        return id(value), [(name, imprint(one, depth - 1)) for name, one in sorted(vars(value).items())]
    return id(value)


def changed(act: Callable[[], object], modules: list[types.ModuleType]) -> list[str]:
    """What modules hold otherwise after `act()`."""
    before = held(modules)
    act()
    after = held(modules)
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def ask(app: Flask, username: str) -> None:
    """Sign somebody in and open the pages that everybody opens."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        member = staff.make_staff("intake_clerk", username=username, centre=make_centre(username))
        browser = app.test_client()
        browser.post("/sign-in", data={"username": member.username, "password": staff.PASSWORD})
        assert [browser.get(page).status_code for page in ("/", "/intake/", "/residents/", "/centres/")] == [200] * 4
        db.session.remove()


def test_creating_and_asking_another_app_changes_nothing_that_the_process_holds(
    app: Flask, sqlite_app: PreparedApp, tmp_path: Path
) -> None:
    app.test_client_class = Browser
    ask(app, "clerk")  # what is worked out once is there

    def act() -> None:
        ask(create_beside(sqlite_app, tmp_path), "clerk")
        ask(app, "another")

    assert changed(act, loaded()) == []


def test_control_what_a_module_or_class_holds_is_seen_to_change() -> None:
    class Planted:
        parts: dict[str, int] = {}

    Planted.__module__ = "planted"
    module = types.ModuleType("planted")
    vars(module).update(Planted=Planted, known={"a": []}, current=None)

    def act() -> None:
        Planted.parts["x"] = 1
        vars(module)["known"]["a"].append(1)
        vars(module)["current"] = 1

    assert changed(act, [module]) == ["planted Planted.parts", "planted current", "planted known"]
