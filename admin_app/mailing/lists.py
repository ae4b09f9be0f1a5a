"""What the lists of the mailroom show: cards ready to mail, batches, the parcels of one batch."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.cards.models import Card
from admin_app.mailing import rules
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries import batches, parcels
from admin_app.residents import rules as resident_rules
from admin_app.web.lists.description import TIME, Button, Column, Empty, ListPage, Order, Tab
from admin_app.web.lists.drawing import Draw, linked, macro

CELLS = "mailing/cells.html"
SHOWN_CARDS = 100
BATCH_TABS = {"open": _l("Open batches"), "labelled": _l("Labelled"), "posted": _l("Posted"), "cancelled": _l("Cancelled")}
LONGEST = _l("longest waiting first")
LABELS = _l("same order as the labels")


def _tabs(own: str) -> list[Tab]:
    """The line of the mailroom's lists, for the list whose tabs are `own` ('ready' or 'batches')."""
    ready = Tab(name="ready", label=_l("Ready to mail"), endpoint="" if own == "ready" else "MailingView.ready")
    elsewhere = "MailingView.batches" if own == "ready" else ""
    return [ready, *(Tab(name=name, label=label, endpoint=elsewhere, arguments={"tab": name}) for name, label in BATCH_TABS.items())]


def _recipient(name: str, context: Any) -> str:
    return resident_rules.shown_name(name, context.me)


def is_complete(card: Card) -> bool:
    """Whether recipient and address of the card are there."""
    return bool(card.application.recipient.strip() and card.application.address.strip())


def _address(card: Card, context: Any) -> str:
    if not is_complete(card):
        return _("Address incomplete")
    application = card.application
    return f"{application.postcode} {application.address}".replace("\n", " ") if context.me.may("mailing.work") else application.postcode


READY = ListPage(
    name="mail-ready",
    endpoint="MailingView.ready",
    permission="mailing.read",
    title=_l("Mailroom"),
    subtitle=_l("Select → labels → stuffing → post"),
    template="mailing/ready.html",
    rows=lambda context: batches.ready_cards(context.me, limit=SHOWN_CARDS),
    ids=batches.ids,
    question=lambda wanted: wanted.tab,
    tabs=_tabs("ready"),
    first_tab="ready",
    row_id="public_id",
    row_name="serial",
    sent_as="card",
    selects="mailing.work",
    can_select=is_complete,
    columns=[
        Column(name="card", label=_l("Card"), value="serial", style="tight", is_fixed=True, unsorted=LONGEST,
               cell=linked("CardView.show", "public_id", text="serial", style="ref")),
        Column(name="recipient", label=_l("Recipient"), style="nowrap", unsorted=LONGEST,
               value=lambda card, context: _recipient(card.application.recipient, context)),
        Column(name="address", label=_l("Address"), value=_address, style="wrap", unsorted=LONGEST, cell=macro(CELLS, "address")),
        Column(name="ready_at", label=_l("Ready since"), value="ready_at", style="nowrap", unsorted=LONGEST),
    ],
    empty=Empty(
        title=_l("No card is waiting for an envelope"), text=_l("Cards that go by post come here once they are marked as ready."),
        endpoint="CardView.index", arguments={"tab": "made"}, action=_l("Show cards to check"), icon="mail",
    ),
    buttons=[Button(label=_l("Label designs"), endpoint="LabelDesignView.index", icon="tag")],
    key_hints=[(("b",), _l("new batch"))],
)  # fmt: skip
BATCHES = ListPage(
    name="batches",
    endpoint="MailingView.batches",
    permission="mailing.read",
    title=_l("Mailroom"),
    subtitle=_l("Select → labels → stuffing → post"),
    listed=batches.listed,
    ids=batches.ids,
    question=lambda wanted: wanted.tab,
    tabs=_tabs("batches"),
    first_tab="open",
    size=50,
    row_id="public_id",
    columns=[
        Column(name="batch", label=_l("Batch"), value="reference", style="tight", is_fixed=True,
               cell=linked("BatchView.show", "public_id", text="reference", style="ref")),
        Column(name="status", label=_l("Status"), value=lambda batch, _: rules.BATCH_LABELS[batch.status],
               cell=lambda batch, draw: draw.status(rules.BATCH_LABELS[batch.status], rules.BATCH_MARKS[batch.status])),
        Column(name="parcels", label=_l("Parcels"), value="parcel_count", style="number"),
        Column(name="stock", label=_l("Label sheet"), value="stock.code", style="nowrap"),
        Column(name="opened", label=_l("Opened"), value="created_at", style="nowrap",
               order=Order(by=batches.NEWEST, words=TIME, descending=True)),
        Column(name="by", label=_l("By"), value="created_by.name_shown", style="nowrap"),
        Column(name="labelled", label=_l("Labels made"), value="labelled_at", style="nowrap"),
        Column(name="posted", label=_l("Posted on"), value="posted_on", style="nowrap"),
    ],
    order="-opened",
    buttons=[
        Button(label=_l("Sheets of labels"), endpoint="SheetView.index", icon="tag"),
        Button(label=_l("New batch"), endpoint="MailingView.ready", icon="plus", key="n", is_primary=True,
               permission="mailing.work", if_any="ready"),
    ],
    empty={
        "open": Empty(
            title=_l("No batch is open"), text=_l("A batch collects ready cards until their labels are printed."), icon="package",
            endpoint="MailingView.ready", action=_l("Show what is ready to mail"),
        ),
        "labelled": Empty(title=_l("No batch waits to be posted"), text=_l("Batches come here when their labels were made."), icon="tag"),
        "": Empty(title=_l("No batch is here yet"), text=_l("Batches are kept for good, with every parcel and label."), icon="truck"),
    },
)  # fmt: skip


class ParcelLine(NamedTuple):
    """A parcel and its place among the labels of its batch."""

    place: int
    parcel: Parcel


def _lines(found: Sequence[Parcel], _context: Any) -> list[ParcelLine]:
    return [ParcelLine(place, parcel) for place, parcel in enumerate(found, 1)]


def _parcels(context: Any) -> Sequence[Parcel]:
    given: Sequence[Parcel] | None = context.given.get("parcels")
    if given is not None:
        return given
    batch = batches.by_public_id(context.me, dict(context.address.place)["public_id"])
    return parcels.of_batch(context.me, batch)


def _state(line: ParcelLine) -> tuple[Any, str]:
    """Label and mark of a parcel: of its status, or that its card is spoiled."""
    if parcels.is_spoiled(line.parcel):
        return rules.SPOILED_LABEL, rules.SPOILED_MARK
    return rules.PARCEL_LABELS[rules.ParcelStatus(line.parcel.status)], rules.PARCEL_MARKS[rules.ParcelStatus(line.parcel.status)]


def _unless_spoiled(line: ParcelLine, draw: Draw, name: str) -> Any:
    """The cell in which work is done with a parcel; of one whose card is spoiled it says so in its place."""
    return draw.status(*_state(line)) if parcels.is_spoiled(line.parcel) else macro(CELLS, name)(line, draw)


PLACE_IN_BATCH = Column(name="place", label="#", value="place", style="number tight", unsorted=LABELS)
RECIPIENT = Column(
    name="recipient", label=_l("Recipient"), style="nowrap", value=lambda line, context: _recipient(line.parcel.recipient, context),
    unsorted=LABELS,
)  # fmt: skip
IN_BATCH = _l("This page is for the work at the table; the page of the batch exports its parcels.")
NO_PARCELS = Empty(title=_l("No parcel is in this batch"), text=_l("Add cards that are ready to mail."), icon="package")
OF_BATCH: dict[str, Any] = {"rows": _parcels, "prepare": _lines, "row_id": "parcel.number", "empty": NO_PARCELS}
"""What every list of the parcels of one batch has in common."""
PARCELS = ListPage(
    name="parcels",
    endpoint="BatchView.show",
    permission="mailing.read",
    title=_l("Parcels"),
    template="mailing/batch.html",
    **OF_BATCH,
    extra_arguments=("sheet",),
    facts={"rules": rules},
    columns=[
        PLACE_IN_BATCH,
        Column(name="parcel", label=_l("Parcel"), value="parcel.number", style="tight", is_fixed=True, unsorted=LABELS,
               cell=linked("ParcelView.show", "parcel.public_id", text="parcel.number", style="ref")),
        RECIPIENT,
        Column(name="card", label=_l("Card"), value="parcel.card.serial", style="tight", unsorted=LABELS,
               cell=linked("CardView.show", "parcel.card.public_id", text="parcel.card.serial", style="ref")),
        Column(name="status", label=_l("Status"), value=lambda line, _: _state(line)[0], unsorted=LABELS,
               cell=lambda line, draw: draw.status(*_state(line))),
        Column(name="tracking", label=_l("Tracking number"), value="parcel.tracking_number", style="nowrap", unsorted=LABELS),
        Column(name="actions", label=_l("Actions"), value="parcel.number", style="tight", only_screen=True, permission="mailing.work",
               only_if=lambda context: context.given.get("has_row_actions", False), cell=macro(CELLS, "row_actions")),
    ],
)  # fmt: skip
STUFFING = ListPage(
    name="stuffing",
    endpoint="StuffingView.show",
    extra_arguments=("done",),
    permission="mailing.read",
    title=lambda context: _("Stuffing list %(reference)s", reference=context.given["batch"].reference),
    subtitle=lambda shown: _(
        "Scan label and card of each envelope. Cards = labels = envelopes = %(count)s.",
        count=sum(not parcels.is_spoiled(line.parcel) for line in shown.rows),
    ),
    template="mailing/stuffing.html",
    **OF_BATCH,
    links_rows=False,
    columns=[
        PLACE_IN_BATCH,
        Column(name="card", label=_l("Card"), value="parcel.card.serial", style="nowrap fw-bold", is_fixed=True, unsorted=LABELS),
        RECIPIENT,
        Column(name="label", label=_l("Label"), style="nowrap", unsorted=LABELS, value=lambda line, context: _label(line, context)),
        Column(name="packed", label=_l("Packed"), value="place", style="nowrap packed-cell", only_screen=True,
               cell=lambda line, draw: _unless_spoiled(line, draw, "tick")),
    ],
    not_exported=IN_BATCH,
)  # fmt: skip


def _label(line: ParcelLine, context: Any) -> str:
    labels = context.given.get("labels", {})
    return labels[line.parcel.id].code if line.parcel.id in labels else line.parcel.number


POSTING = ListPage(
    name="posting",
    endpoint="PostingView.ask",
    permission="mailing.work",
    title=lambda context: _("Post batch %(reference)s", reference=context.given["batch"].reference),
    subtitle=_l("One tracking number for each parcel: from a range, by label, or scanned into its row."),
    template="mailing/post.html",
    **OF_BATCH,
    links_rows=False,
    columns=[
        PLACE_IN_BATCH,
        Column(name="parcel", label=_l("Parcel"), value="parcel.number", style="tight", is_fixed=True, unsorted=LABELS),
        RECIPIENT,
        Column(name="tracking", label=_l("Tracking number"), value="parcel.tracking_number", style="serial-cell", is_fixed=True,
               unsorted=LABELS, cell=lambda line, draw: _unless_spoiled(line, draw, "number_input")),
    ],
    not_exported=IN_BATCH,
)  # fmt: skip


def _booking(line: ParcelLine, context: Any) -> Any:
    return context.given.get("bookings", {}).get(line.parcel.id)


def _booking_status(line: ParcelLine, context: Any) -> Any:
    booking = _booking(line, context)
    return rules.BOOKING_LABELS[rules.BookingStatus(booking.status)] if booking else _("Not asked")


def _booking_note(line: ParcelLine, context: Any) -> Any:
    """What a person has to know: why it came to nothing, in our words or (a code) in the carrier's."""
    booking = _booking(line, context)
    if booking is None or not booking.fault:
        return ""
    known = rules.BOOKING_FAULTS.get(booking.fault)
    return known or _("The carrier says: %(code)s. Correct the parcel or take it out, then ask again.", code=booking.fault)


BOOKINGS = ListPage(
    name="bookings",
    endpoint="CarrierView.show",
    permission="mailing.work",
    title=lambda context: _("Carrier for batch %(reference)s", reference=context.given["batch"].reference),
    subtitle=_l("The carrier is asked for a tracking number for each parcel; however often it is asked, it books once."),
    template="mailing/carrier.html",
    **OF_BATCH,
    columns=[
        PLACE_IN_BATCH,
        Column(name="parcel", label=_l("Parcel"), value="parcel.number", style="tight", is_fixed=True, unsorted=LABELS,
               cell=linked("ParcelView.show", "parcel.public_id", text="parcel.number", style="ref")),
        RECIPIENT,
        Column(name="booking", label=_l("Carrier"), value=_booking_status, is_fixed=True, unsorted=LABELS, cell=macro(CELLS, "booking")),
        Column(name="number", label=_l("Tracking number"), style="nowrap", unsorted=LABELS,
               value=lambda line, context: getattr(_booking(line, context), "number", None)),
        Column(name="note", label=_l("What to know"), value=_booking_note, style="wrap", unsorted=LABELS),
        Column(name="label", label=_l("Label"), value="parcel.number", style="tight", only_screen=True, cell=macro(CELLS, "carrier_label")),
    ],
)  # fmt: skip
