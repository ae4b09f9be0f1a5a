"""What the menus of a list offer its reader to choose for themselves: columns, first order, page size, saved views."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin_app.foundation import keyset, list_choices
from admin_app.foundation.i18n import titled
from admin_app.web.lists.address import ListAddress
from admin_app.web.lists.description import Column


@dataclass(frozen=True)
class OwnMenus:
    """What may be chosen, and what is."""

    address: ListAddress
    me: Any
    shown: Sequence[Column]
    """The columns of this page."""
    possible: Sequence[Column]
    """Every column of this tab that the reader may see."""

    @property
    def orders(self) -> list[tuple[str, Any]]:
        """The orders that the reader may have it in at first, in words."""
        found: list[tuple[str, Any]] = [("", _("as the list has it"))]
        for name, order in self.address.page.all_orders.items():
            label = self.address.page.by_name[name].label
            found += [(name, titled(label, order.words.rising)), (f"-{name}", titled(label, order.words.falling))]
        return found

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """The page sizes to choose from; none where the list is shown as a whole."""
        return [(size, str(size)) for size in keyset.SIZES] if self.address.page.listed else []

    @property
    def choosable(self) -> list[tuple[Column, bool]]:
        """The columns of this tab that can be left out, and whether each is shown."""
        return [(column, column in self.shown) for column in self.possible if not column.is_fixed and not column.only_screen]

    @property
    def views(self) -> list[tuple[str, str, str]]:
        """The reader's saved views: token, name, address."""
        place = dict(self.address.place)
        return [
            (token, name, url_for(self.address.page.endpoint, **place, view=token))
            for token, name in list_choices.views_of(self.me.staff_id, self.address.page.name)
        ]

    @property
    def link(self) -> str:
        """The address of the saved view in sight, to be given to colleagues; '' where none is."""
        token = self.address.token
        return url_for(self.address.page.endpoint, _external=True, **dict(self.address.place), view=token) if token else ""
