"""Staff verbs on a batch before its labels exist: open, add, take out, correct, choose the sheet, cancel."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from admin_app.cards import queries as cards
from admin_app.cards import rules as card_rules
from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.i18n import listed
from admin_app.foundation.numbering import next_number
from admin_app.foundation.typed_text import numbers, texts
from admin_app.mailing import rules
from admin_app.mailing.models import LabelPrinter, LabelSheet, LabelStock, MailingBatch, Parcel
from admin_app.mailing.operations import moves, paper
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.rules import packing
from admin_app.mailing.rules.label_choice import BY_RULE, WORDS_LABELS, for_post
from admin_app.mailing.rules.paper import Spoiled
from admin_app.mailing.rules.phones import PhoneShown
from admin_app.mailing.rules.spelling import Spelling
from admin_app.staff.permissions import verb
from reports.text.characters import missing_characters

RECIPIENT_LENGTH = 60


class CardNotReady(Conflict):
    """A chosen card is not ready to go by post, or is in another parcel already."""


class BatchRefused(DomainError):
    """The batch cannot be as it was asked for: no cards, too many, no such cell or language."""


class RecipientRefused(DomainError):
    """Recipient or address is missing, too long, or cannot be printed."""


@verb("mailing.open_batch")
def open_batch(
    chosen: Sequence[Card],
    *,
    stock: LabelStock,
    by: Actor,
    printer: LabelPrinter | None = None,
    sheet: LabelSheet | None = None,
    start_cell: int = 1,
    label_design: str = BY_RULE,
    label_language: str = BY_RULE,
    phone: str = PhoneShown.DESIGN,
) -> MailingBatch:
    """A new batch with one parcel for each card. CardNotReady names cards that are not free; then nothing is made.

    Its labels begin on the free cells of `sheet` from `start_cell` on, or on a sheet that nothing is known of.
    """
    _check_sheet(stock, sheet, start_cell)
    look = _checked_look(stock, label_design, label_language, phone)
    today = clock.today()
    batch = MailingBatch(
        reference=rules.batch_reference(today, next_number(f"batch-{today:%y%m%d}")), status=rules.BatchStatus.OPEN, stock_id=stock.id,
        printer_id=printer and printer.id, sheet_id=sheet and sheet.id, start_cell=start_cell,
        created_by_id=by.staff_id, created_at=clock.now(), **look,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    count = _put_in(batch, chosen)
    batch.parcel_count = count
    facts = {"parcels": count, "stock": stock.code} | _facts(look, printer, sheet)
    moves.BATCHES.record(batch, "mailing.batch_opened", by=by, changes=facts)
    return batch


@verb("mailing.add_cards")
def add_cards(batch: MailingBatch, chosen: Sequence[Card], *, by: Actor) -> int:
    """Put more cards into an open batch; returns how many."""
    batch = moves.lock_open_batch(batch)
    count = _put_in(batch, chosen)
    moves.BATCHES.touch(batch, parcel_count=batch.parcel_count + count)
    moves.BATCHES.record(batch, "mailing.parcels_added", by=by, changes={"parcels": count})
    return count


def _put_in(batch: MailingBatch, chosen: Sequence[Card]) -> int:
    if not chosen:
        raise BatchRefused(_l("Choose at least one card."))
    if batch.parcel_count + len(chosen) > rules.MAX_PARCELS:
        raise BatchRefused(_l("A batch holds at most %(most)s parcels.", most=rules.MAX_PARCELS))
    fresh = _free_cards(chosen)
    today = clock.today()
    number = next_number(rules.series_of(today), count=len(fresh))
    position = parcel_queries.last_position(batch)
    made = [_parcel(batch, card, rules.parcel_number(today, number + n), position + 1 + n) for n, card in enumerate(fresh)]
    try:
        with db.session.begin_nested():
            db.session.add_all(made)
    except IntegrityError:  # the index uq_parcel_live_card is the last word
        raise CardNotReady(_l("A card was put into another batch at the same moment. Nothing was changed; choose again.")) from None
    return len(made)


def _free_cards(chosen: Sequence[Card]) -> list[Card]:
    """The chosen cards, locked; CardNotReady with the serials of those that cannot go."""
    fresh = cards.lock(chosen)
    busy = {parcel.card_id for parcel in parcel_queries.live_of_cards([card.id for card in fresh])}
    away = [card for card in fresh if card.id in busy or not _may_go(card)]
    if away:
        names = listed(card.serial or card.application.reference for card in away[:5])
        raise CardNotReady(
            _l("Not ready to mail, or already in a batch: %(cards)s. Nothing was changed; choose again.", cards=names),
            cards=[card.public_id for card in away],
        )
    return fresh


def _may_go(card: Card) -> bool:
    application = card.application
    return card_rules.may_be_posted(card.status, card.delivery) and bool(application.recipient and application.address)


def _parcel(batch: MailingBatch, card: Card, number: str, position: int) -> Parcel:
    application = card.application
    return Parcel(
        number=number, batch_id=batch.id, position=position, card_id=card.id, recipient=application.recipient,
        postcode=application.postcode, address=application.address, phone_masked=application.resident.phone_masked,
        status=rules.ParcelStatus.PLANNED,
    )  # fmt: skip


def _checked_look(stock: LabelStock, design: str, words: str, phone: str) -> dict[str, str]:
    """Columns of the batch: which design its labels have, in which languages, and how much of the phone."""
    if phone not in set(PhoneShown):
        raise BatchRefused(_l("The phone stands on a label in full, with its last digits, or not at all."), field="phone_shown")
    if words not in WORDS_LABELS:
        raise BatchRefused(_l("The words on labels are in Chinese, in Latin letters, or in both."), field="label_language")
    if design != BY_RULE and stock.kind not in next((one.kinds for one in for_post() if one.code == design), ()):
        raise BatchRefused(_l("This label design is not made for this label stock. Choose another one, or leave it to the rules."),
                           field="label_design")  # fmt: skip
    return {"label_design": str(design), "label_language": str(words), "phone_shown": str(phone)}


def check_order(
    stock: LabelStock, *, start_cell: int, label_design: str, label_language: str, phone: str, sheet: LabelSheet | None = None
) -> None:
    """BatchRefused for what open_batch() would refuse of stock, sheet and labels."""
    _check_sheet(stock, sheet, start_cell)
    _checked_look(stock, label_design, label_language, phone)


def _check_sheet(stock: LabelStock, sheet: LabelSheet | None, start_cell: int) -> None:
    if not 1 <= start_cell <= stock.cells:
        raise BatchRefused(_l("This sheet has cells 1 to %(cells)s.", cells=stock.cells), field="start_cell")
    if sheet is not None and sheet.stock_id != stock.id:
        raise BatchRefused(_l("Sheet %(number)s is of another label stock.", number=sheet.number), field="stock")
    paper.refuse_full(sheet, start_cell)


@verb("mailing.choose_sheet")
def choose_sheet(
    batch: MailingBatch,
    *,
    stock: LabelStock,
    printer: LabelPrinter | None,
    start_cell: int,
    version: int,
    by: Actor,
    sheet: LabelSheet | None = None,
    label_design: str = BY_RULE,
    label_language: str = BY_RULE,
    phone: str = PhoneShown.DESIGN,
) -> None:
    """Change on what, by which printer and from which cell an open batch will be printed; no printer: one that was not measured.

    No sheet: one that nothing is known of, as in open_batch().
    """
    _check_sheet(stock, sheet, start_cell)
    look = _checked_look(stock, label_design, label_language, phone)
    batch = moves.lock_open_batch(batch, version=version)
    kept = {"stock_id": stock.id, "printer_id": printer and printer.id, "sheet_id": sheet and sheet.id, "start_cell": start_cell}
    moves.BATCHES.touch(batch, **kept, **look)
    db.session.expire(batch, ["stock", "printer", "sheet"])
    facts = {"stock": stock.code, "start_cell": start_cell} | _facts(look, printer, sheet)
    moves.BATCHES.record(batch, "mailing.sheet_chosen", by=by, changes=facts)


def _facts(look: dict[str, str], printer: LabelPrinter | None, sheet: LabelSheet | None) -> dict[str, str]:
    """What the log says of the labels: design, words and phone, the printer, and the sheet that they go on with."""
    said = {"design": look["label_design"], "language": look["label_language"], "phone_shown": look["phone_shown"]}
    return said | ({"printer": printer.code} if printer else {}) | ({"sheet": sheet.number} if sheet else {})


@verb("mailing.take_out")
def take_out(parcel: Parcel, *, by: Actor, reason: str = "", why: str = packing.Difference.OTHER) -> None:
    """Take a parcel out of its unposted batch: its card is ready again, its label is void.

    With a label, a reason is needed in words, and `why`: a word of packing.Difference, by which the books of the batch come out even. The
    card of a spoiled one is no other difference, whatever was said. BatchRefused (details: field) for a word that there is not.
    """
    batch = moves.lock_batch(parcel.batch)
    if moves.is_in_work(batch):
        raise moves.LabelsInWork(_l("The labels of this batch are being made. Wait until that is done."))
    db.session.refresh(parcel)
    label = parcel_queries.valid_label(parcel)
    reason = texts.reason(reason) if label is not None else texts.line(reason)
    difference = _difference(parcel, why) if label is not None else ""
    facts = {"difference": difference} if difference else None
    moves.PARCELS.move(parcel, "remove", by=by, reason=reason or None, changes=facts, removed_why=difference, **moves.UNPACKED)
    if label is not None:
        label.voided_at = clock.now()
        paper.spoil(label, Spoiled.TAKEN_OUT)
    moves.BATCHES.touch(batch, parcel_count=batch.parcel_count - 1)


def _difference(parcel: Parcel, why: str) -> str:
    if parcel_queries.is_spoiled(parcel):
        return str(packing.Difference.SPOILED)
    if why not in set(packing.Difference):
        raise BatchRefused(_l("Please choose one of the listed values."), field="why")
    return str(why)


@verb("mailing.correct_recipient")
def correct_recipient(
    parcel: Parcel, *, recipient: str, postcode: str, address: str, version: int, by: Actor, spelling: Spelling | None = None
) -> None:
    """Change what will stand on a label that is not printed yet; the application keeps what the resident wrote.

    `spelling`: the way in which characters that no print font has are written now; the log says so.
    """
    batch = moves.lock_open_batch(parcel.batch)
    db.session.refresh(parcel)
    if parcel.version != version:
        raise Conflict(_l("Somebody else has changed this parcel. Nothing was changed; look at it again."))
    read = checked_texts(recipient, postcode, address)
    changed = [name for name, text in read.items() if text != getattr(parcel, name)]
    if not changed:
        return
    moves.PARCELS.touch(parcel, **read)
    moves.BATCHES.touch(batch)
    moves.PARCELS.record(
        parcel, "mailing.recipient_corrected", by=by, changes={"fields": changed} | ({"spelling": spelling} if spelling else {})
    )


def checked_texts(recipient: str, postcode: str, address: str) -> dict[str, str]:
    """What goes on the label, as it was typed; TextRefused or RecipientRefused if it is missing, too long or not printable."""
    read = {
        "recipient": texts.name(recipient, most=RECIPIENT_LENGTH, field="recipient"),
        "postcode": numbers.postcode(postcode),
        "address": texts.address(address),
    }
    if not read["address"]:
        raise RecipientRefused(_l("A label needs an address."), field="address")
    missing = missing_characters(" ".join(read.values()))
    if missing:
        points = ", ".join(f"{one.char} ({one.codepoint})" for one in missing)
        raise RecipientRefused(_l("No print font has %(points)s. Write the pinyin or that number in brackets instead.", points=points))
    return read


@verb("mailing.cancel")
def cancel(batch: MailingBatch, *, by: Actor) -> None:
    """Give up a batch: its cards are ready to mail again. With labels, only once every parcel was taken out."""
    batch = moves.lock_batch(batch)
    if moves.is_in_work(batch):
        raise moves.LabelsInWork(_l("The labels of this batch are being made. Wait until that is done."))
    if batch.status == rules.BatchStatus.LABELLED and batch.parcel_count:
        raise BatchRefused(_l("This batch has labels. Take its parcels out one by one, each with a reason."))
    for parcel in parcel_queries.current_of_batch(batch):
        moves.PARCELS.move(parcel, "remove", by=by)
    moves.BATCHES.move(batch, "cancel", by=by)
