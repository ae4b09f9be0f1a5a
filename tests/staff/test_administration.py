"""Administration of staff: who may, what it does to sessions, what it never allows."""

import re

import pytest
import sqlalchemy as sa

from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db, transaction
from admin_app.staff import permissions
from admin_app.staff.models import StaffMember
from tests.factories.centres import make_centre
from tests.factories.staff import PASSWORD

NEW = {"username": "wang.li", "name_en": "Wang Li", "name_zh": "王丽", "role": "reviewer", "centre": ""}


def member_called(username: str) -> StaffMember:
    return db.session.scalar(sa.select(StaffMember).where(StaffMember.username == username))


def particulars(member: StaffMember, **changes: str) -> dict[str, str]:
    """What the browser sends from the open page of `member`, with `changes`."""
    values = {
        "version": str(member.version), "name_en": member.name_en, "name_zh": member.name_zh, "role": member.role,
        "centre": member.centre.code if member.centre else "", "active": "y",
    }  # fmt: skip
    return {name: value for name, value in (values | changes).items() if value is not None}


def newest_entry() -> AuditEntry:
    return db.session.scalar(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))


def test_a_new_member_signs_in_with_the_password_that_was_shown_and_must_replace_it(sign_in, client):
    page = sign_in("administrator").post("/staff/add", data=NEW).text
    password = re.search(r'data-testid="password">([^<]+)<', page)[1]
    assert client.post("/sign-in", data={"username": "wang.li", "password": password}).status_code == 302
    assert client.get("/centres/").headers["Location"] == "/account/password"


def test_the_one_time_password_is_stored_nowhere_in_clear(sign_in):
    browser = sign_in("administrator")
    password = re.search(r'data-testid="password">([^<]+)<', browser.post("/staff/add", data=NEW).text)[1]
    assert password not in browser.get("/staff/members/wang.li").text
    assert password not in str(newest_entry().changes)
    assert newest_entry().action == "staff.added"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"username": "Wang Li"}, 422),
        ({"username": "x"}, 422),
        ({"role": "god"}, 422),
        ({"role": ""}, 422),
        ({"centre": "NOWHERE"}, 422),
        ({"name_en": ""}, 422),
        ({"name_en": "x" * 61}, 422),
        ({"username": "administrator"}, 409),
        ({"role": "intake_clerk"}, 422),
    ],
)
def test_a_member_who_cannot_be_added_is_told_why_and_nothing_is_lost(sign_in, change, status):
    answer = sign_in("administrator").post("/staff/add", data=NEW | {"name_zh": "保留"} | change)
    assert answer.status_code == status
    assert "保留" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StaffMember)) == 1


@pytest.mark.parametrize("change", [{"role": "auditor"}, {"centre": "XH"}, {"active": None}])
def test_a_new_role_centre_or_state_ends_the_sessions(sign_in, make_staff, centre, change):
    li = make_staff("reviewer", username="li")
    theirs, mine = sign_in(li), sign_in("administrator")
    answer = mine.post("/staff/members/li", data=particulars(li, **change))
    assert answer.status_code == 302, answer.text
    assert theirs.get("/centres/").status_code == 302


def test_a_new_name_leaves_the_sessions(sign_in, make_staff):
    li = make_staff("reviewer", username="li")
    theirs = sign_in(li)
    sign_in("administrator").post("/staff/members/li", data=particulars(li, name_en="Li Min"))
    assert theirs.get("/centres/").status_code == 200
    assert newest_entry().changes == {"before": {"name_en": "Li"}, "after": {"name_en": "Li Min"}}


def test_a_person_who_is_switched_off_does_not_come_in(sign_in, make_staff, client):
    li = make_staff("reviewer", username="li")
    sign_in("administrator").post("/staff/members/li", data=particulars(li, active=None))
    assert newest_entry().action == "staff.switched_off"
    assert client.post("/sign-in", data={"username": "li", "password": PASSWORD}).status_code == 422


def test_a_reset_ends_the_sessions_and_the_old_password(sign_in, make_staff, client):
    li = make_staff("reviewer", username="li")
    theirs = sign_in(li)
    page = sign_in("administrator").post("/staff/members/li/password").text
    assert theirs.get("/centres/").status_code == 302
    assert client.post("/sign-in", data={"username": "li", "password": PASSWORD}).status_code == 422
    password = re.search(r'data-testid="password">([^<]+)<', page)[1]
    assert client.post("/sign-in", data={"username": "li", "password": password}).status_code == 302


def test_sign_out_everywhere_ends_every_session(sign_in, make_staff):
    li = make_staff("reviewer", username="li")
    first, second = sign_in(li), sign_in(li)
    sign_in("administrator").post("/staff/members/li/sign-out")
    assert [first.get("/centres/").status_code, second.get("/centres/").status_code] == [302, 302]


@pytest.mark.parametrize("change", [{"role": "supervisor"}, {"active": None}])
def test_nobody_changes_their_own_role_or_state(sign_in, make_staff, change):
    make_staff("administrator", username="other")
    me = make_staff("administrator", username="me")
    assert sign_in(me).post("/staff/members/me", data=particulars(me, **change)).status_code == 403
    assert (member_called("me").role, member_called("me").active) == ("administrator", True)


def test_nobody_resets_their_own_password_here(sign_in):
    assert sign_in("administrator").post("/staff/members/administrator/password").status_code == 403


@pytest.mark.parametrize("change", [{"role": "supervisor"}, {"active": None}])
def test_the_last_administrator_stays(sign_in, make_staff, change):
    acting = make_staff("administrator", username="acting")
    last = make_staff("administrator", username="last")
    browser = sign_in(acting)
    with transaction():
        # The acting administrator is switched off elsewhere between the sign-in and the click.
        db.session.get(StaffMember, acting.id).active = True
    browser.post("/staff/members/last", data=particulars(last, **change))
    assert browser.post("/staff/members/acting", data=particulars(member_called("acting"), **change)).status_code == 403
    assert db.session.scalar(
        sa.select(sa.func.count()).select_from(StaffMember).where(StaffMember.role == "administrator", StaffMember.active)
    )


def test_a_stale_page_changes_nothing(sign_in, make_staff):
    li = make_staff("reviewer", username="li")
    browser, values = sign_in("administrator"), particulars(li, name_en="Mine")
    assert browser.post("/staff/members/li", data=particulars(li, name_en="Theirs")).status_code == 302
    answer = browser.post("/staff/members/li", data=values)
    assert answer.status_code == 409
    assert "Mine" in answer.text and member_called("li").name_en == "Theirs"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_an_odd_version_is_no_form_of_ours(sign_in, make_staff, version):
    li = make_staff("reviewer", username="li")
    assert sign_in("administrator").post("/staff/members/li", data=particulars(li, version=version)).status_code == 400


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "auditor"])
def test_only_administrators_change_staff(sign_in, make_staff, role):
    li = make_staff("reviewer", username="li")
    browser = sign_in(role)
    for url in ("/staff/add", "/staff/members/li", "/staff/members/li/password", "/staff/members/li/sign-out"):
        assert browser.post(url, data=particulars(li, role="administrator")).status_code == 403
    assert member_called("li").role == "reviewer"


def test_a_supervisor_of_one_centre_sees_its_people_only(sign_in, make_staff, centre):
    make_staff("intake_clerk", username="here", centre=centre)
    make_staff("intake_clerk", username="there", centre=make_centre("BJ"))
    browser = sign_in("supervisor", centre=centre)
    page = browser.get("/staff/").text
    assert "/staff/members/here" in page and "/staff/members/there" not in page
    assert browser.get("/staff/members/there").status_code == 404


def test_the_list_pages_through_everybody(sign_in, make_staff):
    for n in range(60):
        make_staff("reviewer", username=f"p{n:02}")
    browser, url, seen = sign_in("administrator"), "/staff/?role=reviewer", []
    while url:
        page = browser.get(url).text
        seen += re.findall(r'href="/staff/members/(p\d\d)"', page)
        older = re.search(r'href="([^"]*)" rel="next"', page)
        url = older[1].replace("&amp;", "&") if older else None
    assert seen == sorted(set(seen)) and len(seen) == 60


def test_every_permission_has_words_for_the_table():
    assert set(permissions.LABELS) == set().union(*permissions.PERMISSIONS.values())


def test_the_table_of_permissions_is_shown(sign_in):
    page = sign_in("auditor").get("/staff/permissions").text
    assert "Read the audit log" in page and "Mailroom clerk" in page
