"""A kind of record is a set of actions: the log's filter by kind asks for those, so an action is recorded of one kind only."""

import pytest
import sqlalchemy as sa

from admin_app.audit import operations, queries, rules
from admin_app.audit.models import AuditEntry
from admin_app.demo import operations as demo
from admin_app.foundation import clock, keyset
from admin_app.foundation.actor import Actor, Kind
from admin_app.foundation.database import db, transaction
from tests.factories.audit import make_entry


def test_every_action_is_recorded_of_a_kind_that_the_log_knows():
    assert {action: rules.subject_type_of(action) for action in rules.ACTIONS if rules.subject_type_of(action) not in rules.SUBJECTS} == {}


def test_every_kind_has_actions():
    assert [kind for kind in rules.SUBJECTS if not rules.actions_on(kind)] == []


def test_what_a_whole_office_records_is_of_the_kinds_that_its_actions_say(app):
    demo.load(12, seed=3, report=lambda _stage, _done, _total: None)
    found = db.session.execute(sa.select(AuditEntry.action, AuditEntry.subject_type).distinct()).all()
    assert found
    assert [(action, kind) for action, kind in found if rules.subject_type_of(action) != kind] == []


def test_an_action_is_not_recorded_of_another_kind(clerk):
    with pytest.raises(ValueError, match="recorded of a card"), transaction():
        operations.record("cards.made", "parcel", "PX1", by=clerk)


def entries(**asked: str) -> list[str]:
    """The records that the log shows."""
    reader = Actor(Kind.STAFF, 1, "reader", rights=frozenset({"audit.read"}))
    page = keyset.page_of(queries.listed, queries.NEWEST, reader, queries.EntryFilter(**asked), descending=True)
    return [entry.subject_ref for entry in page.rows]


@pytest.fixture
def three_entries(app) -> None:
    """Two of cards, by different actions, the newer first; one of an application between them."""
    for action, ref in (("cards.made", "old"), ("applications.claimed", "between"), ("cards.ready", "new")):
        make_entry(action=action, subject_type=rules.subject_type_of(action), subject_ref=ref, at=clock.now())


def test_a_kind_shows_all_its_actions_newest_first(three_entries):
    assert entries(subject_type="card") == ["new", "old"]


def test_a_kind_and_one_of_its_actions_show_that_action(three_entries):
    assert entries(subject_type="card", action="cards.made") == ["old"]


def test_a_kind_and_an_action_of_another_show_nothing(three_entries):
    assert entries(subject_type="application", action="cards.made") == []


def test_a_record_is_found_whatever_its_kind(three_entries):
    assert entries(subject_ref="between") == ["between"]
