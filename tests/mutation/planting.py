"""A fault in a module that is loaded already: its functions, wherever they are held, get the code with the fault, tables its entries."""

import ast
import gc
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.mutation.faults import Fault


def plant(module: ModuleType, fault: Fault, tables: frozenset[str]) -> None:
    """Change the loaded module, for this process."""
    file = str(module.__file__)
    faulty = compile(fault.tree, file, "exec")
    with open(file, encoding="utf-8") as source:
        sound = compile(source.read(), file, "exec")
    changed = {(one.co_qualname, number): one for number, one in _numbered(faulty)}
    pairs = ((one, changed.get((one.co_qualname, number), one)) for number, one in _numbered(sound))
    codes = {one: other for one, other in pairs if one != other}
    if codes:  # a fault in a table changes none, and to go through all that is loaded takes seconds
        _exchange(codes, module)
    for name in tables:
        _put(vars(module)[name], _fresh(module, fault.tree, name))


def _exchange(codes: dict[CodeType, CodeType], module: ModuleType) -> None:
    gc.unfreeze()  # a run of tests takes what it begins with out of the collector's sight
    for held in gc.get_objects():
        if isinstance(held, FunctionType) and held.__code__ in codes:
            held.__code__ = codes[held.__code__]
        if isinstance(held, _lru_cache_wrapper) and held.__module__ == module.__name__:
            held.cache_clear()  # what it gave when all was sound


def _numbered(code: CodeType) -> Iterator[tuple[int, CodeType]]:
    """Every code inside, numbered among those of its name."""
    count: dict[str, int] = {}
    for one in _all(code):
        count[one.co_qualname] = count.get(one.co_qualname, 0) + 1
        yield count[one.co_qualname], one


def _all(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _all(one)


def _fresh(module: ModuleType, tree: ast.Module, name: str) -> Any:
    """What the table would be."""
    for statement in tree.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if isinstance(target, ast.Name) and target.id == name:
            value: Any = statement.value  # type: ignore[attr-defined]
            return eval(compile(ast.Expression(value), str(module.__file__), "eval"), vars(module))
    raise KeyError(name)


def _put(table: dict[Any, Any], fresh: dict[Any, Any]) -> None:
    table.clear()
    table.update(fresh)
