"""One proxy collects several cards: chosen or scanned, each with its own result, nothing half; their slips in one document."""

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.cards.views.together import MOST_TOGETHER
from admin_app.foundation.database import db
from admin_app.staff.permissions import Role
from tests.factories.cards import ready_card
from tests.factories.centres import make_centre
from tests.factories.residents import register

PROXY = {
    "collected_by": "王小明", "collector_id_number": "11010519491231002X", "authority": "authorisation", "is_compared": "y",
    "authority_missing": "The scanner is broken.",
}  # fmt: skip


@pytest.fixture
def waiting(clerk: Any, mailer: Any, centre: Any) -> list[Card]:
    """Three cards that wait at the counter of the clerk's centre."""
    return [ready_card(clerk, centre, by=mailer, delivery="collect") for _ in range(3)]


@pytest.fixture
def browser(sign_in: Callable[..., FlaskClient], clerk: Any) -> FlaskClient:
    """The clerk at that counter."""
    return sign_in(clerk)


def ids(cards: list[Card]) -> list[str]:
    return [card.public_id for card in cards]


def states(cards: list[Card]) -> list[str]:
    """The statuses as the database has them now."""
    db.session.rollback()
    return [db.session.scalar(select(Card.status).where(Card.id == card.id)) for card in cards]


def handed_over() -> int:
    """Entries of the log that say so."""
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "cards.handed_over"))


def test_one_proxy_collects_three_cards_each_with_its_own_entry(browser: FlaskClient, waiting: list[Card]) -> None:
    answer = browser.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting)})
    assert answer.status_code == 302
    assert states(waiting) == ["collected"] * 3
    assert [(card.collector, card.collected_by, card.authority) for card in waiting] == [("proxy", "王小明", "authorisation")] * 3
    assert handed_over() == 3
    page = browser.get(answer.headers["Location"]).text
    assert "3 cards were handed over" in page
    assert page.count(">Slip</a>") == 3


def test_each_card_keeps_the_number_of_the_proxy_under_its_own_key(browser: FlaskClient, waiting: list[Card]) -> None:
    browser.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting)})
    states(waiting)
    assert len({card.collector_id_sealed for card in waiting}) == 3
    assert {card.collector_id_masked for card in waiting} == {"**************002X"}


def test_a_card_that_is_gone_is_refused_and_the_others_are_handed_over(browser: FlaskClient, waiting: list[Card], clerk, mailer, centre):
    post = ready_card(clerk, centre, by=mailer, delivery="post")
    browser.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting[:1])})
    answer = browser.post("/cards/together/hand-over", data=PROXY | {"card": [*ids(waiting), post.public_id]}, follow_redirects=True)
    assert "2 cards were handed over" in answer.text
    assert f"{waiting[0].serial}: This cannot be done" in answer.text and f"{post.serial}: This card goes by post" in answer.text
    assert states([*waiting, post]) == ["collected"] * 3 + ["ready"]
    assert handed_over() == 3


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"collected_by": ""}, "name"), ({"collector_id_number": "1"}, "18 characters"), ({"authority": ""}, "which document"),
        ({"is_compared": ""}, "compared"), ({"authority_missing": ""}, "This field is required"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_proxy_is_said_once_and_nothing_happens(browser: FlaskClient, waiting: list[Card], changed, words) -> None:
    answer = browser.post("/cards/together/hand-over", data=PROXY | changed | {"card": ids(waiting)})
    assert answer.status_code in (400, 422)
    assert words in answer.text
    assert (PROXY | changed)["collected_by"] in answer.text and all(card.public_id in answer.text for card in waiting)
    assert states(waiting) == ["ready"] * 3


@pytest.fixture
def own(clerk: Any, mailer: Any, centre: Any) -> Card:
    """A card whose resident is the proxy of the others."""
    resident = register(clerk, "王小明", number=PROXY["collector_id_number"])
    return ready_card(clerk, centre, by=mailer, delivery="collect", resident=resident)


def test_a_resident_is_not_the_proxy_of_their_own_card_but_of_the_others(browser: FlaskClient, waiting: list[Card], own: Card) -> None:
    answer = browser.post("/cards/together/hand-over", data=PROXY | {"card": [*ids(waiting), own.public_id]}, follow_redirects=True)
    assert "3 cards were handed over" in answer.text
    assert f"{own.serial}: This is the resident&#39;s own ID number" in answer.text
    assert states([*waiting, own]) == ["collected"] * 3 + ["ready"]


def test_whoever_collects_their_own_card_alone_is_told_at_the_number_and_the_form_stays(browser: FlaskClient, own: Card) -> None:
    answer = browser.post("/cards/together/hand-over", data=PROXY | {"card": [own.public_id]})
    assert (answer.status_code, "own ID number; a proxy" in answer.text) == (422, True)
    assert PROXY["collected_by"] in answer.text and own.public_id in answer.text
    assert states([own]) == ["ready"]


def test_where_each_card_is_refused_for_a_reason_of_its_own_the_form_says_all_and_stays(
    browser: FlaskClient, own: Card, clerk, mailer, centre
) -> None:
    post = ready_card(clerk, centre, by=mailer, delivery="post")
    answer = browser.post("/cards/together/hand-over", data=PROXY | {"card": [own.public_id, post.public_id]})
    assert answer.status_code == 422
    assert f"{own.serial}: This is the resident&#39;s own" in answer.text and f"{post.serial}: This card goes by post" in answer.text
    assert PROXY["collected_by"] in answer.text and own.public_id in answer.text
    assert states([own, post]) == ["ready"] * 2


def test_where_no_card_waits_any_more_what_was_typed_is_kept(browser: FlaskClient, waiting: list[Card]) -> None:
    browser.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting)})
    answer = browser.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting)})
    assert (answer.status_code, answer.text.count("This cannot be done")) == (409, 3)
    assert handed_over() == 3


def test_scans_put_one_card_after_the_other_on_the_counter(browser: FlaskClient, waiting: list[Card]) -> None:
    chosen: list[str] = []
    for card in waiting:
        answer = browser.post("/cards/together/", data={"card": chosen, "serial": f" {card.serial.lower()} "})
        assert answer.status_code == 302
        chosen = re.findall(r"card=([0-9a-f]{32})", answer.headers["Location"])
    assert chosen == ids(waiting)
    page = browser.get(answer.headers["Location"]).text
    assert all(f'id="card-{card}"' in page for card in chosen)
    assert browser.get(f"/cards/together/hand-over?{'&'.join(f'card={card}' for card in chosen)}").text.count('class="together-who"') == 3


def test_a_scan_of_what_cannot_be_collected_says_why(browser: FlaskClient, waiting: list[Card], clerk, mailer, centre) -> None:
    post = ready_card(clerk, centre, by=mailer, delivery="post")
    first = waiting[0]
    for serial, words in (
        (post.serial, "does not wait to be collected"), (first.serial, "on the counter already"), ("NOSUCH1", "No card here"),
        (" ", "Scan a card"),
    ):  # fmt: skip
        answer = browser.post("/cards/together/", data={"card": [first.public_id], "serial": serial})
        assert (answer.status_code, words in answer.text) == (422, True), serial
        assert f'value="{first.public_id}"' in answer.text


def test_rows_of_the_list_lead_to_the_counter_and_to_their_slips(browser: FlaskClient, waiting: list[Card]) -> None:
    page = browser.get("/cards/?tab=to_collect").text
    assert 'formaction="/cards/together/chosen"' in page and 'value="hand_over"' in page
    answer = browser.post("/cards/together/chosen", data={"verb": "hand_over", "card": ids(waiting)})
    assert answer.headers["Location"].startswith("/cards/together/?card=")
    browser.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting)})
    answer = browser.post("/cards/together/chosen", data={"verb": "slips", "card": ids(waiting)})
    assert browser.get(answer.headers["Location"]).text.count(">Slip</a>") == 3


def test_slips_are_one_document_with_a_page_for_each_card_that_was_handed_over(browser: FlaskClient, waiting: list[Card]) -> None:
    browser.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting[:2])})
    asked = "&".join(f"card={card}" for card in ids(waiting))
    page = browser.get(f"/cards/together/slips?{asked}").text
    assert "no slip: nobody collected it" in page
    answer = browser.get(f"/cards/together/slips.pdf?{asked}&language=zh")
    with pikepdf.Pdf.open(io.BytesIO(answer.data)) as document:
        assert len(document.pages) == 2
        assert str(document.Root.Lang).startswith("zh")
    assert browser.get(f"/cards/together/slips.pdf?card={waiting[2].public_id}").status_code == 409


def test_more_than_a_hand_carries_is_refused_before_anything_happens(browser: FlaskClient) -> None:
    many = [f"{number:032x}" for number in range(MOST_TOGETHER + 1)]
    answer = browser.post("/cards/together/chosen", data={"verb": "hand_over", "card": many}, follow_redirects=True)
    assert "At most 20 cards" in answer.text
    assert browser.post("/cards/together/hand-over", data=PROXY | {"card": many}).status_code == 400


def test_with_nothing_chosen_nothing_is_asked(browser: FlaskClient) -> None:
    for answer in (
        browser.post("/cards/together/chosen", data={"verb": "slips"}, follow_redirects=True),
        browser.get("/cards/together/hand-over", follow_redirects=True),
        browser.post("/cards/together/hand-over", data=PROXY, follow_redirects=True),
    ):
        assert answer.status_code == 200
        assert "select" in answer.text.lower() and answer.text.count("together-who") == 0


def test_a_clerk_of_another_centre_hands_over_none_of_them(sign_in, make_staff, waiting: list[Card]) -> None:
    stranger = sign_in(make_staff("intake_clerk", username="stranger", centre=make_centre("BJ")))
    answer = stranger.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting)}, follow_redirects=True)
    assert (answer.status_code, "There is no such card" in answer.text) == (404, True)
    assert states(waiting) == ["ready"] * 3
    assert waiting[0].application.resident.name not in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role != Role.INTAKE_CLERK])
def test_nobody_else_hands_over(sign_in, role: str, waiting: list[Card]) -> None:
    browser = sign_in(role)
    assert browser.post("/cards/together/hand-over", data=PROXY | {"card": ids(waiting)}).status_code == 403
    assert browser.get("/cards/together/slips.pdf").status_code == 403
