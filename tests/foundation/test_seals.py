"""Whatever is done to a row below a seal, or to a seal, is found, and the first row that is not as it was is named."""

import hashlib
import random
from dataclasses import fields, replace

import pytest

from admin_app.foundation.seals import check, links, rows
from tests.sealed_log import KEYS, KINDS, STEP, PlainLog, entry, flip, mutants, sealed, thousand

SAMPLE = {"flip": 120, "delete": 20, "insert": 20, "swap": 20}


def test_a_log_that_nobody_touched_is_right():
    found = thousand().checked()
    assert (found.seals, found.entries, found.unsealed, found.finding) == (1000 // STEP, 1000, 0, None)


def test_rows_behind_the_last_seal_are_counted():
    log = thousand()
    log.entries += [entry(5000), entry(5001)]
    assert (log.checked().unsealed, log.checked().finding) == (2, None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoilt_row_is_named(kind):
    for mutant in mutants(kind, SAMPLE[kind], seed=29):
        assert mutant.spoilt.checked().finding == mutant.expected, mutant.what


@pytest.mark.proof
def test_a_hundred_thousand_single_bits_are_named():
    for mutant in mutants("flip", 100_000, seed=2026):
        assert mutant.spoilt.checked().finding == mutant.expected, mutant.what


def test_control_without_the_hash_over_its_rows_a_flipped_bit_is_not_found(monkeypatch):
    monkeypatch.setattr(check, "_below", lambda *_: None)
    mutant = flip(thousand(), random.Random(1))
    assert mutant is not None and mutant.spoilt.checked().finding is None


@pytest.mark.parametrize("name", [field.name for field in fields(links.Seal)])
def test_a_seal_of_which_anything_was_changed_is_named(name):
    log = thousand()
    value = getattr(log.chain[4], name)
    log.chain[4] = replace(log.chain[4], **{name: value + 1 if isinstance(value, int) else value[:-1] + ("0" if value[-1] != "0" else "1")})
    found = log.checked().finding
    assert found is not None and found.seal == 5 and found.what.startswith("seal_")


@pytest.mark.parametrize("gone", [1, 5])
def test_a_seal_that_is_gone_from_the_middle_is_missed(gone):
    log = thousand()
    del log.chain[gone - 1]
    assert log.checked().finding == check.Finding("seal_missing", seal=gone)


def rewritten(log: PlainLog, key: bytes) -> PlainLog:
    """The whole log told anew, with another first row and seals that fit it."""
    first = (log.entries[0][0], *entry(900)[1:])
    return sealed([first, *log.entries[1:]], key=key)


def test_a_chain_that_was_told_anew_without_the_key_is_found():
    assert rewritten(thousand(), b"another key").checked().finding == check.Finding("seal_forged", seal=1)


def test_control_with_the_key_it_could_be_told_anew():
    assert rewritten(thousand(), KEYS["k1"]).checked().finding is None


def test_control_a_tail_that_is_cut_with_its_seals_leaves_a_chain_that_is_right():
    log = thousand()
    del log.entries[-STEP:], log.chain[-1]
    assert log.checked().finding is None


def test_a_link_taken_from_another_chain_breaks_it():
    other = sealed([entry(number) for number in range(1000)])
    log = thousand()
    log.chain[4] = other.chain[4]
    assert log.checked().finding == check.Finding("chain_broken", seal=5)


def test_marks_that_were_changed_with_their_row_do_not_lead_astray():
    log = thousand()
    log.entries[150] = (log.entries[150][0], *entry(900)[1:])
    log.kept[2] = rows.marks(log.entries[100:200])
    assert log.checked().finding == check.Finding("seal_changed", seal=2)


def test_a_seal_whose_key_is_not_there_is_not_taken_for_right():
    assert thousand().checked(keys={"k2": b"x" * 32}).finding == check.Finding("key_missing", seal=1)


def test_a_walk_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr(check, "TELL_EVERY", 300)
    told: list[int] = []
    check.walk(thousand(), KEYS, told.append)
    assert told == [300, 600, 900]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "bc"), ("ab", "c")),
        (("", "a"), ("a", "")),
        ((None,), ("",)),
        ((None,), ("-",)),
        ((1,), ("1",)),
        ((1, 23), (12, 3)),
        ((b"a",), ("61",)),
        (("i1;",), (1,)),
        ((1.0,), (1,)),
        (("\x00",), ("",)),
        (("\udc80",), ("\ufffd",)),
    ],
)
def test_no_two_rows_have_the_same_form(one, other):
    assert rows.canonical([one]) != rows.canonical([other])


def test_the_form_is_as_it_is_written_down():
    assert rows.canonical([(7, "王芳", None, b"\x01", 0.5)]) == "i7;t2:王芳-b2:01f3:0.5".encode()


def test_a_root_can_be_worked_out_by_hand():
    assert rows.root([(7, "x"), (8, None)]) == hashlib.sha256(b"i7;t1:xi8;-").hexdigest()
