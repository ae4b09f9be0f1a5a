"""Doors for programs: filing an application, its papers, what becomes of it. Each program finds its own ones only."""

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import rules as cases
from admin_app.applications.models import Application
from admin_app.applications.operations import documents, intake, waiting
from admin_app.applications.operations.details import CaseDetails, InvalidCase
from admin_app.applications.queries import checklist
from admin_app.applications.queries import intake as reads
from admin_app.applications.queries import visibility as applications
from admin_app.audit.operations import reading
from admin_app.centres import queries as centres
from admin_app.foundation.actor import Actor
from admin_app.foundation.filing import Level
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage import portraits, work
from admin_app.intake_api import queries, schemas
from admin_app.intake_api.api import posting
from admin_app.intake_api.api.door import Operation, blueprint, for_clients
from admin_app.intake_api.models import ApiClient
from admin_app.intake_api.rules import Scope
from admin_app.residents import operations as residents
from admin_app.residents.models import Resident

SHOWN_AS = {str(cases.Status.RECOMMENDED): schemas.State.IN_REVIEW}
"""That two people decide is the office's own business."""


@blueprint.post("/applications")
@posting.changes(
    Operation("File an application; it is a draft until it is submitted", Scope.SUBMIT, schemas.Application, body=schemas.NewApplication,
              code=201)
)  # fmt: skip
def file_application(client: ApiClient, asked: schemas.NewApplication) -> posting.Deed:
    """Register the resident if nobody knows them, and make the draft."""
    posting.refuse_level(client, asked.identity_level)
    by, key = replace(client.actor, identity_level=asked.identity_level), posting.own_key(client, "api case")

    def deed() -> schemas.Application:
        centre = centres.by_code(asked.centre)
        if centre is None or not centre.is_active:
            raise InvalidCase(_l("Please choose one of the listed values."), field="centre")
        resident = residents.register_unknown(id_number=asked.resident.id_number, name=asked.resident.name, by=by)
        made = intake.take_in(resident, _details(asked, resident), by=by, centre=centre, key=key)
        intake.link_what_is_known(made, by=by)
        return _shown(made)

    return deed


def _details(asked: schemas.NewApplication, resident: Resident) -> CaseDetails:
    """As the counter would type it; by post it goes to the address on file, and nowhere else."""
    delivery = str(asked.delivery)
    if delivery == cases.Delivery.POST and (asked.identity_level < Level.PHONE or not resident.address):
        raise InvalidCase(_l("For delivery by post, postcode and address are needed."), field="delivery")
    agent = asked.agent
    return CaseDetails(
        channel=str(cases.Channel.ONLINE),
        reason=str(asked.reason),
        applicant=str(asked.applicant),
        statement=asked.statement,
        agent_name=agent.name if agent else "",
        agent_id_number=agent.id_number if agent else "",
        old_card_serial=asked.old_card_serial,
        delivery=delivery,
        postcode=resident.postcode,
        address=resident.address,
    )


@blueprint.post("/applications/<public_id>/documents/<material>")
@posting.changes(Operation("Hand in a paper: JPEG, PNG or PDF as the body", Scope.SUBMIT, schemas.Paper, takes_file=True, code=201))
def hand_in(client: ApiClient, body: bytes, public_id: str, material: str) -> posting.Deed:
    """Clean the file, then put it under the material."""
    by, kind = client.actor, documents.known(material)
    documents.refuse_unless_editable(applications.by_public_id(by, public_id), by)
    who = work.outside(by.kind, client.id)
    ready = storage.prepare(body, kind, who=who)
    if kind == cases.Material.PHOTO:
        ready = portraits.measured(ready, handed_bytes=len(body), who=who)

    def deed() -> schemas.Paper:
        case = applications.by_public_id(by, public_id)
        document = documents.add(case, kind, ready, by=by)
        return schemas.Paper(document=document.public_id, application=_shown(case))

    return deed


@blueprint.post("/applications/<public_id>/submission")
@posting.changes(Operation("Submit a draft to the office", Scope.SUBMIT, schemas.Application, body=schemas.Nothing))
def submit(client: ApiClient, _asked: schemas.Nothing, public_id: str) -> posting.Deed:
    """Hand it to the reviewers; the clock starts."""
    return _step(client, public_id, lambda case, by: intake.submit(case, version=case.version, by=by))


@blueprint.post("/applications/<public_id>/supplement")
@posting.changes(Operation("Say that everything is there that was asked for", Scope.SUBMIT, schemas.Application, body=schemas.Nothing))
def supplement(client: ApiClient, _asked: schemas.Nothing, public_id: str) -> posting.Deed:
    """Back to the reviewers; the clock goes on."""
    return _step(client, public_id, lambda case, by: waiting.resume(case, version=case.version, by=by))


@blueprint.post("/applications/<public_id>/withdrawal")
@posting.changes(Operation("Withdraw an application that is not decided", Scope.SUBMIT, schemas.Application, body=schemas.Withdrawal))
def withdraw(client: ApiClient, asked: schemas.Withdrawal, public_id: str) -> posting.Deed:
    """The resident does not want the card any more."""
    return _step(client, public_id, lambda case, by: intake.withdraw(case, version=case.version, reason=asked.reason, by=by))


def _step(client: ApiClient, public_id: str, verb: Any) -> posting.Deed:
    by = client.actor

    def deed() -> schemas.Application:
        case = applications.by_public_id(by, public_id)
        documents.lock(case)
        verb(case, by)
        return _shown(case)

    return deed


@blueprint.get("/applications")
@for_clients(Operation("What this program filed, the newest first", Scope.READ, schemas.ApplicationPage, query=schemas.CentreQuery))
def list_applications(by: Actor, asked: schemas.CentreQuery) -> schemas.ApplicationPage:
    """One page of the own ones."""
    page = queries.applications_page(by, cursor=asked.page, size=int(asked.size))
    _note(page.rows, by)
    return schemas.ApplicationPage(items=[_shown(case) for case in page.rows], next=page.after)


@blueprint.get("/applications/<public_id>")
@for_clients(Operation("How far an application is", Scope.READ, schemas.Application))
def show_application(by: Actor, public_id: str) -> schemas.Application:
    """One of the own ones."""
    case = applications.by_public_id(by, public_id)
    _note([case], by)
    return _shown(case)


def _note(found: Any, by: Actor) -> None:
    """Write down who looked at whose case, before the answer leaves."""
    reading.write([reading.Look("application", case.reference, case.resident.public_id) for case in found], by=by)


def _shown(case: Application) -> schemas.Application:
    return schemas.Application(
        id=case.public_id,
        reference=case.reference,
        status=SHOWN_AS.get(case.status) or schemas.State(case.status),
        received_on=case.received_on,
        promised_on=case.due_on,
        answer_by=case.answer_by,
        missing=list(reads.missing_materials(checklist(case))),
    )
