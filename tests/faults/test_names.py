"""Names of 1 to 50 characters in any script, from the counter to the label; and what is no name."""

import html
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.typed_text import texts
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.operations import labels
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from reports.text.characters import missing_characters
from tests.factories.mailing import open_batch, ready_cards
from tests.factories.residents import id_number

NAMES = {
    "one character": "王",
    "fifty characters": "阿" * 50,
    "Arabic": "محمد بن سلمان",
    "Tibetan": "བསྟན་འཛིན",
    "Mongolian": "ᠪᠠᠲᠤ ᠪᠠᠶᠠᠷ",
    "Uyghur": "ئابدۇراخمان",
    "rare Han": "王𬎆",
    "outside the BMP": "𠮷田𪚥",
    "combining marks": "Ðặng Thị Hồng Nhung",
    "composed or not": "Zoe\u0308 A\u030angstro\u0308m",
    "middle dot": "买买提·吐尔逊",
    "apostrophe": "Seán O'Connor d’Arc",
    "joiner": "م\u200cه",
    "Yi": "ꀉꆏ",
    "hyphen and dot": "Anne-Marie St. John",
    "markup": "<b>&\"'",
}
NO_NAMES = {
    "nothing": "", "blanks": "   ", "fifty-one characters": "阿" * 51, "controls": "\u0007\u0001", "bidi": "\u202e\u2066\u200f",
    "marks without a letter": "· ' -",
}  # fmt: skip
FILLERS, NEVER_DRAWN = "\u115f\u1160\u3164\uffa0", "\u034f\u17b4\u2065\ufff0\U000e0100\U000e0fff"
"""Letters by name that are blank; marks and unassigned characters that Unicode says are not drawn."""
FILLED = {"channel": "counter", "reason": "damaged", "applicant": "self", "delivery": "post", "postcode": "310012", "address": "文三路90号"}


@pytest.fixture
def browser(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> FlaskClient:
    return sign_in(clerk)


def register(browser: FlaskClient, name: str) -> Any:
    """Look the person up, register them as found; the answer to the last form."""
    found = browser.post("/residents/find", data={"id_number": id_number(), "name": ""})
    return browser.post(found.headers["Location"], data={"name": name, "phone": "", "postcode": "", "address": ""})


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_in_any_script_is_kept_and_shown_from_the_counter_to_the_case(browser: FlaskClient, name: str) -> None:
    kept = unicodedata.normalize("NFC", name)
    shown = register(browser, name)
    resident = db.session.scalars(select(Resident)).one()
    assert (shown.status_code, resident.name) == (302, kept)
    assert kept in html.unescape(browser.get(shown.headers["Location"]).text)
    taken = browser.post(f"/intake/new/{resident.public_id}", data=FILLED | {"recipient": name, "key": new_public_id()})
    assert taken.status_code == 302
    assert db.session.scalars(select(Application)).one().recipient == kept
    assert kept in html.unescape(browser.get(taken.headers["Location"]).text)


@pytest.mark.parametrize("name", NO_NAMES.values(), ids=NO_NAMES)
def test_what_is_no_name_is_refused_everywhere_with_a_sentence(browser: FlaskClient, name: str) -> None:
    refused = register(browser, name)
    assert refused.status_code == 422 and "form-error" in refused.text
    assert db.session.scalars(select(Resident)).all() == []
    register(browser, "王龑")
    resident = db.session.scalars(select(Resident)).one()
    corrected = browser.post(f"/residents/{resident.public_id}/correct", data={"name": name, "reason": "x", "version": "1"})
    assert corrected.status_code == 422 and "form-error" in corrected.text
    if name.strip():  # an empty recipient is the resident
        data = FILLED | {"recipient": name, "key": new_public_id()}
        assert browser.post(f"/intake/new/{resident.public_id}", data=data).status_code == 422
    db.session.rollback()
    assert resident.name == "王龑"


@pytest.mark.parametrize("hidden", ["王\u202e龑", "\u2067王龑\u2069", "王\u0007龑", "\ufeff王龑", "王\u00ad龑"])
def test_invisible_characters_inside_a_name_are_taken_out(browser: FlaskClient, hidden: str) -> None:
    register(browser, hidden)
    assert db.session.scalars(select(Resident.name)).one() == "王龑"


def test_labels_print_every_name_or_stop_with_its_number_and_code_points(
    clerk: StaffMember, centre: Any, make_staff: Callable[..., StaffMember]
) -> None:
    mailer = make_staff("mailroom_clerk", username="mailer")
    cards = [
        card for name in NAMES.values() for card in ready_cards(1, clerk, centre, mailer, recipient=unicodedata.normalize("NFC", name))
    ]
    batch = open_batch(cards, mailer)
    with transaction() as session:
        labels.print_labels(session.get_one(MailingBatch, batch.id), by=mailer)
    db.session.rollback()
    unprintable = {parcel.number: points(parcel.recipient) for parcel in batch.parcels if points(parcel.recipient)}
    assert (batch.status, batch.job.status) == ("open", "failed")
    assert {one["number"]: one["characters"] for one in labels.problems_of(batch.job)} == unprintable
    assert all(re.fullmatch(r"U\+[0-9A-F]{4,6}", point) for found in unprintable.values() for point in found)
    assert 0 < len(unprintable) < len(NAMES)


def points(text: str) -> list[str]:
    """The code points that no print font has."""
    return [one.codepoint for one in missing_characters(text)]


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(anything)
def test_a_cleaned_name_is_short_visible_and_stays_as_it_is(text: str) -> None:
    try:
        name = texts.name(text)
    except texts.TextRefused:
        return
    assert 1 <= len(name) <= 50 and texts.shown(name) == name and "  " not in name
    assert texts.name(name) == name


letters = st.text(st.characters(categories=["Lo", "Lu"], exclude_characters=FILLERS), min_size=1, max_size=50).filter(
    lambda text: unicodedata.is_normalized("NFC", text)
)


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(letters)
def test_letters_of_any_script_are_a_name(text: str) -> None:
    assert texts.name(text) == text


@settings(derandomize=True, max_examples=100, deadline=None, database=None)
@given(letters)
def test_one_character_too_many_is_refused(text: str) -> None:
    with pytest.raises(texts.TextRefused):
        texts.name((text * 51)[:51])


@pytest.mark.parametrize("filler", FILLERS + NEVER_DRAWN, ids=lambda char: f"U+{ord(char):04X}")
def test_a_name_of_which_nothing_is_seen_is_none(filler: str) -> None:
    with pytest.raises(texts.TextRefused):
        texts.name(filler)
