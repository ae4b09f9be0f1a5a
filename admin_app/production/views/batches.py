"""Doors: production batches from their choice to the maker."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.centres import queries as centres
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.i18n import LANGUAGES, language, pick
from admin_app.foundation.jobs.models import FAILED
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text import numbers
from admin_app.production import rules
from admin_app.production.forms import BatchForm, CloseForm, LeaveOutForm
from admin_app.production.lists import BATCHES, LINES, why_text
from admin_app.production.models import ProductionBatch
from admin_app.production.operations import answers as answer_operations
from admin_app.production.operations import batches, moves
from admin_app.production.queries import answers as answer_queries
from admin_app.production.queries import batches as queries
from admin_app.production.queries import papers
from admin_app.web import arguments, files, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render
from admin_app.web.search_hits import Hit
from reports.letters.packing_note import packing_note


def find(text: str, me: Actor) -> list[Hit]:
    """The production batch that is called exactly so, for the search box."""
    code = numbers.reference(text)
    batch = queries.by_reference(me, code) if me.may("production.read") and rules.is_batch_reference(code) else None
    if batch is None:
        return []
    label = rules.STATUS_LABELS[rules.Status(batch.status)]
    return [Hit(_l("Production batch"), batch.reference, label, url_for("ProductionView.show", public_id=batch.public_id))]


class ProductionView(DeskView):
    """Batches of cards that a maker makes."""

    route_base = "/production"

    @expose("/", methods=["GET"])
    @requires("production.read")
    def index(self) -> Any:
        """One page of batches of one state."""
        return render(BATCHES)

    @expose("/new", methods=["GET"])
    @requires("production.work")
    def new(self) -> Any:
        """Which cards a batch is to hold."""
        return self._new_page(BatchForm(formdata=None))

    @expose("/new", methods=["POST"])
    @requires("production.work")
    def freeze(self) -> Any:
        """Fix the cards of a new batch; a job makes its package."""
        form = BatchForm().offer(queries.makers(), centres.active())
        if not form.validate():
            return self._new_page(form, 422)
        wish = form.wish(centres.active())
        try:
            with transaction():
                made = batches.freeze(wish, maker=queries.maker_by_code(form.maker.data or ""), seen=form.seen.data, by=signed_in())
                address, count = url_for("ProductionView.show", public_id=made.public_id), made.card_count
        except DomainError as refused:
            return self._new_page(form, form_errors.put(form, refused))
        flash(ngettext("%(num)s card is in the batch.", "%(num)s cards are in the batch.", count), "success")
        return redirect(address)

    def _new_page(self, form: BatchForm, status: int = 200) -> Any:
        makers, form.seen.data = queries.makers(), queries.newest(signed_in())
        facts = {"due": queries.count_due(queries.Wish()), "most": rules.MOST_CARDS, "makers": makers}
        return self.render_template("production/new.html", form=form.offer(makers, centres.active()), **facts), status

    @expose("/<public_id>", methods=["GET"])
    @requires("production.read")
    def show(self, public_id: str) -> Any:
        """One batch: how far it is, its package and hashes, what the maker answered, its cards."""
        return self._page(queries.by_public_id(signed_in(), public_id))

    def _page(self, batch: ProductionBatch, *, status: int = 200, form: CloseForm | None = None, problem: Any = "") -> Any:
        me, is_in_work = signed_in(), moves.is_in_work(batch)
        may_change = me.may("production.work") and batch.status == rules.Status.FROZEN and not is_in_work
        return render(
            LINES,
            status=status,
            place={"public_id": batch.public_id},
            batch=batch,
            may_leave_out=may_change,
            may_change=may_change,
            is_in_work=is_in_work,
            has_failed=batch.exported_at is None and batch.job is not None and batch.job.status == FAILED,
            left_out=queries.left_out(batch) if queries.left_out_count(batch) else [],
            left_out_count=queries.left_out_count(batch),
            why_text=why_text,
            answers=answer_queries.of_batch(batch) if batch.sent_at else [],
            last_day=queries.last_day(batch),
            is_late=queries.is_late(batch),
            is_sender=me.is_staff_member(batch.sent_by_id),
            form=form or CloseForm(formdata=None, version=batch.version),
            problem=problem,
            in_groups=papers.in_groups,
            timeline=queries.timeline(batch),
            rules=rules,
        )

    @expose("/<public_id>/package", methods=["POST"])
    @requires("production.work")
    def order_package(self, public_id: str) -> Any:
        """Have the package made (again) by a job."""
        with transaction():
            batches.order_package(queries.by_public_id(signed_in(), public_id), version=arguments.form.version(), by=signed_in())
        return redirect(url_for("ProductionView.show", public_id=public_id))

    @expose("/<public_id>/download", methods=["POST"])
    @requires("production.work")
    def download(self, public_id: str) -> Any:
        """The encrypted package, after the download is in the log."""
        batch = queries.by_public_id(signed_in(), public_id)
        content = storage.read(batch.package) if batch.package is not None else b""
        with transaction():
            batches.note_download(queries.by_public_id(signed_in(), public_id), by=signed_in())
        return files.attachment(content, name=f"{batch.reference}.p7m", media_type="application/pkcs7-mime")

    @expose("/<public_id>/cover.pdf", methods=["GET"])
    @requires("production.work")
    def cover(self, public_id: str) -> Any:
        """The cover sheet, in the language asked for (?language=zh), else that of the page."""
        batch = queries.by_public_id(signed_in(), public_id)
        if not batch.package_sha256 or batch.exported_at is None:
            raise Conflict(_("The package of this batch is not made yet."))
        wanted = arguments.address.choice("language", LANGUAGES, language())
        with force_locale(wanted), files.printing():
            made = packing_note(papers.note_row(batch, pick(batch.maker, "name")), wanted)
        return files.own_pdf(made, name=f"{batch.reference}.pdf")

    @expose("/<public_id>/cards/<key>/leave-out", methods=["GET"])
    @requires("production.work")
    def ask_leave_out(self, public_id: str, key: str) -> Any:
        """Why a card is taken out."""
        return self._leave_out_page(public_id, key, LeaveOutForm(formdata=None))

    @expose("/<public_id>/cards/<key>/leave-out", methods=["POST"])
    @requires("production.work")
    def leave_out(self, public_id: str, key: str) -> Any:
        """Take a card out of a batch that is not sent yet."""
        form, me = LeaveOutForm(), signed_in()
        if not form.validate():
            return self._leave_out_page(public_id, key, form, 422)
        with transaction():
            batch = queries.by_public_id(me, public_id)
            batches.leave_out(batch, queries.line_of(me, batch, key), form.reason.data, by=me)
        flash(_("The card was left out; it is requested as before. Have the package made again."), "success")
        return redirect(url_for("ProductionView.show", public_id=public_id))

    def _leave_out_page(self, public_id: str, key: str, form: LeaveOutForm, status: int = 200) -> Any:
        batch = queries.by_public_id(signed_in(), public_id)
        line = queries.line_of(signed_in(), batch, key)
        return self.render_template("production/leave_out.html", batch=batch, line=line, form=form), status

    @expose("/<public_id>/cancel", methods=["POST"])
    @requires("production.work")
    def cancel(self, public_id: str) -> Any:
        """Give up a batch that is not sent yet."""
        with transaction():
            batches.cancel(queries.by_public_id(signed_in(), public_id), version=arguments.form.version(), by=signed_in())
        flash(_("The batch was cancelled; its cards are requested as before."), "success")
        return redirect(url_for("ProductionView.index"))

    @expose("/<public_id>/sent", methods=["POST"])
    @requires("production.work")
    def send(self, public_id: str) -> Any:
        """The maker has the package."""
        try:
            with transaction():
                batches.send(queries.by_public_id(signed_in(), public_id), version=arguments.form.version(), by=signed_in())
        except Conflict as refused:
            return self._page(queries.by_public_id(signed_in(), public_id), status=refused.status, problem=refused.message)
        flash(_("The batch is at the maker. Its answer is expected by the day shown here."), "success")
        return redirect(url_for("ProductionView.show", public_id=public_id))

    @expose("/<public_id>/close", methods=["POST"])
    @requires("production.work")
    def close(self, public_id: str) -> Any:
        """The maker will not deliver the rest."""
        form = CloseForm()
        if not form.validate():
            return self._page(queries.by_public_id(signed_in(), public_id), status=422, form=form)
        try:
            with transaction():
                batch = queries.by_public_id(signed_in(), public_id)
                answer_operations.close(batch, form.reason.data, version=arguments.form.version(), by=signed_in())
        except DomainError as refused:
            return self._page(queries.by_public_id(signed_in(), public_id), status=form_errors.put(form, refused), form=form)
        flash(_("The batch is closed; what was not delivered is requested again."), "success")
        return redirect(url_for("ProductionView.show", public_id=public_id))
