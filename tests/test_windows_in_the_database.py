"""Which window lets something go back, as the database's own triggers say it: one of this row, as it is now, that was used."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.undo.models import UndoWindow
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.cards import make_card
from tests.factories.foundation import make_window
from tests.factories.mailing import make_batch, make_parcel
from tests.owner import run


class Row(NamedTuple):
    """What goes back: its table and key, where to, and the window that lets it (kind, key, version; None: any version)."""

    table: str
    number: int
    to: str
    kind: str
    subject: int
    version: int | None


def open_window(kind: str, subject: int, version: int, *, used: bool = True) -> UndoWindow:
    """A window; `used`: it was taken back."""
    taken_back_at = clock.now() if used else None
    return make_window(subject_kind=kind, subject_id=subject, version=version, taken_back_at=taken_back_at)


def strangers(row: Row) -> Iterator[tuple[str, int, int, bool]]:
    """Windows that are wrong in one thing each."""
    version = row.version or 1
    yield "resident", row.subject, version, True
    yield row.kind, row.subject + 1, version, True
    yield row.kind, row.subject, version, False
    if row.version is not None:
        yield row.kind, row.subject, version + 1, True


def goes_back(row: Row) -> bool:
    try:
        run(f"UPDATE {row.table} SET status = '{row.to}' WHERE id = {row.number}")
    except IntegrityError as error:
        assert "no window to take it back" in str(error)
        db.session.rollback()
        return False
    return True


@pytest.fixture
def office(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> dict[str, Row]:
    """A row of each kind that may go back."""
    recommended = {"recommended_by_id": colleague.id, "recommendation": "approve"}
    decided = {"decided_by_id": reviewer.id, "decided_at": clock.now(), "is_open": False}
    first, second, third = (
        make_application(clerk, centre, status=status, **decided, **recommended).id for status in ("approved", "approved", "rejected")
    )
    ready = make_card(make_application(clerk, centre, status="approved", **decided), "ready")
    card = make_card(make_application(clerk, centre, status="approved", **decided), "posted")
    other = make_card(make_application(clerk, centre, status="approved", **decided), "posted")
    make_parcel(make_batch(clerk, "posted"), other, status="posted")  # so that a batch and a parcel have different keys
    batch = make_batch(clerk, "posted")
    make_parcel(batch, make_card(make_application(clerk, centre, status="approved", **decided), "posted"), status="posted")
    parcel = make_parcel(batch, card, position=2, status="posted")
    return {
        "a decision": Row("application", first, "in_review", "application", first, 1),
        "a second approval": Row("application", second, "recommended", "application", second, 1),
        "a second rejection": Row("application", third, "recommended", "application", third, 1),
        "a ready card": Row("card", ready.id, "made", "card", ready.id, 1),
        "a posted card": Row("card", card.id, "ready", "mailing_batch", batch.id, None),
        "a parcel": Row("parcel", parcel.id, "stuffed", "mailing_batch", batch.id, None),
        "a batch": Row("mailing_batch", batch.id, "labelled", "mailing_batch", batch.id, 1),
    }


WHAT = ("a decision", "a second approval", "a second rejection", "a ready card", "a posted card", "a parcel", "a batch")


@pytest.mark.parametrize("what", WHAT)
def test_only_a_used_window_of_the_row_as_it_is_lets_it_go_back(office: dict[str, Row], what: str) -> None:
    row = office[what]
    assert not goes_back(row)
    for kind, subject, version, used in strangers(row):
        open_window(kind, subject, version, used=used)
        assert not goes_back(row), (kind, subject, version, used)
    open_window(row.kind, row.subject, row.version or 7)
    assert goes_back(row)


def test_of_a_window_nothing_changes_but_that_it_was_used(clerk: StaffMember) -> None:
    window, later = open_window("card", 1, 1, used=False).id, clock.now() + timedelta(days=1)
    changes = {
        "action": "x.z", "subject_kind": "parcel", "subject_id": 2, "version": 2, "staff_id": 2, "opened_at": later, "closes_at": later,
    }  # fmt: skip

    def change(**values: Any) -> None:
        with transaction() as session:
            session.execute(sa.update(UndoWindow).where(UndoWindow.id == window).values(values))

    for column, value in changes.items():
        with pytest.raises(IntegrityError, match="used once"):
            change(**{column: value})
    change(taken_back_at=later)
    for values in ({"taken_back_at": None}, {"taken_back_at": later + timedelta(days=1)}, {"before": {}}):
        with pytest.raises(IntegrityError, match="used once"):
            change(**values)
