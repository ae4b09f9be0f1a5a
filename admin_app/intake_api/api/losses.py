"""Doors for programs: reporting that a card is lost or stolen. Each program finds its own reports only."""

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.operations.details import InvalidCase
from admin_app.audit.operations import reading
from admin_app.centres import queries as centres
from admin_app.foundation.actor import Actor
from admin_app.intake_api import schemas
from admin_app.intake_api.api import posting
from admin_app.intake_api.api.door import Operation, blueprint, for_clients
from admin_app.intake_api.models import ApiClient
from admin_app.intake_api.rules import Scope
from admin_app.loss_reports import operations as losses
from admin_app.loss_reports import queries, rules
from admin_app.loss_reports.models import LossReport
from admin_app.residents import operations as residents


@blueprint.post("/loss-reports")
@posting.changes(
    Operation("Report a loss, provisional or formal", Scope.LOSS, schemas.LossReport, body=schemas.NewLossReport, code=201)
)  # fmt: skip
def report_loss(client: ApiClient, asked: schemas.NewLossReport) -> posting.Deed:
    """Register the resident if nobody knows them, and take the report."""
    posting.refuse_level(client, asked.identity_level)
    by, key = replace(client.actor, identity_level=asked.identity_level), posting.own_key(client, "api loss report")

    def deed() -> schemas.LossReport:
        centre = centres.by_code(asked.centre)
        if centre is None or not centre.is_active:
            raise InvalidCase(_l("Please choose one of the listed values."), field="centre")
        resident = residents.register_unknown(id_number=asked.resident.id_number, name=asked.resident.name, by=by)
        said = asked.model_dump(include={"was_stolen", "circumstances", "card_serial", "bank_side_reported"})
        taken = losses.take(resident, channel=str(rules.Channel.ONLINE), is_formal=asked.formal, by=by, centre=centre, key=key, **said)
        return _shown(taken)

    return deed


@blueprint.post("/loss-reports/<public_id>/formal")
@posting.changes(Operation("Make a provisional report formal", Scope.LOSS, schemas.LossReport, body=schemas.Formal))
def formalise(client: ApiClient, asked: schemas.Formal, public_id: str) -> posting.Deed:
    """For good: the card is void."""
    posting.refuse_level(client, asked.identity_level)
    by = replace(client.actor, identity_level=asked.identity_level)
    return _step(by, public_id, lambda report: losses.formalise(report, version=report.version, by=by))


@blueprint.post("/loss-reports/<public_id>/lifting")
@posting.changes(Operation("Lift a provisional report: the card was found", Scope.LOSS, schemas.LossReport, body=schemas.Withdrawal))
def lift(client: ApiClient, asked: schemas.Withdrawal, public_id: str) -> posting.Deed:
    """The card works again."""
    by = client.actor
    return _step(by, public_id, lambda report: losses.lift(report, version=report.version, reason=asked.reason, by=by))


def _step(by: Actor, public_id: str, verb: Any) -> posting.Deed:
    def deed() -> schemas.LossReport:
        report = queries.by_public_id(by, public_id)
        verb(report)
        return _shown(report)

    return deed


@blueprint.get("/loss-reports/<public_id>")
@for_clients(Operation("Where a loss report stands", Scope.LOSS, schemas.LossReport))
def show_loss_report(by: Actor, public_id: str) -> schemas.LossReport:
    """One of the own ones."""
    report = queries.by_public_id(by, public_id)
    reading.write([reading.Look("loss_report", report.reference, report.resident.public_id)], by=by)
    return _shown(report)


def _shown(report: LossReport) -> schemas.LossReport:
    state = schemas.LossState(report.status)
    return schemas.LossReport(id=report.public_id, reference=report.reference, status=state, lapses_at=report.lapses_at)
