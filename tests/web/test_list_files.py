"""Files of more rows than a page waits for: made by a job for who ordered them, of what they may see when it is made."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from python_calamine import CalamineWorkbook

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock, list_files, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs import worker
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.list_files import ListFile
from admin_app.foundation.storage.models import StoredFile
from admin_app.menu import LISTS
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import PERMISSIONS, Role
from admin_app.web.lists import export
from tests.factories.applications import make_application, make_unclaimed
from tests.factories.cards import approved, make_card
from tests.factories.centres import make_centre
from tests.factories.foundation import make_job
from tests.factories.mailing import make_batch, make_parcel
from tests.factories.residents import make_resident
from tests.office import furnish
from tests.routes import LETTERS, address, routes


@pytest.fixture
def queued(app, monkeypatch):
    """Jobs wait until a test runs them, outside of any request as in a worker; a file of more than three rows is a job's work."""
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    monkeypatch.setattr(worker, "ring", lambda: None)
    monkeypatch.setattr(export, "AT_MOST", 3)


@pytest.fixture
def waiting(queued, clerk, centre):
    """The references of eight cases, by the day they are due: two full pieces of a file and a part of one."""
    make_unclaimed(clerk, centre, 8)
    found = list(db.session.scalars(sa.select(Application.reference).order_by(Application.due_on, Application.id)))
    db.session.rollback()
    return found


def order(browser, name="queue", **fields) -> str:
    """Order a file; the address of its page."""
    answer = browser.post(f"/lists/{name}/export", data={"file": "csv", "tab": "all", **fields})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def work() -> Job:
    """Do the job that waits; how it ended."""
    db.session.rollback()
    public_id = db.session.scalars(sa.select(Job.public_id).where(Job.status == "queued")).one()
    jobs.run(public_id)
    db.session.rollback()
    return db.session.scalars(sa.select(Job).where(Job.public_id == public_id)).one()


def rows_at(browser, place: str) -> list[list[str]]:
    """The rows of a CSV file that is ready."""
    answer = browser.get(f"{place}/content")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))[1:]


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "lists.exported")))


def test_a_file_of_many_rows_holds_each_of_them_once_in_order(waiting, sign_in):
    browser = sign_in("supervisor", language="en")
    place = order(browser)
    assert "The file is being made" in browser.get(place).text
    assert browser.get(f"{place}/content").status_code == 404
    assert work().result == {"rows": 8}
    assert "The file is ready: 8 rows." in browser.get(place).text
    found = [row[0] for row in rows_at(browser, place)]
    assert len(found) == len(set(found)) == 8
    assert found == sorted(found)


def test_as_many_rows_as_a_page_waits_for_need_no_job(queued, clerk, centre, sign_in):
    make_unclaimed(clerk, centre, 3)
    assert sign_in("supervisor").post("/lists/queue/export", data={"file": "csv", "tab": "all"}).status_code == 200
    assert db.session.scalar(sa.select(Job.id)) is None


def test_a_workbook_keeps_texts_as_texts_and_a_csv_file_disarms_them(waiting, clerk, centre, sign_in):
    make_application(clerk, centre, make_resident("=1+1", ""))
    browser = sign_in("supervisor")
    places = {}
    for kind in ("csv", "xlsx"):
        places[kind] = order(browser, file=kind)
        work()
    assert "'=1+1" in str(rows_at(browser, places["csv"]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(places["xlsx"] + "/content").data))
    assert "=1+1" in str(book.get_sheet_by_index(0).to_python())


def test_filter_order_columns_and_language_are_those_of_the_order(waiting, clerk, centre, sign_in):
    lost = [make_application(clerk, centre, reason="lost") for _number in range(4)]
    browser = sign_in("supervisor", language="zh")
    place = order(browser, reason="lost", order="-due")
    browser.post("/preferences/", data={"language": "en", "back": "/account/"})
    browser.post("/lists/queue/choices", data={"view": "tab=all", "offered": ["resident", "due"], "column": []})
    work()
    answer = browser.get(f"{place}/content")
    heading, *found = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert heading[:2] == ["编号", "参保人"]
    assert [row[0] for row in found] == [case.reference for case in reversed(lost)]


def test_only_who_ordered_a_file_finds_it(waiting, sign_in):
    place = order(sign_in("supervisor", username="owner"))
    work()
    for role in ("supervisor", "administrator", "auditor"):
        other = sign_in(role, username=f"other-{role}")
        assert {other.get(place).status_code, other.get(f"{place}/content").status_code} == {404}


def test_who_loses_the_list_gets_no_file_of_it(waiting, make_staff, sign_in):
    member = make_staff("supervisor", username="leaver", language="en")
    browser = sign_in(member)
    place = order(browser)
    with transaction() as session:
        session.execute(sa.update(StaffMember).where(StaffMember.username == "leaver").values(active=False))
    assert (work().status, entries()) == ("failed", [])
    assert db.session.scalar(sa.select(StoredFile.id)) is None
    with transaction() as session:
        session.execute(sa.update(StaffMember).where(StaffMember.username == "leaver").values(active=True))
    assert "You may not see this list any more" in sign_in(member).get(place).text


def test_what_the_reader_may_see_is_asked_when_the_file_is_made(waiting, clerk, make_staff, sign_in):
    far = make_centre("FAR")
    seen = make_application(clerk, far)
    browser = sign_in(make_staff("supervisor", username="moved"))
    place = order(browser)
    with transaction() as session:
        session.execute(sa.update(StaffMember).where(StaffMember.username == "moved").values(centre_id=far.id))
    work()
    assert [row[0] for row in rows_at(browser, place)] == [seen.reference]


def test_the_job_knows_an_id_and_nothing_of_what_was_typed(queued, make_staff, sign_in):
    for number in range(5):
        make_staff("reviewer", username=f"meilin-{number}")
    order(sign_in("administrator"), "staff", tab="", q="meilin")
    assert set(db.session.scalars(sa.select(Job)).one().arguments) == {"file"}
    work()
    assert "meilin" not in repr(vars(db.session.scalars(sa.select(Job)).one()))
    assert db.session.scalars(sa.select(ListFile.query)).one() == ""
    (entry,) = entries()
    assert entry.changes == {"file": "csv", "tab": "", "filters": "q, state", "rows": 5}


def test_a_job_that_runs_twice_makes_one_file_and_one_entry(waiting, sign_in):
    order(sign_in("supervisor"))
    job = work()
    with transaction() as session:
        session.execute(sa.update(Job).where(Job.id == job.id).values(status="queued"))
    assert work().result is None
    assert len(entries()) == 1
    assert len(list(db.session.scalars(sa.select(StoredFile.id)))) == 1


def test_asking_again_while_it_is_made_is_the_same_order(waiting, sign_in):
    browser = sign_in("supervisor")
    assert order(browser) == order(browser)
    assert order(browser, file="xlsx") != order(browser)


def test_a_row_that_moves_while_the_list_is_walked_stands_in_it_once(waiting, clerk, centre, sign_in, monkeypatch):
    browser = sign_in("supervisor")
    place = order(browser, order="due")
    late, told = clock.today() + timedelta(days=900), []

    def delay(job, done, total):
        told.append(done)
        with transaction() as session:
            session.execute(sa.update(Application).where(Application.reference == waiting[0]).values(due_on=late))

    monkeypatch.setattr(jobs, "report_progress", delay)
    work()
    found = [row[0] for row in rows_at(browser, place)]
    assert told == [3, 6]
    assert sorted(found) == sorted(waiting)


def test_more_rows_than_any_file_holds_are_refused_with_a_sentence(waiting, sign_in, monkeypatch):
    monkeypatch.setattr(export, "MOST", 6)
    browser = sign_in("supervisor", language="zh")
    place = order(browser)
    assert work().status == "failed"
    assert "请缩小筛选范围" in browser.get(place).text
    assert entries() == []


def test_a_file_is_forgotten_after_a_day(waiting, sign_in):
    place = order(sign_in("supervisor", username="owner"))
    work()
    list_files.forget_old()
    assert db.session.scalar(sa.select(ListFile.id)) is not None, "control: not before"
    with time_machine.travel(clock.now() + list_files.KEPT_FOR + timedelta(minutes=1)):
        list_files.forget_old()
        assert db.session.scalar(sa.select(ListFile.id)) is None
        assert db.session.scalar(sa.select(StoredFile.id)) is None
        assert sign_in("supervisor", username="later").get(place).status_code == 404


@pytest.mark.about_pages
def test_every_list_can_be_written_by_a_job(app, monkeypatch):
    people = furnish(app)
    make_job(name="mailing.render_labels", status="failed", error="x")
    taken_by = db.session.scalars(sa.select(StaffMember).where(StaffMember.username == "m-i")).one()
    ready, posted = (approved(taken_by, taken_by.centre, reference=f"BK-19-000000{number}") for number in (1, 2))
    make_card(ready, "ready")
    make_parcel(make_batch(taken_by, "open", parcel_count=1), make_card(posted, "posted"), 1)
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    monkeypatch.setattr(worker, "ring", lambda: None)
    monkeypatch.setattr(export, "AT_MOST", 1)
    wrong = []
    for page in (page for page in LISTS if not page.not_exported and page.listed):
        letter = next(letter for letter, role in LETTERS.items() if page.permission in PERMISSIONS[Role(role)])
        url = next(address(route) for route in routes(app) if route.endpoint == page.endpoint and route.method == "GET")
        fields = {"public_id": url.rpartition("/")[2]} if "<public_id>" in str(app.url_map) and page.name == "parcels" else {}
        answer = people[letter].post(f"/lists/{page.name}/export", data={"file": "xlsx", **fields})
        if answer.status_code == 302 and work().status != "done":
            wrong.append(page.name)
    assert not wrong
    assert len(entries()) > 5, "the lists were too short for a job, so that nothing is proven"
