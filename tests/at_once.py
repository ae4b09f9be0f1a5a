"""Several threads that start at the same moment."""

import threading
from collections.abc import Callable

from flask import Flask

from admin_app.foundation.database import db


def at_once(app: Flask, works: list[Callable[[], object]]) -> list[object]:
    """Start every work in a thread of its own at the same moment; their results or errors, in order."""
    results: list[object] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                results[place] = works[place]()
            except Exception as error:  # noqa: BLE001  # the test looks at every error
                results[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # what this thread read before is a picture of the past
    return results
