"""Every text field of every form, found by following links: rare characters are kept as typed, or refused by their code point."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.furnished import FullOffice
from tests.forms import Field, Form, copied, filled

RARE = "李\U0002ebf0 郑\U00031350 王\ue863 می\u200cخ"
"""Newer than our Python, private, joined: three that str.isprintable would drop, and one that needs what nobody sees."""
SECRET = {"password", "current", "new"}
NEVER_SHOWN = {"/search/ q", "/sign-in username"}
"""Only looked for, only compared."""
MEASURES = re.compile("latitude|longitude|.*_mm")
"""Numbers that are measured, not named: their field says what a number is."""
CHOSEN = {"agent_name": {"applicant": "proxy"}, "agent_id_number": {"applicant": "proxy"}}
"""What must be chosen for a field to be read."""


def places(office: FullOffice) -> Iterator[tuple[Form, Field]]:
    """Every text field once for each rule that it is sent to."""
    seen = set()
    for form in office.forms:
        for field in form.texts:
            key = (form.rule, re.sub(r"-[0-9a-f]{32}$", "-", field.name))
            if key not in seen and field.name not in SECRET:
                seen.add(key)
                yield form, field


def answered(office: FullOffice, form: Form, field: Field) -> tuple[Any, str]:
    """The answer to the form with RARE in this field, and the page that is shown in the end."""
    office.restore()
    data = filled(form, **{field.name: RARE})
    for name, value in CHOSEN.get(field.name, {}).items():
        if name in data:
            data.setlist(name, [value])
    browser = office.people[form.letter]
    answer = browser.post(form.action, data=copied(data))
    shown = browser.get(answer.headers["Location"]).text if answer.status_code == 302 else answer.text
    return answer, html.unescape(shown)


def is_lossy(key: str, answer: Any, shown: str) -> bool:
    """Whether a part of RARE is gone without a word."""
    if answer.status_code >= 400:
        names_it = "U+2EBF0" in shown or "U+674E" in shown
        return answer.status_code >= 500 or not (names_it or MEASURES.fullmatch(key.rpartition(" ")[2]))
    is_there = any(part in shown for part in ("李", "郑", "王\ue863"))
    return key not in NEVER_SHOWN and is_there and "李\U0002ebf0" not in shown


@pytest.mark.parametrize("furnished", ["sqlite"], indirect=True)
def test_no_field_drops_a_rare_character_without_a_word(full_office: FullOffice) -> None:
    lossy, kept = [], 0
    for form, field in places(full_office):
        key = f"{form.rule} {re.sub(r'-[0-9a-f]{32}$', '', field.name)}"
        answer, shown = answered(full_office, form, field)
        kept += RARE in shown
        if is_lossy(key, answer, shown):
            lossy.append((key, answer.status_code))
    assert lossy == []
    assert kept >= 20
