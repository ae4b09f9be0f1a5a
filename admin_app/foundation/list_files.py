"""Files of long lists that people order: what was asked, by whom, and the file once a job has made it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation import clock
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import Base, Id, UTCDateTime, db, is_public_id, new_public_id, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import FAILED, Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.models import StoredFile

JOB = "lists.write_file"
KEPT_FOR = timedelta(hours=24)
"""So long a file can be fetched; it holds what its list held, so it does not lie around."""
FORGOTTEN_AT_ONCE = 50


class ListFile(Base):
    """A file that somebody has ordered of a list. Only they can fetch it."""

    __tablename__ = "list_file"
    __table_args__ = (Index(None, "created_at"), Index(None, "staff_id", "list_name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who ordered it."""
    list_name: Mapped[str] = mapped_column(String(40))
    """ListPage.name."""
    kind: Mapped[str] = mapped_column(String(8))
    """'csv' or 'xlsx'."""
    language: Mapped[str] = mapped_column(String(5))
    """In which its headings and words are."""
    query: Mapped[str] = mapped_column(Text)
    """The query string of the view, which may hold what was typed; '' as soon as the file is made."""
    place: Mapped[str] = mapped_column(Text, default="")
    """What stands in the path of the list's address, as a query string."""
    columns: Mapped[list[str]] = mapped_column(JSON)
    """Names of the columns in sight."""
    row_count: Mapped[int | None] = mapped_column(Integer)
    """Rows of the file, once it is made."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was ordered."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    """Which job makes it; the job knows this row's public id and nothing else."""
    job: Mapped[Job | None] = relationship()
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    file: Mapped[StoredFile | None] = relationship()


def order(by: Actor, list_name: str, *, kind: str, language: str, query: str, place: str, columns: list[str]) -> ListFile:
    """Have a file made by a job; needs an open transaction(). Ordered again while it is being made, the same order is returned."""
    wanted = {"kind": kind, "language": language, "query": query, "place": place}
    at_work = select(ListFile).join(ListFile.job).where(*_of(by, list_name), ListFile.file_id.is_(None), Job.status != FAILED)
    for one in db.session.scalars(at_work.order_by(ListFile.id).limit(FORGOTTEN_AT_ONCE)):
        if one.columns == columns and all(getattr(one, name) == value for name, value in wanted.items()):
            return one
    made = ListFile(public_id=new_public_id(), staff_id=by.staff_id, list_name=list_name, columns=columns, created_at=clock.now(), **wanted)
    db.session.add(made)
    made.job = jobs.enqueue(JOB, dedupe_key=f"{JOB}:{made.public_id}", by=by, file=made.public_id)
    return made


def ordered_by(me: Actor, public_id: str) -> ListFile | None:
    """The order of that name, if it is this person's."""
    if not is_public_id(public_id):
        return None
    return db.session.scalar(select(ListFile).where(ListFile.public_id == public_id, is_staff_member(ListFile.staff_id, me)))


def waiting(public_id: str) -> ListFile | None:
    """The order of that name, if its file is not made yet."""
    return db.session.scalar(select(ListFile).where(ListFile.public_id == public_id, ListFile.file_id.is_(None)))


def finish(public_id: str, prepared: storage.Prepared, *, row_count: int) -> ListFile | None:
    """Give the order its file; needs an open transaction(). None, and nothing written, if it has one already or is gone."""
    one = db.session.scalar(select(ListFile).where(ListFile.public_id == public_id, ListFile.file_id.is_(None)).with_for_update())
    if one is not None:
        one.file_id, one.row_count, one.query = storage.accept(prepared).id, row_count, ""
    return one


def forget_old() -> None:
    """Forget orders after a day, with the rows of their files; the objects go with the next sweep. For the clock."""
    old = select(ListFile.id, ListFile.file_id).where(ListFile.created_at < clock.now() - KEPT_FOR)
    found = db.session.execute(old.order_by(ListFile.created_at).limit(FORGOTTEN_AT_ONCE)).all()
    db.session.rollback()
    if found:
        with transaction() as session:
            session.execute(delete(ListFile).where(ListFile.id.in_([row.id for row in found])))
            session.execute(delete(StoredFile).where(StoredFile.id.in_([row.file_id for row in found if row.file_id])))


def _of(by: Actor, list_name: str) -> tuple[Any, Any]:
    return is_staff_member(ListFile.staff_id, by), ListFile.list_name == list_name
