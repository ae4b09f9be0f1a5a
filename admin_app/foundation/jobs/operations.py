"""Jobs: enqueue in the transaction of the change, run once, report progress, find what got stuck."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from kombu.exceptions import ChannelError, OperationalError
from sqlalchemy import ColumnElement, or_, select, update

from admin_app.foundation import clock, origin, settings
from admin_app.foundation.database import after_commit, db, transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.jobs import worker
from admin_app.foundation.jobs.models import DONE, FAILED, QUEUED, RUNNING, Job
from admin_app.foundation.per_app import PerApp

Handler = Callable[[Job], dict[str, Any] | None]

MAX_ATTEMPTS = 3
"""Unexpected errors after which a job is given up."""
MOST_TAKEN = 10
"""A job whose worker died this often is given up too: it may be what kills it."""
STALE_AFTER = timedelta(minutes=2)
"""A running job without a heartbeat for this long is taken to be dead."""
RESEND_AFTER = timedelta(seconds=20)
"""A queued job that nobody picked up for this long is sent again."""

HANDLERS: PerApp[dict[str, Handler]] = PerApp("jobs.handlers", dict)
PERIODIC: PerApp[dict[str, Callable[[], object]]] = PerApp("jobs.periodic", dict)
log = structlog.get_logger("card_desk.jobs")


def register(name: str, handler: Handler) -> None:
    """`handler(job)` does this app's jobs called `name`: idempotent, opens its own transactions, returns the result (ids only)."""
    HANDLERS.get()[name] = handler


def register_periodic(name: str, action: Callable[[], object]) -> None:
    """`action()` runs at every tick of the clock process; it must be cheap when there is nothing to do."""
    PERIODIC.get()[name] = action


def enqueue(name: str, *, dedupe_key: str, by: Any = None, **arguments: Any) -> Job:
    """Write a job in the open transaction and send it after the commit. `arguments`: ids only, never personal data.

    The same `dedupe_key` is the same work: the existing row is returned, and sent again if it had failed.
    """
    job = db.session.scalar(select(Job).where(Job.dedupe_key == dedupe_key))
    if job is None:
        job = Job(name=name, dedupe_key=dedupe_key, arguments=arguments, created_by_id=by.id if by else None, created_at=clock.now())
        db.session.add(job)
        db.session.flush()
    elif job.status == FAILED:
        job.status, job.attempts, job.error, job.error_details, job.finished_at = QUEUED, 0, None, None, None
        job.done_steps = 0
        db.session.flush()
    else:
        return job
    public_id = job.public_id
    after_commit(lambda: send(public_id))
    return job


def send(public_id: str) -> None:
    """Hand a queued job to the worker. A broker that is away is no error: the reconciler sends again."""
    if settings.current().jobs_inline:
        run(public_id)
        return
    try:
        worker.post(public_id)
    except (OSError, OperationalError, ChannelError) as error:
        log.warning("job not sent", job=public_id, error=type(error).__name__)
        return
    with transaction() as session:
        session.execute(update(Job).where(Job.public_id == public_id).values(sent_at=clock.now()))


def run(public_id: str) -> None:
    """Do a job if nobody else does: take it, call its handler, write how it ended. Called by the worker; safe to call twice."""
    job = _take(public_id)
    if job is None:
        return
    origin.address.set("job")
    try:
        result = HANDLERS.get()[job.name](job)
    except DomainError as refused:
        db.session.rollback()
        _finish(public_id, FAILED, error=str(refused.message), error_details=refused.details)
    except Exception as error:  # noqa: BLE001  (whatever a handler does, the job row must say how it ended)
        db.session.rollback()
        log.error("job failed", job=public_id, name=job.name, error=type(error).__name__)
        _retry_or_fail(public_id)
    else:
        _finish(public_id, DONE, result=result)


def report_progress(job: Job, done: int, total: int) -> None:
    """Write how far `job` is (also its heartbeat); call it outside of transaction(), at most a few times a second."""
    with transaction() as session:
        values = {"done_steps": done, "total_steps": total, "heartbeat_at": clock.now()}
        session.execute(update(Job).where(Job.id == job.id).values(**values))


def reconcile() -> int:
    """Send again what was queued and never picked up, and what a killed worker left behind; returns how many.

    What killed its worker again and again ends as failed; a person may start it anew.
    """
    now = clock.now()
    hopeless = list(db.session.scalars(select(Job.public_id).where(_is_stale(), Job.attempts >= MOST_TAKEN).limit(500)))
    for public_id in hopeless:
        log.error("job given up", job=public_id, attempts=MOST_TAKEN)
        _finish(public_id, FAILED, error="unexpected")
    waiting = (
        (Job.status == QUEUED) & (or_(Job.sent_at.is_(None), Job.sent_at < now - RESEND_AFTER)) & (Job.created_at < now - RESEND_AFTER)
    )
    ids = list(db.session.scalars(select(Job.public_id).where(or_(waiting, _is_stale())).limit(500)))
    db.session.rollback()
    for public_id in ids:
        send(public_id)
    return len(ids)


def tick() -> None:
    """One turn of the clock process: reconcile, then every periodic action; one that fails does not stop the others."""
    for name, action in {"jobs.reconcile": reconcile, **PERIODIC.get()}.items():
        try:
            action()
        except Exception as error:  # noqa: BLE001  (the clock must go on)
            log.error("periodic action failed", name=name, error=type(error).__name__)
        finally:
            db.session.remove()


def _is_stale() -> ColumnElement[bool]:
    return (Job.status == RUNNING) & (Job.heartbeat_at < clock.now() - STALE_AFTER)


def _take(public_id: str) -> Job | None:
    now = clock.now()
    with transaction() as session:
        taken = session.scalar(
            update(Job)
            .where(Job.public_id == public_id, or_(Job.status == QUEUED, _is_stale()))
            .values(status=RUNNING, attempts=Job.attempts + 1, started_at=now, heartbeat_at=now)
            .returning(Job.id)
            .execution_options(synchronize_session=False)
        )
    if taken is None:
        return None
    return db.session.scalar(select(Job).where(Job.public_id == public_id))


def _finish(public_id: str, status: str, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(Job).where(Job.public_id == public_id).values(status=status, finished_at=clock.now(), **values))


def _retry_or_fail(public_id: str) -> None:
    attempts = db.session.scalar(select(Job.attempts).where(Job.public_id == public_id)) or 0
    if attempts >= MAX_ATTEMPTS:
        _finish(public_id, FAILED, error="unexpected")
        return
    with transaction() as session:
        session.execute(update(Job).where(Job.public_id == public_id).values(status=QUEUED, sent_at=clock.now()))
