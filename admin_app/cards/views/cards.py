"""Doors: the list of cards, one card, and what is done to them."""

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from flask import flash, redirect, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.audit.operations import reading
from admin_app.cards import operations, queries, rules
from admin_app.cards.forms import MOST_ROWS, HandOverForm, SpoilForm, expected
from admin_app.cards.lists import CARDS
from admin_app.cards.models import Card
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.i18n import LANGUAGES, language, titled
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text import numbers, texts
from admin_app.residents.forms import RevealForm
from admin_app.residents.rules import REVEAL_SECONDS, Why
from admin_app.web import arguments, files, form_errors, held_upload_door, held_uploads, undo_bar
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.fresh_proof import needs_fresh_proof
from admin_app.web.held_upload_door import Door
from admin_app.web.lists import bulk
from admin_app.web.lists.page import render
from admin_app.web.request_limits import takes_files
from admin_app.web.search_hits import Hit
from reports.letters.collection_slip import collection_slip

SCAN = "authority_file"
SECTIONS: PerApp[tuple[Callable[[Card, Actor], dict[str, Any]], ...]] = PerApp("cards.sections", tuple)
"""What upper rooms add to the page of a card (menu.py)."""


class CardView(DeskView):
    """Cards."""

    route_base = "/cards"

    @expose("/", methods=["GET"])
    @requires("cards.read")
    def index(self) -> Any:
        """One page of one tab."""
        return render(CARDS)

    @expose("/made", methods=["POST"])
    @requires("cards.make")
    def mark_made(self) -> Any:
        """The table of serials: each row is saved by itself; rows that are not right stay with what was typed."""
        me, rows = signed_in(), _typed_serials()
        problems = {card: problem for card, serial in rows.items() if (problem := _mark_made(card, serial, me)) is not None}
        if len(rows) > len(problems):
            flash(ngettext("%(num)s card is marked as made.", "%(num)s cards are marked as made.", len(rows) - len(problems)), "success")
        if not rows:
            flash(_("No serial was typed. Scan or type the serial of each card into its row."), "warning")
        if not problems:
            return redirect(url_for("CardView.index", tab="requested"))
        sentence = ngettext("%(num)s row is not right; it is kept.", "%(num)s rows are not right; they are kept.", len(problems))
        flash(sentence, "warning")
        return render(CARDS, arguments={"tab": "requested"}, status=422, typed=rows, problems=problems)

    @expose("/ready", methods=["POST"])
    @requires("cards.make")
    def mark_ready(self) -> Any:
        """The chosen cards were looked at; each reports its own result."""
        me, chosen, began = signed_in(), arguments.form.public_ids("card", most=MOST_ROWS), clock.now()
        bulk.say([_mark_ready(public_id, me) for public_id in chosen], _ready)
        undo_bar.remember(me, since=began)
        if len(chosen) == 1 and arguments.form.single("back") == "card":
            return redirect(url_for("CardView.show", public_id=chosen[0]))
        return redirect(url_for("CardView.index", tab="made"))

    @expose("/<public_id>", methods=["GET"])
    @requires("cards.read")
    def show(self, public_id: str) -> Any:
        """One card, its chain and what was done with it."""
        return self._page(queries.by_public_id(signed_in(), public_id))

    def _page(
        self, card: Card, status: int = 200, *, file_error: Any = "", number: str = "", reveal_form: RevealForm | None = None
    ) -> Any:  # fmt: skip
        _opened(card)
        chain = queries.of_application(signed_in(), card.application_id)
        facts = {"timeline": queries.timeline(chain), "possible": operations.MACHINE.possible(card), "rules": rules}
        facts["reveal_form"], facts["seconds"] = reveal_form or RevealForm(formdata=None), REVEAL_SECONDS
        facts["sections"] = [make(card, signed_in()) for make in SECTIONS.get()]
        facts["waiting_uploads"] = held_uploads.waiting(f"card {card.public_id}", by=signed_in())
        return self.render_template("cards/show.html", card=card, chain=chain, file_error=file_error, number=number, **facts), status

    @expose("/<public_id>/hand-over", methods=["GET"])
    @requires("cards.hand_over")
    def ask_hand_over(self, public_id: str) -> Any:
        """The page that asks who collects the card."""
        card = queries.by_public_id(signed_in(), public_id)
        return self._hand_over_page(card, HandOverForm(formdata=None, data=expected(card)))

    @expose("/<public_id>/hand-over", methods=["POST"])
    @requires("cards.hand_over")
    @takes_files(1)
    def hand_over(self, public_id: str) -> Any:
        """Hand the card over; the form keeps what was typed if it may not be."""
        form, card = HandOverForm(), queries.by_public_id(signed_in(), public_id)
        if not form.validate():
            return self._hand_over_page(card, form, 422)
        try:
            scan = _scan() if form.collector.data == rules.Collector.PROXY else None
            with transaction():
                operations.hand_over(queries.by_public_id(signed_in(), public_id), form.collected(scan), by=signed_in())
        except operations.Conflict:
            raise
        except DomainError as refused:
            return self._hand_over_page(queries.by_public_id(signed_in(), public_id), form, form_errors.put(form, refused))
        flash(_("The card was handed over. Print the slip and have it signed."), "success")
        if isinstance(scan, storage.Undecided):  # the proxy need not wait for the decision
            return held_upload_door.ask(scan, f"card {public_id}", "CardView.held", public_id=public_id)
        return redirect(url_for("CardView.show", public_id=public_id))

    @expose("/<public_id>/slip.pdf", methods=["GET"])
    @requires("cards.hand_over")
    def slip(self, public_id: str) -> Any:
        """The slip that whoever collected the card signs, in the language asked for (?language=zh), else that of the page."""
        card = _opened(queries.by_public_id(signed_in(), public_id))
        if card.status != rules.Status.COLLECTED or not card.collector:
            raise operations.Conflict(_l("There is no slip for this card: it was not handed over at the counter."))
        wanted = arguments.address.choice("language", LANGUAGES, language())
        with force_locale(wanted), files.printing():
            made = collection_slip(queries.slip_row(card), wanted)
        return files.own_pdf(made, name=f"{card.application.reference}-{card.copy}.pdf")

    @expose("/<public_id>/authority", methods=["POST"])
    @requires("cards.hand_over")
    @takes_files(1)
    def attach_authority(self, public_id: str) -> Any:
        """Keep the scan of a proxy's document that was not kept when the card was handed over."""
        try:
            ready = _scan() or _no_file()
            if isinstance(ready, storage.Undecided):
                return held_upload_door.ask(ready, f"card {public_id}", "CardView.held", public_id=public_id)
            with transaction():
                operations.attach_authority(queries.by_public_id(signed_in(), public_id), ready, by=signed_in())
        except operations.Conflict:
            raise
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._page(queries.by_public_id(signed_in(), public_id), refused.status, file_error=refused.message)
        flash(_("The scan is kept with the card."), "success")
        return redirect(url_for("CardView.show", public_id=public_id))

    @expose("/<public_id>/held/<token>", methods=["GET"])
    @requires("cards.hand_over")
    def held(self, public_id: str, token: str) -> Any:
        """A scan about which the clerk decides before it is kept: pages that differ, files inside."""
        return held_upload_door.shown(self, f"card {public_id}", token, partial(_door, public_id))

    @expose("/<public_id>/held/<token>", methods=["POST"])
    @requires("cards.hand_over")
    def decide(self, public_id: str, token: str) -> Any:
        """Keep the scan as it was chosen, or let it go."""
        return held_upload_door.decided(self, f"card {public_id}", token, partial(_door, public_id))

    @expose("/<public_id>/held/<token>/pages/<int:number>", methods=["GET"])
    @requires("cards.hand_over")
    def held_picture(self, public_id: str, token: str, number: int) -> Any:
        """One of the pictures between which the clerk chooses."""
        return held_upload_door.picture(f"card {public_id}", token, number, partial(_door, public_id))

    @expose("/<public_id>/authority/pages/<int:number>", methods=["GET"])
    @requires("documents.read")
    def authority_page(self, public_id: str, number: int) -> Any:
        """One page of the scan of a proxy's document as a picture."""
        card = queries.by_public_id(signed_in(), public_id)
        if card.authority_file is None:
            raise NotFound(_l("There is no such page."))
        reading.opened("document", card.public_id, card.application.resident)
        return files.picture(storage.page_image(card.authority_file, number), name=f"{card.application.reference}-{number}.jpg")

    @expose("/<public_id>/collector", methods=["POST"])
    @requires("residents.reveal")
    @needs_fresh_proof
    def reveal_collector(self, public_id: str) -> Any:
        """The card with the full number of whoever collected it, for a minute, after the reason is in the log."""
        card, form = queries.by_public_id(signed_in(), public_id), RevealForm()
        try:
            with transaction():
                why = arguments.form.choice("why", set(Why)) or Why.OTHER
                number = operations.reveal_collector(card, why=why, reason=form.reason.data or "", by=signed_in())
        except operations.Conflict:
            raise
        except DomainError as refused:
            reading.opened("number_refused", card.public_id, card.application.resident)
            return self._page(card, form_errors.put(form, refused), reveal_form=form)
        return self._page(card, number=number)

    def _hand_over_page(self, card: Card, form: HandOverForm, status: int = 200) -> Any:
        _opened(card)
        file_error = _("Please choose the file again: browsers do not keep it.") if request.files.get(SCAN) else ""
        return self.render_template("cards/hand_over.html", card=card, form=form, rules=rules, file_error=file_error), status

    @expose("/<public_id>/spoil", methods=["GET"])
    @requires("cards.make")
    def ask_spoil(self, public_id: str) -> Any:
        """The page that says what marking a card as spoiled does."""
        card = _opened(queries.by_public_id(signed_in(), public_id))
        return self.render_template("cards/spoil.html", card=card, form=SpoilForm(), rules=rules)

    @expose("/<public_id>/spoil", methods=["POST"])
    @requires("cards.make")
    def spoil(self, public_id: str) -> Any:
        """Mark the card as spoiled and ask for another one."""
        form = SpoilForm()
        if not form.validate():
            card = _opened(queries.by_public_id(signed_in(), public_id))
            return self.render_template("cards/spoil.html", card=card, form=form, rules=rules), 422
        with transaction():
            following = operations.spoil(
                queries.by_public_id(signed_in(), public_id), form.reason.data, by=signed_in(), booked=form.booked()
            )
            next_id = following.public_id
        flash(_("The card is marked as spoiled; a new one was requested."), "success")
        return redirect(url_for("CardView.show", public_id=next_id))


def _door(public_id: str) -> Door:
    card, me, values = _opened(queries.by_public_id(signed_in(), public_id)), signed_in(), {"public_id": public_id}
    return Door(
        _l("Document of the proxy"), card.application.reference, "CardView.held", values, url_for("CardView.show", public_id=public_id),
        lambda _place, ready: operations.attach_authority(card, ready, by=me), _l("The scan is kept with the card."),
    )  # fmt: skip


def _scan() -> Any:
    """The file that came with the form, cleaned or to be decided about; None where none was chosen."""
    upload = request.files.get(SCAN)
    if upload is None or not upload.filename:
        return None
    return storage.prepare_or_ask(upload.stream, upload.filename, who=str(signed_in().staff_id))  # type: ignore[arg-type]


def _no_file() -> NoReturn:
    raise DomainError(_l("Please choose a file first."))


def _opened(card: Card) -> Card:
    """The card, and that it was looked at."""
    reading.opened("card", card.public_id, card.application.resident)
    return card


def _typed_serials() -> dict[str, str]:
    """Public id -> serial of the rows into which somebody typed or scanned one."""
    return {card: serial for card, serial in arguments.form.by_row("serial", most=MOST_ROWS).items() if texts.folded(serial)}


def _mark_made(public_id: str, serial: str, me: Actor) -> Any:
    """Save one row in a transaction of its own; a sentence about what stood in the way, else None."""
    try:
        with transaction():
            operations.mark_made(queries.by_public_id(me, public_id), serial, by=me)
    except DomainError as refused:
        return refused.message
    return None


def _ready(count: int) -> str:
    return str(ngettext("%(num)s card is ready.", "%(num)s cards are ready.", count))


def _mark_ready(public_id: str, me: Actor) -> Any:
    try:
        with transaction():
            card = queries.by_public_id(me, public_id)
            name = card.serial or card.application.reference
            operations.mark_ready(card, by=me)
    except operations.Conflict as refused:
        return titled(name, refused.message)
    except DomainError as refused:
        return refused.message
    return None


def find(text: str, me: Actor) -> list[Hit]:
    """The card with exactly this serial, for the search box."""
    serial = numbers.compact(text)
    if not me.may("cards.read") or not rules.is_serial(serial, pattern=settings.current().card_serial_pattern):
        return []
    card = queries.by_serial(me, serial)
    if card is None:
        return []
    url = url_for("CardView.show", public_id=card.public_id)
    return [Hit(_l("Card"), serial, rules.STATUS_LABELS[rules.Status(card.status)], url)]
