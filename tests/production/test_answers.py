"""The answer of a maker: matched by key, each row judged, taken once, and by two people where counts differ."""

import io

import pytest
import sqlalchemy as sa
import xlsxwriter
from sqlalchemy.exc import IntegrityError

from admin_app.cards import operations as cards
from admin_app.cards.models import Card
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.table_files import TableRefused
from admin_app.production import jobs as doors
from admin_app.production.models import CardMaker, MakerAnswer
from admin_app.production.operations import answers
from admin_app.production.queries import answers as queries
from admin_app.production.rules import RowFault
from admin_app.residents.models import Resident
from admin_app.staff import queries as staff
from tests.factories.production import answered, cards_with_photos, csv_of, lines_of, make_production, sent_production, taken
from tests.owner import run


@pytest.fixture
def batch(clerk, centre, mailer):
    """Three cards at the maker."""
    cards_with_photos(3, clerk, centre)
    return sent_production(mailer)


@pytest.fixture
def second(make_staff):
    """A colleague of the mailroom clerk."""
    return make_staff("mailroom_clerk", username="second")


def keys(batch) -> list[str]:
    return [line.key for line in lines_of(batch)]


def statuses() -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Card.status).order_by(Card.id)))


def faults(batch, rows) -> list[str | None]:
    return [one.fault for one in queries.review(batch, queries.rows_in(csv_of(rows))).rows]


def test_serials_go_to_their_keys_wherever_the_rows_stand(batch, mailer):
    first, middle, last = keys(batch)
    rows = [(last, "serial003", ""), (first, "SERIAL 001", ""), (middle, "serial-002", "")]
    taken(answered(batch, csv_of(rows), mailer), mailer)
    found = db.session.execute(sa.select(Card.serial, Card.status).order_by(Card.id)).all()
    assert [tuple(one) for one in found] == [("SERIAL001", "made"), ("SERIAL002", "made"), ("SERIAL003", "made")]


def test_a_whole_answer_closes_the_batch_and_keeps_neither_package_nor_file(batch, mailer):
    answer = answered(batch, csv_of([(key, f"SERIAL{n}", "") for n, key in enumerate(keys(batch))]), mailer)
    taken(answer, mailer)
    db.session.expire_all()
    assert (batch.status, batch.waiting_count, batch.package_id, answer.file_id) == ("closed", 0, None, None)
    assert (
        batch.package_sha256 and db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile).where(StoredFile.kind == "p7m")) == 0
    )


def test_each_row_says_what_is_not_right_with_it(batch, mailer, clerk, centre):
    first, middle, _last = keys(batch)
    other = make_production(mailer)
    cards_with_photos(1, clerk, centre)
    elsewhere = keys(sent_production(mailer))[0]
    assert other.id != batch.id
    assert faults(batch, [("", "SERIAL001", "")]) == [RowFault.NO_KEY]
    assert faults(batch, [("ABCDEFGHJKLM", "SERIAL001", "")]) == [RowFault.UNKNOWN_KEY]
    assert faults(batch, [(elsewhere, "SERIAL001", "")]) == [RowFault.OTHER_BATCH]
    assert faults(batch, [(first, "SERIAL001", ""), (first, "SERIAL002", "")]) == [RowFault.TWICE] * 2
    assert faults(batch, [(first, "SERIAL001", ""), (middle, "SERIAL001", "")]) == [RowFault.SERIAL_TWICE] * 2
    assert faults(batch, [(first, "", "")]) == [RowFault.NOTHING_SAID]
    assert faults(batch, [(first, "SERIAL001", "chip")]) == [RowFault.BOTH_SAID]
    assert faults(batch, [(first, "", "broken")]) == [RowFault.FAULT_WORD]
    assert faults(batch, [(first, "X", "")]) == [RowFault.SERIAL]
    assert faults(batch, [(first, "SERIAL001", ""), (middle, "", "芯片")]) == [None, None]


def test_a_serial_of_another_card_is_not_taken(batch, mailer, clerk, centre):
    first, middle, last = keys(batch)
    taken(answered(batch, csv_of([(first, "SERIAL001", ""), (middle, "SERIAL002", ""), (last, "SERIAL003", "")]), mailer), mailer)
    cards_with_photos(1, clerk, centre)
    later = sent_production(mailer)
    assert faults(later, [(keys(later)[0], "SERIAL002", "")]) == [RowFault.SERIAL_TAKEN]


def test_a_card_spoiled_and_one_restricted_meanwhile_are_said_by_their_rows(batch, mailer):
    first, middle, last = lines_of(batch)
    with transaction():
        cards.spoil(first.card, "name was wrong", by=mailer.actor)
    with transaction() as session:
        session.execute(sa.update(Resident).where(Resident.id == middle.card.application.resident_id).values(is_restricted=True))
    db.session.expire_all()
    rows = [(first.key, "SERIAL001", ""), (middle.key, "SERIAL002", ""), (last.key, "SERIAL003", "")]
    assert faults(batch, rows) == [RowFault.SPOILED, RowFault.RESTRICTED, None]


def test_where_counts_differ_somebody_else_takes_the_good_rows_with_a_reason(batch, mailer, second):
    first, middle, _last = keys(batch)
    answer = answered(batch, csv_of([(first, "SERIAL001", ""), (middle, "SERIAL002", "")]), mailer)
    with pytest.raises(NotAllowed):
        taken(answer, mailer, "the rest follows")
    with pytest.raises(Exception, match="ReasonMissing"):
        taken(answer, second)
    assert statuses() == ["in_production"] * 3
    taken(answer, second, "the rest follows")
    assert statuses() == ["made", "made", "in_production"]
    db.session.expire_all()
    assert (batch.status, batch.waiting_count) == ("sent", 1)


def test_the_database_itself_refuses_one_person_alone(batch, mailer):
    answered(batch, csv_of([(keys(batch)[0], "SERIAL001", "")]), mailer)
    with pytest.raises(IntegrityError, match="somebody else confirms"):
        run("UPDATE maker_answer SET confirmed_at = handed_in_at, reason = 'because', confirmed_by_id = handed_in_by_id")


def test_the_same_file_twice_changes_nothing(batch, mailer, second):
    data = csv_of([(keys(batch)[0], "SERIAL001", "")])
    answer = answered(batch, data, mailer)
    assert answered(batch, data, second).id == answer.id
    taken(answer, second, "the rest follows")
    again = answered(batch, data, mailer)
    assert again.id == answer.id and db.session.scalar(sa.select(sa.func.count()).select_from(MakerAnswer)) == 1
    with pytest.raises(Conflict):
        taken(again, second, "the rest follows")
    assert statuses() == ["made", "in_production", "in_production"]


def test_a_later_file_that_repeats_what_was_taken_takes_only_the_rest(batch, mailer, second):
    first, middle, last = keys(batch)
    taken(answered(batch, csv_of([(first, "SERIAL001", "")]), mailer), second, "the rest follows")
    whole = csv_of([(first, "SERIAL001", ""), (middle, "SERIAL002", ""), (last, "SERIAL003", "")])
    answer = answered(batch, whole, mailer)
    review = queries.review(batch, queries.rows_of(answer))
    assert (review.repeated, len(review.good), review.differs) == (1, 2, False)
    taken(answer, mailer)
    assert statuses() == ["made"] * 3


def test_what_was_answered_is_not_answered_otherwise_by_a_later_file(batch, mailer, second):
    first = keys(batch)[0]
    taken(answered(batch, csv_of([(first, "SERIAL001", "")]), mailer), second, "the rest follows")
    assert faults(batch, [(first, "SERIAL009", "")]) == [RowFault.ANSWERED]
    assert faults(batch, [(first, "", "chip")]) == [RowFault.ANSWERED]


@pytest.mark.parametrize(("word", "booked", "cost"), [("chip", "maker", 1800), ("照片", "office", None)])
def test_a_card_that_was_not_made_is_asked_for_again_and_put_down_to_whom_it_lies_with(batch, mailer, word, booked, cost):
    with transaction() as session:
        session.get_one(CardMaker, batch.maker_id).card_yuan = 18
    first, middle, last = keys(batch)
    rows = [(first, "", word), (middle, "SERIAL002", ""), (last, "SERIAL003", "")]
    taken(answered(batch, csv_of(rows), mailer), mailer)
    assert statuses() == ["spoiled", "made", "made", "requested"]
    again = db.session.scalars(sa.select(Card).where(Card.replaces_id.is_not(None))).one()
    assert (again.fault, again.cost_fen) == (booked, cost), "where the office was at fault no card was made"
    assert lines_of(batch)[0].outcome == "faulty"


def test_a_killed_job_goes_on_and_takes_no_row_twice(batch, mailer, monkeypatch):
    monkeypatch.setattr(doors, "AT_ONCE", 1)
    rows = csv_of([(key, f"SERIAL{n}", "") for n, key in enumerate(keys(batch))])
    answer = answered(batch, rows, mailer)
    takes, take = [], answers.take_rows

    def dies(*given, **more):
        takes.append(given)
        if len(takes) == 2:
            raise SystemExit
        return take(*given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(answers, "take_rows", dies)
        with pytest.raises(SystemExit):
            taken(answer, mailer)
    assert statuses() == ["made", "in_production", "in_production"]
    db.session.expire_all()
    doors.take_answer(db.session.get_one(Job, answer.job_id), actor_of=staff.actor_of)
    assert statuses() == ["made"] * 3
    db.session.expire_all()
    assert answer.taken_count == 3


def test_what_is_not_delivered_is_requested_again_by_somebody_else_than_who_sent_it(batch, mailer, second):
    taken(answered(batch, csv_of([(keys(batch)[0], "SERIAL001", "")]), mailer), second, "the rest follows")
    db.session.expire_all()
    with pytest.raises(NotAllowed), transaction():
        answers.close(batch, "chips are sold out", version=batch.version, by=mailer.actor)
    with transaction():
        answers.close(batch, "chips are sold out", version=batch.version, by=second.actor)
    assert statuses() == ["made", "requested", "requested"]
    assert [line.outcome for line in lines_of(batch)] == ["made", "missing", "missing"]


def workbook(rows) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(line, place, cell)
    return file.getvalue()


def test_a_workbook_is_read_as_texts_and_a_number_that_lost_digits_is_no_serial(batch):
    first, middle, last = keys(batch)
    rows = queries.rows_in(workbook([("Key", "Serial"), (first, 123456), (middle, "SERIAL002"), (last, 12345678901234567890)]))
    assert [row.serial for row in rows][:2] == ["123456", "SERIAL002"]
    assert [one.fault for one in queries.review(batch, rows).rows] == [None, None, RowFault.SERIAL]


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00\x01" * 9, b"PK\x03\x04 no workbook", b"name,number\nx,y\n", b"key,serial\n" * 7000, b"%PDF-1.7 \x80\x81\xff"],
    ids=["empty", "bytes", "zip", "headings", "long", "pdf"],
)
def test_what_is_no_table_of_an_answer_is_refused_with_words(app, data):
    with pytest.raises(TableRefused):
        queries.rows_in(data)


def test_a_table_in_the_encoding_of_chinese_spreadsheets_is_read(batch):
    first = keys(batch)[0]
    rows = queries.rows_in(f"标识码;卡号;问题\n{first};;芯片\n".encode("gb18030"))
    assert [(row.key, row.fault) for row in rows] == [(first, "芯片")]


def test_nobody_of_another_role_takes_an_answer(batch, mailer, clerk):
    answer = answered(batch, csv_of([(key, f"SERIAL{n}", "") for n, key in enumerate(keys(batch))]), mailer)
    with pytest.raises(NotAllowed):
        taken(answer, clerk)


def test_a_file_put_aside_takes_nothing_and_can_be_handed_in_again(batch, mailer):
    data = csv_of([(key, f"SERIAL{n}", "") for n, key in enumerate(keys(batch))])
    answer = answered(batch, data, mailer)
    with transaction():
        answers.put_aside(answer, by=mailer.actor)
    with pytest.raises(Conflict):
        taken(answer, mailer)
    taken(answered(batch, data, mailer), mailer)
    assert statuses() == ["made"] * 3
