"""A maker of cards for the demo, a batch that it answered, one that it has and one that is being prepared, by the verbs of the mailroom."""

import os
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from admin_app.cards.models import Card
from admin_app.demo import office
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.production.models import CardMaker, ProductionBatch
from admin_app.production.operations import answers, batches
from admin_app.production.operations.moves import ProductionRefused
from admin_app.production.queries import answers as answer_queries
from admin_app.production.queries import batches as queries
from admin_app.production.queries.batches import Wish, count_due
from admin_app.production.rules import Status
from reports.tables.csv_file import to_csv
from reports.tables.production import ANSWER_COLUMNS

MOST_CARDS = 8
"""Of each batch."""
CARD_YUAN = 12
YEARS = timedelta(days=3 * 365)


def add_once() -> int:
    """The maker and its batches, if the office has none; returns how many batches. Opens its own transactions.

    The private key of the demo's maker is written beside the accounts (demo-maker-key.pem), so that a package can be opened.
    """
    if db.session.scalar(select(CardMaker.id).limit(1)) is not None:
        return 0
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    _write_key(key)
    by = office.roster().mailroom[0]
    with transaction() as session:
        session.add(
            CardMaker(
                code="ZJKC",
                name_en="Zhejiang Card Works",
                name_zh="浙江制卡中心",
                certificate=_certificate(key),
                answer_days=10,
                card_yuan=CARD_YUAN,
            )
        )
    cards = min(MOST_CARDS, max(1, (count_due(Wish()) - 1) // 3))  # one at least is left to be marked by hand
    made = [_batch(by, cards, is_sent=is_sent) for is_sent in (True, True, False)]
    if made[0] is not None:
        _answer(made[0], by)
    return sum(batch is not None for batch in made)


def _batch(by: Actor, cards: int, *, is_sent: bool) -> ProductionBatch | None:
    try:
        with transaction():
            maker = db.session.scalars(select(CardMaker)).one()
            made = batches.freeze(Wish(most=cards), maker=maker, by=by).id
    except ProductionRefused:  # a demo so small that nothing waits to be made
        return None
    batch = db.session.get_one(ProductionBatch, made)
    jobs.run(db.session.get_one(Job, batch.job_id).public_id)
    db.session.refresh(batch)
    if is_sent and batch.exported_at is not None:
        with transaction():
            batches.send(batch, version=batch.version, by=by)
    return batch


def _answer(batch: ProductionBatch, by: Actor) -> None:
    """The maker made all cards of the batch but the first, which was badly printed: that one is requested again, at its cost."""
    lines = queries.waiting_lines(batch)
    if batch.status != Status.SENT or not lines:
        return
    rows = [(line.key, "" if place == 0 else _serial(line.card), "PRINT" if place == 0 else "") for place, line in enumerate(lines)]
    data = to_csv(ANSWER_COLUMNS, rows)
    file = storage.prepare_table(data, storage.Kind.CSV, "answer.csv")
    with transaction():
        answer = answers.hand_in(batch, file, row_count=len(rows), by=by)
    review = answer_queries.review(batch, answer_queries.rows_in(data))
    with transaction():
        answers.confirm(answer, review, by=by)
    jobs.run(db.session.get_one(Job, answer.job_id).public_id)


def _serial(card: Card) -> str:
    """As of the other cards of the demo: year and number of the case, copy."""
    year, number = card.application.reference.split("-")[1:]
    return f"ZJ{year}{int(number):08d}{card.copy}"


def _certificate(key: rsa.RSAPrivateKey) -> str:
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Demo Card Works")]), clock.now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + YEARS)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _write_key(key: rsa.RSAPrivateKey) -> None:
    descriptor = os.open(settings.current().instance / "demo-maker-key.pem", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
