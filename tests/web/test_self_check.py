"""The look at every screen before the start: each forbidden kind is refused, ours are not."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_appbuilder import BaseView, ModelRestApi, ModelView, SimpleFormView, expose
from flask_appbuilder.actions import action
from flask_appbuilder.models.mixins import FileColumn, ImageColumn
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy.orm import DeclarativeBase

from admin_app.applications.crud_view import ReasonCodeReferenceView
from admin_app.applications.models import ReasonCode
from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.web import self_check
from admin_app.web.desk_view import DeskView, requires
from admin_app.web.reference_view import ReferenceView


class ElsewhereBase(DeclarativeBase):
    """Tables of this test only."""


class Filed(ElsewhereBase):
    __tablename__ = "filed"
    id = sa.Column(sa.Integer, primary_key=True)
    scan = sa.Column(FileColumn())


class Pictured(ElsewhereBase):
    __tablename__ = "pictured"
    id = sa.Column(sa.Integer, primary_key=True)
    portrait = sa.Column(ImageColumn())


def variant(**changes: object) -> type:
    return type("PlantedView", (ReasonCodeReferenceView,), changes)


class StockModelView(ModelView):
    datamodel = SQLAInterface(ReasonCode)


class RestView(ModelRestApi):
    datamodel = SQLAInterface(ReasonCode)


class WithAction(ReasonCodeReferenceView):
    @action("approve", "Approve", "Sure?", "fa-check")
    def approve(self, items):
        return items


class Unrecorded(ReasonCodeReferenceView):
    record_change = ReferenceView.record_change


class FormView(SimpleFormView):
    pass


PLANTED = {
    "stock view": (StockModelView, "is not a ReferenceView"),
    "rest": (RestView, "REST"),
    "action": (WithAction, "@action"),
    "related views": (variant(related_views=[ReasonCodeReferenceView]), "related_views"),
    "no search columns": (variant(search_columns=None), "search_columns"),
    "no order columns": (variant(order_columns=None), "order_columns"),
    "more routes": (variant(include_route_methods={"list", "show", "add", "edit", "delete"}), "other routes"),
    "unrecorded": (Unrecorded, "not recorded"),
    "form view": (FormView, "kind of framework screen"),
}


def start_with(screen: object) -> None:
    """The look before the start, at an app whose only screen this is."""
    self_check.refuse_unsafe_screens(Flask("other", static_folder=None), type("Builder", (), {"baseviews": [screen]}))


@pytest.mark.parametrize("name", PLANTED)
def test_a_forbidden_screen_stops_the_start_and_is_named(app, name):
    screen, words = PLANTED[name]
    with pytest.raises(self_check.UnsafeScreen, match=words) as refused:
        start_with(screen())
    assert screen.__name__ in str(refused.value)
    assert refused.value.code, "a start that is refused ends with a message and a status that is not 0"


@pytest.mark.parametrize("model", [Filed, Pictured])
def test_a_file_column_of_the_framework_stops_the_start(app, model):
    view = variant()()
    view.datamodel = SQLAInterface(model)
    with pytest.raises(self_check.UnsafeScreen, match="file column"):
        start_with(view)


def test_control_a_screen_without_a_fault_may_start(app):
    start_with(ReasonCodeReferenceView())


def test_every_registered_screen_passes(app):
    problems = [found for view in app.appbuilder.baseviews for found in self_check.view_problems(view)]
    assert problems + list(self_check.route_problems(app)) == []
    assert any(isinstance(view, AuditedReferenceView) for view in app.appbuilder.baseviews)


class Undeclared(BaseView):
    @expose("/undeclared", methods=["GET"])
    def index(self):
        return "x"


class Deleting(DeskView):
    @expose("/deleting", methods=["DELETE"])
    @requires("account")
    def index(self):
        return "x"


@pytest.mark.parametrize(("screen", "words"), [(Undeclared, "says nobody"), (Deleting, "serves DELETE")])
def test_a_route_that_breaks_a_rule_stops_the_start(app, screen, words):
    other, view = Flask("other"), screen()
    other.register_blueprint(view.create_blueprint(app.appbuilder))
    with pytest.raises(self_check.UnsafeScreen, match=words):
        self_check.refuse_unsafe_screens(other, type("None", (), {"baseviews": []}))
