"""The base of our own screens: who may use a route is written on the route."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort, g, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_login import current_user

from admin_app.foundation import settings
from admin_app.web import partial_pages

__all__ = ["DeskView", "expose", "must_have_second_factor", "public", "requires", "signed_in", "signed_in_member"]

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: str) -> Callable[[View], View]:
    """The route is for staff whose role holds `permission` (staff/permissions/): else sign-in page, 401 or 403."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            refuse_unless(permission)
            return view(*args, **kwargs)

        guarded.requires_permission = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def public(view: View) -> View:
    """The route is for everybody, signed in or not; there are very few."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def refuse_unless(permission: str) -> None:
    """Stop the request unless the signed-in person holds `permission`."""
    if not current_user.is_authenticated:
        if request.method == "POST" or partial_pages.is_fragment_request():
            abort(401)
        target = request.full_path.rstrip("?") if request.query_string else request.path
        abort(redirect(url_for("SignInView.sign_in", next=target if target != "/" else None)))
    if current_user.must_change_password and permission != "account":
        abort(redirect(url_for("AccountView.password")))
    if permission != "account" and current_user.second_factor_since is None and must_have_second_factor(current_user):
        abort(redirect(url_for("SecondFactorView.index")))
    if not signed_in().may(permission):
        abort(403)


def must_have_second_factor(member: Any) -> bool:
    """Whether the office asks for a second factor from people of this role."""
    roles = settings.current().second_factor_roles.replace(" ", "").split(",")
    return "all" in roles or member.role in roles


def signed_in() -> Any:
    """The Actor behind this request: the same all through it, whatever a transaction ends. Call only in routes with @requires."""
    member = signed_in_member()
    known: tuple[Any, Any] | None = g.get("acting")
    if known is None or known[0] is not member:
        known = g.acting = (member, member.actor)
    return known[1]


def signed_in_member() -> Any:
    """The row of the person behind this request, for what is about their own account."""
    return current_user._get_current_object()


class DeskView(BaseView):
    """Base of our screens. Subclasses set route_base and use @expose(..., methods=[...]) with @requires."""

    default_view = "index"
    base_permissions: list[str] = []
