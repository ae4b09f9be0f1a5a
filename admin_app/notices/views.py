"""Doors: the letters to residents, one and many of them on paper, and what was said about a case."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_app.audit.operations import reading
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError, NotFound
from admin_app.foundation.per_app import PerApp
from admin_app.notices import operations, queries, rules
from admin_app.notices.lists import NOTICES
from admin_app.notices.models import Notice
from admin_app.notices.operations import sending
from admin_app.notices.rules.together import Place, order_of
from admin_app.residents import queries as residents
from admin_app.web import arguments, files
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render
from reports.letters.notices import AddressTooLong, notice_letters

CASE_PAGE: PerApp[str] = PerApp("notices.case_page", str)
"""The page of a case, whose room lies above this one (menu.py)."""
MOST = operations.MOST_AT_ONCE
LABELS: PerApp[Callable[[Sequence[str]], Mapping[str, Place]]] = PerApp("notices.labels", lambda: lambda _cases: {})
"""Public ids of cases -> where their labels lie, for those that have one; the room of labels lies above this one (menu.py)."""


class AddressDoesNotFit(DomainError):
    """The address of a letter is longer than the window of an envelope."""


class Case(Protocol):
    """A case, whose room lies above this one."""

    public_id: Any


class NoticeView(DeskView):
    """Letters to residents."""

    route_base = "/notices"

    @expose("/", methods=["GET"])
    @requires("notices.print")
    def index(self) -> Any:
        """One page of the letters of one state."""
        return render(NOTICES)

    @expose("/<public_id>.pdf", methods=["GET"])
    @requires("notices.read")
    def letter(self, public_id: str) -> Any:
        """One letter, as it was said."""
        notice = queries.by_public_id(signed_in(), public_id)
        if notice.channel != rules.Channel.LETTER:
            raise NotFound(_l("This was a message: there is no letter of it."))
        return _pdf([notice], name=f"{notice.reference}-{notice.kind}.pdf")

    @expose("/chosen", methods=["POST"])
    @requires("notices.print")
    def chosen(self) -> Any:
        """What was selected in the list: letters to the page that prints them, messages once more to the gateway or on paper."""
        verb = arguments.form.choice("verb", ("print", "again", "letter")) or arguments.form.refuse()
        chosen = arguments.form.public_ids("notice", most=MOST + 1)
        if not chosen or len(chosen) > MOST:
            flash(
                _("At most %(most)s at once.", most=MOST) if chosen else _("Nothing was selected. Select rows first (x)."),
                "warning",
            )
            return redirect(url_for("NoticeView.index"))
        if verb == "print":
            return redirect(url_for("NoticeView.letters", notice=chosen))
        return self._out_of_trouble(verb, queries.by_public_ids(signed_in(), chosen))

    def _out_of_trouble(self, verb: str, notices: list[Notice]) -> Any:
        try:
            with transaction():
                count = (sending.send_again if verb == "again" else sending.write_instead)(notices, by=signed_in())
        except DomainError as refused:
            flash(refused.message, "warning")
            return redirect(url_for("NoticeView.index", tab="trouble"))
        said = ngettext("%(num)s message leaves once more.", "%(num)s messages leave once more.", count)
        if verb == "letter":
            said = ngettext(
                "%(num)s letter was written; it waits to be printed.", "%(num)s letters were written; they wait to be printed.", count
            )
        flash(said, "success" if count else "info")
        return redirect(url_for("NoticeView.index", tab="trouble"))

    @expose("/letters", methods=["GET"])
    @requires("notices.print")
    def letters(self) -> Any:
        """The letters that are printed now: those that were chosen, else the longest waiting."""
        chosen = _asked()
        found = queries.by_public_ids(signed_in(), chosen) if chosen else queries.longest_waiting(signed_in(), limit=MOST)
        reading.opened("printed", "letters", *(notice.resident for notice in found))
        labels = LABELS.get()([notice.case_ref for notice in found])
        printable = _as_labels_lie([notice for notice in found if _is_printable(notice)], labels)
        facts = {"printable": printable, "left_out": [one for one in found if one not in printable], "rules": rules, "labels": labels}
        waiting = [notice for notice in printable if notice.status == rules.Status.WAITING]
        return self.render_template("notices/letters.html", waiting=waiting, most=MOST, **facts)

    @expose("/letters.pdf", methods=["GET"])
    @requires("notices.print")
    def letters_pdf(self) -> Any:
        """The chosen letters in one document, each on its own sheet, in the order of the page before it."""
        found = [notice for notice in queries.by_public_ids(signed_in(), _asked()) if _is_printable(notice)]
        if not found:
            raise Conflict(_l("There is nothing to print: none of these letters can leave."))
        labels = LABELS.get()([notice.case_ref for notice in found])
        return _pdf(_as_labels_lie(found, labels), name=f"letters-{len(found)}.pdf")

    @expose("/letters", methods=["POST"])
    @requires("notices.print")
    def printed(self) -> Any:
        """They came out of the printer: they do not wait any more."""
        found = queries.by_public_ids(signed_in(), arguments.form.public_ids("notice", most=MOST))
        with transaction():
            count = operations.mark_printed(found, by=signed_in())
        flash(ngettext("%(num)s letter is marked as printed.", "%(num)s letters are marked as printed.", count), "success")
        return redirect(url_for("NoticeView.index"))


def _asked() -> list[str]:
    return arguments.address.public_ids("notice", most=MOST)


def _as_labels_lie(notices: list[Notice], labels: Mapping[str, Place]) -> list[Notice]:
    return sorted(notices, key=lambda notice: order_of(labels.get(notice.case_ref), notice.recipient, notice.id))


def _is_printable(notice: Notice) -> bool:
    if notice.channel != rules.Channel.LETTER:
        return False
    return notice.status != rules.Status.DROPPED and not notice.resident.is_restricted and not notice.resident.erased_at


def _pdf(notices: list[Notice], *, name: str) -> Any:
    residents.refuse_print([notice.resident for notice in notices])
    reading.opened("printed", notices[0].reference if len(notices) == 1 else "letters", *(notice.resident for notice in notices))
    try:
        with files.printing():
            made = notice_letters([queries.letter_row(notice) for notice in notices])
    except AddressTooLong as long:
        sentence = _l("Nothing was printed: the address of %(case)s is too long for the window of an envelope.", case=long.number)
        raise AddressDoesNotFit(sentence) from None
    return files.own_pdf(made, name=name)


def case_section(case: Case, me: Actor) -> dict[str, Any]:
    """Part of the page of a case: what was said to its resident, when, by which way."""
    found = queries.of_case(str(case.public_id)) if me.may("applications.read") else []
    openable = {notice.public_id for notice in found if queries.may_open(me, notice) and notice.words_sealed}
    return {
        "template": "notices/case_section.html", "title": _("What the resident was told"), "actions": [], "notices": found,
        "openable": openable, "rules": rules,
    }  # fmt: skip
