"""A mailing of 5,000 cards, as the worker does it: every card in one batch, every batch printed, the memory of one batch."""

import resource

import pytest
import sqlalchemy as sa

from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.mailing.operations import labels, runs
from admin_app.mailing.rules.label_choice import BY_RULE
from tests.factories.mailing import ready_cards, stock

CARDS, MOST_MEGABYTES = 5_000, 150


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.proof
def test_5000_cards_become_ten_batches_whose_labels_are_printed_one_after_the_other(app, clerk, centre, mailer, monkeypatch) -> None:
    run = jobs.run
    monkeypatch.setattr(jobs, "run", lambda _public_id: None)
    ready_cards(CARDS, clerk, centre, mailer)
    with transaction():
        order = runs.open_all(stock=stock(), printer=None, start_cell=1, label_design=BY_RULE, label_language="zh", phone="none", by=mailer)
    run(order.public_id)
    db.session.rollback()
    batches = db.session.scalars(sa.select(MailingBatch.id).order_by(MailingBatch.id)).all()
    assert len(batches) == CARDS // 500 and db.session.scalar(sa.select(sa.func.count(sa.distinct(Parcel.card_id)))) == CARDS
    peaks = []
    for key in batches:
        with transaction():
            job = labels.print_labels(db.session.get_one(MailingBatch, key), by=mailer)
        run(job.public_id)
        db.session.expunge_all()
        peaks.append(peak_megabytes())
    assert db.session.scalar(sa.select(sa.func.count(Label.id))) == CARDS
    assert all(storage.read(db.session.get_one(MailingBatch, key).labels_file)[:5] == b"%PDF-" for key in batches)
    assert set(db.session.scalars(sa.select(Job.status))) == {"done"}
    print(f"peaks after each batch, MB: {[round(peak) for peak in peaks]}")
    assert peaks[-1] - peaks[0] < MOST_MEGABYTES
