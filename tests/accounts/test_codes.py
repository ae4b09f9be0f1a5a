"""Codes to sign in: to the phone on file alone, good for minutes and few tries, and a stranger never learns whom the office knows."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from admin_app.accounts import rules
from admin_app.accounts.models import Account, CodeRequest
from admin_app.accounts.operations import asking, codes
from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock, origin, settings
from admin_app.foundation.database import Base, db, transaction
from admin_app.notices.operations.gateways import Outcome, Result
from tests.accounts.phones import NAME, PHONE, make_gateway, make_reachable
from tests.factories.residents import id_number
from tests.statements import counted_statements


@pytest.fixture
def gateway(app, monkeypatch):
    return make_gateway(app, monkeypatch)


def ask(number, name=NAME, address="192.0.2.1"):
    origin.address.set(address)
    with transaction():
        return asking.ask(number, name, language="zh").public_id


def enter(request, code):
    with transaction():
        account = codes.enter(request, code)
        return account.resident_id if account else None


def later(wait):
    db.session.rollback()
    return time_machine.travel(clock.now() + wait, tick=False)


def test_the_code_goes_to_the_phone_on_file_and_lets_its_owner_in(gateway, clerk):
    resident, number = make_reachable(clerk)
    request = ask(number)
    assert gateway.given[0].number == PHONE and NAME not in gateway.given[0].text and "http" not in gateway.given[0].text
    assert enter(request, gateway.code) == resident.id
    account = db.session.scalars(sa.select(Account)).one()
    entries = db.session.execute(sa.select(AuditEntry.action, AuditEntry.actor_kind, AuditEntry.actor_id, AuditEntry.actor_name))
    signed = [tuple(row) for row in entries if row.action == "accounts.signed_in"]
    assert signed == [("accounts.signed_in", "resident", account.id, "Resident 参保人")]


def test_a_code_is_good_once(gateway, clerk):
    _resident, number = make_reachable(clerk)
    request = ask(number)
    assert enter(request, gateway.code) and enter(request, gateway.code) is None


def test_a_code_counts_in_the_browser_that_asked_alone(gateway, clerk):
    _resident, number = make_reachable(clerk)
    first, code = ask(number), gateway.code
    other = ask(id_number(), "赵四")
    assert enter(other, code) is None and enter("0" * 32, code) is None and enter(first, code)


def test_after_five_tries_the_right_code_is_refused_and_a_new_one_arrives(gateway, clerk):
    resident, number = make_reachable(clerk)
    request = ask(number)
    assert [enter(request, gateway.wrong) for _ in range(rules.TRIES)] == [None] * rules.TRIES
    assert enter(request, gateway.code) is None
    again = ask(number)
    assert len(gateway.given) == 2 and enter(again, gateway.code) == resident.id


def test_a_thousand_guesses_from_fifty_addresses_check_fifty_codes_a_day(gateway, clerk):
    _resident, number = make_reachable(clerk)
    checked, refused = 0, 0
    for guess in range(40):
        with later(timedelta(minutes=20 * guess)):
            try:
                request = ask(number, address=f"192.0.2.{guess}")
            except asking.TooManyCodes:
                refused += 1
                continue
            for _ in range(25):
                before = db.session.scalar(sa.select(CodeRequest.tries).where(CodeRequest.public_id == request))
                assert enter(request, gateway.wrong) is None
                after = db.session.scalar(sa.select(CodeRequest.tries).where(CodeRequest.public_id == request))
                checked += after - before
    assert checked == rules.A_DAY * rules.TRIES and refused == 40 - rules.A_DAY


def test_a_newer_code_replaces_the_older_one(gateway, clerk):
    _resident, number = make_reachable(clerk)
    first, old = ask(number), gateway.code
    second = ask(number)
    assert enter(first, old) is None and enter(second, gateway.code)


def test_a_code_is_good_for_ten_minutes(gateway, clerk):
    _resident, number = make_reachable(clerk)
    request, code = ask(number), gateway.code
    with later(timedelta(minutes=10)):
        assert enter(request, code) is None


def test_no_table_holds_the_code(gateway, clerk):
    _resident, number = make_reachable(clerk)
    ask(number)
    found = [str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(sa.select(table))]
    assert found and not [row for row in found if gateway.code in row or number in row]


NOT_SENT = {
    "another name": lambda clerk: (make_reachable(clerk)[1], "赵四"),
    "no phone": lambda clerk: (make_reachable(clerk, phone="")[1], NAME),
    "a phone without messages": lambda clerk: (make_reachable(clerk, phone="0571-88012345")[1], NAME),
    "nobody": lambda _clerk: (id_number(), NAME),
}


@pytest.mark.parametrize("case", NOT_SENT)
def test_nothing_leaves_for_whom_the_office_does_not_know(case, gateway, clerk):
    request = ask(*NOT_SENT[case](clerk))
    assert gateway.given == [] and enter(request, "000000") is None


def test_nothing_leaves_while_the_records_are_restricted(gateway, clerk):
    resident, number = make_reachable(clerk)
    with transaction():
        resident.is_restricted = True
    ask(number)
    assert gateway.given == []


def work_of(number, name, gateway, monkeypatch):
    """The statements of asking and of a wrong code, without the job, which runs elsewhere."""
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    with counted_statements() as asked:
        request = ask(number, name)
    with counted_statements() as typed:
        enter(request, "000000")
    monkeypatch.setattr(settings.current(), "jobs_inline", True)
    return [text.split()[0] for text in asked], [text.split()[0] for text in typed]


def test_known_and_unknown_people_cost_the_same_statements(gateway, clerk, monkeypatch):
    _resident, number = make_reachable(clerk)
    known = work_of(number, NAME, gateway, monkeypatch)
    assert known == work_of(id_number(), NAME, gateway, monkeypatch) and known == work_of(number, "赵四", gateway, monkeypatch)


def test_one_address_asks_for_twenty_codes_an_hour(gateway, clerk):
    for _ in range(rules.ADDRESS_AN_HOUR):
        ask(id_number())
    with pytest.raises(asking.TooManyCodes) as refused:
        ask(id_number())
    assert 0 < refused.value.details["retry_after"] <= 3601
    assert ask(id_number(), address="192.0.2.2")


def test_a_network_of_ipv6_is_one_address(gateway, clerk):
    for host in range(rules.ADDRESS_AN_HOUR):
        ask(id_number(), address=f"2001:db8::{host:x}")
    with pytest.raises(asking.TooManyCodes):
        ask(id_number(), address="2001:db8::ffff:1")


def test_there_is_a_most_that_all_strangers_together_ask_for(gateway, clerk, monkeypatch):
    monkeypatch.setattr(rules, "ALL_AN_HOUR", 3)
    for place in range(3):
        ask(id_number(), address=f"192.0.2.{place}")
    with pytest.raises(asking.TooManyCodes):
        ask(id_number(), address="192.0.2.9")


def test_a_phone_gets_so_many_codes_a_day_whoever_shares_it(gateway, clerk, monkeypatch):
    monkeypatch.setattr(rules, "PHONE_A_DAY", 3)
    for place in range(5):
        ask(make_reachable(clerk)[1], address=f"192.0.2.{place}")
    assert len(gateway.given) == 3


def test_the_office_sends_so_many_codes_an_hour(gateway, clerk, monkeypatch):
    monkeypatch.setattr(settings.current(), "codes_per_hour", 2)
    for place in range(4):
        ask(make_reachable(clerk, phone=f"1380571550{place}")[1])
    assert len(gateway.given) == 2
    with later(timedelta(hours=1)):
        ask(make_reachable(clerk, phone="13805715509")[1])
    assert len(gateway.given) == 3


def test_a_code_that_did_not_leave_counts_no_more_and_the_log_says_so(gateway, clerk):
    _resident, number = make_reachable(clerk)
    gateway.answer = Outcome(Result.REFUSED, "gateway_refused")
    request = ask(number)
    assert enter(request, gateway.code) is None
    assert db.session.scalar(sa.select(AuditEntry.outcome).where(AuditEntry.action == "accounts.code_not_sent")) == "refused"


def test_a_worker_that_died_sends_no_second_code(gateway, clerk, monkeypatch):
    _resident, number = make_reachable(clerk)
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    request = ask(number)
    with transaction() as session:
        asked = session.scalars(sa.select(CodeRequest).where(CodeRequest.public_id == request)).one()
        assert codes.make(asked, is_again=True) is None


def test_what_was_asked_for_is_forgotten_after_a_day(gateway, clerk):
    _resident, number = make_reachable(clerk)
    ask(number)
    assert asking.forget_old() == 0
    with later(timedelta(days=1)):
        assert asking.forget_old() == 1


def test_the_message_is_in_the_language_of_the_page_and_names_the_host_of_the_office(app):
    zh = rules.message("123456", language="zh", minutes=10, host="")
    assert "验证码" in zh and "123456" in zh and "10" in zh
    assert rules.message("123456", language="en", minutes=10, host="card.example.org").splitlines()[-1] == "@card.example.org #123456"
