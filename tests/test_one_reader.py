"""What people type is read in one place of each kind: found in the code, counted, each finder with a planted control.

`python -m tests.test_one_reader [root]` prints the places of a checkout, for a count before and after.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READER = "admin_app/foundation/typed_text/"
ARGUMENTS = "admin_app/web/arguments.py"
NOT_TYPED = ("admin_app/demo/", "admin_app/migrations/", "admin_app/foundation/keyset.py", "admin_app/web/icon_sprite.py")
"""What nobody types: made-up data, history, the signed mark of a page, a file of ours."""

NOT_READ = {
    "text": {
        "admin_app/foundation/password_choice.py": "compares a password that is chosen with common ones; it is stored as typed",
        "admin_app/notices/rules/wording.py": "puts facts of ours into the lines of a letter, which were read when they were typed",
        "admin_app/web/form_filling.py": "compares what was sent with what stands on a page; neither is stored",
    },
    "day": {
        "admin_app/applications/jobs.py": "where a job of ours stopped",
        "admin_app/applications/rules/promises.py": "days of a case, which we wrote ourselves",
        "admin_app/centres/rules/notices.py": "days read in a notice before, which we wrote ourselves",
        "admin_app/audit/operations/anchors.py": "the moment of an anchor, which we wrote ourselves",
        "admin_app/audit/views/proof.py": "the moment in the result of a job of ours",
        "admin_app/fact_table.py": "days in the log, which we wrote ourselves",
        "admin_app/staff/views/sign_in.py": "a moment in the session, which we wrote ourselves",
        "admin_app/web/fact_words.py": "days and moments in the log, which we wrote ourselves",
        "admin_app/web/kept_forms.py": "when a form was kept, which we wrote ourselves",
        "admin_app/web/fresh_proof.py": "a moment in the session, which we wrote ourselves",
    },
}
"""What looks like reading what somebody typed and is none, by kind: where, and why."""
FOLDS = {r"\s", r"\s+", "\r\n", r"[\s\-]"}
Finder = Callable[[ast.AST], bool]


def calls(node: ast.AST, *names: str) -> bool:
    """Whether `node` calls a method or function of one of these names."""
    return isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names


def said(node: ast.AST) -> set[str]:
    """The names and texts of `node` itself."""
    found = (getattr(node, name, "") for name in ("id", "attr", "arg", "value", "name"))
    return {text for text in found if isinstance(text, str)}


def mentions(tree: ast.AST, word: str) -> bool:
    """Whether anything in `tree` is called so, in whole or in part of its name."""
    return any(word in text.split("_") for node in ast.walk(tree) for text in said(node))


def reads_text(function: ast.AST) -> bool:
    """Takes characters out of a text or puts others in their place."""
    for node in ast.walk(function):
        if calls(node, "isprintable", "isspace", "category", "normalize"):
            return True
        if calls(node, "join") and any(calls(part, "split", "splitlines") and not part.args for part in ast.walk(node)):  # type: ignore[attr-defined]
            return True
        if calls(node, "sub", "replace") and any(FOLDS & said(part) for part in ast.walk(node)):
            return True
    return False


def reads_version(function: ast.AST) -> bool:
    """Makes the number of a version of a text, or compares a text with it."""
    nodes = list(ast.walk(function))
    compared = any(isinstance(node, ast.Compare) and calls(node.left, "str") and mentions(node, "version") for node in nodes)
    return compared or (any(calls(node, "isdigit", "isdecimal") for node in nodes) and mentions(function, "version"))


def reads_day(function: ast.AST) -> bool:
    """Makes a day or a moment of a text."""
    return any(calls(node, "fromisoformat", "strptime") for node in ast.walk(function))


def reads_choice(function: ast.AST) -> bool:
    """Decides whether a value of an address is one of those that there are."""
    nodes = list(ast.walk(function))
    asked = [node for node in nodes if calls(node, "getlist", "single") or (calls(node, "get") and is_request(node.func))]  # type: ignore[attr-defined]
    tests = any(isinstance(node, ast.Compare) and any(isinstance(one, ast.In | ast.NotIn) for one in node.ops) for node in nodes)
    for_tab = any("tab" in said(argument) for node in asked for argument in node.args)  # type: ignore[attr-defined]
    return tests and (for_tab or (bool(asked) and mentions(function, "allowed")))


def reads_reason(function: ast.AST) -> bool:
    """Decides whether a text is a reason."""
    for node in ast.walk(function):
        if isinstance(node, ast.If) and any(isinstance(part, ast.Raise) for part in node.body):
            for part in ast.walk(node.test):
                is_text = calls(part, "strip", "len", "letters") or isinstance(part, ast.UnaryOp)
                if is_text and any(isinstance(one, ast.Name) and one.id == "reason" for one in ast.walk(part)):
                    return True
                if calls(part, "letters") and "reason" in getattr(function, "name", ""):
                    return True
    return False


def is_request(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id in ("request", "arguments") for one in ast.walk(node))


KINDS: dict[str, tuple[Finder, tuple[str, ...], str]] = {
    "text": (reads_text, (READER,), 'def tidy(text):\n    return " ".join(text.split())\n'),
    "version": (reads_version, (ARGUMENTS,), "def version_of(text):\n    return int(text) if text.isdigit() else 0\n"),
    "day": (reads_day, (READER, ARGUMENTS), "def day_of(text):\n    return date.fromisoformat(text)\n"),
    "tab": (reads_choice, (ARGUMENTS,), 'def tab():\n    tab = request.args.get("tab")\n    return tab if tab in TABS else None\n'),
    "reason": (reads_reason, (READER,), "def lift(reason):\n    if not reason.strip():\n        raise Missing\n"),
}
"""Kind -> how a place that reads it is known, where it may stand, and a planted one."""


def places(root: Path, kind: str) -> list[str]:
    """Every function of the desk that reads this kind of input: file:line name."""
    return list(_places(root, KINDS[kind][0]))


def _places(root: Path, finds: Finder) -> Iterator[str]:
    for file in sorted((root / "admin_app").rglob("*.py")):
        name = file.relative_to(root).as_posix()
        if name.startswith(NOT_TYPED):
            continue
        for node in outermost(ast.parse(file.read_text())):
            if finds(node):
                yield f"{name}:{node.lineno} {node.name}"


def outermost(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions and methods, without those inside them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        else:
            yield from outermost(node)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_input_is_read_in_one_place(kind: str) -> None:
    allowed = (*KINDS[kind][1], *NOT_READ.get(kind, ()))
    assert [place for place in places(ROOT, kind) if not place.startswith(allowed)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_one_place_is_there(kind: str) -> None:
    assert places(ROOT, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_control_a_planted_reader_is_found(kind: str, tmp_path: Path) -> None:
    planted = tmp_path / "admin_app" / "cards" / "forms.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(KINDS[kind][2])
    assert len(places(tmp_path, kind)) == 1


if __name__ == "__main__":
    for each in KINDS:
        found = places(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT, each)
        print(f"{each}: {len(found)}", *found, sep="\n  ")
