"""Jobs: enqueue in the transaction of the change, run once, report progress, find what got stuck."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Update, bindparam, delete, exists, select, update

from admin_app.foundation import clock, clock_watch, origin, settings
from admin_app.foundation.database import after_commit, db, literal, rows, transaction
from admin_app.foundation.database_trouble import trouble_of
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
RING_AGAIN_AFTER = timedelta(seconds=10)
"""Jobs that are due for so long wait for a worker that has not heard of them."""
RETRY_AFTER = timedelta(seconds=10)
"""How long a job waits after an unexpected error, times the errors so far."""

HANDLERS: PerApp[dict[str, Handler]] = PerApp("jobs.handlers", dict)
PERIODIC: PerApp[dict[str, Callable[[], object]]] = PerApp("jobs.periodic", dict)
FOR_GOOD: PerApp[set[str]] = PerApp("jobs.for_good", set)
"""Periodic actions that wait while the time is not believed (clock_watch.py)."""
log = structlog.get_logger("card_desk.jobs")

STOPPED = "stopped"
"""The error of a job that a person stopped."""


@dataclass(frozen=True)
class Outcome:
    """How one attempt at a job ended: what its row gets, unless another worker has taken it up since."""

    of_job: int
    of_attempt: int
    status: str
    due_at: datetime
    finished_at: datetime | None
    result: dict[str, Any] | None = None
    error: str | None = None
    error_details: dict[str, Any] | None = None


def register(name: str, handler: Handler) -> None:
    """`handler(job)` does this app's jobs called `name`: idempotent, opens its own transactions, returns the result (ids only)."""
    HANDLERS.get()[name] = handler


def register_periodic(name: str, action: Callable[[], object], *, for_good: bool = True) -> None:
    """`action()` runs at every tick of the clock process; it must be cheap when there is nothing to do.

    `for_good`: time decides what it does, and nobody can undo it; it waits while the time is not believed.
    """
    PERIODIC.get()[name] = action
    if for_good:
        FOR_GOOD.get().add(name)


def enqueue(name: str, *, dedupe_key: str, by: Any = None, wait: timedelta = timedelta(0), **arguments: Any) -> Job:
    """Write a job in the open transaction and wake a worker after the commit. `arguments`: ids only, never personal data.

    `wait`: no worker takes it before that time is over, and until then it can be struck.

    The same `dedupe_key` is the same work: the existing row is returned, and queued again if it had failed.
    """
    job = db.session.scalar(select(Job).where(Job.dedupe_key == dedupe_key))
    now = clock.now()
    if job is None:
        who = {"created_by_kind": str(by.kind), "created_by_id": by.id} if by else {}
        job = Job(name=name, dedupe_key=dedupe_key, arguments=arguments, created_at=now, due_at=now + wait, **who)
        db.session.add(job)
    elif job.status == FAILED:
        job.status, job.attempts, job.error, job.error_details, job.finished_at = QUEUED, 0, None, None, None
        job.done_steps, job.due_at = 0, now + wait
    else:
        return job
    db.session.flush()
    if not wait:
        after_commit(partial(run, job.public_id) if settings.current().jobs_inline else worker.ring)
    return job


def strike(dedupe_keys: Sequence[str]) -> bool:
    """Remove these jobs, which nobody has begun, in the open transaction; False if one has begun or is gone: then roll back."""
    struck: Any = db.session.execute(
        delete(Job).where(Job.dedupe_key.in_(dedupe_keys), Job.status == QUEUED).execution_options(synchronize_session=False)
    )
    return bool(struck.rowcount == len(dedupe_keys))


def stop(job: Job) -> bool:
    """End a job that waits or is being done, in the open transaction: it has failed, with the word STOPPED. False if it is over already.

    Whoever does it asks is_stopped() between its steps and gives up; what it says later of how it ended changes nothing.
    """
    values = {"status": FAILED, "error": STOPPED, "finished_at": clock.now()}
    ended = update(Job).where(Job.id == job.id, Job.status.in_((QUEUED, RUNNING))).values(**values)
    stopped: Any = db.session.execute(ended.execution_options(synchronize_session=False))
    return bool(stopped.rowcount)


def is_stopped(job: Job) -> bool:
    """Whether somebody has stopped a job that this process does."""
    return db.session.scalar(select(Job.id).where(Job.id == job.id, Job.status == FAILED, Job.error == STOPPED)) is not None


def run(public_id: str) -> None:
    """Do one job now, due or not, if it is queued and nobody else takes it. Safe to call twice."""
    job = _take(TAKE_ONE, {"wanted": public_id})
    if job is not None:
        record(perform(job))


def take_next(ended: Outcome | None = None) -> Job | None:
    """Record how the last job `ended` and take the one that is due for longest, in one transaction; None if nothing is due."""
    return _take(TAKE_NEXT, {}, ended)


def more_is_due() -> bool:
    """Whether any job waits that could be taken now."""
    return bool(rows(MORE_IS_DUE, {"now": clock.now()}).scalar())


def perform(job: Job) -> Outcome:
    """Call the handler of a job that was taken; never raises, whatever the handler does."""
    origin.address.set("job")
    ended = partial(Outcome, of_job=job.id, of_attempt=job.attempts, due_at=job.due_at)
    try:
        result = HANDLERS.get()[job.name](job)
        outcome = ended(status=DONE, finished_at=clock.now(), result=result)
    except DomainError as refused:
        outcome = ended(status=FAILED, finished_at=clock.now(), error=str(refused.message), error_details=refused.details)
    except Exception as error:  # noqa: BLE001  (whatever a handler does, the job row must say how it ended)
        log.error("job failed", job=job.public_id, name=job.name, error=type(error).__name__)
        # A database that is away is no fault of the job: it is done when the database is back, however long that takes.
        if job.attempts < MAX_ATTEMPTS or trouble_of(error):
            outcome = ended(status=QUEUED, finished_at=None, due_at=clock.now() + min(job.attempts, MAX_ATTEMPTS) * RETRY_AFTER)
        else:
            outcome = ended(status=FAILED, finished_at=clock.now(), error="unexpected")
    db.session.rollback()
    return outcome


def record(ended: Outcome) -> None:
    """Write how a job ended, without taking another one."""
    with transaction(durable=False):
        rows(RECORD, vars(ended))


def report_progress(job: Job, done: int, total: int) -> None:
    """Write how far `job` is (also its heartbeat); call it outside of transaction(), at most a few times a second."""
    with transaction(durable=False) as session:
        values = {"done_steps": done, "total_steps": total, "heartbeat_at": clock.now()}
        session.execute(update(Job).where(Job.id == job.id).values(**values))


def reconcile() -> int:
    """Queue again what a killed worker left behind, and wake the workers if something waits for them; returns how much waits.

    What killed its worker again and again ends as failed; a person may start it anew.
    """
    _free_stale()
    now = clock.now()
    # Nobody was told of a job that had to wait until now; of the others a worker has heard, and gets a while.
    has_waited = (Job.due_at > Job.created_at) & (Job.due_at <= now)
    overdue = (Job.status == QUEUED) & ((Job.due_at < now - RING_AGAIN_AFTER) | has_waited)
    ids = list(db.session.scalars(select(Job.public_id).where(overdue).order_by(Job.due_at).limit(500)))
    db.session.rollback()
    if settings.current().jobs_inline:
        for public_id in ids:
            run(public_id)
    elif ids:
        worker.ring_if_silent(len(ids))
    return len(ids)


def tick() -> None:
    """One turn of the clock process: reconcile, then every periodic action; one that fails does not stop the others."""
    is_believed = False

    def look_at_clock() -> None:
        nonlocal is_believed
        is_believed = clock_watch.is_believed()

    for name, action in {"clock.watch": look_at_clock, "jobs.reconcile": reconcile, **PERIODIC.get()}.items():
        if name in FOR_GOOD.get() and not is_believed:
            continue
        try:
            action()
        except Exception as error:  # noqa: BLE001  (the clock must go on)
            log.error("periodic action failed", name=name, error=type(error).__name__)
        finally:
            db.session.remove()


def _take(statement: Update, values: dict[str, Any], ended: Outcome | None = None) -> Job | None:
    """Neither the outcome nor the taking needs to survive a power cut: the job would be done again, and handlers are idempotent.

    The job belongs to no session: what its row says later, a handler must ask.
    """
    with transaction(durable=False):
        if ended is not None:
            rows(RECORD, vars(ended))
        taken = rows(statement, {"now": clock.now()} | values).one_or_none()
    return Job(**taken._mapping) if taken is not None else None


def _taking(condition: ColumnElement[bool]) -> Update:
    """Take the job that is due for longest.

    Workers that ask at the same time pass over each other's choice on PostgreSQL (SKIP LOCKED); on SQLite only one of them writes at a
    time.
    """
    chosen = select(TABLE.c.id).where(TABLE.c.status == literal(QUEUED), condition).order_by(TABLE.c.due_at, TABLE.c.id).limit(1)
    taken = {"status": RUNNING, "attempts": TABLE.c.attempts + 1, "started_at": NOW, "heartbeat_at": NOW}
    return (
        update(TABLE)
        .where(TABLE.c.id == chosen.with_for_update(skip_locked=True).scalar_subquery())
        .values(taken)
        .returning(*(TABLE.c[name] for name in TAKEN))
    )


TABLE = Job.__table__
NOW = bindparam("now", type_=TABLE.c.due_at.type)
TAKEN = ("id", "public_id", "name", "arguments", "attempts", "due_at", "created_by_kind", "created_by_id")
"""What a handler is told of its job."""
TAKE_NEXT = _taking(TABLE.c.due_at <= NOW)
TAKE_ONE = _taking(TABLE.c.public_id == bindparam("wanted"))
MORE_IS_DUE = select(exists().where(TABLE.c.status == literal(QUEUED), TABLE.c.due_at <= NOW))
RECORD = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("of_job"), TABLE.c.status == literal(RUNNING), TABLE.c.attempts == bindparam("of_attempt"))
    .values({name: bindparam(name) for name in ("status", "due_at", "finished_at", "result", "error", "error_details")})
)


def _free_stale() -> None:
    stale = (Job.status == RUNNING) & (Job.heartbeat_at < clock.now() - STALE_AFTER)
    if db.session.scalar(select(Job.id).where(stale).limit(1)) is None:
        return
    given_up = {"status": FAILED, "error": "unexpected", "finished_at": clock.now()}
    with transaction() as session:
        hopeless = update(Job).where(stale, Job.attempts >= MOST_TAKEN).values(**given_up).returning(Job.public_id)
        for public_id in session.scalars(hopeless.execution_options(synchronize_session=False)):
            log.error("job given up", job=public_id, attempts=MOST_TAKEN)
        session.execute(update(Job).where(stale).values(status=QUEUED).execution_options(synchronize_session=False))
