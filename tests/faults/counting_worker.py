"""A worker for tests that leaves a trace of everything it does: python -m tests.faults.counting_worker"""

import random
import time

from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from admin_app.factory import create_app
from admin_app.foundation import settings
from admin_app.foundation.database import transaction
from admin_app.foundation.jobs import commands
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job

COUNT = "test.count"
EFFECT = Table("test_effect", MetaData(), Column("job_id", Integer))
"""One row for each time that a job took effect. Nothing but the handler keeps it from being there twice."""


def count(job: Job) -> None:
    """Take effect unless that happened before, a moment before and a moment after it."""
    time.sleep(random.uniform(0, 0.02))
    with transaction() as session:
        if session.execute(select(EFFECT).where(EFFECT.c.job_id == job.id)).first() is None:
            session.execute(insert(EFFECT).values(job_id=job.id))
    time.sleep(random.uniform(0, 0.02))


if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        jobs.register(COUNT, count)
        commands.serve(app, settings.current().worker_threads)
