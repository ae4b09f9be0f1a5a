"""Doors: the file in which a maker answers: hand it in, look at each row, take it, put it aside."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.table_files import MOST_BYTES, TableRefused, read_table
from admin_app.production import rules
from admin_app.production.forms import ConfirmForm
from admin_app.production.operations import answers
from admin_app.production.queries import answers as queries
from admin_app.production.queries import batches as batch_queries
from admin_app.web import form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.request_limits import takes_files

FILE = "answer"
SHOWN = 200
"""Rows that are not right of which the page names so many."""


class AnswerView(DeskView):
    """Answers of makers."""

    route_base = "/production"
    default_view = "show"

    @expose("/<public_id>/answers", methods=["GET"])
    @requires("production.work")
    def ask(self, public_id: str) -> Any:
        """The page that takes the file."""
        return self._upload_page(public_id)

    @expose("/<public_id>/answers", methods=["POST"])
    @requires("production.work")
    @takes_files(1)
    def hand_in(self, public_id: str) -> Any:
        """Keep the file and show what it would do; nothing of it is taken yet."""
        upload = request.files.get(FILE)
        data = upload.stream.read(MOST_BYTES + 1) if upload is not None else b""
        if not data:
            return self._upload_page(public_id, 422, _("Please choose the file first."))
        try:
            rows = queries.rows_in(data)
            kind = read_table(data, most_rows=rules.MOST_ROWS).kind
        except TableRefused as refused:
            return self._upload_page(public_id, refused.status, refused.message)
        batch = batch_queries.by_public_id(signed_in(), public_id)
        file = storage.prepare_table(data, kind, f"{batch.reference}.{kind}")
        with transaction():
            batch = batch_queries.by_public_id(signed_in(), public_id)
            address = answers.hand_in(batch, file, row_count=len(rows), by=signed_in()).public_id
        return redirect(url_for("AnswerView.show", public_id=address))

    def _upload_page(self, public_id: str, status: int = 200, file_error: Any = "") -> Any:
        batch = batch_queries.by_public_id(signed_in(), public_id)
        if batch.status != rules.Status.SENT:
            raise Conflict(_("An answer is taken while the maker has the batch."))
        facts = {"file_error": file_error, "words": rules.FAULT_WORDS, "faults": rules.MAKER_FAULT_LABELS}
        return self.render_template("production/hand_in.html", batch=batch, **facts), status

    @expose("/answers/<public_id>", methods=["GET"])
    @requires("production.read")
    def show(self, public_id: str) -> Any:
        """What the file says, row by row, and what would be taken of it."""
        return self._page(public_id, ConfirmForm(formdata=None))

    def _page(self, public_id: str, form: ConfirmForm, status: int = 200) -> Any:
        answer = queries.by_public_id(signed_in(), public_id)
        review = queries.review(answer.batch, queries.rows_of(answer)) if answer.file is not None else None
        facts = {"review": review, "bad": review.bad[:SHOWN] if review else [], "labels": rules.ROW_FAULT_LABELS}
        is_own = signed_in().is_staff_member(answer.handed_in_by_id)
        return self.render_template("production/answer.html", answer=answer, form=form, is_own=is_own, **facts), status

    @expose("/answers/<public_id>/take", methods=["POST"])
    @requires("production.work")
    def confirm(self, public_id: str) -> Any:
        """Have the good rows taken."""
        form = ConfirmForm()
        if not form.validate():
            return self._page(public_id, form, 422)
        answer = queries.by_public_id(signed_in(), public_id)
        review = queries.review(answer.batch, queries.rows_of(answer))
        try:
            with transaction():
                answer = queries.by_public_id(signed_in(), public_id)
                answers.confirm(answer, review, reason=form.reason.data or "", by=signed_in())
        except Conflict:
            raise
        except DomainError as refused:
            return self._page(public_id, form, form_errors.put(form, refused))
        flash(_("The rows are being taken."), "success")
        return redirect(url_for("AnswerView.show", public_id=public_id))

    @expose("/answers/<public_id>/put-aside", methods=["POST"])
    @requires("production.work")
    def put_aside(self, public_id: str) -> Any:
        """Nothing of the file is taken."""
        with transaction():
            answer = queries.by_public_id(signed_in(), public_id)
            batch = answer.batch.public_id
            answers.put_aside(answer, by=signed_in())
        flash(_("The file was put aside; nothing of it was taken."), "success")
        return redirect(url_for("ProductionView.show", public_id=batch))
