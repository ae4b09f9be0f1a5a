"""The screen «Materials per reason»."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from admin_app.applications.models import MaterialRule
from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db, transaction
from tests.factories.applications import held_by, make_application, make_document, make_material_rule
from tests.factories.staff import PASSWORD

LIST = "/reference/materials/"
LINE = {
    "material": "kinship_proof", "reasons": ["expired", "lost"], "applicant": "proxy", "channel": "online", "age_from": "60",
    "age_below": "", "sort": "15", "is_active": "y",
}  # fmt: skip


def line(material: str) -> MaterialRule:
    db.session.rollback()
    return db.session.scalars(sa.select(MaterialRule).where(MaterialRule.material == material).order_by(MaterialRule.id.desc())).first()


def form_of(row: MaterialRule, **changes: object) -> dict[str, object]:
    """What a browser would send from the open form, with `changes`; None takes a field out."""
    values = {
        name: getattr(row, name) for name in ("material", "reasons", "applicant", "channel", "age_from", "age_below", "sort", "version")
    }
    values = {name: "" if value is None else value for name, value in values.items()} | {"is_active": "y"} | changes
    return {name: value for name, value in values.items() if value is not None}


def test_a_new_line_is_stored_and_recorded(sign_in):
    browser = sign_in("supervisor")
    answer = browser.post(f"{LIST}add", data=LINE)
    assert answer.status_code == 302, answer.text
    row = line("kinship_proof")
    assert (row.reasons, row.applicant, row.channel, row.age_from, row.age_below) == (["lost", "expired"], "proxy", "online", 60, None)
    entry = db.session.scalar(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert (entry.action, entry.subject_ref) == ("reference.material_rule_added", f"kinship_proof-{row.id}")
    assert entry.changes["reasons"] == ["lost", "expired"]


@pytest.mark.parametrize(
    "also", [{}, {"original": "yes"}, {"original": "paper", "original_stops": "approve"}], ids=["same", "seen", "stops"]
)
def test_a_line_that_stands_there_already_is_refused_whatever_it_says_of_the_original(sign_in, also):
    browser = sign_in("supervisor")
    assert browser.post(f"{LIST}add", data=LINE).status_code == 302
    answer = browser.post(f"{LIST}add", data=LINE | also)
    assert answer.status_code == 422
    assert "in another line already" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).where(MaterialRule.material == LINE["material"])) == 2


def test_a_change_is_recorded_with_before_and_after(sign_in):
    row = line("photo")
    answer = sign_in("supervisor").post(f"{LIST}{row.id}/edit", data=form_of(row, age_from="10"))
    assert answer.status_code == 302, answer.text
    entry = db.session.scalar(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert entry.changes == {"before": {"age_from": 7}, "after": {"age_from": 10}}


def test_the_list_is_a_matrix_of_materials_and_reasons(sign_in):
    page = sign_in("supervisor").get(LIST).text
    named = re.findall(r'data-row><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    rows = {re.sub(r"<[^>]*>", "", head).strip(): rest for head, rest in named}
    marks = {name: re.findall(r'visually-hidden">(needed|not needed)<', rest) for name, rest in rows.items()}
    assert marks["Proof of loss"] == ["needed"] * 2 + ["not needed"] * 6
    assert marks["Recent bareheaded colour photoFrom age 7"] == ["needed"] * 8
    assert len(rows) == 10


def test_a_line_that_is_switched_off_is_not_asked_for(sign_in, clerk, reviewer, centre):
    row, case = line("old_card"), make_application(clerk, centre, **held_by(reviewer))
    sign_in("supervisor").post(f"{LIST}{row.id}/edit", data=form_of(row, is_active=None))
    assert line("old_card").is_active is False
    assert "Old card: no document" not in sign_in(reviewer).get(f"/applications/{case.reference}").text


def test_before_that_it_is_asked_for(sign_in, clerk, reviewer, centre):
    case = make_application(clerk, centre, **held_by(reviewer))
    assert "Old card: no document" in sign_in(reviewer).get(f"/applications/{case.reference}").text


def test_a_stale_form_shows_the_differences(sign_in):
    row = line("photo")
    values = form_of(row, reasons=["lost"])
    with transaction():
        db.session.get(MaterialRule, row.id).age_from = 12
    answer = sign_in("supervisor").post(f"{LIST}{row.id}/edit", data=values)
    assert answer.status_code == 409
    assert ">12</td>" in answer.text and ">Lost</td>" in answer.text
    assert len(line("photo").reasons) == 8


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reasons": []}, "choose at least one reason"),
        ({"reasons": ["lost", "eaten"]}, "is not a valid choice"),
        ({"material": "passport"}, "Not a valid choice"),
        ({"applicant": "neighbour"}, "Not a valid choice"),
        ({"channel": "fax"}, "Not a valid choice"),
        ({"age_from": "x"}, "Not a valid integer"),
        ({"age_from": "-1"}, "Number must be between"),
        ({"age_from": "16", "age_below": "16"}, "No age is from 16 and below 16."),
        ({"instead_below": "16"}, "An age is given below. Choose what is enough below it."),
        ({"sort": ""}, "This field is required"),
    ],
)
def test_a_value_that_is_refused_keeps_the_others(sign_in, change, sentence):
    answer = sign_in("supervisor").post(f"{LIST}add", data=LINE | {"sort": "4321"} | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "4321" in answer.text or "sort" in change
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MaterialRule)) == 10


def only(*names: str) -> None:
    """Every line but these is off."""
    with transaction() as session:
        session.execute(sa.update(MaterialRule).where(MaterialRule.material.not_in(names)).values(is_active=False))


@pytest.mark.parametrize(
    ("change", "case"),
    [
        ({"is_active": None}, "Lost, In person, Counter, age 16"),
        ({"reasons": ["lost", "stolen"]}, "Damaged, In person, Counter, age 16"),
        ({"channel": "counter"}, "Lost, In person, Online, age 16"),
        ({"applicant": "self"}, "Lost, By proxy, Counter, age 16"),
        ({"age_from": "7"}, "Lost, By guardian, Counter, age 0"),
    ],
)
def test_a_table_that_asks_nothing_of_a_case_is_refused_with_the_case(sign_in, change, case):
    only("id_copy")
    row, browser = line("id_copy"), sign_in("supervisor")
    answer = browser.post(f"{LIST}{row.id}/edit", data=form_of(row, **change))
    assert answer.status_code == 422
    assert f"any more: {case}." in answer.text
    kept = line("id_copy")
    assert (kept.is_active, len(kept.reasons), kept.channel, kept.applicant, kept.age_from, kept.version) == (True, 8, "", "", None, 1)


def test_the_same_change_is_saved_while_another_line_covers_the_case(sign_in):
    only("id_copy", "application_form")
    row = line("id_copy")
    answer = sign_in("supervisor").post(f"{LIST}{row.id}/edit", data=form_of(row, is_active=None))
    assert answer.status_code == 302


def test_two_supervisors_cannot_switch_off_the_last_two_lines_at_once(app, make_staff):
    with transaction() as session:
        session.execute(
            sa.update(MaterialRule).where(MaterialRule.material.not_in(["id_copy", "application_form"])).values(is_active=False)
        )
    people, rows = [make_staff("supervisor"), make_staff("supervisor")], [line("id_copy"), line("application_form")]
    sent = [(person.username, row.id, form_of(row, is_active=None)) for person, row in zip(people, rows, strict=True)]
    db.session.remove()
    start = threading.Barrier(2)

    def switch_off(one: tuple[str, int, dict[str, object]]) -> int:
        username, pk, values = one
        browser = app.test_client()
        browser.post("/sign-in", data={"username": username, "password": PASSWORD})
        start.wait()
        return browser.post(f"{LIST}{pk}/edit", data=values).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(switch_off, sent))
    assert answers == [302, 422]
    assert sorted([line("id_copy").is_active, line("application_form").is_active]) == [False, True]


def test_the_page_says_what_a_case_would_be_asked_for(sign_in):
    page = sign_in("supervisor").get(f"{LIST}?reason=damaged&applicant=guardian&channel=online&age=5").text
    asked = re.findall(r"<li>.*?<span>(.*?)</span>", page[page.index('id="try"') :], re.DOTALL)
    assert asked == [
        "ID card (both sides) or Household register",
        "Application form",
        "Old card handed in",
        "ID card of the guardian",
        "Proof of kinship",
    ]


def test_what_may_stand_in_is_named_and_the_line_is_still_marked_as_one_of_every_case(sign_in):
    page = sign_in("supervisor").get(LIST).text
    rows = {name: row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL) for name in ("ID card (both", "Recent") if name in row}
    assert "Household register is enough below age 16" in rows["ID card (both"]
    assert ["matrix-some" in row for row in (rows["ID card (both"], rows["Recent"])] == [False, True]


def test_papers_are_numbered_among_their_own_kind(sign_in, clerk, reviewer, centre):
    case = make_application(clerk, centre, **held_by(reviewer))
    with transaction():
        line("id_copy").instead, line("id_copy").instead_below = "household_register", None
    for material in ("id_copy", "id_copy", "household_register"):
        make_document(case, material)
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    tabs = re.findall(r"(?:ID card|Household register)(?: \d)?(?=\s*<)", page[page.index("viewer") :])
    assert {"ID card 1", "ID card 2", "Household register"} <= set(tabs) and "Household register 3" not in page


def test_a_material_does_not_stand_in_for_itself(sign_in):
    data = LINE | {"material": "photo", "instead": "photo"}
    answer = sign_in("supervisor").post(f"{LIST}add", data=data)
    assert answer.status_code == 422 and "This is the material itself." in answer.text


@pytest.mark.parametrize("query", ["reason=eaten", "applicant=x", "channel=fax", "age=-1", "age=151", "age=x", "state=x"])
def test_an_odd_argument_answers_400(sign_in, query):
    assert sign_in("supervisor").get(f"{LIST}?{query}").status_code == 400


def test_the_page_takes_few_statements(sign_in, count_statements):
    browser = sign_in("supervisor")
    with count_statements() as statements:
        assert browser.get(LIST).status_code == 200
    assert len(statements) <= 10, statements


def test_the_case_page_and_the_counter_read_the_table_once_and_keep_it(sign_in, clerk, reviewer, centre, count_statements):
    case, draft = make_application(clerk, centre, **held_by(reviewer)), make_application(clerk, centre, status="draft", is_open=False)
    for browser, url in (
        (sign_in(reviewer), f"/applications/{case.reference}"),
        (sign_in(clerk), f"/intake/{draft.reference}"),
        (sign_in(clerk), f"/intake/needs/{draft.resident.public_id}?reason=lost&applicant=self&channel=counter"),
    ):
        with transaction():
            """Any change makes what is kept forgotten."""
        read = []
        for _ in range(2):
            with count_statements() as statements:
                assert browser.get(url).status_code == 200
            read.append(len([text for text in statements if "FROM material_rule" in text]))
        assert read == [1, 0], url


@pytest.mark.parametrize("url", ["/queue/", "/"])
def test_lists_do_not_read_the_table(sign_in, clerk, reviewer, centre, count_statements, url):
    make_application(clerk, centre)
    browser = sign_in(reviewer)
    with count_statements() as statements:
        assert browser.get(url).status_code == 200
    assert [text for text in statements if "material_rule" in text] == []


def test_the_live_checklist_follows_the_channel(sign_in, clerk, centre):
    make_material_rule("kinship_proof", reasons=["lost"], channel="online")
    resident, browser = make_application(clerk, centre).resident, sign_in(clerk)
    url = f"/intake/needs/{resident.public_id}?reason=lost&applicant=self&channel="
    assert "Proof of kinship" in browser.get(f"{url}online").text
    assert "Proof of kinship" not in browser.get(f"{url}counter").text


def test_the_page_reads_in_chinese(sign_in):
    page = sign_in("supervisor", language="zh").get(LIST).text
    assert "材料要求" in page and "7 周岁起" in page and "代办" in page
