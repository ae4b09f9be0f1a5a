"""Makers of cards, production batches and their answers."""

import csv
import io
import itertools
from datetime import timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import operations as storage
from admin_app.production.models import CardMaker, MakerAnswer, ProductionBatch, ProductionLine
from admin_app.production.operations import answers, batches
from admin_app.production.queries import answers as answer_queries
from admin_app.production.queries.batches import Wish
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_document
from tests.factories.cards import requested_card
from tests.factories.saving import save

_numbers = itertools.count(1)


@lru_cache
def key_of(bits: int = 2048) -> rsa.RSAPrivateKey:
    """The private key of the maker: only tests have it beside the certificate."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def certificate(key: Any = None, *, days: int = 4000) -> str:
    """A certificate for `key` in PEM that holds since long ago and for so many days more."""
    key, name = key or key_of(), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Card Works")])
    now = clock.now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(4711)
    made = made.not_valid_before(now - timedelta(days=4000)).not_valid_after(now + timedelta(days=days))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def make_maker(code: str = "WORKS", **changes: Any) -> CardMaker:
    """Add a maker of cards."""
    values = {"code": code, "name_en": "Card Works", "name_zh": "制卡厂", "certificate": certificate(), "answer_days": 10}
    return save(CardMaker(**(values | changes)))


def photo_file(width: int = 358, height: int = 441) -> Any:
    """A stored photo of this size that really has its object."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), (240, 240, 240)).save(content, "JPEG", dpi=(350, 350))
    ready = storage.prepare(content.getvalue(), "photo.jpg")
    with transaction():
        return storage.accept(ready)


def card_with_photo(clerk: StaffMember, centre: Centre, file: Any = None, **changes: Any) -> Card:
    """A requested card of a case with an accepted photo."""
    card = requested_card(clerk, centre, **changes)
    make_document(card.application, "photo", "accepted", file_id=(file or photo_file()).id)
    return card


def cards_with_photos(count: int, clerk: StaffMember, centre: Centre) -> list[Card]:
    """So many of them, with one photo for all."""
    file = photo_file()
    return [card_with_photo(clerk, centre, file) for _ in range(count)]


def open_production(mailer: StaffMember, maker: CardMaker | None = None, **wish: Any) -> ProductionBatch:
    """A batch of the requested cards there are; its package is made (jobs run inline)."""
    maker = maker or make_maker(f"WORKS{next(_numbers)}")
    with transaction():
        made = batches.freeze(Wish(**({"most": 100} | wish)), maker=maker, by=mailer.actor)
        number = made.id
    db.session.rollback()
    return db.session.get_one(ProductionBatch, number)


def sent_production(mailer: StaffMember, maker: CardMaker | None = None, **wish: Any) -> ProductionBatch:
    """A batch that the maker has."""
    batch = open_production(mailer, maker, **wish)
    with transaction():
        batches.send(batch, version=batch.version, by=mailer.actor)
    return batch


def lines_of(batch: ProductionBatch) -> list[ProductionLine]:
    """The cards of a batch in their order."""
    wanted = sa.select(ProductionLine).where(ProductionLine.batch_id == batch.id).order_by(ProductionLine.position)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def csv_of(rows: list[tuple[str, ...]], headings: tuple[str, ...] = ("key", "serial", "fault")) -> bytes:
    """An answer as CSV."""
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerows([headings, *rows])
    return sheet.getvalue().encode()


def answered(batch: ProductionBatch, data: bytes, by: StaffMember) -> MakerAnswer:
    """The answer that this file is, handed in and not taken yet."""
    file = storage.prepare_table(data, storage.Kind.CSV, "answer.csv")
    with transaction():
        return answers.hand_in(batch, file, row_count=len(answer_queries.rows_in(data)), by=by.actor)


def taken(answer: MakerAnswer, by: StaffMember, reason: str = "") -> MakerAnswer:
    """The answer once it is confirmed and its rows are taken (jobs run inline)."""
    review = answer_queries.review(answer.batch, answer_queries.rows_of(answer))
    with transaction():
        answers.confirm(answer, review, reason=reason, by=by.actor)
    db.session.rollback()
    return answer


def make_production(by: StaffMember, status: str = "frozen", **changes: Any) -> ProductionBatch:
    """Add a batch without cards."""
    known = db.session.scalar(sa.select(CardMaker.id).limit(1))
    values = {
        "reference": f"ZK-26-{next(_numbers):04d}", "status": status, "maker_id": known or make_maker().id, "card_count": 0,
        "waiting_count": 0, "created_by_id": by.id, "created_at": clock.now(),
        "sent_at": clock.now() if status in ("sent", "closed") else None,
    }  # fmt: skip
    return save(ProductionBatch(**(values | changes)))


def make_line(batch: ProductionBatch, card: Card, position: int = 1, **changes: Any) -> ProductionLine:
    """Add a card to a batch."""
    values = {"batch_id": batch.id, "card_id": card.id, "position": position, "key": f"K{next(_numbers):09d}", "outcome": "waiting"}
    return save(ProductionLine(**(values | changes)))


def make_answer(batch: ProductionBatch, by: StaffMember, **changes: Any) -> MakerAnswer:
    """Add an answer whose file is not kept any more."""
    values = {
        "batch_id": batch.id,
        "sha256": "a" * 64,
        "kind": "csv",
        "row_count": 1,
        "handed_in_by_id": by.id,
        "handed_in_at": clock.now(),
    }
    return save(MakerAnswer(**(values | changes)))
