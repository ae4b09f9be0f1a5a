"""A pool of connections whose users wait for a free one as long as `patience` says."""

from typing import Any

from sqlalchemy.pool import QueuePool

from admin_app.foundation import patience


class PatientPool(QueuePool):
    """As ever, but a request does not wait for half a minute."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._usual_timeout = 30.0
        super().__init__(*arguments, **options)

    @property
    def _timeout(self) -> float:
        left = patience.left()
        return self._usual_timeout if left is None else min(left, self._usual_timeout)

    @_timeout.setter
    def _timeout(self, seconds: float) -> None:
        self._usual_timeout = seconds
