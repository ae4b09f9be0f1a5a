"""Which small faults a module can be given: one change of its source each."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

OPPOSITES: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
TEXTS_FOR_PEOPLE = frozenset({"_l", "_", "gettext", "ngettext", "lazy_gettext"})
"""What is said is looked at by people and by the tests of texts, not here."""
Change = Callable[[Any], ast.AST]


@dataclass(frozen=True)
class Fault:
    """One change: where it is, what it does, and the source with it."""

    line: int
    what: str
    tree: ast.Module


def faults_of(source: str, tables: frozenset[str], only: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Every fault inside functions (those named `only`, if any are), and in the tables named."""
    whole = ast.parse(source)
    members = _members(whole, tables)
    for path, node in _places(whole, tables, only):
        for what, change in (*_changes(node), *_other_member(node, members)):
            tree = copy.deepcopy(whole)
            _put(tree, path, change)
            yield Fault(node.lineno, f"{what}: {ast.unparse(node)[:80]}", ast.fix_missing_locations(tree))


Members = dict[int, str]
"""id of a node in a table -> what it could say instead: the member after `Status.MADE`, for a set the last text that it has not."""


def _members(tree: ast.Module, tables: frozenset[str]) -> Members:
    found: Members = {}
    for value in _tables(tree, tables):
        texts = list(dict.fromkeys(one for group in _groups(value) for one in _texts(group)))
        for group in _groups(value):
            others = [one for one in reversed(texts) if one not in _texts(group)]  # the next ones are often held by the same people
            found |= {id(group): one for one in others[:1]}
        named = [one for one in ast.walk(value) if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)]
        for kind in {ast.unparse(one.value) for one in named}:
            names = list(dict.fromkeys(one.attr for one in named if ast.unparse(one.value) == kind))
            of_kind = (one for one in named if ast.unparse(one.value) == kind)
            found |= {id(one): names[(names.index(one.attr) + 1) % len(names)] for one in of_kind}
    return found


def _groups(table: ast.AST) -> list[ast.Set]:
    return [one for one in ast.walk(table) if isinstance(one, ast.Set) and _texts(one)]


def _texts(group: ast.Set) -> list[str]:
    return [one.value for one in group.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _other_member(node: Any, members: Members) -> Iterator[tuple[str, Change]]:
    if id(node) not in members:
        return
    if isinstance(node, ast.Set):
        yield "one more let in", _with(elts=[*node.elts, ast.Constant(members[id(node)])])
    else:
        yield "another member", _with(attr=members[id(node)])


def _tables(tree: ast.Module, tables: frozenset[str]) -> Iterator[ast.expr]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if isinstance(target, ast.Name) and target.id in tables and statement.value is not None:
                yield statement.value


Path = tuple[tuple[str, int | None], ...]


def _places(tree: ast.Module, tables: frozenset[str], only: frozenset[str]) -> Iterator[tuple[Path, Any]]:
    for number, statement in enumerate(tree.body):
        path: Path = (("body", number),)
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            for value in _tables(ast.Module([statement], []), tables):
                yield from _inside(value, (*path, ("value", None)))
        elif isinstance(statement, ast.ClassDef):
            for place, one in enumerate(statement.body):
                if isinstance(one, ast.FunctionDef) and (not only or one.name in only):
                    yield from _body(one, (*path, ("body", place)))
        elif isinstance(statement, ast.FunctionDef) and (not only or statement.name in only):
            yield from _body(statement, path)


def _body(function: ast.FunctionDef, path: Path) -> Iterator[tuple[Path, Any]]:
    for number, statement in enumerate(function.body):
        if not _is_docstring(statement):
            yield from _inside(statement, (*path, ("body", number)))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _inside(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The node and everything in it, but for texts for people, annotations, docstrings and what only types are told."""
    if _is_docstring(node) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in TEXTS_FOR_PEOPLE):
        return
    if hasattr(node, "lineno"):
        yield path, node
    for step, one in _parts(node):
        yield from _inside(one, (*path, step))


def _parts(node: ast.AST) -> Iterator[tuple[tuple[str, int | None], ast.AST]]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list") or (name == "args" and not isinstance(node, ast.Call)):
            continue
        if isinstance(value, ast.AST):
            yield (name, None), value
        if isinstance(value, list):
            yield from (((name, number), one) for number, one in enumerate(value) if isinstance(one, ast.AST))


def _put(tree: ast.AST, path: Path, change: Change) -> None:
    parent: Any = tree
    for name, number in path[:-1]:
        parent = getattr(parent, name) if number is None else getattr(parent, name)[number]
    name, number = path[-1]
    if number is None:
        setattr(parent, name, change(getattr(parent, name)))
    else:
        getattr(parent, name)[number] = change(getattr(parent, name)[number])


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.Compare):
        yield from (("compared otherwise", _compared(place)) for place, one in enumerate(node.ops) if type(one) in OPPOSITES)
    elif isinstance(node, ast.Set):
        yield from (("one left out", _without(place)) for place, one in enumerate(node.elts) if not isinstance(one, ast.Constant))
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in OPPOSITES:
        yield "another operator", _with(op=OPPOSITES[type(node.op)]())
    else:
        yield from _steps(node)


def _steps(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not left out", lambda one: one.operand
    if isinstance(node, ast.If | ast.IfExp):
        yield "condition turned round", lambda one: _changed(one, test=ast.UnaryOp(ast.Not(), one.test))
    if isinstance(node, ast.Raise):
        yield "not refused", lambda _one: ast.Pass()
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "not done", lambda _one: ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield "nothing returned", _with(value=ast.Constant(None))
    if isinstance(node, ast.Slice):
        yield "not cut", lambda _one: ast.Slice(None, None, None)


def _constants(value: object) -> Iterator[tuple[str, Change]]:
    if isinstance(value, bool):
        yield "turned round", _with(value=not value)
    elif isinstance(value, int):
        yield "one more", _with(value=value + 1)
    elif isinstance(value, str):
        yield "another text", _with(value=value + "x")
    elif isinstance(value, bytes):
        yield "other bytes", _with(value=value + b"x")


def _with(**fields: Any) -> Change:
    return lambda node: _changed(node, **fields)


def _changed(node: Any, **fields: Any) -> Any:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _compared(place: int) -> Change:
    def change(node: Any) -> Any:
        node.ops[place] = OPPOSITES[type(node.ops[place])]()
        return node

    return change


def _without(place: int) -> Change:
    def change(node: Any) -> Any:
        del node.elts[place]
        return node

    return change
