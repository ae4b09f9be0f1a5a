"""Documents are laid out in a child: no files of ours, no network, hard limits, and the same paper as without it."""

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from admin_app.foundation.children import forks, walls
from admin_app.foundation.children.pool import PROJECT
from admin_app.foundation.errors import DomainError
from admin_app.foundation.printing import child, press
from reports.letters import receipts
from reports.pdf import fonts, weasy
from reports.pdf.writer import WRITER, BlockedFetch
from reports.text import typefaces
from tests.reports.letter_rows import APPLICATION

LIMITS = press.Limits()
ENDLESS = "<p>" + "x" * 2_000_000
"""One line that is tried letter by letter."""
FONT = '@font-face { font-family: Own; src: url("asset:own.otf") } p { font-family: Own }'
OWN = fonts.subset("x", typeface=typefaces.LATIN, weight="regular")


@pytest.fixture(autouse=True)
def shut_in(monkeypatch):
    """Printing as an office prints, or by the library right here."""
    monkeypatch.setattr(WRITER, "write", press.write)


def pages(content: bytes) -> list[bytes]:
    """What stands on each page, as the file draws it."""
    with pikepdf.Pdf.open(io.BytesIO(content)) as document:
        return [page.Contents.read_bytes() for page in document.pages]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_receipt_is_the_same_paper_as_without_the_child(language, monkeypatch):
    printed = receipts.application_receipt(APPLICATION, language)
    monkeypatch.setattr(WRITER, "write", weasy.write)
    assert pages(printed) == pages(receipts.application_receipt(APPLICATION, language))


@pytest.mark.parametrize("name", ["غلام محمد", "བསོད་ནམས", "ᠪᠠᠶᠠᠷ", "ꆈꌠ", "Ólafur"], ids=["arabic", "tibetan", "mongolian", "yi", "latin"])
def test_a_name_in_each_script_is_laid_out_by_the_child(name, monkeypatch):
    row = replace(APPLICATION, resident=name)
    printed = receipts.application_receipt(row, "zh")
    monkeypatch.setattr(WRITER, "write", weasy.write)
    assert pages(printed) == pages(receipts.application_receipt(row, "zh"))


def test_every_app_leaves_printing_to_a_child(app):
    assert WRITER.write is press.write


def test_a_web_process_never_loads_the_library_that_lays_out():
    code = (
        "import sys, admin_app.factory, admin_app.foundation.printing.press;"
        "print([name for name in sys.modules if name.split('.')[0] in ('weasyprint', 'tinycss2', 'pydyf')])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], cwd=PROJECT, text=True).strip() == "[]"


def test_what_is_not_an_asset_is_not_reached():
    with pytest.raises(BlockedFetch, match="asset:other"):
        press.write('<img src="asset:other">', "", {})


@pytest.mark.skipif(walls.landlock_version() == 0, reason="this kernel has no Landlock")
def test_the_child_sees_no_file_of_ours():
    request = {"task": "look", "files": [str(PROJECT), str(PROJECT / "config.py"), "/etc/passwd"], "ports": []}
    assert press._ask(request, b"", LIMITS)[0]["seen"]["files"] == []


@pytest.mark.skipif(not walls.has_seccomp(), reason="this kernel has no seccomp, or its calls are not known")
def test_the_child_reaches_no_network():
    assert press._ask({"task": "look", "files": [], "ports": [1]}, b"", LIMITS)[0]["seen"]["ports"] == []


def test_control_without_walls_the_child_sees_both(monkeypatch):
    monkeypatch.setattr(walls, "close_in", lambda _folders, _writable: None)
    request = {"task": "look", "files": ["/etc/passwd"], "ports": [1], "budget": vars(LIMITS)}
    assert child.answer_in_fork(request, b"")[0]["seen"] == {"files": ["/etc/passwd"], "ports": [1]}


@pytest.mark.parametrize(
    "tight", [{"cpu_seconds": 1}, {"wall_seconds": 1}, {"memory_bytes": 4 * press.MEGABYTE}], ids=lambda one: next(iter(one))
)
def test_a_document_without_an_end_is_ended_and_the_next_one_is_printed(tight):
    with pytest.raises(press.TooMuchWork):
        press.write(ENDLESS, "", {}, replace(LIMITS, **tight))
    assert press.write("<p>x", "", {}).startswith(b"%PDF-")


def test_whoever_waits_for_it_reads_a_sentence():
    error = press.TooMuchWork()
    assert isinstance(error, DomainError)
    assert error.status == 422


def test_a_font_that_cannot_be_used_stops_the_document():
    with pytest.raises(press.PrintingFailed):
        press.write("<p>x", FONT, {"asset:own.otf": ("font/otf", b"no font")})


def test_control_the_library_only_warns_of_that_font(monkeypatch):
    monkeypatch.setattr(weasy, "SPOILS", ())
    assert weasy.write("<p>x", FONT, {"asset:own.otf": ("font/otf", b"no font")}).startswith(b"%PDF-")


def test_a_child_that_died_meanwhile_is_replaced():
    press.write("<p>x", "", {})
    for one in press._pool.idle:
        os.kill(one.process.pid, signal.SIGKILL)
        one.process.wait()
    assert press.write("<p>x", "", {}).startswith(b"%PDF-")


def test_many_at_once_are_all_printed_by_a_few():
    with ThreadPoolExecutor(8) as people:
        printed = list(people.map(lambda number: press.write(f"<p>{number}", "", {})[:5], range(16)))
    assert printed == [b"%PDF-"] * 16
    assert 1 <= len(press._pool.idle) <= press.CHILDREN


@pytest.fixture
def open_folder():
    """Where a process without rights may go, too."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_nothing_is_left_of_the_folder_for_fonts(open_folder, monkeypatch):
    monkeypatch.setattr(WRITER, "write", weasy.write)
    child._warm_up()
    monkeypatch.setattr(forks.tempfile, "tempdir", str(open_folder))
    request = {"task": "print", "html": "<p>x", "css": FONT, "assets": [("asset:own.otf", "font/otf", len(OWN))], "budget": vars(LIMITS)}
    header, body = child.answer_in_fork(request, OWN)
    assert (body[:5], forks.ENDED in header, list(open_folder.iterdir())) == (b"%PDF-", False, [])
