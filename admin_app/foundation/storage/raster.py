"""Pictures of stored files for the screen: reviewers see pixels, never the file that somebody handed in.

Pages are drawn in the sandboxed child. The last ones stay in this process's memory, not in the object store: looking at
a page is a GET and must not write, nothing readable reaches the disk, and a restart forgets them.
"""

import threading
from collections import OrderedDict

from admin_app.foundation.per_app import PerApp
from admin_app.foundation.storage import sandbox
from admin_app.foundation.storage.limits import MEGABYTE, Kind, Limits

WIDTHS = (160, 320, 800, 1200, 1600, 2400)
"""Pixels; a wanted width is rounded up to one of these, so that nobody can ask for endless variants."""
CACHE_BYTES = 48 * MEGABYTE

Place = tuple[str, int, int]


class PictureCache:
    """The pictures used last, up to so many bytes; safe to use from several threads."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.used = 0
        self._pictures: OrderedDict[Place, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, place: Place) -> bytes | None:
        """The picture, if it is still here."""
        with self._lock:
            if place in self._pictures:
                self._pictures.move_to_end(place)
            return self._pictures.get(place)

    def put(self, place: Place, picture: bytes) -> None:
        """Keep it, and drop the ones that were not used for longest."""
        with self._lock:
            self.used += len(picture) - len(self._pictures.pop(place, b""))
            self._pictures[place] = picture
            while self.used > self.room:
                self.used -= len(self._pictures.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._pictures.clear()
            self.used = 0


PICTURES: PerApp[PictureCache] = PerApp("storage.pictures", lambda: PictureCache(CACHE_BYTES))
"""What this app drew last."""


def allowed_width(wanted: int) -> int:
    """The smallest width on offer that is at least `wanted` pixels, or the largest of all."""
    return next((width for width in WIDTHS if width >= wanted), WIDTHS[-1])


def draw(data: bytes, kind: Kind, *, page: int, width: int, limits: Limits) -> bytes:
    """Page `page` (from 1; pictures have one) of a clean file as a JPEG at most `width` pixels wide.

    Pictures are never enlarged. Refused if drawing costs more than the limits allow.
    """
    request = {"task": "draw", "kind": kind.value, "page": page, "width": width}
    return sandbox.ask(request, data, limits)[1]
