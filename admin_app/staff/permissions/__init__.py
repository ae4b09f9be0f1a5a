"""Two tables: role -> permissions, and verb -> permissions. Whatever is not listed is refused."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask_babel import lazy_gettext as _l

from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.errors import NotAllowed
from admin_app.foundation.per_app import PerApp, is_in_app
from admin_app.staff.permissions import mail
from admin_app.staff.permissions.labels import LABELS as LABELS

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Role(StrEnum):
    """The six roles of the office."""

    INTAKE_CLERK = "intake_clerk"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    MAILROOM_CLERK = "mailroom_clerk"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.INTAKE_CLERK: _l("Intake clerk"),
    Role.REVIEWER: _l("Reviewer"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.MAILROOM_CLERK: _l("Mailroom clerk"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}

_EVERYBODY = frozenset({"home", "account", "centres.read"})

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.INTAKE_CLERK: _EVERYBODY
    | {
        "applications.read", "applications.take_in", "applications.complete", "applications.withdraw", "documents.read",
        "residents.read", "residents.names", "residents.edit", "residents.reveal",
        "loss_reports.read", "loss_reports.take", "search", "cards.hand_over", "cards.read", "cards.destroy",
        "notices.read",
    },
    Role.REVIEWER: _EVERYBODY
    | {
        "applications.read", "applications.claim", "applications.verify", "applications.decide", "applications.decide_second",
        "applications.complete",
        "documents.read", "residents.read", "residents.names", "residents.reveal", "loss_reports.read", "loss_reports.take", "search",
        "cards.read", "notices.read",
    },
    Role.SUPERVISOR: _EVERYBODY
    | {
        "applications.read", "applications.claim", "applications.verify", "applications.decide", "applications.decide_second",
        "applications.complete",
        "applications.reassign", "applications.reopen", "documents.read", "residents.read", "residents.names", "residents.reveal",
        "loss_reports.read", "loss_reports.take", "search", "cards.read", "reports.read", "reason_codes.read", "reason_codes.edit",
        "material_rules.read", "material_rules.edit", "calendar.read", "mailing.read", "staff.read", "readings.read", "residents.watch",
        "residents.extract", "restrictions.read", "restrictions.set", "erasures.read", "erasures.ask", "notices.read", "notices.print",
        "production.read",
    },
    Role.MAILROOM_CLERK: _EVERYBODY
    | {
        "residents.names", "residents.phone", "cards.read", "cards.make", "cards.destroy", "mailing.read", "mailing.work", "search",
        "label_stocks.read", "label_stocks.edit",
        "notices.read", "notices.print", "production.read", "production.work", "card_makers.read",
        "label_printers.read", "label_printers.edit",
    },
    Role.AUDITOR: _EVERYBODY
    | {
        "audit.read", "readings.read", "applications.read", "loss_reports.read", "residents.read", "reports.read", "cards.read",
        "mailing.read", "staff.read", "search", "retention.read", "restrictions.read", "erasures.read", "production.read", "clients.read",
    },
    Role.ADMINISTRATOR: _EVERYBODY | {
        "staff.read", "staff.edit", "centres.edit", "calendar.read", "calendar.edit", "system.read", "retention.read", "card_makers.read",
        "card_makers.edit", "photo_profiles.read", "photo_profiles.edit", "clients.read", "clients.edit",
    },
}  # fmt: skip


FILE = "applications.file"
"""What only residents and clients hold, by their level or scope: filing a case and going on with it; no role has it."""
REPORT = "loss_reports.file"
"""The same for reporting a loss."""
_CALLED = ("cards.send_to_maker", "cards.come_from_maker", "cards.call_back", "production.leave_out")
_CLIENTS = ("add", "change", "switch", "make_key", "end_key")
_MAKING = ("freeze", "export", "cancel", "send", "download", "hand_in", "confirm", "put_aside", "take", "close", "fail")
VERBS: dict[str, frozenset[str]] = {
    "residents.register_or_update": frozenset({"residents.edit"}),
    "residents.register_unknown": frozenset({FILE, REPORT}),
    "residents.update_contact": frozenset({"residents.edit"}),
    "residents.correct": frozenset({"residents.edit"}),
    "residents.reveal_id_number": frozenset({"residents.reveal"}),
    "residents.reveal_phone": frozenset({"residents.reveal", "residents.phone"}),
    "residents.note_reveal": frozenset({"residents.reveal", "residents.phone"}),
    "residents.note_call": frozenset({"residents.reveal"}),
    "residents.watch": frozenset({"residents.watch"}),
    "residents.raise_alarm": frozenset({"system.work"}),
    "unsent_forms.keep": frozenset({"loss_reports.take"}),
    "unsent_forms.close": frozenset({"loss_reports.take"}),
    "unsent_forms.discard": frozenset({"loss_reports.take"}),
    "loss_reports.take": frozenset({"loss_reports.take", REPORT}),
    "loss_reports.formalise": frozenset({"loss_reports.take", REPORT}),
    "loss_reports.lift": frozenset({"loss_reports.take", REPORT}),
    "loss_reports.note_bank_side": frozenset({"loss_reports.take"}),
    "loss_reports.attach_proof": frozenset({"loss_reports.take"}),
    "loss_reports.lapse_due": frozenset({"system.work"}),
    "loss_reports.conclude": frozenset({"system.work", "cards.hand_over"}),
    "applications.claim": frozenset({"applications.claim"}),
    "applications.next_case": frozenset({"applications.claim"}),
    "applications.release": frozenset({"applications.claim"}),
    "applications.reassign": frozenset({"applications.reassign"}),
    "applications.extend_lease": frozenset({"applications.claim"}),
    "applications.approve": frozenset({"applications.decide"}),
    "applications.reject": frozenset({"applications.decide"}),
    "applications.recommend": frozenset({"applications.decide"}),
    "applications.approve_second": frozenset({"applications.decide_second"}),
    "applications.reject_second": frozenset({"applications.decide_second"}),
    "applications.send_back": frozenset({"applications.decide_second"}),
    "applications.next_second": frozenset({"applications.decide_second"}),
    "applications.request_information": frozenset({"applications.decide"}),
    "applications.reopen": frozenset({"applications.reopen"}),
    "applications.take_back": frozenset({"applications.decide", "applications.decide_second"}),
    "applications.give_verdict": frozenset({"applications.verify"}),
    "applications.keep_unsaved": frozenset({"applications.decide", "applications.verify"}),
    "applications.drop_unsaved": frozenset({"applications.decide", "applications.verify"}),
    "documents.add": frozenset({"applications.complete", FILE}),
    "documents.add_shared": frozenset({"applications.complete", "loss_reports.take", FILE}),
    **{
        f"documents.{verb}": frozenset({"applications.complete"})
        for verb in ("cut", "remove", "restore", "see_face", "change_kind", "see_original", "unsee_original")
    },
    "applications.take_in": frozenset({"applications.take_in", FILE}),
    "applications.change": frozenset({"applications.take_in"}),
    "applications.submit": frozenset({"applications.take_in", FILE}),
    "applications.give_look_up_code": frozenset({"applications.complete"}),
    "applications.resume": frozenset({"applications.complete", FILE}),
    "applications.redirect": frozenset({"applications.complete"}),
    "applications.note_reminder": frozenset({"applications.complete"}),
    "applications.remind_due": frozenset({"system.work"}),
    "applications.lapse_due": frozenset({"system.work"}),
    "applications.withdraw": frozenset({"applications.withdraw", FILE}),
    "applications.link_loss_report": frozenset({"loss_reports.take", FILE}),
    "applications.link_what_is_known": frozenset({"loss_reports.take", FILE}),
    "applications.mark_posted": frozenset({"mailing.work"}),
    "applications.take_back_posting": frozenset({"mailing.work"}),
    "applications.conclude_loss_report": frozenset({"system.work", "cards.hand_over"}),
    "cards.request_card": frozenset({"system.work"}),
    "cards.mark_made": frozenset({"cards.make"}),
    **dict.fromkeys((f"production.{verb}" for verb in _MAKING), frozenset({"production.work"})),
    **dict.fromkeys(_CALLED, frozenset({"production.work", "system.work"})),
    "cards.mark_ready": frozenset({"cards.make"}),
    "cards.spoil": frozenset({"cards.make"}),
    "cards.take_back_ready": frozenset({"cards.make"}),
    "cards.take_back_posting": frozenset({"mailing.work"}),
    "cards.hand_over": frozenset({"cards.hand_over"}),
    "cards.reveal_collector": frozenset({"residents.reveal"}),
    "cards.attach_authority": frozenset({"cards.hand_over"}),
    "cards.post": frozenset({"mailing.work"}),
    "mailing.open_batch": frozenset({"mailing.work"}),
    "mailing.add_cards": frozenset({"mailing.work"}),
    "mailing.choose_sheet": frozenset({"mailing.work"}),
    "mailing.take_out": frozenset({"mailing.work"}),
    **dict.fromkeys(
        ("mailing.stuff", "mailing.unstuff", "mailing.settle_stop", "mailing.reprint_cells", "mailing.open_labels"),
        frozenset({"mailing.work"}),
    ),
    **dict.fromkeys(("mailing.open_all", "mailing.stop_opening", "mailing.stop_printing"), frozenset({"mailing.work"})),
    "mailing.correct_recipient": frozenset({"mailing.work"}),
    "mailing.cancel": frozenset({"mailing.work"}),
    "mailing.measure_printer": frozenset({"label_printers.edit"}),
    "mailing.print_labels": frozenset({"mailing.work"}),
    "mailing.reprint": frozenset({"mailing.work"}),
    "mailing.retry_reprint": frozenset({"mailing.work"}),
    "mailing.book_parcels": frozenset({"mailing.work"}),
    "mailing.post_batch": frozenset({"mailing.work"}),
    "mailing.correct_tracking": frozenset({"mailing.work"}),
    "mailing.take_back_posting": frozenset({"mailing.work"}),
    "notices.say": frozenset({"system.work"}),
    "notices.print": frozenset({"notices.print"}),
    "notices.readdress": frozenset({"system.work"}),
    "notices.drop": frozenset({"system.work"}),
    "notices.send": frozenset({"system.work"}),
    "notices.settle": frozenset({"system.work"}),
    "notices.send_again": frozenset({"notices.print"}),
    "notices.write_instead": frozenset({"notices.print"}),
    "notices.by_letter": frozenset({"system.work", "notices.print"}),
    **dict.fromkeys((f"accounts.{verb}" for verb in ("ask", "make_code", "settle_code", "enter", "leave")), frozenset({"system.work"})),
    "extracts.make": frozenset({"residents.extract"}),
    "restrictions.restrict": frozenset({"restrictions.set"}),
    "restrictions.lift": frozenset({"restrictions.set"}),
    "erasures.ask": frozenset({"erasures.ask"}),
    "erasures.carry_out": frozenset({"erasures.ask"}),
    "erasures.refuse": frozenset({"erasures.ask"}),
    "erasures.go_on": frozenset({"erasures.ask"}),
    "erasures.work": frozenset({"system.work"}),
    "applications.recount": frozenset({"system.work"}),
    "retention.apply": frozenset({"system.work"}),
    "staff.add_member": frozenset({"staff.edit"}),
    "staff.add_first_administrator": frozenset({"system.work"}),
    "staff.restore_administrator": frozenset({"system.work"}),
    "staff.change_member": frozenset({"staff.edit"}),
    "staff.reset_password": frozenset({"staff.edit"}),
    "staff.reset_second_factor": frozenset({"staff.edit"}),
    "staff.sign_out_everywhere": frozenset({"staff.edit"}),
    **dict.fromkeys((f"clients.{verb}" for verb in _CLIENTS), frozenset({"clients.edit"})),
    "applications.release_of_another": frozenset({"applications.reassign"}),
} | mail.VERBS
"""Verb of an operation -> the permissions of which one is enough; for staff, and for residents and clients by the rights they are given.

`system.work` is what the office does by itself.
"""

Work = Callable[[str, Iterable[Any]], AbstractContextManager[None]]


def _nothing(_name: str, _given: Iterable[Any]) -> AbstractContextManager[None]:
    return nullcontext()


AROUND: PerApp[Work] = PerApp("permissions.around", lambda: _nothing)
"""What stands around the work of every verb, once its right is given: the check for restricted records, in a room above (menu.py)."""


def is_allowed(by: Actor, name: str) -> bool:
    """Whether `by` may do the verb `name`."""
    return not by.rights.isdisjoint(VERBS[name])


def verb(name: str) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """The operation is the verb `name`: before anything else it asks whether its `by` may (NotAllowed), here and nowhere in its body.

    Without a `by` it is the office itself that acts, where the operation allows that.
    """
    if name not in VERBS:
        raise KeyError(f"no row of VERBS says who may do {name}")

    def mark(operation: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @wraps(operation)
        def asking(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            if not is_allowed(kwargs.get("by", SYSTEM), name):  # type: ignore[arg-type]
                raise NotAllowed(_l("Your role does not allow this. Nothing was changed. If you need it, ask your administrator."))
            if not is_in_app():
                return operation(*args, **kwargs)
            with AROUND.get()(name, (*args, *kwargs.values())):
                return operation(*args, **kwargs)

        asking.verb = name  # type: ignore[attr-defined]
        return asking

    return mark


def rights_of(role: str) -> frozenset[str]:
    """The permissions of `role`; none for an unknown one."""
    return PERMISSIONS.get(role, frozenset())  # type: ignore[call-overload, no-any-return]  # a Role equals its text


def allows(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`; an unknown role or permission is refused."""
    return permission in rights_of(role)


ALL_CENTRES = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.MAILROOM_CLERK, Role.AUDITOR})
"""Roles that work for the whole office; a supervisor with a centre sees only that centre (queries.visible_to)."""

NEEDS_CENTRE = frozenset({Role.INTAKE_CLERK})
"""Roles that work at the counter of one centre."""
