"""What becomes of one physical card."""

import datetime as dt
from dataclasses import dataclass

from admin_app.cards.rules import Status as CardStatus

Moment = dt.datetime


@dataclass(slots=True)
class CardStory:
    """One physical card; the moments that have not come yet are None."""

    requested_at: Moment
    made_at: Moment | None = None
    spoiled_at: Moment | None = None
    ready_at: Moment | None = None
    posted_at: Moment | None = None
    collected_at: Moment | None = None

    @property
    def status(self) -> CardStatus:
        """Where it stands at the end of its story."""
        if self.spoiled_at:
            return CardStatus.SPOILED
        if self.posted_at:
            return CardStatus.POSTED
        if self.collected_at:
            return CardStatus.COLLECTED
        return CardStatus.READY if self.ready_at else CardStatus.MADE if self.made_at else CardStatus.REQUESTED
