"""A last look at every screen before the first request: the application does not start with one that our rules forbid."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask_appbuilder.api import BaseApi
from flask_appbuilder.baseviews import BaseFormView, BaseModelView
from flask_appbuilder.models.mixins import FileColumn, ImageColumn
from flask_appbuilder.views import CompactCRUDMixin, MasterDetailView, MultipleView

from admin_app.foundation import settings
from admin_app.web import doors, gate
from admin_app.web.reference_view import ROUTES, ReferenceView

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
MUST_SAY = (
    "noun",
    "key",
    "model",
    "form",
    "search_columns",
    "order_columns",
    "list_columns",
    "show_columns",
    "add_columns",
    "edit_columns",
)


class UnsafeScreen(SystemExit):
    """The application must not start; the message names each screen and what is wrong with it."""


def refuse_unsafe_screens(app: Flask, appbuilder: Any) -> None:
    """Stop the start (UnsafeScreen) if a screen breaks a rule."""
    problems = [*(found for view in appbuilder.baseviews for found in view_problems(view)), *route_problems(app)]
    if problems:
        raise UnsafeScreen("These screens must not be served:\n" + "\n".join(f"- {problem}" for problem in problems))


def view_problems(view: Any) -> Iterator[str]:
    """What is wrong with one registered screen."""
    name, kind = type(view).__name__, type(view)
    if isinstance(view, BaseApi):
        yield f"{name}: the framework's REST classes are not used here"
        return
    if isinstance(view, BaseFormView | MasterDetailView | MultipleView | CompactCRUDMixin):
        yield f"{name}: this kind of framework screen is not used here"
    if any(hasattr(getattr(kind, attribute, None), "_action") for attribute in dir(kind)):
        yield f"{name}: has an @action"
    if isinstance(view, BaseModelView):
        yield from _model_view_problems(view, name, kind)


def _model_view_problems(view: Any, name: str, kind: type) -> Iterator[str]:
    if not isinstance(view, ReferenceView):
        yield f"{name}: is not a ReferenceView"
        return
    if view.related_views or view._related_views:
        yield f"{name}: has related_views"
    if view.include_route_methods != ROUTES:
        yield f"{name}: serves other routes than {', '.join(sorted(ROUTES))}"
    if kind.record_change is ReferenceView.record_change:  # type: ignore[attr-defined]
        yield f"{name}: its changes are not recorded"
    for attribute in MUST_SAY:
        if not getattr(kind, attribute, None):
            yield f"{name}: does not say its {attribute}"
    if any(isinstance(column.type, FileColumn | ImageColumn) for column in view.datamodel.obj.__table__.columns):
        yield f"{name}: has a file column of the framework"


def route_problems(app: Flask) -> Iterator[str]:
    """Routes without a declared permission or with a method that we do not serve."""
    for rule in app.url_map.iter_rules():
        if not gate.is_declared(app, rule.endpoint):
            yield f"{rule.rule} ({rule.endpoint}): says nobody who may use it"
        if not rule.methods or not rule.methods <= METHODS:
            yield f"{rule.rule} ({rule.endpoint}): serves {', '.join(sorted((rule.methods or set()) - METHODS)) or 'any method'}"
        yield from _door_problems(app, rule)


def _door_problems(app: Flask, rule: Any) -> Iterator[str]:
    """A route of a door that this process does not have, and a form of strangers without a stamp."""
    if any(doors.is_below(rule.rule, place) for place in doors.SHARED):
        return
    door = next((name for name, place in doors.PLACES.items() if doors.is_below(rule.rule, place)), "staff")
    if not doors.has(door, settings.current()):
        yield f"{rule.rule} ({rule.endpoint}): belongs to the door {door}, which this process has not"
    view = app.view_functions.get(rule.endpoint)
    is_stamped = bool(getattr(view, "stamp_purpose", "")) or getattr(view, "resident_level", 0) > 1
    if door == "online" and "POST" in (rule.methods or ()) and not is_stamped:
        yield f"{rule.rule} ({rule.endpoint}): takes forms of strangers without a stamp"
