"""«Where is my card?» in one plain sentence and its facts: part of the pages of a case, a card and a resident."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from admin_app.applications.models import Application
from admin_app.applications.queries import intake as cases
from admin_app.cards.models import Card
from admin_app.cards.rules import Collector
from admin_app.centres import queries as centres
from admin_app.centres import rules as centre_rules
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import pick
from admin_app.mailing.queries.whereabouts import Whereabouts, of_applications
from admin_app.mailing.rules import PLACE_LABELS, PLACE_MARKS, Place
from admin_app.residents.models import Resident
from admin_app.residents.rules import shown_name
from admin_app.web.promised_day import promised
from admin_app.web.template_filters import day

SHOWN = 5
"""Applications of one resident whose card is told about, the newest first."""


REDIRECTED = frozenset(
    {
        Place.IN_REVIEW,
        Place.WITH_RESIDENT,
        Place.APPROVED,
        Place.BEING_MADE,
        Place.AT_MAKER,
        Place.MADE,
        Place.TO_MAIL,
        Place.AT_COUNTER,
        Place.CAME_BACK,
    }
)
"""Places in which operations/redirecting.py is not too late."""
OVER = frozenset({Place.REJECTED, Place.WITHDRAWN, Place.COLLECTED, Place.DELIVERED, Place.SEALED, Place.DESTROYED})
"""Nothing of the office follows."""


class Shown(NamedTuple):
    """Where one card is, for the page."""

    reference: str
    case_url: str
    """'' on the page of the case itself."""
    sentence: str
    label: Any
    mark: str
    facts: list[tuple[str, Any]]
    card_url: str
    parcel_url: str
    redirect_url: str
    """Where it is said that the card goes elsewhere, for whoever may, while it is not too late."""


def case_section(case: Application, me: Actor) -> dict[str, Any]:
    """Part of the page of a case."""
    return _section("mailing/whereabouts_case.html", [case], me, is_case=True)


def card_section(card: Card, me: Actor) -> dict[str, Any]:
    """Part of the page of a card."""
    return _section("mailing/whereabouts.html", [card.application], me)


def resident_section(resident: Resident, me: Actor) -> dict[str, Any]:
    """Part of a resident's page: the newest applications that the person may see."""
    if not me.may("applications.read"):
        return _section("mailing/whereabouts.html", [], me)
    openable = cases.visible_references(me, resident)
    mine = [one for one in cases.of_resident(resident, limit=SHOWN * 4) if one.reference in openable]
    return _section("mailing/whereabouts.html", mine[:SHOWN], me)


def _section(template: str, applications: Sequence[Application], me: Actor, *, is_case: bool = False) -> dict[str, Any]:
    found = of_applications(me, applications) if me.may("cards.read") else []
    return {
        "template": template,
        "title": _("Where is the card?"),
        "actions": [],
        "cards": [_shown(one, me, is_case=is_case) for one in found],
    }


def _shown(found: Whereabouts, me: Actor, *, is_case: bool) -> Shown:
    application, card, parcel = found.application, found.card, found.parcel
    case_url = url_for("CaseView.show", reference=application.reference) if me.may("applications.read") and not is_case else ""
    return Shown(
        application.reference, case_url, sentence(found), PLACE_LABELS[found.place], PLACE_MARKS[found.place], _facts(found, me),
        url_for("CardView.show", public_id=card.public_id) if card else "",
        url_for("ParcelView.show", public_id=parcel.public_id) if parcel and me.may("mailing.read") else "",
        url_for("RedirectView.ask", reference=application.reference) if _may_redirect(found, me) else "",
    )  # fmt: skip


def _may_redirect(found: Whereabouts, me: Actor) -> bool:
    return me.may("applications.complete") and found.place in REDIRECTED


def sentence(found: Whereabouts) -> str:
    """The answer for the telephone and the counter; it names nobody."""
    since, application = day(found.since) if found.since else "—", found.application
    due, centre = application.due_on, pick(application.centre, "name")
    texts = {
        Place.DRAFT: lambda: _("There is no card yet: the application is not handed in."),
        Place.IN_REVIEW: lambda: _in_review(due),
        Place.WITH_RESIDENT: lambda: _("There is no card yet: since %(day)s the office waits for papers from the resident.", day=since),
        Place.REJECTED: lambda: _("No card is made: the application was rejected on %(day)s.", day=since),
        Place.WITHDRAWN: lambda: _("No card is made: the application was withdrawn."),
        Place.APPROVED: lambda: _("The application was approved on %(day)s; its card is being asked for.", day=since),
        Place.BEING_MADE: lambda: _("The card was asked for on %(day)s and waits to be made.", day=since),
        Place.AT_MAKER: lambda: _at_maker(found),
        Place.MADE: lambda: _("The card was made on %(day)s and is being checked.", day=since),
        Place.TO_MAIL: lambda: _("The card is ready since %(day)s and waits for the next mailing batch.", day=since),
        Place.IN_BATCH: lambda: _("The card lies in a mailing batch since %(day)s and has not been posted yet.", day=since),
        Place.AT_COUNTER: lambda: _("The card lies ready at %(centre)s since %(day)s, to be collected.", centre=centre, day=since),
        Place.POSTED: lambda: _("The card was posted on %(day)s.", day=since),
        Place.COLLECTED: lambda: _("The card was handed over at the counter on %(day)s.", day=since),
        Place.SPOILED: lambda: _("The card was spoiled on %(day)s.", day=since),
        Place.DELIVERED: lambda: _("The card was delivered on %(day)s.", day=since),
        Place.INQUIRED: lambda: _(
            "The card was posted and has not arrived; on %(day)s the office asked the carrier where it is.", day=since
        ),
        Place.CAME_BACK: lambda: _(
            "The card came back by post on %(day)s and lies in the mailroom. Ask the resident where it is to go.", day=since
        ),
        Place.LOST: lambda: _("The card was lost in the post and given up on %(day)s.", day=since),
        Place.SEALED: lambda: _("Nobody received the card; it was sealed on %(day)s. A new application is needed.", day=since),
        Place.DESTROYED: lambda: _("Nobody received the card; it was destroyed on %(day)s. A new application is needed.", day=since),
    }
    return texts[found.place]()


def _at_maker(found: Whereabouts) -> str:
    if found.batch is None or found.batch.sent_at is None:
        return _("The card is in a production batch that has not been sent to the maker yet.")
    return _("The card is at the maker since %(day)s.", day=day(clock.to_office(found.batch.sent_at).date()))


def _in_review(due: date) -> str:
    until = promised(due)
    if due < clock.today():
        return _("There is no card yet: the application is being examined, and the decision promised for %(day)s is late.", day=until)
    return _("There is no card yet: the application is being examined; a decision is promised by %(day)s.", day=until)


def _facts(found: Whereabouts, me: Actor) -> list[tuple[str, Any]]:
    card, parcel = found.card, found.parcel
    return [
        (_("Since"), day(found.since) if found.since else None),
        (_("Where"), _where(found)),
        (_("Card"), card.serial or _("No serial yet") if card else None),
        (_("Production batch"), found.batch.reference if found.batch else None),
        (_("Handed over to"), _collector(card, me) if card else None),
        (_("Tracking number"), parcel.tracking_number if parcel else None),
        (_("Next date"), _next(found) or (None if found.place in OVER else _("none is set"))),
    ]


def _collector(card: Card, me: Actor) -> str:
    """Who collected the card, as `me` may see names, and with the hidden number of a proxy for those who see residents; '' for nobody."""
    if not card.collected_by:
        return ""
    who = [shown_name(card.collected_by, me)]
    if card.collector == Collector.PROXY:
        who += [_("proxy or guardian"), card.collector_id_masked if me.may("residents.read") else ""]
    return " · ".join(str(one) for one in who if one)


def _where(found: Whereabouts) -> str:
    centre = pick(found.application.centre, "name")
    return {
        Place.DRAFT: centre, Place.IN_REVIEW: _("with the reviewers"), Place.WITH_RESIDENT: _("papers are with the resident"),
        Place.BEING_MADE: _("in the mailroom"), Place.AT_MAKER: _("with the maker"),
        Place.MADE: _("in the mailroom"), Place.TO_MAIL: _("in the mailroom"),
        Place.IN_BATCH: _("in the mailroom"), Place.AT_COUNTER: centre, Place.POSTED: _("with the post"),
        Place.COLLECTED: _("with whoever collected it"), Place.SPOILED: _("in the mailroom"), Place.INQUIRED: _("with the post"),
        Place.DELIVERED: _("with the resident"), Place.CAME_BACK: _("in the mailroom"), Place.SEALED: _("sealed in the office"),
    }.get(found.place, "")  # fmt: skip


def _next(found: Whereabouts) -> str:
    """The next day that the office itself has set, in words; '' where it has set none."""
    application = found.application
    if found.place == Place.IN_REVIEW:
        return _("%(day)s: promised decision", day=promised(application.due_on))
    if found.place == Place.WITH_RESIDENT and application.answer_by is not None:
        return _("%(day)s: last day to bring the papers", day=promised(application.answer_by))
    if found.place == Place.INQUIRED and found.parcel is not None and found.parcel.next_on is not None:
        return _("%(day)s: the carrier should have answered", day=day(found.parcel.next_on))
    if found.place == Place.AT_COUNTER:
        opening = centre_rules.opening(application.centre.hours, clock.to_office(clock.now()), centres.calendar())
        if opening.is_open:
            return _("today until %(hour)s: the counter is open", hour=opening.until)
        if opening.opens_on is not None:
            return _("%(day)s from %(hour)s: the counter is open", day=day(opening.opens_on), hour=opening.opens_at)
    return ""
