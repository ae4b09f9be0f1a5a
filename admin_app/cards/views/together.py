"""Doors: several cards for one person, scanned one after the other or chosen in the list; the slips of several cards."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.audit.operations import reading
from admin_app.cards import operations, queries, rules
from admin_app.cards.forms import MOST_ROWS, TogetherForm
from admin_app.cards.models import Card
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.i18n import LANGUAGES, language, titled
from admin_app.foundation.typed_text import numbers
from admin_app.web import arguments, files, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists import bulk
from reports.letters.collection_slip import collection_slips

MOST_TOGETHER = 20
"""Cards that one person collects at once, and slips that one document holds: more than a hand carries, few enough to compare each."""


class TogetherView(DeskView):
    """Cards that one proxy collects together; each of them reports its own result."""

    route_base = "/cards/together"

    @expose("/", methods=["GET"])
    @requires("cards.hand_over")
    def index(self) -> Any:
        """The cards that are on the counter: one more is scanned, one is put back."""
        return self._counter(_asked())

    @expose("/", methods=["POST"])
    @requires("cards.hand_over")
    def add(self) -> Any:
        """Put a card on the counter by its serial; what cannot be collected stays off it, with the reason."""
        chosen, typed = arguments.form.public_ids("card", most=MOST_TOGETHER), arguments.form.single("serial")
        card = queries.by_serial(signed_in(), numbers.serial(typed)) if typed.strip() else None
        problem = _why_not_added(card, chosen, typed)
        if problem or card is None:
            return self._counter(chosen, 422, problem=problem, typed=typed)
        return redirect(url_for("TogetherView.index", card=[*chosen, card.public_id]))

    @expose("/chosen", methods=["POST"])
    @requires("cards.hand_over")
    def chosen(self) -> Any:
        """What was selected in the list: to the counter, or to their slips."""
        chosen = arguments.form.public_ids("card", most=MOST_ROWS)
        verb = arguments.form.choice("verb", ("hand_over", "slips")) or arguments.form.refuse()
        tab = "to_collect" if verb == "hand_over" else "gone"
        if not chosen or len(chosen) > MOST_TOGETHER:
            flash(_too_many() if chosen else _("Nothing was selected. Select rows first (x)."), "warning")
            return redirect(url_for("CardView.index", tab=tab))
        return redirect(url_for("TogetherView.index" if verb == "hand_over" else "TogetherView.slips", card=chosen))

    @expose("/hand-over", methods=["GET"])
    @requires("cards.hand_over")
    def ask(self) -> Any:
        """The page that asks who collects them."""
        return self._form(_asked(), TogetherForm(formdata=None))

    @expose("/hand-over", methods=["POST"])
    @requires("cards.hand_over")
    def hand_over(self) -> Any:
        """Hand each card over in a transaction of its own and say what became of it; where every one is refused, the form stays."""
        form, chosen = TogetherForm(), arguments.form.public_ids("card", most=MOST_TOGETHER)
        form.collector.data = str(rules.Collector.PROXY)
        if not chosen:
            flash(_("No card is on the counter. Scan one first."), "warning")
            return redirect(url_for("TogetherView.index"))
        if not form.validate():
            return self._form(chosen, form, 422)
        tried = [_hand_over(public_id, form.collected(None)) for public_id in chosen]
        refused = [one for _name, one in tried if one is not None]
        said = [one and _about(name, one) for name, one in tried]
        if len(refused) < len(tried):
            bulk.say(said, _handed_over)
            return redirect(url_for("TogetherView.slips", card=chosen))
        return self._none_handed_over(chosen, form, refused, list(dict.fromkeys(str(line) for line in said)))

    @expose("/slips", methods=["GET"])
    @requires("cards.hand_over")
    def slips(self) -> Any:
        """What became of the cards: a slip to be signed for each that was handed over, the reason for each other one."""
        cards = _opened(_asked())
        return self.render_template("cards/slips.html", cards=cards, printable=[card for card in cards if has_slip(card)], rules=rules)

    @expose("/slips.pdf", methods=["GET"])
    @requires("cards.hand_over")
    def slips_pdf(self) -> Any:
        """The slips of those that were handed over, one a page, in the language asked for, else that of the page."""
        cards = [card for card in _opened(_asked("language")) if has_slip(card)]
        if not cards:
            raise operations.Conflict(_l("There is no slip for these cards: none of them was handed over at the counter."))
        wanted = arguments.address.choice("language", LANGUAGES, language())
        with force_locale(wanted), files.printing():
            made = collection_slips([queries.slip_row(card) for card in cards], wanted)
        return files.own_pdf(made, name=f"slips-{len(cards)}-{cards[0].application.reference}.pdf")

    def _counter(self, chosen: list[str], status: int = 200, *, problem: Any = "", typed: str = "") -> Any:
        cards = _opened(chosen)
        page = self.render_template(
            "cards/together.html", cards=cards, rules=rules, problem=problem, typed=typed, most=MOST_TOGETHER,
            ids=[card.public_id for card in cards], waiting=[card.public_id for card in cards if _is_waiting(card)],
        )  # fmt: skip
        return page, status

    def _none_handed_over(self, chosen: list[str], form: TogetherForm, refused: list[DomainError], said: list[str]) -> Any:
        """The form with what is not right. NotFound or Conflict where none of the cards waits any more: what was typed is kept with it."""
        if all(isinstance(one, NotFound) for one in refused):
            raise refused[0]
        if not any(_is_waiting(card) for card in queries.by_public_ids(signed_in(), chosen)):
            raise operations.Conflict("\n".join(said))
        if _field_of(refused[0]) and len({str(one.message) for one in refused}) == 1:
            return self._form(chosen, form, form_errors.put(form, refused[0]))
        form.form_errors = [*form.form_errors, *said]
        return self._form(chosen, form, 422)

    def _form(self, chosen: list[str], form: TogetherForm, status: int = 200) -> Any:
        cards = [card for card in _opened(chosen) if _is_waiting(card)]
        if not cards:
            flash(_("No card is on the counter. Scan one first."), "warning")
            return redirect(url_for("TogetherView.index"))
        return self.render_template("cards/together_hand_over.html", cards=cards, form=form, rules=rules), status


def has_slip(card: Card) -> bool:
    """Whether somebody signs for this card."""
    return card.status == rules.Status.COLLECTED and bool(card.collector)


def _asked(*also: str) -> list[str]:
    """The cards of the address."""
    arguments.address.only({"card", *also})
    return arguments.address.public_ids("card", most=MOST_TOGETHER)


def _opened(chosen: list[str]) -> list[Card]:
    """Those of the cards that the person may know of, and that they were looked at."""
    cards = queries.by_public_ids(signed_in(), chosen)
    for card in cards:
        reading.opened("card", card.public_id, card.application.resident)
    return cards


def _is_waiting(card: Card) -> bool:
    return card.status == rules.Status.READY and card.delivery == "collect"


def _why_not_added(card: Card | None, chosen: list[str], typed: str) -> Any:
    """Why a scanned card is not put on the counter; '' where it is."""
    if not typed.strip():
        return _("Scan a card, or type its serial.")
    if card is None:
        return _("No card here has the serial “%(serial)s”.", serial=typed.strip()[:30])
    if card.public_id in chosen:
        return _("%(serial)s is on the counter already.", serial=card.serial)
    if not _is_waiting(card):
        label = rules.STATUS_LABELS[rules.Status(card.status)]
        return _("%(serial)s does not wait to be collected: it is “%(status)s”.", serial=card.serial, status=label)
    return _too_many() if len(chosen) >= MOST_TOGETHER else ""


def _too_many() -> str:
    return _("At most %(count)s cards at once. Nothing was changed; take the others afterwards.", count=MOST_TOGETHER)


def _hand_over(public_id: str, who: operations.Collected) -> tuple[str, DomainError | None]:
    """Hand one card over; by which name the reader knows it ('' where they may not know of it), what stood in the way, else None."""
    me, name = signed_in(), ""
    try:
        with transaction():
            card = queries.by_public_id(me, public_id)
            name = card.serial or card.application.reference
            operations.hand_over(card, who, by=me)
    except DomainError as refused:
        return name, refused
    return name, None


def _about(name: str, refused: DomainError) -> str:
    """The sentence of a refusal, beginning with the card: of several, a proxy may be the wrong one for this card alone."""
    return titled(name, refused.message) if name else str(refused.message)


def _field_of(refused: DomainError) -> str:
    """The field of the form that is not right; '' where it is the card."""
    return str(refused.details.get("field") or getattr(refused, "field", "") or "")


def _handed_over(count: int) -> str:
    return str(ngettext("%(num)s card was handed over. Print its slip.", "%(num)s cards were handed over. Print their slips.", count))
