"""What people choose for a list stays with them; views are saved, and shared by an address that says nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict

from admin_app.foundation import clock, keyset
from admin_app.foundation.database import is_public_id, new_public_id, transaction
from admin_app.menu import LISTS
from admin_app.staff import permissions
from admin_app.staff.models import StaffMember
from admin_app.web.lists.description import ListPage
from tests.factories.applications import make_application
from tests.factories.centres import make_centre
from tests.factories.mailing import make_batch
from tests.factories.production import make_production
from tests.routes import LETTERS

QUEUE_CHOICES, QUEUE_VIEWS = "/lists/queue/choices", "/lists/queue/views"


def tree(text: str) -> Any:
    return html.fromstring(text)


def heads(page: Any) -> list[str]:
    """The heads of the table, without the arrow of the order in force."""
    return [head.text_content().replace("↓", "").replace("↑", "").strip() for head in page.xpath("//table[@data-rows]//th")]


def rows(page: Any) -> list[str]:
    return [row.get("id") for row in page.xpath("//tr[@data-row]")]


def own_form(page: Any, door: str) -> MultiDict[str, str]:
    """The fields of the form that leads to `door`, as a browser without a script sends them; no button pressed."""
    form = page.xpath(f"//form[contains(@action, '/{door}')]")[-1]
    return MultiDict([(name, value) for name, value in form.form_values() if value is not None])


def saved(browser: FlaskClient, address: str, **fields: str) -> str:
    """Save the view at `address` as its form would; returns where that leads, without the part after #."""
    data = own_form(tree(browser.get(address).text), "views")
    data.update(fields)
    data.setlist("title", [fields.get("title", "")])
    answer = browser.post(QUEUE_VIEWS, data=data)
    assert answer.status_code == 302
    return answer.headers["Location"].partition("#")[0]


@pytest.fixture
def cases(centre: Any, clerk: StaffMember) -> list[Any]:
    """Thirty cases that wait at one centre, each due a day later than the one before, and one at another."""
    with transaction():
        here = [make_application(clerk, centre, due_on=clock.today() + timedelta(days=number)) for number in range(30)]
        return [*here, make_application(clerk, make_centre("FAR"), due_on=clock.today())]


@pytest.fixture
def browser(sign_in: Callable[..., FlaskClient], cases: list[Any]) -> FlaskClient:
    return sign_in("supervisor", username="chooser", language="en")


def test_chosen_columns_stay_and_the_others_do_not_show(browser: FlaskClient) -> None:
    page = tree(browser.get("/queue/?tab=all").text)
    before, form = heads(page), own_form(page, "choices")
    kept = form.getlist("column")[:2]
    form.setlist("column", kept)
    assert browser.post(QUEUE_CHOICES, data=form).headers["Location"] == "/queue/?tab=all"
    for _visit in range(2):
        page = tree(browser.get("/queue/?tab=all").text)
        assert own_form(page, "choices").getlist("column") == kept
        assert len(heads(page)) < len(before)
        assert set(heads(page)) < set(before)


def test_a_choice_is_one_s_own(browser: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    other = sign_in("supervisor", username="another")
    before = heads(tree(other.get("/queue/?tab=all").text))
    form = own_form(tree(browser.get("/queue/?tab=all").text), "choices")
    form.setlist("column", [])
    browser.post(QUEUE_CHOICES, data=form)
    assert heads(tree(browser.get("/queue/?tab=all").text)) != before
    assert heads(tree(other.get("/queue/?tab=all").text)) == before


def test_choosing_in_one_tab_keeps_the_columns_of_the_others(browser: FlaskClient) -> None:
    def offered(tab: str, field: str) -> list[str]:
        return own_form(tree(browser.get(f"/queue/?tab={tab}").text), "choices").getlist(field)

    before = offered("closed", "column")
    assert set(before) - set(offered("unclaimed", "offered")), "the tabs have the same columns, so that nothing is proven"
    browser.post(QUEUE_CHOICES, data=own_form(tree(browser.get("/queue/?tab=unclaimed").text), "choices"))
    assert offered("closed", "column") == before


def test_size_and_first_order_are_remembered_and_forgotten(browser: FlaskClient, cases: list[Any]) -> None:
    before = rows(tree(browser.get("/queue/?tab=all").text))
    assert len(before) == 25
    form = own_form(tree(browser.get("/queue/?tab=all").text), "choices")
    form["order"], form["size"] = "-due", "50"
    browser.post(QUEUE_CHOICES, data=form)
    after = rows(tree(browser.get("/queue/?tab=all").text))
    assert len(after) == 31
    assert after[:2] == [f"row-{case.reference}" for case in cases[29:27:-1]]
    browser.post(QUEUE_CHOICES, data=MultiDict([*form.items(multi=True), ("reset", "1")]))
    assert rows(tree(browser.get("/queue/?tab=all").text)) == before


def test_what_stands_in_the_address_goes_before_what_is_remembered(browser: FlaskClient, cases: list[Any]) -> None:
    browser.post(QUEUE_CHOICES, data={"order": "-due", "size": "50"})
    found = rows(tree(browser.get("/queue/?tab=all&order=due&size=25").text))
    assert len(found) == 25
    assert found[-1] == f"row-{cases[23].reference}"


@pytest.mark.parametrize("wrong", [{"column": "none"}, {"order": "none"}, {"size": "26"}, {"view": "none=1"}, {"place": "_scheme=x"}])
def test_a_choice_that_the_list_does_not_have_is_refused(browser: FlaskClient, wrong: dict[str, str]) -> None:
    assert browser.post(QUEUE_CHOICES, data=wrong).status_code == 400


def test_a_saved_view_opens_the_same_filter_under_an_address_that_says_nothing(browser: FlaskClient, cases: list[Any]) -> None:
    plain = "/queue/?tab=all&centre=FAR&order=-due"
    expected = rows(tree(browser.get(plain).text))
    assert expected == [f"row-{cases[-1].reference}"]
    address = saved(browser, plain, title="Far cases")
    path, _, token = address.partition("?view=")
    assert path == "/queue/"
    assert is_public_id(token)
    page = tree(browser.get(address).text)
    assert rows(page) == expected
    assert page.xpath("//a[@aria-current='true'][normalize-space()='Far cases']/@href") == [address]
    assert page.get_element_by_id("view-link").get("value").endswith(address)


def test_a_link_needs_no_name_and_stands_in_no_menu(browser: FlaskClient) -> None:
    first = saved(browser, "/queue/?tab=all&centre=FAR", link="1")
    assert saved(browser, "/queue/?tab=all&centre=FAR", link="1") == first
    page = tree(browser.get(first).text)
    assert page.get_element_by_id("view-link").get("value").endswith(first)
    assert not page.xpath("//form[contains(@action, '/views/remove')]")


def test_the_page_after_the_first_of_a_saved_view_keeps_its_address(browser: FlaskClient) -> None:
    address = saved(browser, "/queue/?tab=all", title="All")
    page = tree(browser.get(address).text)
    after = page.xpath("//nav[contains(@class, 'pager')]//a/@href")[-1]
    assert after.startswith(f"{address}&page=")
    further = rows(tree(browser.get(after).text))
    assert len(further) == 6
    assert not set(further) & set(rows(page))


def test_a_saved_view_is_in_the_order_of_who_saved_it(browser: FlaskClient, sign_in: Callable[..., FlaskClient], cases: list[Any]) -> None:
    browser.post(QUEUE_CHOICES, data={"order": "-due", "size": "25"})
    address = saved(browser, "/queue/?tab=all", title="Newest")
    found = rows(tree(sign_in("supervisor", username="another").get(address).text))
    assert found[0] == f"row-{cases[29].reference}"


def test_who_opens_a_shared_view_sees_only_what_they_may(sign_in: Callable[..., FlaskClient], centre: Any, colleague: StaffMember) -> None:
    with transaction():
        own = make_application(colleague, centre)
        foreign = make_application(colleague, make_centre("FAR"))
    address = saved(sign_in("supervisor", username="whole"), "/queue/?tab=all", link="1")
    bound = rows(tree(sign_in("supervisor", username="bound", centre=centre).get(address).text))
    assert f"row-{own.reference}" in bound
    assert f"row-{foreign.reference}" not in bound
    assert sign_in("mailroom_clerk", username="mailer").get(address).status_code == 403


def test_a_view_that_asks_for_what_the_reader_may_not_choose_says_so(
    browser: FlaskClient, sign_in: Callable[..., FlaskClient], make_staff: Callable[..., StaffMember], centre: Any
) -> None:
    make_staff("reviewer", username="far-away", centre=make_centre("AWAY"))
    address = saved(browser, "/queue/?tab=all&owner=far-away", link="1")
    answer = sign_in("supervisor", username="bound", centre=centre, language="en").get(address)
    assert answer.status_code == 404
    assert "that you may not see" in answer.text


@pytest.mark.parametrize("token", ["none", "0" * 32])
def test_an_unknown_view_is_not_found(browser: FlaskClient, token: str) -> None:
    assert browser.get(f"/queue/?view={token}").status_code == 404


def test_a_view_opens_in_its_own_list_only(browser: FlaskClient) -> None:
    token = saved(browser, "/queue/?tab=all", link="1").partition("view=")[2]
    assert browser.get(f"/loss-reports/?view={token}").status_code == 404


def test_a_removed_view_opens_nothing_and_only_its_owner_removes_it(browser: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    address = saved(browser, "/queue/?tab=all", title="All")
    data = {"token": address.partition("view=")[2]}
    sign_in("supervisor", username="another").post(f"{QUEUE_VIEWS}/remove", data=data)
    assert browser.get(address).status_code == 200
    browser.post(f"{QUEUE_VIEWS}/remove", data=data)
    assert browser.get(address).status_code == 404


def test_a_view_without_a_name_is_not_saved(browser: FlaskClient) -> None:
    assert saved(browser, "/queue/?tab=all", title=" ") == "/queue/?tab=all"


def test_more_views_than_a_menu_holds_are_refused(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("admin_app.foundation.list_choices.MOST_VIEWS", 1)
    first = saved(browser, "/queue/?tab=all", title="One")
    assert "view=" not in saved(browser, "/queue/?tab=mine", title="Two")
    assert saved(browser, "/queue/?tab=mine", title="One") == first
    old = saved(browser, "/queue/?tab=all", link="1")
    assert browser.get(saved(browser, "/queue/?tab=mine", link="1")).status_code == 200
    assert browser.get(old).status_code == 404


def test_what_was_searched_for_by_name_is_never_saved(browser: FlaskClient) -> None:
    place = browser.post("/search/", data={"q": "Wang"}).headers["Location"]
    assert "/views" not in browser.get(place).text
    for name in ("people", "hits"):
        answer = browser.post(f"/lists/{name}/views", data={"title": "Wang", "place": f"token={place.rpartition('/')[2]}"})
        assert answer.status_code == 404


def test_a_list_that_the_role_does_not_see_takes_no_choice(sign_in: Callable[..., FlaskClient]) -> None:
    mailer = sign_in("mailroom_clerk", username="mailer")
    assert mailer.post(QUEUE_CHOICES, data={"size": "50"}).status_code == 403
    assert mailer.post("/lists/none/choices", data={"size": "50"}).status_code == 404


def place_of(page: ListPage, app: Flask, browser: FlaskClient, batch: str) -> dict[str, str]:
    """What stands in the path of the list's address: the batch has the same public id in the mail room and at the maker."""
    names, looked_for = {name for rule in app.url_map.iter_rules(page.endpoint) for name in rule.arguments}, {"people": "Wang"}
    if names == {"token"}:
        return {"token": browser.post("/search/", data={"q": looked_for.get(page.name, "1")}).headers["Location"].rpartition("/")[2]}
    return dict.fromkeys(names, batch)


def choices_of(page: ListPage) -> Iterator[dict[str, Any]]:
    """All columns, none but the fixed; every order, both ways; every size."""
    names = [column.name for column in page.columns]
    yield {"column": names}
    yield {"offered": names}
    for name in page.all_orders:
        yield {"column": names, "order": name}
        yield {"column": names, "order": f"-{name}"}
    if page.listed:
        yield from ({"column": names, "size": str(size)} for size in keyset.SIZES)


@pytest.mark.about_pages
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_list_takes_every_choice(
    app: Flask, sign_in: Callable[..., FlaskClient], clerk: StaffMember, centre: Any, language: str
) -> None:
    browsers = {
        role: sign_in(role, username=f"in-{role}", language=language, **({"centre": centre} if role == "intake_clerk" else {}))
        for role in LETTERS.values()
    }
    batch = new_public_id()
    with transaction():
        make_application(clerk, centre)
        make_batch(clerk, "labelled", public_id=batch)
        make_production(clerk, "frozen", public_id=batch)
    wrong, walked = [], set()
    for page in LISTS:
        reader = next(b for role, b in browsers.items() if page.permission in permissions.rights_of(role))
        place = place_of(page, app, reader, batch)
        for choice in choices_of(page):
            data = choice | {"place": "&".join(f"{name}={value}" for name, value in place.items())}
            answer = reader.post(f"/lists/{page.name}/choices", data=data)
            shown = reader.get(answer.headers.get("Location", "/none"))
            walked.add(page.name)
            if (answer.status_code, shown.status_code) != (302, 200):
                wrong.append((page.name, choice, answer.status_code, shown.status_code))
    assert not wrong
    assert walked == {page.name for page in LISTS}
