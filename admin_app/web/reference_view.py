"""The base of the framework's CRUD screens, for reference data only: list, show, add, edit; nothing is deleted, only switched off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, g, has_request_context, redirect, request, url_for
from flask_appbuilder import ModelView, expose
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import NotFound

from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import DomainError
from admin_app.web import arguments
from admin_app.web.desk_view import refuse_unless
from admin_app.web.lists.description import Column, ListPage
from admin_app.web.lists.page import render
from admin_app.web.reference_form import ReferenceForm, choices_of, fields_of, labels_of
from admin_app.web.reference_list import cell_text, reference_list

ROUTES = frozenset({"list", "show", "add", "edit"})
PK = f"<int(max={arguments.LARGEST_ID}):pk>"


class _Taken(Exception):
    """Another row has the same value in the unique column args[0]."""


class _Stale(Exception):
    """The row was changed after the form was opened."""


@dataclass(frozen=True)
class Difference:
    """One field of a stale form: what was typed and what is stored now."""

    label: Any
    typed: Any
    stored: Any


class ReferenceView(ModelView):
    """A screen is a short declaration: model, form, noun, key, route_base, titles, list/search/order columns, class_permission_name.

    The form says the rest: its fields are the columns of the pages, their labels the headings, their choices the words.
    class_permission_name 'centres' asks for the permissions 'centres.read' and 'centres.edit' (staff/permissions/).
    """

    guards_every_route = True
    include_route_methods = set(ROUTES)
    base_permissions = ["can_list", "can_show", "can_add", "can_edit"]
    list_template, show_template = "desk/list.html", "reference/show.html"
    add_template, edit_template = "reference/form.html", "reference/form.html"
    stale_template = "reference/stale.html"

    noun = ""
    """Word of the audit actions: 'centre' records reference.centre_added and reference.centre_changed."""
    key = ""
    """By what the log names a row. If the form asks for it, it is unique, and stays as it was first typed."""
    fixed_columns: tuple[str, ...] = ()
    """What else stays as it was first typed."""
    model: Any = None
    form: type[ReferenceForm]
    page: ListPage
    """Its list, made of what the class declares."""
    choice_labels: Mapping[str, Mapping[Any, Any]] = {}
    intro: Any = ""
    is_searched = True
    """Whether its list is long enough to look for something in it."""
    extra_arguments: tuple[str, ...] = ()
    """Arguments of its list that other parts of the page read."""
    table_style = ""
    sections: Mapping[str, Any] = {}
    """Headings in a long form: the field before which each stands."""
    picture: Any = None
    """A method that draws a row, where a picture says more than figures."""
    picture_title: Any = ""
    shown_as: dict[str, Callable[[Any], Any]] = {}
    """How a column's value reads on the page, where neither as it is nor as the form's choice says."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "form" not in vars(cls):
            return
        fields = fields_of(cls.form)
        cls.datamodel = SQLAInterface(cls.model)
        cls.label_columns, cls.choice_labels = labels_of(fields), choices_of(fields)
        cls.add_columns = cls.show_columns = [*fields]
        cls.edit_columns = [name for name in fields if name not in (cls.key, *cls.fixed_columns)]
        cls.page = reference_list(cls)

    def __init__(self, **kwargs: Any) -> None:
        self.add_form = self.edit_form = self.search_form = self.form
        super().__init__(**kwargs)

    @property
    def _filters(self) -> Any:
        # The framework keeps one filter object per view and changes it in every request; ours lives as long as the request.
        if not has_request_context():
            return self.datamodel.get_filters(self.search_columns)
        mine = g.setdefault("reference_filters", {})
        return mine.setdefault(type(self).__name__, self.datamodel.get_filters(self.search_columns))

    @_filters.setter
    def _filters(self, _value: Any) -> None:
        """What the framework wants to keep is not kept."""

    @expose("/", methods=["GET"])
    def list(self) -> Any:
        """One page of rows; unknown values of known arguments answer 400."""
        self._refuse_unless("read")
        return render(type(self).page, view=self)

    @expose(f"/{PK}", methods=["GET"])
    def show(self, pk: int) -> Any:
        """One row and what happened to it."""
        self._refuse_unless("read")
        item = self._item(pk)
        return self.render_template(self.show_template, title=self.name_of(item), view=self, item=item, history=self.history(item))

    @expose("/add", methods=["GET", "POST"])
    def add(self) -> Any:
        """A new row; errors keep what was typed."""
        self._refuse_unless("edit")
        form = self.form()
        if request.method == "POST" and form.validate():
            pk = self._attempt(form, lambda: self._insert(form))
            if pk is not None:
                flash(_("Added."), "success")
                return redirect(self.url("show", pk=pk))
        page = self.render_template(self.add_template, title=self.add_title, view=self, form=form, item=None)
        return page, 422 if request.method == "POST" else 200

    @expose(f"/{PK}/edit", methods=["GET", "POST"])
    def edit(self, pk: int) -> Any:
        """Change or switch off a row; a form that was opened on an older version answers 409 with the differences."""
        self._refuse_unless("edit")
        form = self._edit_form(self._item(pk) if request.method != "POST" else None)
        if request.method != "POST":
            return self.render_template(self.edit_template, title=self.edit_title, view=self, form=form, item=self._item(pk))
        version = arguments.form.version()
        if form.validate():
            try:
                if self._attempt(form, lambda: self._update(form, pk, version)) is not None:
                    flash(_("Saved."), "success")
                    return redirect(self.url("show", pk=pk))
            except (_Stale, StaleDataError):
                return self._stale(form, pk), 409
        return self.render_template(self.edit_template, title=self.edit_title, view=self, form=form, item=self._item(pk)), 422

    def _edit_form(self, item: Any) -> ReferenceForm:
        form = self.form(obj=item)
        for name in set(self.add_columns) - set(self.edit_columns):
            del form[name]
        return form

    def _attempt(self, form: ReferenceForm, change: Callable[[], Any]) -> Any:
        try:
            return change()
        except _Taken as taken:
            form[taken.args[0]].errors = [_("Another entry has this already.")]
        except DomainError as refused:
            form.form_errors.append(refused.message)
        except (IntegrityError, DataError):
            form.form_errors.append(_("The database did not accept these values. Nothing was saved; please check them."))
        return None

    def _insert(self, form: ReferenceForm) -> int:
        with transaction() as session:
            self.hold_still()
            item = self.datamodel.obj()
            self._fill(item, form, self.add_columns)
            session.add(item)
            session.flush()
            self.refuse_wrong_whole()
            self.record_change(f"reference.{self.noun}_added", item, before={}, after=self.facts(item))
            return item.id

    def _update(self, form: ReferenceForm, pk: int, version: int) -> int:
        with transaction() as session:
            self.hold_still()
            item = self._item(pk)
            if item.version != version:
                raise _Stale
            before = self.facts(item)
            self._fill(item, form, self.edit_columns)
            after = self.facts(item)
            changed = [name for name in after if after[name] != before[name]]
            if changed:
                session.flush()
                self.refuse_wrong_whole()
                self.record_change(
                    f"reference.{self.noun}_changed",
                    item,
                    before={name: before[name] for name in changed},
                    after={name: after[name] for name in changed},
                )
        return pk

    def _fill(self, item: Any, form: ReferenceForm, columns: Any) -> None:
        model = self.datamodel.obj
        with db.session.no_autoflush:
            for name in columns:
                value = form[name].data
                if name == self.key:
                    others = select(model.id).where(getattr(model, name) == value, model.id != (item.id or 0))
                    if db.session.scalar(others.limit(1)) is not None:
                        raise _Taken(name)
                setattr(item, name, value)

    def _stale(self, form: ReferenceForm, pk: int) -> str:
        stored = self._item(pk)
        differences = [
            Difference(form[name].label.text, self.cell(name, form[name].data), self.cell(name, getattr(stored, name)))
            for name in self.edit_columns
            if form[name].data != getattr(stored, name)
        ]
        form.version.data = str(stored.version)
        return self.render_template(self.stale_template, title=self.edit_title, view=self, form=form, item=stored, differences=differences)

    def _item(self, pk: int) -> Any:
        item = db.session.get(self.datamodel.obj, pk)
        if item is None:
            raise NotFound
        return item

    def _refuse_unless(self, right: str) -> None:
        refuse_unless(f"{self.class_permission_name}.{right}")

    def hold_still(self) -> None:
        """Lock, before a change, what must not change meanwhile; for tables that are right only as a whole."""

    def refuse_wrong_whole(self) -> None:
        """Raise DomainError if the table, with the change in it, is not right as a whole; then nothing is saved."""

    def record_change(self, action: str, item: Any, *, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Write the change to the log, in the same transaction (audit/crud_view.py does)."""
        raise NotImplementedError

    def history(self, item: Any) -> Any:
        """What happened to this row, newest first."""
        return ()

    def facts(self, item: Any) -> dict[str, Any]:
        """What the log keeps of a row: the editable columns as JSON values."""
        values = {name: getattr(item, name) for name in self.edit_columns}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}

    def url(self, method: str, **values: Any) -> str:
        """Address of one of the four routes."""
        return url_for(f"{self.endpoint}.{method}", **values)

    @classmethod
    def more_columns(cls) -> Sequence[Column]:
        """Columns of the list that are no column of the table."""
        return ()

    @staticmethod
    def note_of(_item: Any) -> str:
        """What stands under the name of a row."""
        return ""

    def name_of(self, item: Any) -> Any:
        """How a row is called in titles."""
        return self.cell(self.key, getattr(item, self.key))

    def cell(self, name: str, value: Any) -> Any:
        """A value as it reads on the page."""
        return cell_text(type(self), name, value)
