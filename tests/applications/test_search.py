"""The search box: a single hit opens at once, nothing typed is in an address, each role finds what it may see."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from admin_app.applications.queries import search
from admin_app.centres.models import Centre
from admin_app.foundation import keyset
from admin_app.foundation.database import transaction
from admin_app.staff.models import StaffMember
from admin_app.web import search_hits
from admin_app.web.search_hits import Hit
from tests.factories.applications import make_application, make_linked_report
from tests.factories.centres import make_centre
from tests.factories.residents import make_resident
from tests.faults.hard_strings import spellings

SignIn = Callable[..., FlaskClient]
ID_NUMBER = "33010619870412002X"


def people_named(staff: StaffMember, text: str, *, cursor: str | None = None, size: int = keyset.PAGE_SIZE) -> keyset.Page[search.Person]:
    """A page of the people whose name, pinyin or initials begin with the text."""
    page = keyset.page_of(search.named, search.BY_NAME, staff.actor, None, cursor=cursor, size=size, values=search.prefix(text))
    return replace(page, rows=[search.Person._make(row) for row in page.rows])


def test_a_reference_opens_its_case_in_any_spelling(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_application(clerk, centre, reference="BK-26-0048207")
    browser = sign_in(reviewer)
    for text in ("BK-26-0048207", "bk-26-0048207", "26-0048207", " BK260048207 ", "48207", "0048207", *spellings("BK-26-0048207")):
        answer = browser.post("/search/", data={"q": text})
        assert answer.headers["Location"] == f"/applications/{case.reference}", text


def test_a_case_of_another_centre_is_not_found(clerk: StaffMember, centre: Centre, sign_in: SignIn, make_staff) -> None:
    case = make_application(clerk, centre)
    stranger = make_staff("intake_clerk", username="stranger", centre=make_centre("BJ"))
    page = sign_in(stranger).post("/search/", data={"q": case.reference}, follow_redirects=True).text
    assert "Nothing found" in page


def test_a_loss_report_opens_by_its_reference(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    report = make_linked_report(make_application(clerk, centre))
    browser = sign_in(reviewer)
    for text in (report.reference, *spellings(report.reference)):
        assert browser.post("/search/", data={"q": text}).headers["Location"] == f"/loss-reports/{report.public_id}", ascii(text)


@pytest.mark.parametrize("text", ["欧阳", "欧阳靖瑶", "ouyang", "Ouyang Jing", "OUYANGJINGYAO", "oyjy"])
def test_people_are_found_by_name_pinyin_and_initials(text: str, clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    wanted, other = make_resident("欧阳靖瑶", "Ouyang Jingyao"), make_resident("王小明", "Wang Xiaoming")
    case = make_application(clerk, centre, wanted)
    make_application(clerk, centre, other)
    page = people_named(reviewer, text)
    found = search.with_cases(reviewer, page.rows)
    assert [(one.resident.id, [c.id for c in one.cases]) for one in found] == [(wanted.id, [case.id])]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("王芳", "王\u3000芳"),
        ("王芳", "王\u00a0芳"),
        ("艾合买提·买买提", "买买提"),
        ("艾合买提·买买提", " 买买\u200b提\u3000"),
        ("艾合买提·买买提", "艾合买提•买买提"),
        ("محمد بن سلمان", "سلمان"),
        ("王芳", "\ufeff王\u200b芳\u2003"),
        ("李\U0002ebf0", "李\U0002ebf0"),
        ("郑\U00031350", "郑\u3000\U00031350"),
        ("王\ue863", "王\ue863"),
        ("王\U000323b0", "王\U000323b0"),
    ],
)
def test_a_name_is_found_whatever_blanks_and_characters_it_is_typed_with(
    name: str, text: str, reviewer: StaffMember, sign_in: SignIn
) -> None:
    wanted = make_resident(name, "")
    make_resident(name[0], "")
    page = sign_in(reviewer).post("/search/", data={"q": text}, follow_redirects=True).text
    assert set(re.findall("/residents/([0-9a-f]{32})", page)) == {wanted.public_id}


def test_people_come_in_pages(reviewer: StaffMember) -> None:
    made = {make_resident("王小明", "Wang Xiaoming").id for _ in range(7)}
    seen, cursor = [], None
    while True:
        page = people_named(reviewer, "wangxiao", cursor=cursor, size=3)
        seen += [person.id for person in page.rows]
        cursor = page.after
        if cursor is None:
            break
    assert (len(seen), set(seen)) == (7, made)


def test_an_id_number_opens_the_resident_and_never_shows_in_an_address(reviewer: StaffMember, sign_in: SignIn) -> None:
    resident = make_resident()
    with transaction():
        resident.seal_id_number(ID_NUMBER)
        resident.seal_phone("13800135521")
    browser = sign_in(reviewer)
    for text in (ID_NUMBER, ID_NUMBER.lower(), "330106 19870412 002X", *spellings(ID_NUMBER), "13800135521", *spellings("13800135521")):
        assert browser.post("/search/", data={"q": text}).headers["Location"] == f"/residents/{resident.public_id}"
    unknown = browser.post("/search/", data={"q": "110101199003070038"})
    assert unknown.headers["Location"] == "/search/"


def test_the_address_of_results_carries_nothing_that_was_typed(clerk: StaffMember, reviewer: StaffMember, sign_in: SignIn) -> None:
    make_resident("欧阳靖瑶", "Ouyang Jingyao")
    browser = sign_in(reviewer)
    address = browser.post("/search/", data={"q": "ouyang"}).headers["Location"]
    assert "ouyang" not in address
    assert "欧阳靖瑶" in browser.get(address).text


def test_a_token_belongs_to_its_browser(reviewer: StaffMember, colleague: StaffMember, sign_in: SignIn) -> None:
    address = sign_in(reviewer).post("/search/", data={"q": "ouyang"}).headers["Location"]
    assert sign_in(colleague).get(address).status_code == 404


def test_upper_rooms_add_their_finders(reviewer: StaffMember, sign_in: SignIn) -> None:
    hit = Hit("Card", "C123", "ready", "/cards/1")
    before = search_hits.FINDERS.get()
    search_hits.FINDERS.put((*before, lambda text, staff: [hit] if text == "C123" else []))
    try:
        assert sign_in(reviewer).post("/search/", data={"q": "C123"}).headers["Location"] == "/cards/1"
    finally:
        search_hits.FINDERS.put(before)


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "' OR 1=1 --", "\x00", "a" * 121, "<script>", "🂡" * 60, "\U0010ffff", "BK-26-9999999", "0" * 18]
)
def test_any_text_gets_an_answer(text: str, reviewer: StaffMember, sign_in: SignIn) -> None:
    make_resident()
    answer = sign_in(reviewer).post("/search/", data={"q": text}, follow_redirects=True)
    assert answer.status_code in (200, 400)
    assert "<script>" not in answer.text.split("<main")[1]


@pytest.mark.parametrize(("role", "status"), [("reviewer", 200), ("mailroom_clerk", 200), ("auditor", 200), ("administrator", 403)])
def test_each_role_may_search_or_not(role: str, status: int, sign_in: SignIn) -> None:
    assert sign_in(role).get("/search/").status_code == status


SWAP = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}


def test_a_search_from_a_list_is_answered_at_once_and_named_by_an_address_without_its_text(reviewer: StaffMember, sign_in: SignIn) -> None:
    make_resident("王小明", "Wang Xiaoming")
    browser = sign_in(reviewer)
    answer = browser.post("/search/", data={"q": "wangxiao"}, headers=SWAP)
    assert answer.status_code == 200
    assert "Wang Xiaoming" in answer.text
    assert "<head" not in answer.text
    address = answer.headers["HX-Push-Url"]
    assert "wang" not in address
    assert browser.get(address, headers=SWAP).text == answer.text, "the address shows the same again"


def test_a_single_hit_opens_from_a_list_too(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_application(clerk, centre)
    answer = sign_in(reviewer).post("/search/", data={"q": case.reference}, headers=SWAP)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"/applications/{case.reference}")
    assert "HX-Push-Url" not in answer.headers


def test_the_cases_of_a_whole_page_of_people_are_found(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    residents = [make_resident("王小明", "Wang Xiaoming") for _ in range(keyset.PAGE_SIZE + 1)]
    for resident in residents[::2]:
        make_application(clerk, centre, resident)
    page = people_named(reviewer, "wangxiao")
    found = search.with_cases(reviewer, page.rows)
    assert len(found) == keyset.PAGE_SIZE
    having = {resident.id for resident in residents[::2]}
    assert [bool(one.cases) for one in found] == [one.resident.id in having for one in found]
    assert search.with_cases(reviewer, []) == []
