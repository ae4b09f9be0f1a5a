"""Who may do what with cards and parcels once they have left, and with cards that nobody collects."""

VERBS: dict[str, frozenset[str]] = {
    "mailing.mark_delivered": frozenset({"mailing.work"}),
    "mailing.take_back_delivery": frozenset({"mailing.work"}),
    "mailing.inquire": frozenset({"mailing.work"}),
    "mailing.declare_lost": frozenset({"mailing.work"}),
    "mailing.take_return": frozenset({"mailing.work"}),
    "mailing.spoil_cells": frozenset({"mailing.work"}),
    "mailing.note_attempt": frozenset({"mailing.work"}),
    "mailing.move_shelf": frozenset({"mailing.work"}),
    "mailing.reveal_phone": frozenset({"residents.phone"}),
    "mailing.send_on": frozenset({"mailing.work"}),
    "mailing.replace_returned": frozenset({"mailing.work"}),
    "mailing.seal_returned": frozenset({"cards.destroy"}),
    "cards.request_again": frozenset({"cards.make", "mailing.work"}),
    "cards.follow_parcel": frozenset({"mailing.work"}),
    "cards.seal": frozenset({"cards.destroy", "mailing.work"}),
    "cards.seal_uncollected": frozenset({"cards.destroy"}),
    "cards.ask_destruction": frozenset({"cards.destroy"}),
    "cards.destroy": frozenset({"cards.destroy"}),
    "cards.refuse_destruction": frozenset({"cards.destroy"}),
}
"""Part of the table of verbs (admin_app.staff.permissions.VERBS)."""
