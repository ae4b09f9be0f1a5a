"""Doors behind which a person decides about an upload: a PDF whose pages look other as they are kept, or that holds files beside its pages.

The address names an opaque token that the session knows (put_aside.py); the form names the object, so that a decision is about the file
that was on the screen. Both pictures of a page come out of the same bundle (foundation/storage/page_choice.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError, NotFound
from admin_app.foundation.i18n import listed
from admin_app.foundation.storage import held
from admin_app.foundation.storage.doubts import Difference, Doubts
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.operations import Prepared, Undecided
from admin_app.web import files, put_aside
from admin_app.web.arguments import address, form

KIND = "held_upload"
MOST = 40
"""Of one session; twice as many as one form brings."""
WIDTH, LARGE = 800, 1600
TAKE, NEITHER = "take", "none"
FEW, SOME, PART = 0.01, 0.05, 0.3
"""Parts of a page up to which it is some words, some lines, a part of it."""
CLEARLY = 4
"""By how many times more must be missing than added, or the other way round, to be said alone."""


class OtherFile(Conflict):
    """The decision was sent for another file than the one that waits."""


class Unanswered(DomainError):
    """A page about which nothing was chosen."""


@dataclass(frozen=True)
class Waiting:
    """An upload that waits for the decision of whoever opened the page."""

    token: str
    row: held.HeldUpload
    content: held.Content
    aside: str
    """For the field of the form, by which it finds the upload after a sign-in, too."""


def hold(undecided: Undecided, place: str, *, by: Actor) -> str:
    """Keep an upload until `by` has decided where it goes to `place`; returns the token of its page. Not within transaction()."""
    sha256 = held.put(undecided, place)
    with transaction():
        public_id = held.add(sha256, by=by).public_id
    return put_aside.put(KIND, {"upload": public_id, "place": place, "name": undecided.name}, most=MOST)


def opened(token: str, place: str, *, by: Actor) -> Waiting:
    """The upload behind a token of this session, if it waits for this place; held.Gone otherwise."""
    values = put_aside.found(KIND, token)
    if values is None or values["place"].partition("|")[0] != place:
        raise held.Gone
    row = held.found(values["upload"], by)
    put_aside.again(KIND, token, values, most=MOST)
    return Waiting(token, row, held.opened(row), put_aside.sealed(KIND, token, values))


def waiting(place: str, *, by: Actor) -> list[tuple[str, str]]:
    """(token, name) of each upload of this session that waits for `place`."""
    mine = [(token, values) for token, values in session.get(KIND, {}).items() if values["place"].partition("|")[0] == place]
    there = held.still_waiting([values["upload"] for _token, values in mine], by)
    return [(token, values["name"]) for token, values in mine if values["upload"] in there]


def is_taken(waits: Waiting) -> bool:
    """Whether the file is to be kept; OtherFile where the form was of another one."""
    if form.single("file") != waits.row.sha256:
        raise OtherFile(_l("Another file waits here than the one that you saw. Nothing was kept; please look again."))
    return form.choice("choose", (TAKE, NEITHER)) == TAKE


def decided(waits: Waiting, *, by: Actor) -> Prepared:
    """The file as it was chosen page by page; Unanswered where a page has no answer. Not within transaction(): it is made and stored."""
    chosen = answers(waits.content.doubts)
    if missing := [page for page, how in chosen.items() if not how]:
        raise Unanswered(_l("Please choose a picture for page %(pages)s, or neither.", pages=listed(map(str, missing))), pages=missing)
    return held.decided(waits.content, [page for page, how in chosen.items() if how == held.PICTURE], by=by)


def answers(doubts: Doubts) -> dict[int, str]:
    """Page -> what was chosen for it, '' where nothing was."""
    return {one.page: form.choice(f"page-{one.page}", (held.PICTURE, held.KEPT)) for one in doubts.pages}


def let_go(waits: Waiting) -> None:
    """The decision is made; needs an open transaction()."""
    held.end(waits.row)


def forget(waits: Waiting) -> None:
    """The session need not know the upload any more."""
    put_aside.take_away(KIND, waits.token)


def way_on(waits: Waiting) -> str:
    """What somebody does whose file was not kept."""
    if waits.content.doubts.pages:
        return _("The file was not kept. Print it to a PDF (or on paper and scan it), and add that.")
    return _("The file was not kept. Take out what lies inside and add each file by itself.")


def words(one: Difference) -> str:
    """How a page differs, in a sentence."""
    if one.lost == one.added == 0:
        return _("Page %(page)s would be kept in another shape than it has.", page=one.page)
    facts = {"page": one.page, "share": percent(one.share), "much": _much(one.share), "way": _way(one)}
    return _("Page %(page)s: %(share)s of it look other, %(much)s. %(way)s", **facts)


def percent(share: float) -> str:
    """A part of a page as people say it."""
    return _("%(share)s per cent", share=f"{100 * share:.1f}".removesuffix(".0"))


def _much(share: float) -> str:
    if share < FEW:
        return _("some words or a thin line")
    if share < SOME:
        return _("some lines")
    return _("a part of the page") if share < PART else _("most of the page")


def _way(one: Difference) -> str:
    if one.lost > CLEARLY * one.added:
        return _("Something that the file shows would be missing.")
    if one.added > CLEARLY * one.lost:
        return _("Something would come to light that the file does not show.")
    return _("Something would stand there otherwise.")


def remarks(stored: StoredFile, who: str) -> list[str]:
    """What was decided when the file was handed in, in sentences for whoever looks at it; `who` decided."""
    said: Mapping[str, Any] = stored.chosen or {}
    lines = [_remark(page, how, share, who) for page, (how, share) in said.get("pages", {}).items()]
    count = said.get("inside_count", 0)
    return [*lines, *([_left_inside(count, said.get("inside", ()), who)] if count else [])]


def _remark(page: str, how: str, share: float, who: str) -> str:
    facts = {"page": page, "share": percent(share), "who": who}
    if how == held.PICTURE:
        return _("Page %(page)s was drawn in two ways that differ (%(share)s). %(who)s chose how it came, kept as a picture.", **facts)
    return _("Page %(page)s was drawn in two ways that differ (%(share)s). %(who)s chose how it was rebuilt.", **facts)


def _left_inside(count: int, names: Collection[str], who: str) -> str:
    facts = {"count": count, "names": inside(names), "who": who}
    return _("The PDF held other files, which are not kept: %(count)s (%(names)s). %(who)s confirmed it.", **facts)


def inside(names: Collection[str]) -> str:
    """The names of files inside, as they are shown."""
    return listed(name or _("without a name") for name in names)


def choice_words(code: str) -> str:
    """A choice as the log keeps it («2:picture»), in words."""
    page, _colon, how = code.partition(":")
    if how == held.PICTURE:
        return _("page %(page)s as it came, as a picture", page=page)
    return _("page %(page)s as rebuilt", page=page)


def picture(waits: Waiting, number: int) -> Response:
    """A page of the bundle that the decision is about, as a picture; with ?large=1 a large one."""
    shown = {shown for one in waits.content.doubts.pages for shown in (one.page, one.picture)}
    if number not in shown:
        raise NotFound(_l("There is no such page."))
    width = LARGE if address.single("large") else WIDTH
    return files.picture(held.picture(waits.content, number, width), name=f"{number}.jpg")
