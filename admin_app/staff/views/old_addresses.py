"""Doors: where the framework's own screens would stand, which old bookmarks and habits still ask for."""

from typing import Any

from flask import redirect, request, url_for

from admin_app.web.desk_view import DeskView, expose, public
from admin_app.web.local_addresses import local_target

PEOPLE = ("users", "roles", "groups", "permissions", "viewmenus", "permissionviews", "userstatschartview", "registeruser", "resetpassword")
OWN = ("userinfoeditview", "resetmypassword")
SIGN_IN = ("login", "logout", "register", "oauth-authorized", "saml", "back", "lang")
"""First parts of the addresses of the framework's screens: about staff, about one's own account, on the way in and out."""
_OLD = ", ".join(f'"{name}"' for name in (*PEOPLE, *OWN, *SIGN_IN))


class OldAddressView(DeskView):
    """All of them lead to the sign-in page, which knows where to go on; whoever is signed in goes on at once."""

    route_base = ""
    default_view = "index"

    @expose(f"/<any({_OLD}):old>/", methods=["GET"])
    @expose(f"/<any({_OLD}):old>/<path:rest>", methods=["GET"])
    @public
    def index(self, old: str, rest: str = "") -> Any:
        """To the sign-in page; reading an address never signs anybody out."""
        target = local_target(request.args.get("next"))
        if old in PEOPLE:
            target = url_for("StaffView.index")
        if old in OWN or (old, rest.strip("/")) == ("users", "userinfo"):
            target = url_for("AccountView.index")
        return redirect(url_for("SignInView.sign_in", next=target if target != "/" else None))
