"""Lists of several ranges: what is loaded beside the rows never decides how they are found."""

import pytest
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.foundation import ranges
from admin_app.foundation.database import literal


@pytest.mark.parametrize("statuses", [["ready"], ["ready", "made"]], ids=["one range", "two ranges"])
def test_the_rows_of_a_page_are_cut_before_anything_is_joined(statuses: list[str]) -> None:
    loaded = select(Card).outerjoin(Application, Application.id == Card.application_id)
    walked = ranges.walked(Card.id, [[Card.status == literal(status)] for status in statuses], loaded)
    statement = str(walked([], [Card.id.asc()], literal(51)))
    found, _, within = statement.partition("WHERE")
    assert "JOIN application" in found
    assert "JOIN" not in within
    assert within.count("LIMIT 51") == len(statuses) + 1
