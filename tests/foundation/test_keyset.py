"""Pages by key: nothing twice, nothing left out, in both directions; counts stop at the cap."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import select

from admin_app.centres.models import Centre
from admin_app.foundation import keyset, settings
from tests.factories.centres import make_centre

Cut = Callable[[str | None, bool], keyset.Page[Any]]


@pytest.fixture
def centres(app: Flask) -> list[str]:
    """Seven centres; five of them share a district, so that the order has ties."""
    for number in range(7):
        make_centre(f"C{number}", district_code="330106" if number < 5 else "330105", name_en=f"Name {number % 2}")
    return [f"C{number}" for number in range(7)]


def by_value(cursor: str | None, descending: bool) -> keyset.Page[Any]:
    """Marks hold the values."""
    order = (Centre.district_code, Centre.id)
    return keyset.page(select(Centre), *order, cursor=cursor, descending=descending, size=2, key=lambda row: (row.district_code, row.id))


def by_row(cursor: str | None, descending: bool) -> keyset.Page[Any]:
    """Marks hold the id of the row."""
    pager = keyset.Pager[Any](select(Centre), Centre.district_code, Centre.id, descending=descending, row_id=Centre.id)
    return pager.page(key=lambda row: (row.id,), cursor=cursor, size=2)


def walk(cut: Cut, descending: bool) -> list[keyset.Page[Any]]:
    pages = [cut(None, descending)]
    while pages[-1].after:
        pages.append(cut(pages[-1].after, descending))
    return pages


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("cut", [by_value, by_row])
def test_walking_forward_meets_every_row_once_in_order(centres: list[str], cut: Cut, descending: bool) -> None:
    codes = [row.code for page in walk(cut, descending) for row in page.rows]
    ordered = ["C5", "C6", "C0", "C1", "C2", "C3", "C4"]
    assert codes == (ordered[::-1] if descending else ordered)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("cut", [by_value, by_row])
def test_walking_back_meets_the_same_pages(centres: list[str], cut: Cut, descending: bool) -> None:
    pages = walk(cut, descending)
    back = [pages[-1]]
    while back[-1].before:
        back.append(cut(back[-1].before, descending))
    assert [[row.code for row in page.rows] for page in back[::-1]][1:] == [[row.code for row in page.rows] for page in pages][1:]
    assert back[-1].before is None


def test_the_first_page_has_nothing_before_and_the_last_nothing_after(centres: list[str]) -> None:
    pages = walk(by_value, False)
    assert (pages[0].before, pages[-1].after) == (None, None)


def test_a_mark_at_a_row_tells_nothing_of_the_row_but_its_id(centres: list[str]) -> None:
    signer = URLSafeSerializer(settings.current().secret_key.get_secret_value(), salt="keyset")
    first = keyset.Pager[Any](select(Centre), Centre.name_en, Centre.id, row_id=Centre.id).page(key=lambda row: (row.id,), size=2)
    assert signer.loads(first.after) == [0, first.rows[-1].id]


def test_a_page_at_a_row_that_is_gone_is_empty(centres: list[str]) -> None:
    signer = URLSafeSerializer(settings.current().secret_key.get_secret_value(), salt="keyset")
    assert by_row(str(signer.dumps([0, 10**6])), False).rows == []


@pytest.mark.parametrize("content", [[0], [2, 1], [0, "x", 1, 1], [0, True], [0, 2**63], [0, None], "text", {}])
def test_a_mark_of_another_form_is_refused(centres: list[str], content: Any) -> None:
    signer = URLSafeSerializer(settings.current().secret_key.get_secret_value(), salt="keyset")
    with pytest.raises(keyset.BadCursor):
        by_row(str(signer.dumps(content)), False)


@pytest.mark.parametrize("cursor", ["x", "a.b", "W10.x", "é" * 300])
def test_a_mark_that_we_did_not_make_is_refused(centres: list[str], cursor: str) -> None:
    with pytest.raises(keyset.BadCursor):
        by_value(cursor, False)


def test_counts_stop_one_beyond_the_cap_in_one_statement(centres: list[str], monkeypatch, count_statements) -> None:
    monkeypatch.setattr(keyset, "COUNT_CAP", 3)
    queries = {"all": select(Centre.id), "few": select(Centre.id).where(Centre.code < "C2"), "none": select(Centre.id).where(Centre.id < 0)}
    with count_statements() as statements:
        counts = keyset.capped_counts(queries)
    assert counts == {"all": 4, "few": 2, "none": 0}
    assert len([one for one in statements if one != "BEGIN"]) == 1
    assert keyset.capped_counts({}) == {}


def test_the_mark_of_another_list_is_refused(centres: list[str]) -> None:
    by_id = keyset.page(select(Centre), Centre.id, size=2, key=lambda row: (row.id,)).after
    by_code = keyset.page(select(Centre), Centre.code, size=2, key=lambda row: (row.code,)).after
    for column, mark in ((Centre.code, by_id), (Centre.id, by_code)):
        with pytest.raises(keyset.BadCursor):
            keyset.page(select(Centre), column, cursor=mark, size=2, key=lambda row: (row.id,))


def test_a_kept_walk_and_a_kept_counting_see_what_is_there_now(centres: list[str]) -> None:
    walk: keyset.Pager[Centre] = keyset.Pager(select(Centre), Centre.code)
    counting = keyset.Counting({"all": select(Centre.id), "none": select(Centre.id).where(Centre.code == "none")})
    pages = [walk.page(key=lambda row: (row.code,), size=3)]
    assert counting.counts() == {"all": 7, "none": 0}
    make_centre("C00")
    assert [row.code for row in walk.page(key=lambda row: (row.code,), size=3).rows] == ["C0", "C00", "C1"]
    assert [row.code for row in walk.page(key=lambda row: (row.code,), size=3, cursor=pages[0].after).rows] == ["C3", "C4", "C5"]
    assert counting.counts() == {"all": 8, "none": 0}


def test_the_same_query_under_two_names_is_put_once(centres: list[str], count_statements: Callable[[], Any]) -> None:
    everybody = select(Centre.id)
    counting = keyset.Counting({"first": everybody, "second": everybody, "third": select(Centre.id).where(Centre.code == "C1")})
    with count_statements() as statements:
        assert counting.counts() == {"first": 7, "second": 7, "third": 1}
    assert [text.count("count(*)") for text in statements if "count" in text] == [2]
