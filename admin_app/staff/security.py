"""The security manager that the framework is given: our staff, our one table of permissions, no stored permission rows."""

from typing import Any

from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import current_user

from admin_app.staff import queries
from admin_app.staff.models import StaffMember

READING = frozenset({"can_list", "can_show"})


class DeskSecurityManager(SecurityManager):
    """Answers every permission question of the framework from staff/permissions/; default is no."""

    user_model = StaffMember

    def register_views(self) -> None:
        """None of the framework's own screens; the menu adds ours."""

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """`view_name` is the class_permission_name of a reference view, e.g. 'centres' → 'centres.read' or 'centres.edit'."""
        if not current_user.is_authenticated:
            return False
        return bool(current_user.may(f"{view_name}.{'read' if permission_name in READING else 'edit'}"))

    def load_user(self, pk: Any) -> StaffMember | None:
        """The person of this session, or nobody if the account was switched off."""
        member = queries.by_id(int(pk))
        return member if member is not None and member.active else None

    def add_permissions_view(self, base_permissions: Any, view_menu: Any) -> None:
        """Nothing is stored: permissions are code."""

    def add_permissions_menu(self, view_menu_name: Any) -> None:
        """Nothing is stored: permissions are code."""
