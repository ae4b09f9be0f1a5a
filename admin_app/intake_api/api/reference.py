"""Doors for programs: what hardly ever changes. Centres, and what an application needs."""

from typing import Any

from flask_babel import force_locale

from admin_app.applications import rules as cases
from admin_app.applications.queries import materials as required
from admin_app.centres.models import Centre
from admin_app.foundation.actor import Actor
from admin_app.intake_api import queries, schemas
from admin_app.intake_api.api.door import Operation, blueprint, for_clients
from admin_app.intake_api.rules import Scope


@blueprint.get("/centres")
@for_clients(
    Operation("Service centres that take new cases, by their code", Scope.REFERENCE, schemas.CentrePage, query=schemas.CentreQuery)
)
def list_centres(by: Actor, asked: schemas.CentreQuery) -> schemas.CentrePage:
    """One page of the centres in use."""
    page = queries.centres_page(by, cursor=asked.page, size=int(asked.size))
    return schemas.CentrePage(items=[_centre(row) for row in page.rows], next=page.after)


@blueprint.get("/materials")
@for_clients(
    Operation("What an application by this API needs, for one reason and one age", Scope.REFERENCE, schemas.Materials,
              query=schemas.MaterialsQuery)
)  # fmt: skip
def list_materials(_by: Actor, asked: schemas.MaterialsQuery) -> schemas.Materials:
    """The materials, by the office's table."""
    case = cases.Facts(asked.reason, asked.applicant, cases.Channel.ONLINE, asked.age)
    needed = [_needed(need) for need in cases.needs(required.in_force(), case)]
    return schemas.Materials(may_apply=cases.may_apply(asked.applicant, asked.age), materials=needed)


def _needed(need: Any) -> schemas.Needed:
    return schemas.Needed(material=need.material, instead=need.instead, label=_in_both(need.label))


def _in_both(text: Any) -> schemas.Words:
    with force_locale("en"):
        english = str(text)
    with force_locale("zh"):
        return schemas.Words(en=english, zh=str(text))


def _centre(centre: Centre) -> schemas.Centre:
    hours = [[schemas.OpenHours(opens=opens, closes=closes) for opens, closes in day] for day in centre.hours or [[]] * 7]
    return schemas.Centre(
        code=centre.code,
        name=_words(centre, "name"),
        district_code=centre.district_code,
        district=_words(centre, "district"),
        address=_words(centre, "address"),
        postcode=centre.postcode,
        phone=centre.phone,
        latitude=centre.latitude,
        longitude=centre.longitude,
        hours=hours,
    )


def _words(centre: Centre, field: str) -> schemas.Words:
    return schemas.Words(en=getattr(centre, f"{field}_en"), zh=getattr(centre, f"{field}_zh"))
