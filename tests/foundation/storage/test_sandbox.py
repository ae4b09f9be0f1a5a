"""The child process: no secrets, hard limits, and no way to take the web process down."""

import os
import signal
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from pikepdf import Dictionary, Name, Pdf, Stream

from admin_app.foundation.children.pool import PROJECT, Child, ChildLost
from admin_app.foundation.storage import sandbox
from admin_app.foundation.storage.limits import Limits, Reason, Refused
from tests.foundation.storage import samples

LIMITS = Limits()
CLEAN_PNG = {"task": "clean", "kind": "png"}
CLEAN_PDF = {"task": "clean", "kind": "pdf"}


@pytest.fixture
def child():
    process = Child(sandbox.CHILD)
    yield process
    process.stop()


def heavy_pdf() -> bytes:
    """Some kilobytes that ask for 300 MB of pixels."""
    with Pdf.new() as document:
        page = document.add_blank_page(page_size=(400, 400))
        picture = Stream(document, b"")
        zeros = zlib.compressobj(1)
        row = b"\0" * 1_000_000
        packed = b"".join(zeros.compress(row) for _ in range(300)) + zeros.flush()
        picture.write(packed, filter=Name.FlateDecode)
        picture.Type, picture.Subtype, picture.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
        picture.Width, picture.Height, picture.BitsPerComponent = 20_000, 15_000, 8
        page.obj.Resources = Dictionary(XObject=Dictionary(Im0=picture))
        page.obj.Contents = Stream(document, b"400 0 0 400 0 0 cm /Im0 Do")
        return samples.written(document)


def test_the_child_knows_no_environment_variable(child, monkeypatch):
    monkeypatch.setenv("CARD_DESK_SECRET_KEY", "must not travel")
    child.ask(CLEAN_PNG | {"limits": asdict(LIMITS)}, samples.png(), 20)
    assert Path(f"/proc/{child.process.pid}/environ").read_bytes() == b""


def test_the_web_process_never_loads_the_decoders():
    code = (
        "import sys, admin_app.foundation.storage.sanitise, admin_app.foundation.storage.raster;"
        "print([name for name in sys.modules if 'decode_' in name or name.split('.')[0] in ('pikepdf', 'pypdfium2')])"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], cwd=PROJECT, text=True)
    assert loaded.strip() == "[]"


@pytest.mark.parametrize(
    "tight",
    [
        {"cpu_seconds": 1, "memory_bytes": 4 << 30},
        {"wall_seconds": 1, "memory_bytes": 4 << 30},
        {"memory_bytes": 64 << 20},
    ],
)
def test_a_file_that_costs_too_much_is_refused_and_the_next_one_is_taken(tight):
    with pytest.raises(Refused) as refused:
        sandbox.ask(CLEAN_PNG, samples.one_bit_png(24_000), replace(LIMITS, max_pixels=10**9, max_side=10**5, **tight))
    assert refused.value.reason in (Reason.TOO_HEAVY, Reason.TOO_MANY_PIXELS)
    assert sandbox.ask(CLEAN_PNG, samples.png(), LIMITS)[0]["width"] == 60


def test_a_pdf_with_a_picture_bomb_is_refused():
    with pytest.raises(Refused) as refused:
        sandbox.ask(CLEAN_PDF, heavy_pdf(), LIMITS)
    assert refused.value.reason is Reason.TOO_MANY_PIXELS


def test_a_pdf_with_a_picture_bomb_ends_within_the_limits_even_where_pixels_are_not_counted(child):
    limits = asdict(replace(LIMITS, memory_bytes=128 << 20, max_pixels=10**9))
    header, _ = child.ask(CLEAN_PDF | {"limits": limits}, heavy_pdf(), LIMITS.wall_seconds)
    assert header["peak_kib"] < 200 << 10


def test_a_child_that_was_killed_is_replaced():
    sandbox.ask(CLEAN_PNG, samples.png(), LIMITS)
    for child in sandbox._pool.idle:
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait()
    assert sandbox.ask(CLEAN_PNG, samples.png(), LIMITS)[0]["kind"] == "png"


def test_a_stuck_child_counts_as_lost(child):
    os.kill(child.process.pid, signal.SIGSTOP)
    with pytest.raises(ChildLost):
        child.ask(CLEAN_PNG | {"limits": asdict(LIMITS)}, samples.png(), 0.3)


def test_a_child_ends_when_its_owner_closes_the_pipe(child):
    child.process.stdin.close()
    assert child.process.wait(timeout=10) == 0


def test_many_files_at_once_are_opened_by_a_few_children():
    with ThreadPoolExecutor(12) as people:
        answers = list(people.map(lambda _: sandbox.ask(CLEAN_PNG, samples.png(), LIMITS)[0]["kind"], range(24)))
    assert answers == ["png"] * 24
    assert 1 <= len(sandbox._pool.idle) <= sandbox.CHILDREN


def test_a_forked_web_process_uses_its_own_children():
    sandbox.ask(CLEAN_PNG, samples.png(), LIMITS)
    pid = os.fork()
    if pid == 0:
        os._exit(len(sandbox._pool.idle))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert len(sandbox._pool.idle) > 0


LIMITED = """
import os, resource, sys
sys.path.insert(0, sys.argv[1])
from admin_app.foundation.children import forks
forks._limit(forks.Budget(cpu_seconds=12, wall_seconds=20, memory_bytes=2**30, output_bytes=2**20))
forks._give_up_rights()
try:
    os.fork()
except OSError:
    print(os.getuid(), resource.getrlimit(resource.RLIMIT_CPU)[0], file=sys.stderr)
"""


def test_a_fork_that_opens_a_file_is_not_root_and_can_start_nothing():
    command = [sys.executable, "-I", "-c", LIMITED, str(PROJECT)]
    told = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=True).stderr.split()
    assert told[0] != "0"
    assert told[1] == str(LIMITS.cpu_seconds)
