"""What is written down: nothing refers to a paper that is not here, and a column says what its name does not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WRITTEN = ("admin_app", "reports", "tests", "docs", ".ci", "config.py", "run.py", "Makefile", "pyproject.toml", "requirements.txt",
           "requirements-dev.txt", "supply", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")  # fmt: skip
KINDS = {".py", ".md", ".html", ".css", ".js", ".toml", ".txt", ".cfg", ".po", ""}
NOT_OURS = {"vendor", "fonts", "__pycache__", "test_documentation.py"}
PAPER = re.compile(r"[\w./-]*\w\.md\b")
ADR = re.compile(r"\b(?:ADR |docs/adr/)(\d{4})\b")
MACHINE = re.compile(r"(?<![\w.:/])/(?:home|Users|root|work|mnt)/\w+")
VAGUE = re.compile(r"§|\b(?:design|features|screens|research|brief|mock-?ups?) \d|\bissues? #?\d|\(screens:")

CODES = {"status", "kind", "channel", "reason", "applicant", "material", "delivery", "verdict", "role", "code", "language", "theme"}
"""Columns that hold one word of a closed list."""
SAY_ENOUGH = {"id", "public_id", "version"}
"""The same in every table: foundation/database.py says what they are."""


def own_texts(root: Path) -> Iterator[tuple[Path, str]]:
    """Every text that we wrote, with its file."""
    for name in WRITTEN:
        place = root / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place] if place.exists() else []:
            if file.is_file() and file.suffix in KINDS and not NOT_OURS & {*file.parts}:
                yield file, file.read_text()


def papers_that_are_not_here(root: Path) -> Iterator[str]:
    """References to papers outside the repository, to machines, to numbers of something that readers cannot see."""
    here = {file.name for file in root.rglob("*.md") if ".venv" not in file.parts}
    decisions = {name[:4] for name in here}
    for file, text in own_texts(root):
        for number, line in enumerate(text.splitlines(), 1):
            gone = [name for name in PAPER.findall(line) if Path(name).name not in here]
            gone += [f"ADR {found}" for found in ADR.findall(line) if found not in decisions]
            gone += MACHINE.findall(line) + VAGUE.findall(line)
            yield from (f"{file.relative_to(root)}:{number} {name}" for name in gone)


def test_nothing_refers_to_a_paper_that_is_not_here():
    assert list(papers_that_are_not_here(ROOT)) == []


@pytest.mark.parametrize("text", ["see plan.md", "ADR 9999", "(design §4)", "features 4.2", "issue 8", "copied from /home/me/x"])
def test_control_a_reference_to_nowhere_is_found(tmp_path, text):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/glossary.md").write_text("glossary.md\n")
    (tmp_path / "README.md").write_text(f"docs/glossary.md\n{text}\n")
    assert [found.partition(" ")[0] for found in papers_that_are_not_here(tmp_path)][:1] == ["README.md:2"]


TEST = re.compile(r"`(tests/[\w./]+)`")


def missing_tests(root: Path, text: str) -> list[str]:
    """Tests that a text names and that do not exist."""
    return [name for name in TEST.findall(text) if not (root / name).exists()]


def test_every_test_that_the_catalogue_names_is_there():
    catalogue = (ROOT / "docs/security-tests.md").read_text()
    assert len(TEST.findall(catalogue)) > 50
    assert missing_tests(ROOT, catalogue) == []


def test_control_a_test_that_is_gone_is_missed():
    assert missing_tests(ROOT, "`tests/test_gone.py`, `tests/conftest.py`") == ["tests/test_gone.py"]


def columns(root: Path) -> Iterator[tuple[str, str, str, bool]]:
    """(where, name, type, whether it is described) of every mapped column."""
    for file in sorted((root / "admin_app").rglob("*.py")):
        for table in [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)]:
            for line, after in zip(table.body, [*table.body[1:], None], strict=True):
                written = ast.unparse(line) if isinstance(line, ast.AnnAssign) else ""
                if ": Mapped[" in written and "relationship(" not in written:
                    described = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str)
                    yield f"{file.relative_to(root)} {table.name}", written.partition(":")[0], written, described


def must_be_described(name: str, written: str) -> bool:
    """Whether a name alone leaves a question: when by whose clock, who wrote it, of what, which words, encrypted how."""
    if name in SAY_ENOUGH or name.endswith(("_mm", "_en", "_zh")):
        return False
    is_moment = "datetime" in written or "Mapped[date" in written
    is_number = "Mapped[int" in written and "ForeignKey" not in written
    is_flag_or_made_up = any(kind in written for kind in ("Mapped[bool", "JSON", "bytes"))
    return is_moment or is_number or is_flag_or_made_up or "_by_id" in name or name in CODES or name.endswith("_masked")


def undescribed(root: Path) -> list[str]:
    """The columns that leave a question open."""
    return [f"{where}.{name}" for where, name, written, described in columns(root) if must_be_described(name, written) and not described]


def test_every_column_says_what_its_name_does_not():
    assert undescribed(ROOT) == []


def test_control_a_column_without_a_word_is_found(tmp_path):
    (tmp_path / "admin_app").mkdir()
    (tmp_path / "admin_app/models.py").write_text(
        'class Card:\n    id: Mapped[int] = mapped_column(Id)\n    made_at: Mapped[datetime] = mapped_column()\n    """When."""\n'
        "    made_by_id: Mapped[int] = mapped_column(ForeignKey('x'))\n    name: Mapped[str] = mapped_column(String(9))\n"
    )
    assert undescribed(tmp_path) == ["admin_app/models.py Card.made_by_id"]
