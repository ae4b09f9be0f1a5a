"""The framework's shell, without the screens that we do not use."""

from flask import Blueprint, current_app
from flask_appbuilder import AppBuilder


class DeskAppBuilder(AppBuilder):
    """Registers only what the menu adds: no utility, language, API or security screens of the framework."""

    def _add_global_static(self) -> None:
        # The framework's templates stay reachable for ours to extend; its scripts and styles are not served.
        current_app.register_blueprint(Blueprint("appbuilder", "flask_appbuilder.base", template_folder="templates"))

    def _add_admin_views(self) -> None:
        self.sm.register_views()

    @property
    def get_url_for_index(self) -> str:
        """Where a person lands after signing in."""
        return "/"
