"""Everything that is not ours has a licence that is written down, allowed, and what its makers say."""

import shutil
from collections.abc import Iterable
from email.message import Message
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.supply.licences import LIST, VENDORED, agrees, disputed, is_allowed, listed, refused
from tests.supply.locks import INSTALLER, LOCKS, ROOT

LICENCE_TEXT, LICENCE_ADDRESS = 13, 14
"""Names of a font file."""


def copied(folder: Path) -> Path:
    """The list and what it speaks of."""
    for name in (LIST, VENDORED, *LOCKS.values(), INSTALLER, *listed(ROOT)["files"]):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).mkdir() if (ROOT / name).is_dir() else shutil.copy(ROOT / name, folder / name)
    return folder


def changed(file: Path, before: str, after: str) -> None:
    """The file with one text for another."""
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_every_package_and_file_of_others_has_an_allowed_licence() -> None:
    assert list(refused(ROOT)) == []


def test_the_packages_say_the_same_of_themselves() -> None:
    assert list(disputed(ROOT)) == []


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        (LIST, 'segno = "BSD-3-Clause"\n', "", "segno: no licence"),
        (LIST, 'segno = "BSD-3-Clause"\n', 'segno = "AGPL-3.0-only"\n', "AGPL-3.0-only is not an allowed licence"),
        (
            LIST,
            'segno = "BSD-3-Clause"\n',
            'segno = "BSD-3-Clause"\nleft-pad = "MIT"\n',
            "left-pad: in supply/licences.toml, but not installed",
        ),
        (
            LIST,
            '"reports/fonts" = "OFL-1.1"',
            '"reports/typefaces" = "OFL-1.1"',
            "reports/typefaces: in supply/licences.toml, but not there",
        ),
        (VENDORED, '"licence": "0BSD"', '"licence": "GPL-3.0-only"', "htmx.org-4.0.1: GPL-3.0-only is not"),
    ],
    ids=["none", "forbidden", "for nothing", "for no file", "front end"],
)
def test_control_a_licence_that_is_unknown_or_not_allowed_is_refused(file: str, before: str, after: str, said: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    assert list(refused(folder)) == []
    changed(folder / file, before, after)
    assert said in "\n".join(refused(folder))


def test_control_a_package_that_says_something_else_is_found(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    changed(folder / LIST, 'segno = "BSD-3-Clause"', 'segno = "MIT"')
    changed(folder / LIST, '\nrich = "MIT"', '\nrich = "Apache-2.0"')
    changed(folder / LIST, 'cryptography = "Apache-2.0 OR BSD-3-Clause"', 'cryptography = "MIT"')
    assert [line.partition(":")[0] for line in disputed(folder)] == ["cryptography", "rich", "segno"]


def test_control_a_package_that_says_nothing_is_named_as_such(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    changed(folder / LIST, 'silent = ["sqlcipher3"]', "silent = []")
    assert [line.partition(":")[0] for line in disputed(folder)] == ["sqlcipher3"]


SOME = {
    "MIT": True,
    "GPL-2.0-or-later OR MIT": True,
    "MIT AND GPL-3.0-only": False,
    "AGPL-3.0-only": False,
    "(MIT OR GPL-3.0-only)": False,
    "": False,
}


@pytest.mark.parametrize(("expression", "answer"), SOME.items())
def test_of_several_licences_one_or_all_must_be_allowed(expression: str, answer: bool) -> None:
    assert is_allowed(expression, ["MIT"]) is answer


def test_a_package_without_any_word_on_its_licence_bears_out_none() -> None:
    assert not agrees("MIT", Message())


def unlisted(root: Path, files: Iterable[str]) -> list[str]:
    """Fonts, notes of licence and folders of tools for tests that no line of the list covers."""
    notes = [
        path.with_name(path.name.partition(".")[0])
        for folder in ("admin_app", "reports")
        for path in (root / folder).rglob("*.LICENSE.txt")
    ]
    fonts = [
        path for folder in ("admin_app", "reports") for end in ("ttf", "otf", "woff", "woff2") for path in (root / folder).rglob(f"*.{end}")
    ]
    tools = list((root / "tests/vendor").iterdir())
    names = [path.relative_to(root).as_posix() for path in (*notes, *(font.resolve() for font in fonts), *tools)]
    return sorted(
        {
            name
            for name in names
            if not any(name == file.rpartition(".")[0] or name == file or name.startswith(f"{file}/") for file in files)
        }
    )


def test_every_file_of_others_has_its_line() -> None:
    assert unlisted(ROOT, listed(ROOT)["files"]) == []


def test_control_a_file_without_a_line_is_found() -> None:
    some = [name for name in listed(ROOT)["files"] if "fonts" not in name and "axe" not in name and "passwords" not in name]
    found = unlisted(ROOT, some)
    assert {"admin_app/foundation/common_passwords", "reports/fonts/NotoSansYi-Regular.ttf", "tests/vendor/axe-core-4.14.1"} <= {*found}


def test_every_font_says_itself_that_it_is_under_the_open_font_licence() -> None:
    fonts = [path for end in ("ttf", "otf") for path in (ROOT / "reports/fonts").glob(f"*.{end}")]
    assert len(fonts) >= 10
    for path in fonts:
        names = TTFont(path, lazy=True)["name"]
        said = " ".join(str(names.getDebugName(number)) for number in (LICENCE_TEXT, LICENCE_ADDRESS))
        assert "Open Font License" in said or "OFL" in said, path.name
