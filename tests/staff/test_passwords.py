"""Passwords: which may be chosen, how they are kept, and that nobody waits while one is hashed."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from werkzeug.security import generate_password_hash

from admin_app.demo import accounts, office
from admin_app.demo import operations as demo
from admin_app.foundation import password_choice, passwords, settings
from admin_app.foundation.database import db, in_transaction, transaction
from admin_app.foundation.password_choice import PasswordRefused
from admin_app.staff import queries
from admin_app.staff.models import SignInAttempt
from admin_app.web.request_limits import FORM_BYTES
from tests.factories.staff import PASSWORD

NEW = "seven blue umbrellas"


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is hashed and compared from now on: one word each."""
    done: list[str] = []
    for name in ("hashed", "fits"):

        def noted(*values: str, name: str = name, real: object = getattr(passwords, name)) -> object:
            done.append(f"{name} inside" if in_transaction() else name)
            return real(*values)

        monkeypatch.setattr(passwords, name, noted)
    yield done


def entries(action: str) -> list[str]:
    return [row.outcome for row in db.session.execute(db.text(f"SELECT outcome FROM audit_entry WHERE action = '{action}'"))]


@pytest.mark.parametrize(
    "password",
    ["x7Kq9mWz2p", "correct horse battery", "a b c d e f 9", "一匹正确的马和一块电池真好", "ключ от старого сарая", "🐎🔋📎✏️🍞🧀🍎🌂🚲🎈",
     "Zq7-" * 8 + "tail", "ß" * 3 + "änderungsmeldung"],
)  # fmt: skip
def test_a_long_password_of_any_script_may_be_chosen(password):
    password_choice.check(password, known=["li.min", "Li Min", "李敏", "West Lake"])


@pytest.mark.parametrize("length", [0, 1, 9, 129, 1_000_000])
def test_a_password_that_is_too_short_or_too_long_is_refused(length):
    with pytest.raises(PasswordRefused):
        password_choice.check(("kW3-ü漢" * (length // 6 + 1))[:length])


@pytest.mark.parametrize("length", [10, 128])
def test_the_shortest_and_the_longest_password_may_be_chosen(length):
    password_choice.check("".join(chr(0x4E00 + 37 * n) for n in range(length)))


@pytest.mark.parametrize(
    "password",
    [
        "password123", "Password2026!", "p@ssw0rd2024", "ＰＡＳＳＷＯＲＤ１２３", "1234567890", "20261129 20261130",
        "qwertyuiop", "1q2w3e4r5t",
        "iloveyou1990", "dragon999999", "abcdefghijkl", "aaaaaaaaaaaa", "abcabcabcabc", "aabbaabbaabb", "zzzzzzzzzzz1",
        "sunshine!!!!!", "!!monkey!!2026", "5201314520",
    ],
)  # fmt: skip
def test_what_somebody_would_try_first_is_refused(password):
    with pytest.raises(PasswordRefused) as refused:
        password_choice.check(password)
    assert "first that somebody would try" in str(refused.value.message)


@pytest.mark.parametrize(
    "password",
    [
        "zhao.qiang1990", "ZhaoQiang2026!", "qiangzhao123456", "赵强赵强19900101", "westlake2026", "West Lake 2026",
        "carddesk2026", "Card-Desk-123", "社保卡补卡20261129",
        "shebaoka123", "zhaoqiang.password", "XH-westlake-99",
    ],
)  # fmt: skip
def test_names_of_the_person_and_words_of_the_office_are_no_password(password):
    with pytest.raises(PasswordRefused):
        password_choice.check(password, known=["zhao.qiang", "Zhao Qiang", "赵强", "West Lake", "西湖", "XH"])


def test_control_the_same_password_is_good_for_somebody_of_another_name():
    password_choice.check("zhao.qiang1990", known=["li.min", "Li Min"])


def test_the_list_of_common_passwords_is_folded_and_comes_with_its_licence():
    words = password_choice.COMMON.read_text(encoding="utf-8").split()
    assert len(words) > 10_000 and words == sorted({word.casefold() for word in words})
    assert "MIT licence" in password_choice.COMMON.with_name("common_passwords.LICENSE.txt").read_text()


def test_a_new_password_is_kept_as_argon2id(sign_in, make_staff):
    member = make_staff("reviewer")
    assert sign_in(member).post("/account/password", data={"current": PASSWORD, "new": NEW}).status_code == 302
    assert queries.by_id(member.id).password.startswith("$argon2id$v=19$")


def test_the_cost_is_what_the_house_promises():
    full = passwords.PasswordHasher(*passwords.Cost(2, 64 * 1024, 1))
    assert (full.time_cost, full.memory_cost, full.parallelism) == (2, 65536, 1)


@pytest.mark.parametrize("method", ["scrypt", "pbkdf2:sha256:1000"])
def test_a_hash_of_an_older_version_lets_its_owner_in_and_is_renewed(client, make_staff, method):
    member = make_staff("reviewer", password=generate_password_hash(PASSWORD, method=method))
    assert client.post("/sign-in", data={"username": "reviewer", "password": PASSWORD + "x"}).status_code == 422
    assert not queries.by_id(member.id).password.startswith("$argon2id$")
    assert client.post("/sign-in", data={"username": "reviewer", "password": PASSWORD}).status_code == 302
    renewed = queries.by_id(member.id).password
    assert renewed.startswith("$argon2id$") and passwords.fits(renewed, PASSWORD)
    assert client.post("/sign-in", data={"username": "reviewer", "password": PASSWORD}).status_code == 302
    assert queries.by_id(member.id).password == renewed


def test_a_hash_that_is_damaged_lets_nobody_in(client, make_staff):
    make_staff("reviewer", password="$argon2id$v=19$m=8,t=1,p=1$broken")
    assert client.post("/sign-in", data={"username": "reviewer", "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize("length", [201, 400_000, 1_000_000])
def test_a_password_longer_than_any_is_refused_unread(client, make_staff, hashings, length):
    make_staff("reviewer")
    status = client.post("/sign-in", data={"username": "reviewer", "password": "x" * length}).status_code
    assert status == (413 if length > FORM_BYTES else 422)
    assert hashings == []


@pytest.mark.parametrize("length", [129, 400_000, 1_000_000])
def test_a_new_password_that_is_too_long_is_refused_unread(sign_in, hashings, length):
    browser = sign_in("reviewer")
    hashings.clear()
    status = browser.post("/account/password", data={"current": PASSWORD, "new": "kW3-" * (length // 4) + "x"}).status_code
    assert status == (413 if length > FORM_BYTES else 422)
    assert hashings == []


def test_a_weak_new_password_is_refused_beside_its_field_and_changes_nothing(sign_in, make_staff):
    member = make_staff("reviewer", username="zhao.qiang")
    page = sign_in(member).post("/account/password", data={"current": PASSWORD, "new": "zhao.qiang2026"})
    assert page.status_code == 422 and "made of your name" in page.text
    assert passwords.fits(queries.by_id(member.id).password, PASSWORD)


def test_a_wrong_current_password_counts_as_an_attempt_and_is_in_the_log(sign_in, make_staff):
    browser = sign_in("reviewer")
    answer = browser.post("/account/password", data={"current": PASSWORD + "x", "new": NEW})
    assert answer.status_code == 422 and "current password is not right" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(SignInAttempt.id))) == 1
    assert entries("staff.sign_in_refused") == ["refused"]


def test_the_current_password_cannot_be_guessed_on_the_page_that_changes_it(sign_in, hashings):
    browser = sign_in("reviewer")
    hashings.clear()
    for number in range(settings.current().sign_in_attempts + 3):
        answer = browser.post("/account/password", data={"current": f"guess number {number}", "new": NEW})
    assert (answer.status_code, hashings.count("fits")) == (429, settings.current().sign_in_attempts)
    assert browser.post("/account/password", data={"current": PASSWORD, "new": NEW}).status_code == 429


def visit_every_door(sign_in, make_staff, client, app, monkeypatch) -> None:
    """Everything that hashes or compares a password: signing in, right and wrong, an older hash, change, add, reset, first account."""
    said = app.test_cli_runner().invoke(args=["first-administrator", "first"])
    assert said.exit_code == 0, said.output
    old = make_staff("reviewer", password=generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000"))
    assert sign_in(old).post("/account/password", data={"current": PASSWORD, "new": NEW}).status_code == 302
    for username in (old.username, "nobody"):
        assert client.post("/sign-in", data={"username": username, "password": "wrong password"}).status_code == 422
    administrator = sign_in("administrator")
    new = {"username": "wang.li", "name_en": "Wang Li", "name_zh": "王丽", "role": "reviewer", "centre": ""}
    assert administrator.post("/staff/add", data=new).status_code == 200
    assert administrator.post("/staff/members/wang.li/password").status_code == 200
    monkeypatch.setattr(office, "holds_others", lambda: False)  # of which a demo keeps away
    demo.load(0, seed=3, report=lambda _stage, _done, _total: None)
    assert accounts.accounts_file().exists()


def test_no_password_is_hashed_or_compared_inside_a_transaction(sign_in, make_staff, client, app, hashings, monkeypatch):
    visit_every_door(sign_in, make_staff, client, app, monkeypatch)
    assert hashings.count("hashed") > 8 and hashings.count("fits") >= 5
    assert [one for one in hashings if one.endswith("inside")] == []


@pytest.mark.parametrize(
    "breach", [lambda: passwords.hashed(NEW), lambda: passwords.fits("scrypt:1:1:1$x$y", NEW)], ids=["hash", "compare"]
)
def test_control_a_password_hashed_inside_a_transaction_stops_what_is_done(app, breach):
    with pytest.raises(passwords.HashedInTransaction), transaction():
        breach()


def test_control_a_breach_is_seen_by_the_count_of_hashings(app, hashings):
    with pytest.raises(passwords.HashedInTransaction), transaction():
        passwords.hashed(NEW)
    assert hashings == ["hashed inside"]
