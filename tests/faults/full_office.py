"""An office in which every form of the desk can be sent: one record in each state, made by the operations, and everybody signed in."""

import dataclasses
import io
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications import queries
from admin_app.applications.models import Application
from admin_app.applications.operations import documents, intake, originals
from admin_app.applications.operations.details import CaseDetails
from admin_app.applications.queries import intake as reads
from admin_app.cards import operations as cards
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.erasures import operations as erasures
from admin_app.foundation import clock
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.jobs.models import FAILED, Job
from admin_app.foundation.numbering import next_number
from admin_app.foundation.storage import operations as storage
from admin_app.loss_reports import operations as loss_reports
from admin_app.mailing.models import Label
from admin_app.mailing.operations import labels, posting, stuffing
from admin_app.production.models import ProductionBatch
from admin_app.production.operations import batches as production
from admin_app.residents.models import Resident
from admin_app.restrictions import operations as restrictions
from admin_app.staff.models import StaffMember
from admin_app.unsent_forms import operations as unsent_forms
from tests.factories.accounts import make_account
from tests.factories.applications import held_by, make_application, make_document, make_ready_case, make_recommended_case
from tests.factories.cards import ready_card, requested_card
from tests.factories.centres import make_calendar_day, make_centre
from tests.factories.clients import make_client, make_key
from tests.factories.foundation import make_job
from tests.factories.gone import make_gone
from tests.factories.mailing import labelled_batch, make_label_printer, open_batch, parcels_of, s10, stuffed_batch
from tests.factories.production import answered, card_with_photo, csv_of, lines_of, make_maker, open_production, photo_file
from tests.factories.residents import id_number, register
from tests.factories.staff import PASSWORD, give_passkey, give_second_factor, make_staff
from tests.foundation.storage import doubtful, samples
from tests.office import keep_proved
from tests.residents_online import AWAITED, COOKIE, let_in
from tests.routes import EXAMPLES, LETTERS, SIGNED_IN_ONLINE, first_of

UNPRINTABLE = "王\U000323ae"
"""A name with a character that no font of the office has."""

LANGUAGES = {letter: "zh" if letter in "rma" else "en" for letter in (*LETTERS, SIGNED_IN_ONLINE)}
"""Half of the people read Chinese."""


def furnish_fully(app: Flask) -> dict[str, FlaskClient]:
    """The office and its people: a browser for each role's letter, and '-' for nobody."""
    centre, _other = make_centre("XH"), make_centre("BJ")
    members = {letter: _member(letter, role, centre) for letter, role in LETTERS.items()}
    _member("other", "auditor", None)
    clerk, reviewer, mailer = members["i"], members["r"], members["m"]
    with transaction():
        # The cases of tests/factories/applications.py number themselves from 1.
        next_number(f"application-{clock.today():%y}", count=100_000)
    _drafts(clerk)
    _queue(clerk, reviewer, centre)
    _second_decisions(clerk, reviewer, members["s"], centre)
    _cards(clerk, mailer, centre)
    _batches(clerk, mailer, centre)
    _production(clerk, mailer, centre)
    with transaction():
        make_gone(clerk, mailer, centre)
    _restricted(clerk, members["s"])
    _begun(clerk)
    _erasures(clerk)
    make_calendar_day(date(2031, 5, 3))
    make_label_printer("MAIL-1")
    make_job()
    make_key(make_client(), expires_on=clock.today() + timedelta(days=9))
    make_client("Former portal", is_active=False)
    people = {"-": app.test_client()}
    for letter in LETTERS:
        people[letter] = app.test_client()
        people[letter].environ_base["HTTP_ACCEPT_LANGUAGE"] = LANGUAGES[letter]  # residents' pages go by the browser
        assert people[letter].post("/sign-in", data={"username": f"m-{letter}", "password": PASSWORD}).status_code == 302
        keep_proved(people[letter])
    _held_uploads(people["i"], _collected_by_proxy(clerk, mailer, centre))
    assert app.test_client().post("/sign-in", data={"username": "m-d", "password": PASSWORD}).status_code == 302
    people["-"].set_cookie(COOKIE, AWAITED)
    people[SIGNED_IN_ONLINE] = app.test_client()
    let_in(people[SIGNED_IN_ONLINE], make_account(_resident_with_cases()))
    give_second_factor(members["a"])
    give_passkey(members["a"])
    return people


def _resident_with_cases() -> int:
    """Whoever has the first case that waits for its resident."""
    return int(db.session.scalars(sa.select(Application.resident_id).order_by(Application.status != "needs_information")).first() or 0)


def _member(letter: str, role: str, centre: Centre | None) -> StaffMember:
    bound = centre if role == "intake_clerk" else None
    return make_staff(role, username=f"m-{letter}", centre=bound, name_zh="", language="zh" if letter in "rma" else "en")


def _drafts(clerk: StaffMember) -> None:
    ready = storage.prepare(samples.jpeg(), "front.jpg")
    damaged = _draft(clerk, "damaged")
    with transaction():
        documents.add(damaged, "photo", ready, by=clerk)
        removed = documents.add(damaged, "photo", dataclasses.replace(ready, name="back.jpg"), by=clerk)
        documents.remove(removed, by=clerk)
    complete = _draft(clerk, "unreadable")
    for material in reads.missing_materials(queries.checklist(complete)):
        with transaction():
            added = documents.add(complete, material, ready, by=clerk)
            if material == "id_copy":
                originals.see_original(added, by=clerk)
    _draft(clerk, "lost")
    reported = _draft(clerk, "stolen")
    with transaction():
        report = loss_reports.take(reported.resident, channel="counter", is_formal=True, by=clerk)
        loss_reports.attach_proof(report, storage.prepare(samples.pdf(), "proof.pdf"), by=clerk)
    linked, caller = _draft(clerk, "stolen"), register(clerk, "毛·阿依")
    with transaction():
        report = loss_reports.take(linked.resident, channel="counter", is_formal=True, by=clerk)
        intake.link_loss_report(linked, report, by=clerk)
        loss_reports.take(caller, channel="phone", is_formal=False, by=clerk)


def _collected_by_proxy(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> Card:
    card = ready_card(clerk, centre, by=mailer, delivery="collect", recipient="", address="", postcode="")
    said = {"name": "王小明", "id_number": "11010519491231002X", "authority": "authorisation", "without_paper": "the scanner is broken"}
    with transaction():
        cards.hand_over(card, cards.Collected("proxy", **said), by=clerk)
    return card


def _held_uploads(browser: FlaskClient, collected: Card) -> None:
    """A paper, a proof and a scan, each with a page that differs and a file inside: they wait for a decision in this session."""
    draft, data = first_of(EXAMPLES["/intake/", "reference"]), doubtful.with_all()
    report = first_of(EXAMPLES["/loss-reports/", "public_id"])
    scan = f"/cards/{collected.public_id}/authority"
    doors = ((f"/intake/{draft}/documents", "files"), (f"/loss-reports/{report}/proof", "proof"), (scan, "authority_file"))
    for place, field in doors:
        sent = {"material": "change_proof", field: (io.BytesIO(data), "scan.pdf")}
        assert "/held/" in browser.post(place, data=sent).location


def _draft(clerk: StaffMember, reason: str, resident: Resident | None = None) -> Application:
    details = CaseDetails(channel="counter", reason=reason, postcode="310012", address="文三路90号", statement="It broke.")
    resident = resident or register(clerk, "王龑", phone="13805715521", postcode="310012", address="文三路90号")
    with transaction():
        return intake.take_in(resident, details, by=clerk)


def _queue(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    for _ in range(4):
        make_application(clerk, centre)
    make_ready_case(clerk, reviewer, centre)
    waits = make_application(clerk, centre, **held_by(reviewer))
    make_document(waits, "id_copy")
    make_application(clerk, centre, status="needs_information", paused_on=clock.today(), owner_id=reviewer.id)
    decided = {"decided_by_id": reviewer.id, "decided_at": clock.now(), "decided_on": clock.today(), "decided_in_days": 0}
    make_application(clerk, centre, status="rejected", is_open=False, **decided)


def _second_decisions(clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre) -> None:
    make_ready_case(clerk, reviewer, centre, applicant="proxy", agent_name="赵敏")
    make_ready_case(clerk, reviewer, centre, is_sampled=True)
    make_recommended_case(clerk, supervisor, centre)
    make_recommended_case(clerk, supervisor, centre, **held_by(reviewer, status="recommended"))
    make_recommended_case(clerk, supervisor, centre, "reject", **held_by(reviewer, status="recommended"))


def _cards(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    requested_card(clerk, centre)
    made = requested_card(clerk, centre)
    with transaction():
        cards.mark_made(made, "MADE000001", by=mailer)
    ready_card(clerk, centre, by=mailer, delivery="collect", recipient="", address="", postcode="")
    for _ in range(3):
        ready_card(clerk, centre, by=mailer)
    for paper in (None, storage.prepare(samples.pdf(), "authority.pdf")):
        collected = ready_card(clerk, centre, by=mailer, delivery="collect", recipient="", address="", postcode="")
        proxy = cards.Collected("proxy", "王小明", id_number(), authority="authorisation", paper=paper, without_paper="no scanner")
        with transaction():
            cards.hand_over(collected, proxy, by=clerk)


def _restricted(clerk: StaffMember, supervisor: StaffMember) -> None:
    disputing, later = register(clerk, "司马相"), clock.today() + timedelta(days=30)
    with transaction():
        restrictions.restrict(disputing, kind="dispute", reason="letter of 2026-11-20", look_again_on=later, by=supervisor)


def _begun(clerk: StaffMember) -> None:
    """A form that somebody began and did not send."""
    resident = register(clerk, "百里奚")
    with transaction():
        unsent_forms.keep(resident, "loss_report", (("circumstances", "on the bus"),), key=new_public_id(), by=clerk.actor)


def _erasures(clerk: StaffMember) -> None:
    asker = make_staff("supervisor", username="m-second-supervisor")
    for name in ("东方红", "东方白"):
        going = register(clerk, name)
        with transaction():
            erasures.ask(going, why="asked", by=asker)
    free = register(clerk, "东方亮")
    with transaction():
        report = loss_reports.take(free, channel="counter", is_formal=False, by=clerk)
    with transaction():
        loss_reports.lift(report, version=report.version, reason="found at home", by=clerk)


def _production(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    """A batch in each state: with its package, without one, at the maker, with answers that wait for a second look and for none."""
    maker, colleague = make_maker(), make_staff("mailroom_clerk", username="m-second-mailer")
    mine: dict[str, Any] = {"centre_id": make_centre("ZK").id}
    file = photo_file()
    at_zk = db.session.get_one(Centre, mine["centre_id"])
    for count in (2, 1, 1, 2):
        for _ in range(count):
            card_with_photo(clerk, at_zk, file)
        batch = open_production(mailer if count == 2 else colleague, maker, **mine)
        if count == 1:
            with transaction():
                production.send(batch, version=batch.version, by=colleague.actor)
    with transaction():
        production.leave_out(batch, lines_of(batch)[0], "name was corrected", by=mailer.actor)
    for one, by in zip(
        db.session.scalars(sa.select(ProductionBatch).where(ProductionBatch.status == "sent")).all(), (colleague, mailer), strict=True
    ):
        answered(one, csv_of([(line.key, f"SENT{line.key}", "") for line in lines_of(one)]), by)
    for _ in range(2):
        card_with_photo(clerk, at_zk, file)


def _batches(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    open_batch([ready_card(clerk, centre, by=mailer) for _ in range(2)], mailer)
    rare = ready_card(clerk, centre, by=mailer, recipient=UNPRINTABLE)
    with transaction() as session:
        session.get_one(Card, rare.id).application.resident.name = UNPRINTABLE
    open_batch([rare], mailer)
    gone = stuffed_batch([ready_card(clerk, centre, by=mailer)], mailer)
    with transaction():
        numbers = {parcel.public_id: s10(7) for parcel in gone.parcels}
        posting.mark_posted(gone, numbers, posted_on=clock.today(), version=gone.version, by=mailer)
    batch = labelled_batch([ready_card(clerk, centre, by=mailer) for _ in range(3)], mailer)
    with transaction():
        label = labels.reprint(parcels_of(batch)[0], reason="torn", start_cell=1, by=mailer)
    with transaction():
        opened = labels.reprint(parcels_of(batch)[1], reason="torn", start_cell=2, by=mailer)
    with transaction() as session:
        session.execute(sa.update(Label).where(Label.id == opened.id).values(opened_at=clock.now()))
        session.execute(sa.update(Label).where(Label.id == label.id).values(file_id=None, printed_at=None))
        session.execute(sa.update(Job).where(Job.id == label.job_id).values(status=FAILED, error="unexpected"))
    stuffed_batch([ready_card(clerk, centre, by=mailer)], mailer)
    other = labelled_batch([ready_card(clerk, centre, by=mailer)], mailer)
    with transaction():  # a card that belongs into no envelope of this batch
        stuffing.stuff(other, parcels_of(other)[0].number, "NOCARD0001", by=mailer.actor)
