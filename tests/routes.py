"""The routes of the application as tests see them: rule without converters, method, who is declared to use it, a real address."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask

from admin_app.accounts.models import Account
from admin_app.applications.models import Application, Document, MaterialRule, PhotoProfile, ReasonCode
from admin_app.cards.models import Card, Destruction
from admin_app.centres.models import CalendarDay, CalendarYear, Centre
from admin_app.erasures.models import Erasure
from admin_app.foundation.database import db
from admin_app.foundation.jobs.models import Job
from admin_app.intake_api.models import ApiClient, ClientKey
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import Label, LabelPrinter, LabelSheet, LabelStock, MailingBatch, Parcel
from admin_app.notices.models import Notice
from admin_app.production.models import CardMaker, MakerAnswer, ProductionBatch, ProductionLine
from admin_app.residents.models import Resident
from admin_app.restrictions.models import Restriction
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import PERMISSIONS
from admin_app.unsent_forms.models import UnsentForm

LETTERS = {"i": "intake_clerk", "r": "reviewer", "s": "supervisor", "m": "mailroom_clerk", "a": "auditor", "d": "administrator"}
PUBLIC = "everybody"
RESIDENT = "level"
"""With a number behind it: residents who are known at that level, and nobody of the staff; it holds none of the LETTERS."""
SIGNED_IN_ONLINE = "2"
"""The letter of a resident who is signed in by a code to the phone: the level that the table names."""
FRAMEWORK = ("static",)
"""Endpoints without a view of ours: files that everybody may have."""

# (start of the rule, parameter) -> where its value is found; the longest start wins.
DRAFT = sa.select(Application.id).where(Application.status == "draft")
EXAMPLES: dict[tuple[str, str], Any] = {
    ("/applications/", "reference"): sa.select(Application.reference).order_by(Application.status != "in_review"),
    ("/applications/", "document_id"): sa.select(Document.public_id),
    ("/intake/", "reference"): sa.select(Application.reference).where(Application.status == "draft"),
    ("/intake/", "public_id"): sa.select(Document.public_id).where(Document.application_id.in_(DRAFT)),
    ("/intake/<reference>/photos/", "public_id"): sa.select(Document.public_id).where(
        Document.application_id.in_(DRAFT), Document.material == "photo", Document.removed_at.is_(None)
    ),
    ("/intake/needs/", "public_id"): sa.select(Resident.public_id),
    ("/intake/new/", "public_id"): sa.select(Resident.public_id),
    ("/documents/", "public_id"): sa.select(Document.public_id),
    ("/residents/", "public_id"): sa.select(Resident.public_id),
    ("/loss-reports/", "public_id"): sa.select(LossReport.public_id).order_by(LossReport.status != "provisional"),
    ("/loss-reports/<public_id>/proof", "public_id"): sa.select(LossReport.public_id).where(LossReport.proof_id.is_not(None)),
    ("/loss-reports/new/", "public_id"): sa.select(Resident.public_id),
    ("/unsent-forms/", "public_id"): sa.select(UnsentForm.public_id).where(UnsentForm.content_sealed.is_not(None)),
    ("/unsent-forms/keep/", "form"): "loss_report",
    ("/unsent-forms/keep/", "subject"): sa.select(Resident.public_id),
    ("/notices/", "public_id"): sa.select(Notice.public_id).where(Notice.status != "dropped", Notice.channel == "letter"),
    ("/restrictions/", "public_id"): sa.select(Restriction.public_id),
    ("/restrictions/new/", "public_id"): sa.select(Resident.public_id),
    ("/erasures/", "public_id"): sa.select(Erasure.public_id),
    ("/erasures/new/", "public_id"): sa.select(Resident.public_id),
    ("/cards/sealing/destructions/", "public_id"): sa.select(Destruction.public_id),
    ("/mailing/sheets/", "public_id"): sa.select(LabelSheet.public_id),
    ("/mailing/returns/", "public_id"): sa.select(Parcel.public_id).where(Parcel.status == "returned"),
    ("/mailing/returns/<public_id>/take", "public_id"): sa.select(Parcel.public_id).where(Parcel.status.in_(("posted", "inquired"))),
    ("/mailing/parcels/<public_id>/delivered", "public_id"): sa.select(Parcel.public_id).where(Parcel.status == "posted"),
    ("/mailing/parcels/<public_id>/inquiry", "public_id"): sa.select(Parcel.public_id).where(Parcel.status == "posted"),
    ("/mailing/parcels/<public_id>/lost", "public_id"): sa.select(Parcel.public_id).where(Parcel.status == "inquired"),
    ("/mailing/parcels/<public_id>/not-delivered", "public_id"): sa.select(Parcel.public_id).where(Parcel.status == "delivered"),
    ("/cards/", "public_id"): sa.select(Card.public_id),
    ("/cards/<public_id>/authority/pages/", "public_id"): sa.select(Card.public_id).where(Card.authority_file_id.is_not(None)),
    ("/production/", "public_id"): sa.select(ProductionBatch.public_id).order_by(ProductionBatch.status != "sent"),
    ("/production/<public_id>/cover.pdf", "public_id"): sa.select(ProductionBatch.public_id).where(
        ProductionBatch.exported_at.is_not(None)
    ),
    ("/production/<public_id>/cards/", "public_id"): sa.select(ProductionBatch.public_id).join(
        ProductionLine, ProductionLine.batch_id == ProductionBatch.id
    ),
    ("/production/<public_id>/cards/", "key"): sa.select(ProductionLine.key),
    ("/production/check/", "public_id"): sa.select(Card.public_id).where(Card.status == "made"),
    ("/production/answers/", "public_id"): sa.select(MakerAnswer.public_id),
    ("/mailing/", "public_id"): sa.select(MailingBatch.public_id),
    ("/mailing/batches/<public_id>/carrier/", "parcel_id"): sa.select(Parcel.public_id),
    ("/mailing/parcels/labels/", "code"): sa.select(Label.code),
    ("/<old>/", "old"): "login",
    ("/reports/", "name"): "flow",
    ("/lists/", "name"): "centres",
    ("/mailing/parcels/", "public_id"): sa.select(Parcel.public_id),
    ("/jobs/", "public_id"): sa.select(Job.public_id),
    ("/clients/", "public_id"): sa.select(ApiClient.public_id),
    ("/clients/", "prefix"): sa.select(ClientKey.prefix),
    ("/staff/", "username"): sa.select(StaffMember.username).where(StaffMember.username.like("m-%")),
    ("/centres/", "code"): sa.select(Centre.code),
    ("/online/mine/", "public_id"): sa.select(Application.public_id).where(
        Application.resident_id == sa.select(Account.resident_id).order_by(Account.id).limit(1).scalar_subquery()
    ),
    ("/online/centres/", "code"): sa.select(Centre.code).where(Centre.is_active),
    ("/reference/centres/", "pk"): sa.select(Centre.id),
    ("/reference/calendar/", "pk"): sa.select(CalendarDay.id),
    ("/reference/holiday-notices/", "pk"): sa.select(CalendarYear.id),
    ("/reference/reasons/", "pk"): sa.select(ReasonCode.id),
    ("/reference/materials/", "pk"): sa.select(MaterialRule.id),
    ("/reference/card-makers/", "pk"): sa.select(CardMaker.id),
    ("/reference/photo-profiles/", "pk"): sa.select(PhotoProfile.id).order_by(PhotoProfile.is_active, PhotoProfile.id),
    ("/reference/label-stocks/", "pk"): sa.select(LabelStock.id),
    ("/reference/label-printers/", "pk"): sa.select(LabelPrinter.id),
    ("/mailing/printers/", "code"): sa.select(LabelPrinter.code),
}


@dataclass(frozen=True)
class Route:
    """One method of one rule."""

    method: str
    rule: str
    endpoint: str
    permission: str

    @property
    def key(self) -> str:
        """How the table names it."""
        return f"{self.method} {self.rule}"

    @property
    def declared(self) -> str:
        """The letters of the roles that hold the permission, PUBLIC, or the level of residents."""
        if self.permission == PUBLIC or self.permission.startswith(RESIDENT):
            return self.permission
        return "".join(letter for letter, role in LETTERS.items() if self.permission in PERMISSIONS[role])  # type: ignore[index]


def routes(app: Flask) -> Iterator[Route]:
    """Every method that every rule serves to people; HEAD goes with GET, OPTIONS is refused by the gate."""
    return (route for route in _all(app) if not is_for_clients(app, route))


def client_routes(app: Flask) -> Iterator[Route]:
    """The same for programs of others; the permission is a scope."""
    return (route for route in _all(app) if is_for_clients(app, route))


def is_for_clients(app: Flask, route: Route) -> bool:
    """Whether programs with a key use the route, and nobody else."""
    return hasattr(app.view_functions[route.endpoint], "client_scope")


def _all(app: Flask) -> Iterator[Route]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, plain(rule.rule), rule.endpoint, permission_of(app, rule.endpoint, method))


def plain(rule: str) -> str:
    """A rule without the converters of its parameters: /loss-reports/<public_id>/proof/pages/<number>."""
    return re.sub(r"<(?:[^<>:]*:)?(\w+)>", r"<\1>", re.sub(r"\([^()]*\)", "", rule))


def permission_of(app: Flask, endpoint: str, method: str) -> str:
    """What the view asks for; reference data: <noun>.read to list and show, <noun>.edit to add and edit."""
    view: Any = app.view_functions[endpoint]
    if endpoint in FRAMEWORK or getattr(view, "is_public", False):
        return PUBLIC
    if hasattr(view, "client_scope"):
        return str(view.client_scope)
    if hasattr(view, "requires_permission"):
        return str(view.requires_permission)
    if hasattr(view, "resident_level"):
        return f"{RESIDENT}{view.resident_level}"
    right = "edit" if endpoint.endswith((".add", ".edit")) else "read"
    return f"{view.__self__.class_permission_name}.{right}"


def address(route: Route) -> str:
    """An address of the route with values from the database ('none' where there are none)."""

    def value(match: re.Match[str]) -> str:
        starts = [start for start, name in EXAMPLES if name == match[1] and route.rule.startswith(start)]
        if not starts:
            return "1" if match[1] == "number" else "none"
        found = first_of(EXAMPLES[max(starts, key=len), match[1]])
        return str(found) if found is not None else "none"

    return re.sub(r"<(\w+)>", value, route.rule)


def first_of(example: Any) -> Any:
    """The value of an example: of the oldest row that it fits, not of the one whose random id an index has first."""
    if isinstance(example, str):
        return example
    table = next(iter(example.selected_columns)).table
    return db.session.scalar(example.order_by(table.c.id).limit(1))


def checksum(*, without: tuple[str, ...] = ("browser_session", "resident_session", "read_note")) -> dict[str, int]:
    """A number for each table that changes when any row does; sessions of browsers and notes about looks are not the office's data."""
    db.session.rollback()
    with db.engine.connect() as connection:
        names = sorted(set(sa.inspect(connection).get_table_names()) - set(without))
        if connection.dialect.name == "postgresql":
            # The server reads its rows itself, all tables in one statement.
            each = [f"SELECT '{name}', coalesce(sum(hashtextextended(t::text, 0)), 0) FROM \"{name}\" t" for name in names]
            return {name: int(number) for name, number in connection.exec_driver_sql(" UNION ALL ".join(each))}
        rows = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in names}
        return {name: hash(frozenset(Counter(map(tuple, found)).items())) for name, found in rows.items()}
