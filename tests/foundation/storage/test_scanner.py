"""A file is taken only when the scanner that is set calls it clean; a scanner that is down, slow or odd lets nothing in."""

import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_app.foundation import health, settings
from admin_app.foundation.database import db
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage import scanner
from admin_app.foundation.storage.kinds import UploadRefused
from admin_app.foundation.storage.limits import Reason, Refused
from admin_app.foundation.storage.models import StoredFile
from tests.foundation.storage import samples

HARMLESS_TEST_VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner knows, and what does nothing (EICAR)."""
OK, FOUND = b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0"


class Scanner:
    """A clamd that knows one virus. `says` overrules its answer, `delay` makes it slow; `seen` holds the files that it was shown."""

    def __init__(self) -> None:
        self.says: bytes | None = None
        self.delay = 0.0
        self.seen: list[bytes] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _peer = self._door.accept()
            except OSError:
                return
            with line, line.makefile("rb") as told:
                self._answer(line, told)

    def _answer(self, line: socket.socket, told: io.BufferedReader) -> None:
        if told.read(6) == b"zPING\0":
            line.sendall(b"PONG\0")
            return
        assert told.read(4) == b"EAM\0"
        data = b""
        while size := struct.unpack("!I", told.read(4))[0]:
            data += told.read(size)
        self.seen.append(data)
        time.sleep(self.delay)
        line.sendall(self.says if self.says is not None else FOUND if HARMLESS_TEST_VIRUS in data else OK)

    def kill(self) -> None:
        """It is gone, and nobody listens at its address."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(10)


@pytest.fixture
def clamd() -> Iterator[Scanner]:
    """A scanner that runs."""
    running = Scanner()
    yield running
    if running._thread.is_alive():
        running.kill()


@pytest.fixture
def is_set(app: Flask, clamd: Scanner, monkeypatch: pytest.MonkeyPatch) -> Scanner:
    """A desk with that scanner."""
    monkeypatch.setattr(settings.current(), "virus_scanner", clamd.address)
    return clamd


def infected_jpeg() -> bytes:
    """A picture with the test virus in its comment."""
    data = samples.jpeg()
    return data[:2] + b"\xff\xfe" + struct.pack("!H", len(HARMLESS_TEST_VIRUS) + 2) + HARMLESS_TEST_VIRUS + data[2:]


def infected_pdf() -> bytes:
    """A PDF to which the test virus is attached, as it is."""
    with pikepdf.Pdf.open(io.BytesIO(samples.pdf())) as pdf:
        pdf.attachments["note.txt"] = pikepdf.AttachedFileSpec(pdf, HARMLESS_TEST_VIRUS)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def refusal(data: bytes) -> Reason:
    with pytest.raises(UploadRefused) as refused:
        storage.prepare(data, "scan.jpg")
    return refused.value.reason


@pytest.mark.parametrize("make", [infected_jpeg, infected_pdf])
def test_an_infected_file_is_refused_and_nothing_of_it_is_kept(is_set: Scanner, make: Callable[[], bytes]) -> None:
    objects = storage.objects.store()
    before = {*objects.fs.find(objects.root)}
    assert HARMLESS_TEST_VIRUS in make()
    assert refusal(make()) is Reason.INFECTED
    assert {*objects.fs.find(objects.root)} == before
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_clean_file_is_taken_after_the_scanner_has_seen_all_of_it(is_set: Scanner) -> None:
    data = samples.jpeg(900, 700, quality=100)
    assert len(data) > 0 and storage.prepare(data, "scan.jpg").clean.data
    assert is_set.seen == [data]


@pytest.mark.parametrize(
    "said",
    [b"", b"stream: OK", b"stream: \0", b"INSTREAM size limit exceeded. ERROR\0", b"OK\0", b"stream: OK\nFOUND\0", b"\0", b"x" * 9000],
    ids=["nothing", "cut off", "no word", "error", "another line", "two lines", "empty", "without end"],
)  # fmt: skip
def test_an_answer_that_does_not_say_clean_lets_nothing_in(is_set: Scanner, said: bytes) -> None:
    is_set.says = said
    assert refusal(samples.jpeg()) is Reason.NOT_SCANNED


def test_a_scanner_that_is_killed_lets_nothing_in_and_files_are_taken_again_when_one_is_back(
    is_set: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_set.kill()
    assert refusal(samples.jpeg()) is Reason.NOT_SCANNED
    again = Scanner()
    monkeypatch.setattr(settings.current(), "virus_scanner", again.address)
    assert storage.prepare(samples.jpeg(), "scan.jpg")
    again.kill()


def test_a_slow_scanner_is_not_waited_for(clamd: Scanner) -> None:
    clamd.delay = 3
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        scanner.refuse_infected(samples.jpeg(), clamd.address, patience=0.3)
    assert refused.value.reason is Reason.NOT_SCANNED
    assert time.monotonic() - began < 2.5


def test_a_file_that_is_too_large_is_not_shown_to_the_scanner(is_set: Scanner) -> None:
    assert refusal(b"\xff\xd8\xff" + bytes(settings.current().upload_max_bytes)) is Reason.TOO_LARGE
    assert is_set.seen == []


def test_control_without_a_scanner_the_picture_is_taken_and_its_comment_is_gone(app: Flask) -> None:
    assert settings.current().virus_scanner == ""
    assert HARMLESS_TEST_VIRUS not in storage.prepare(infected_jpeg(), "scan.jpg").clean.data


def test_the_system_page_says_whether_files_are_scanned(
    is_set: Scanner, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("administrator")
    assert health.scanner_answers() and "none: files are not scanned" not in browser.get("/system").text
    is_set.kill()
    assert not health.scanner_answers() and "does not answer" in browser.get("/system").text
    monkeypatch.setattr(settings.current(), "virus_scanner", "")
    assert "none: files are not scanned for viruses" in browser.get("/system").text
