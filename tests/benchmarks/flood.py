"""Clerks who hand in files without a pause, hostile ones and large ones; run as a process of its own beside the desk."""

import secrets
import sys
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

import pikepdf
import sqlalchemy as sa
from PIL import Image

from tests.benchmarks import data, load
from tests.foundation.storage import samples

CLERKS = 8
NAME = "bench-flood-"
MEGABYTE = 1024 * 1024
HEAVY_BYTES = 127_000
OPERATIONS = 3_000_000
"""Of one page: each paints all of it."""


def files() -> list[tuple[str, bytes]]:
    """Names and contents: two PDFs that take minutes to draw, a photo of nearly what is taken, endless pixels, noise, far too much."""
    noise = Image.effect_noise((3400, 2600), 90).convert("RGB")
    photo = samples.saved(noise, "JPEG", quality=93)
    return [
        ("heavy.pdf", heavy_pdf(b"0 0 595 842 re f\n")),
        ("heavy-lines.pdf", heavy_pdf(b"0 0 m 595 842 l S\n")),
        ("photo.jpg", photo),
        ("pixels.png", samples.one_bit_png(30_000)),
        ("noise.pdf", b"%PDF-1.7\n" + secrets.token_bytes(9 * MEGABYTE)),
        ("large.jpg", photo + bytes(55 * MEGABYTE)),
    ]


def heavy_pdf(operation: bytes) -> bytes:
    """A small PDF whose one page is painted over and over."""
    with pikepdf.Pdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Contents = pikepdf.Stream(document, operation * OPERATIONS)
        written = samples.written(document)
    return written + b"\n%" + b"x" * max(0, HEAVY_BYTES - len(written) - 2)


def report_of_clerks(office: data.Office) -> str:
    """Adds CLERKS clerks, copies of one whom the office has; the public id of a loss report that they may add a proof to."""
    engine = data.engine_of(office)
    tables = sa.MetaData()
    tables.reflect(engine, only=["ab_user", "loss_report"])
    users, reports = tables.tables["ab_user"], tables.tables["loss_report"]
    with engine.begin() as connection:
        one = connection.execute(sa.select(users).where(users.c.role == "intake_clerk", users.c.active).limit(1)).mappings().one()
        plain = {name: value for name, value in one.items() if name not in ("id", "created_by_fk", "changed_by_fk")}
        hashed = load.generate_password_hash(load.PASSWORD, method="scrypt")
        for number in range(CLERKS):
            own = {"username": f"{NAME}{number}", "email": f"{NAME}{number}@example.invalid", "password": hashed}
            connection.execute(users.insert().values(plain | own | {"must_change_password": False, "paused_until": None}))
        mine = sa.select(reports.c.public_id).where(reports.c.centre_id == one["centre_id"], reports.c.ended_at.is_(None)).limit(1)
        report = str(connection.execute(mine).scalar_one())
    engine.dispose()
    return report


class Clerk(threading.Thread):
    """Hands in one file after the other; `answers` are the statuses."""

    def __init__(self, number: int, port: int, report: str, offered: list[tuple[str, bytes]], answers: dict[int, int]) -> None:
        super().__init__(daemon=True)
        self.client = load.Client(number, port, [], [0.0])
        self.client.username = f"{NAME}{number}"
        self.number, self.port, self.report, self.offered, self.answers = number, port, report, offered, answers

    def run(self) -> None:
        """Sign in, then send and send."""
        self.client.sign_in(page="/loss-reports/")
        turn = self.number
        while True:
            name, content = self.offered[turn % len(self.offered)]
            status = 0
            with suppress(OSError, HTTPException):
                status = self.hand_in(name, content)
            self.answers[status] = self.answers.get(status, 0) + 1
            turn += 1

    def hand_in(self, name: str, content: bytes) -> int:
        """The status of one upload."""
        edge = secrets.token_hex(8)
        token = f'--{edge}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.client.token}\r\n'
        head = f'--{edge}\r\nContent-Disposition: form-data; name="proof"; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
        body = token.encode() + head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            own = {"Content-Type": f"multipart/form-data; boundary={edge}"}
            line.request("POST", f"/loss-reports/{self.report}/proof", body, self.client.headers | own)
            return line.getresponse().status
        finally:
            line.close()


def main() -> None:
    """Be the clerks, until a line comes in; then say what was answered, how often."""
    answers: dict[int, int] = {}
    offered = files()
    for number in range(CLERKS):
        Clerk(number, int(sys.argv[1]), sys.argv[2], offered, answers).start()
    while not answers:
        time.sleep(0.2)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{sorted(answers.items())}\n")


if __name__ == "__main__":
    main()
