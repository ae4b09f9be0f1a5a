"""The full office as tests hold it: its people, its pages, samples of every form."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.cards.models import Card, Destruction
from admin_app.foundation.database import db
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.production.models import MakerAnswer, ProductionBatch
from tests.forms import Crawler, Form, Sender, forms_in
from tests.routes import LETTERS, SIGNED_IN_ONLINE, routes


@dataclass
class FullOffice:
    """The app, a browser for everybody, and restore(), which puts everything back; the crawl is made when somebody asks for it."""

    app: Flask
    people: dict[str, FlaskClient]
    restore: Callable[[], None]
    is_lean: bool = False
    """Whether each path is opened once, and no file: enough to see every form."""

    @cached_property
    def crawler(self) -> Crawler:
        """Every page that the people reach, and its forms."""
        return Crawler(self.app, self.people, is_lean=self.is_lean).crawl("-" + "".join(LETTERS) + SIGNED_IN_ONLINE, also=in_every_state())

    @cached_property
    def forms(self) -> list[Form]:
        """Samples of every form that a page shows."""
        found = with_answers(self)
        self.restore()
        return found

    @property
    def sender(self) -> Sender:
        """Sends forms as these people."""
        return Sender(self.app, self.people)


def in_every_state() -> list[str]:
    """The pages of a case in each state, of a parcel with a reprint, of what stands on labels to come, of a draft for each reason,
    of cards that proxies collected.

    For two people who decide it counts also who applied, what was recommended, whether somebody holds the case, whether it was drawn.
    """
    second = (Application.applicant, Application.recommendation, Application.owner_id, Application.is_sampled)
    cases = db.session.execute(sa.select(Application.reference, Application.status, Application.reason, *second).order_by(Application.id))
    found = {tuple(facts): reference for reference, *facts in cases}
    reprinted = db.session.scalars(sa.select(Parcel.public_id).join(Label).where(Label.copy > 1))
    planned = db.session.scalars(sa.select(Parcel.public_id).where(Parcel.status == "planned"))
    posted = db.session.scalars(sa.select(Parcel.public_id).where(Parcel.status == "posted"))
    labelled = list(db.session.scalars(sa.select(MailingBatch.public_id).where(MailingBatch.status == "labelled")))
    collected = db.session.scalars(sa.select(Card.public_id).where(Card.collector == "proxy"))
    return [
        *(f"/cards/{public_id}" for public_id in collected),
        *(f"/mailing/batches/{public_id}/{page}" for public_id in labelled for page in ("stuffing", "post")),
        *(f"/mailing/parcels/{public_id}/tracking" for public_id in posted),
        *(f"/mailing/parcels/{public_id}/recipient" for public_id in planned),
        *(f"/production/{public_id}" for public_id in db.session.scalars(sa.select(ProductionBatch.public_id))),
        *(f"/production/check/{public_id}" for public_id in db.session.scalars(sa.select(Card.public_id).where(Card.status == "made"))),
        *(f"/production/answers/{public_id}" for public_id in db.session.scalars(sa.select(MakerAnswer.public_id))),
        *(f"/applications/{reference}" for reference in found.values()),
        *(f"/intake/{reference}" for (status, *_facts), reference in found.items() if status == "draft"),
        "/queue/?tab=second",
        *(f"/mailing/parcels/{public_id}" for public_id in reprinted),
        *on_their_way(),
    ]


def on_their_way() -> list[str]:
    """The pages on which a parcel that has left, or its card, takes each of its next steps."""
    steps = {"delivered": "posted", "inquiry": "posted", "lost": "inquired", "not-delivered": "delivered"}
    back = {"/take": "posted", "": "returned", "/on": "returned", "/replace": "returned"}

    def first(status: str) -> str:
        found = sa.select(Parcel.public_id).where(Parcel.status == status).order_by(Parcel.id.desc())
        return str(db.session.scalars(found).first())

    return [
        *(f"/mailing/parcels/{first(status)}/{page}" for page, status in steps.items()),
        *(f"/mailing/returns/{first(status)}{page}" for page, status in back.items()),
        "/mailing/returns/?tab=shelf",
        "/cards/sealing/?tab=uncollected",
        "/cards/sealing/?tab=sealed",
        *(f"/cards/sealing/destructions/{public_id}" for public_id in db.session.scalars(sa.select(Destruction.public_id))),
    ]


def with_answers(office: FullOffice) -> list[Form]:
    """Samples of every form, those included that stand only in the answer to another one (a confirmation, a page of steps)."""
    found = office.crawler.samples()
    for rule in missing_rules(office, found):
        for before in sorted(found, key=lambda form: -shared_start(form.rule, rule)):
            office.restore()
            _answer, text = office.sender.send(before)
            if not text:
                continue
            page = before.action if before.rule != rule else before.page
            later = [one for one in forms_in(office.app, text, letter=before.letter, page=page, before=before) if one.rule == rule]
            if later:
                found += later[:1]
                break
    return found


def shared_start(one: str, other: str) -> int:
    """How many steps two addresses have in common; what comes next is usually near."""
    steps = zip(one.split("/"), other.split("/"), strict=False)
    return next((place for place, (here, there) in enumerate(steps) if here != there), 99)


def missing_rules(office: FullOffice, forms: list[Form]) -> list[str]:
    """POST rules that none of these forms is sent to."""
    return sorted({route.rule for route in routes(office.app) if route.method == "POST"} - {form.rule for form in forms})
