"""Doors: the log, for auditors; lists as files, each of which stands in the log."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l

from admin_app.audit import operations, queries, rules
from admin_app.audit.models import AuditEntry
from admin_app.foundation import list_files
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import language, words
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.limits import Kind
from admin_app.foundation.typed_text import numbers
from admin_app.web import arguments, fact_words, files
from admin_app.web.desk_view import DeskView, expose, refuse_unless, requires, signed_in
from admin_app.web.error_pages import TEXTS
from admin_app.web.fresh_proof import needs_fresh_proof
from admin_app.web.lists import export
from admin_app.web.lists.address import Wanted
from admin_app.web.lists.description import TIME, Column, Empty, ListPage, Order
from admin_app.web.lists.drawing import macro
from admin_app.web.lists.filters import Choice, Days, Text
from admin_app.web.lists.page import render
from admin_app.web.lists.shown import Shown

CELLS = "audit/cells.html"
FILE_TYPES = {
    Kind.CSV.value: "text/csv; charset=utf-8",
    Kind.XLSX.value: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Line(NamedTuple):
    """An entry, and the user name of whoever did it (None: the desk itself, or somebody who is gone)."""

    entry: AuditEntry
    username: str | None


def _lines(entries: Sequence[AuditEntry], _context: Any) -> list[Line]:
    usernames = queries.usernames(entries)
    return [Line(entry, usernames.get(entry.id)) for entry in entries]


def _question(wanted: Wanted) -> queries.EntryFilter:
    first, last = wanted.get("days", (None, None))
    return queries.EntryFilter(
        actor=wanted.get("username"),
        action=wanted.get("action", ""),
        subject_type=wanted.get("subject_type", ""),
        subject_ref=wanted.get("subject_ref", ""),
        case=wanted.get("case", ""),
        from_day=first,
        to_day=last,
    )


def _did(line: Line, _context: Any) -> str:
    return " · ".join(filter(None, (str(rules.action_text(line.entry)), line.entry.outcome if line.entry.outcome != "done" else "")))


def _details(line: Line, _context: Any) -> str:
    return fact_words.text(line.entry.action, line.entry.changes)


AUDIT_LOG = ListPage(
    name="audit",
    endpoint="AuditView.index",
    permission="audit.read",
    title=_l("Audit log"),
    subtitle=_l("Who did what to which record, when and from where; nothing here can be changed"),
    listed=queries.listed,
    question=_question,
    prepare=_lines,
    row_id="entry.id",
    links_rows=False,
    facts={"rules": rules},
    columns=[
        Column(
            name="at", label=_l("When"), value="entry.at", style="nowrap", is_fixed=True, cell=macro(CELLS, "at"),
            order=Order(by=queries.NEWEST, words=TIME, descending=True),
        ),
        Column(name="written", label=_l("Written"), value="entry.written_at", style="nowrap", is_shown=False),
        Column(name="who", label=_l("Who"), value=lambda line, _: rules.actor(line.entry), cell=macro(CELLS, "who")),
        Column(name="role", label=_l("Role"), value=lambda line, _: rules.role_label(line.entry.actor_role), is_shown=False),
        Column(name="action", label=_l("Did what"), value=_did, cell=macro(CELLS, "action")),
        Column(name="reason", label=_l("Reason"), value="entry.reason", style="wrap", is_shown=False),
        Column(name="kind", label=_l("Kind of record"), value=lambda line, _: rules.subject_label(line.entry.subject_type), is_shown=False),
        Column(name="record", label=_l("Record"), value="entry.subject_ref", cell=macro(CELLS, "record")),
        Column(name="origin", label=_l("From where"), value="entry.origin", is_shown=False),
        Column(name="request", label=_l("Request"), value="entry.request_id", is_shown=False),
        Column(name="details", label=_l("Details"), value=_details, style="wrap", cell=macro(CELLS, "details")),
    ],
    order="-at",
    filters=[
        Text(name="username", label=_l("Who"), limit=64, placeholder=_l("user name, or system"), normalise=queries.actor_called),
        Text(
            name="subject_ref", label=_l("Record"), limit=64, placeholder=_l("reference or code"), normalise=numbers.reference,
            shown=fact_words.record,
        ),
        Text(name="case", label=_l("Case"), limit=32, placeholder="BK-26-0048207", normalise=queries.case_called, shown=fact_words.record),
        Choice(name="action", label=_l("Action"), offers=lambda *_: [*words(rules.ACTIONS).items()]),
        Choice(name="subject_type", label=_l("Kind of record"), offers=lambda *_: [*words(rules.SUBJECTS).items()]),
        Days(name="days", label=_l("Day"), first="from_day", last="to_day"),
    ],
    empty=Empty(title=_l("No entries"), text=_l("Everything that somebody does appears here at once."), icon="history"),
)  # fmt: skip


class AuditView(DeskView):
    """Who did what to which record, when and from where."""

    route_base = "/audit"

    @expose("/", methods=["GET"])
    @requires("audit.read")
    def index(self) -> Any:
        """One page of the log, filtered."""
        return render(AUDIT_LOG)


class ListFileView(DeskView):
    """Every list as a file. It stands in this room because no list leaves the desk without an entry in the log."""

    route_base = "/lists"
    default_view = "export"

    @expose("/<name>/export", methods=["POST"])
    @requires("home")
    @needs_fresh_proof
    def export(self, name: str) -> Any:
        """The rows that the form asks for, for whoever may see the list, as CSV or XLSX; of many, the page of an order."""
        page = called(name)
        kind = arguments.form.choice("file", FILE_TYPES) or arguments.form.refuse()
        view = export.view_of(page, request.form)
        if view.after is not None:
            return self._order(view, kind)
        table = export.table_of(view)
        content = export.content_of(table, kind, name)
        with transaction():
            facts = export.facts_of(view.context, kind, len(table.rows))
            operations.record("lists.exported", "list", name, by=signed_in(), changes=facts)
        return files.attachment(content, name=export.file_name(view.context, kind), media_type=FILE_TYPES[kind])

    def _order(self, view: Shown, kind: str) -> Any:
        address = view.address
        with transaction():
            made = list_files.order(
                signed_in(),
                view.page.name,
                kind=kind,
                language=language(),
                query=urlencode(address.saved),
                place=urlencode(address.place),
                columns=[column.name for column in view.columns],
            )
        return redirect(url_for("ListFileView.show", public_id=made.public_id))

    @expose("/files/<public_id>", methods=["GET"])
    @requires("home")
    def show(self, public_id: str) -> Any:
        """How far a file is that one has ordered; once it is made, the way to it."""
        ordered = own_order(public_id)
        return self.render_template("desk/list_file.html", ordered=ordered, page=called(ordered.list_name))

    @expose("/files/<public_id>/content", methods=["GET"])
    @requires("home")
    def content(self, public_id: str) -> Any:
        """The file itself, for whoever ordered it."""
        ordered = own_order(public_id)
        if ordered.file is None:
            raise NotFound(TEXTS[404][1])
        return files.attachment(storage.read(ordered.file), name=ordered.file.original_name, media_type=FILE_TYPES[ordered.kind])


def called(name: str) -> ListPage:
    """The list of this name, if the signed-in person may see it."""
    page = export.called(name)
    if page is None:
        raise NotFound(TEXTS[404][1])
    refuse_unless(page.permission)
    return page


def own_order(public_id: str) -> list_files.ListFile:
    """The signed-in person's own order of a file; nobody else finds it."""
    found = list_files.ordered_by(signed_in(), public_id)
    if found is None:
        raise NotFound(_l("There is no such file. Files of lists can be downloaded for a day, by whoever ordered them."))
    return found
