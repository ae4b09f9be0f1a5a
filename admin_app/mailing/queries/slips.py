"""Rows of the labels beside the postal ones: slips for the way back, bags of cards that are collected, boxes of a batch."""

from collections.abc import Iterator, Sequence

from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.i18n import pick
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.queries.sheets import sender_line
from admin_app.mailing.rules.label_choice import Choice, Way, chosen, document_language
from reports.labels.designs import Placeholder, Purpose, designs
from reports.labels.rows import Kind, LabelRow
from reports.text import dates


def design_of(purpose: Purpose) -> str:
    """The code of the design for a purpose that has one."""
    return next(one.code for one in designs().values() if one.purpose == purpose)


def return_slips(parcels: Sequence[Parcel], words: str) -> list[LabelRow]:
    """A slip for each parcel: the centre that it goes back to, and the number that the returns desk scans. It names nobody."""
    design, language = design_of(Purpose.RETURN), document_language(words)
    return [_slip(parcel, parcel.card.application.centre, Choice(design, words), language) for parcel in parcels]


def _slip(parcel: Parcel, centre: Centre, choice: Choice, language: str) -> LabelRow:
    whole = sender_line(centre, language)
    sender = whole.removesuffix(centre.postcode).rstrip() if centre.postcode else whole
    return LabelRow(
        parcel.number, "", centre.postcode or "", (), sender=sender, sender_latin=pick(centre, "name", "en"), design=choice.design,
        variant=choice.variant, more={Placeholder.OFFICE_PHONE: centre.phone or ""},
    )  # fmt: skip


def bags(cards: Sequence[Card], words: str | None = None) -> list[LabelRow]:
    """A label for the bag of each card that waits at a counter; words by the table of rules unless `words` says others."""
    return [_bag(card, words or chosen(Way.COUNTER, card.application.resident.name, Kind.SHEET).variant) for card in cards]


def _bag(card: Card, words: str) -> LabelRow:
    resident, centre, language = card.application.resident, card.application.centre, document_language(words)
    latin = resident.name_latin or ""
    since = dates.day(clock.to_office(card.ready_at).date(), language) if card.ready_at else ""
    return LabelRow(
        card.application.reference, resident.name, "", (), sender=pick(centre, "name", language), sender_latin=pick(centre, "name", "en"),
        recipient_latin=latin if latin != resident.name else "", design=design_of(Purpose.COUNTER), variant=words,
        more={Placeholder.INITIAL: (latin or resident.name)[:1].upper(), Placeholder.SINCE: since},
    )  # fmt: skip


def boxes(batch: MailingBatch, parcels: Sequence[Parcel], words: str, *, count: int, grams: int | None) -> list[LabelRow]:
    """A label for each of `count` boxes, filled evenly in the order of the labels; `grams` is what one envelope weighs, None: not known."""
    centre, code = parcels[0].card.application.centre, design_of(Purpose.BOX)
    sender, latin = sender_line(centre, document_language(words)), pick(centre, "name", "en")
    return [
        LabelRow(batch.reference, "", "", (), sender=sender, sender_latin=latin, design=code, variant=words, more=facts)
        for facts in _boxes(len(parcels), min(count, len(parcels)), grams)
    ]


def _boxes(parcels: int, count: int, grams: int | None) -> Iterator[dict[str, str]]:
    """What is said of each box; the first ones take one parcel more where they do not come out even."""
    size, bigger = divmod(parcels, count)
    first = 1
    for number in range(1, count + 1):
        some = size + (number <= bigger)
        weight = _weight(some * grams) if grams else ""
        places = f"{first}–{first + some - 1}" if some > 1 else str(first)
        yield {Placeholder.BOX: f"{number}/{count}", Placeholder.COUNT: str(some), Placeholder.RANGE: places, Placeholder.WEIGHT: weight}
        first += some


def _weight(grams: int) -> str:
    return f"{grams / 1000:.1f} kg" if grams >= 1000 else f"{grams} g"
