"""The help beside address fields: on every form with one, with script and without; it changes what is typed and stores nothing."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import html
from wtforms import StringField

from admin_app.foundation.database import db
from admin_app.web import typed_address
from admin_app.web.desk_form import DeskForm
from tests.factories.residents import make_resident
from tests.routes import checksum

BLOCK = "王芳 13800000000 广东省深圳市南山区粤海街道科苑路15号"


def address_fields(kind: type[DeskForm] = DeskForm) -> Iterator[tuple[type[DeskForm], str]]:
    """Every text field of every form that is called an address."""
    for form in kind.__subclasses__():
        for name in dir(form):
            field = getattr(getattr(form, name), "field_class", None)
            if "address" in name and isinstance(field, type) and issubclass(field, StringField):
                yield form, name
        yield from address_fields(form)


def without_help() -> set[tuple[str, str]]:
    """The address fields that do not say that they are there for one."""
    found = {(form.__name__, name): getattr(form, name).kwargs.get("render_kw") or {} for form, name in address_fields()}
    return {key for key, drawn in found.items() if "data-address" not in drawn}


def test_every_address_field_of_a_form_has_the_help(app) -> None:
    assert without_help() == {("CentreForm", "address_en")}
    assert len(list(address_fields())) >= 8


def test_control_a_new_address_field_without_it_is_found(app) -> None:
    class ControlForm(DeskForm):
        address = StringField("Where")

    assert ("ControlForm", "address") in without_help()
    ControlForm.address = None  # a form class stays known as long as the process


def ask(browser: Any, **sent: str) -> dict[str, Any]:
    return browser.post("/addresses/read", data={"address_field": "address"} | sent).get_json()


def chosen(told: dict[str, Any]) -> list[str]:
    return [level["chosen"] for level in told["levels"]]


def test_a_block_is_taken_apart_into_the_fields_of_the_form_and_nothing_is_stored(sign_in, clerk) -> None:
    browser = sign_in(clerk)
    before = checksum()
    told = ask(browser, address=BLOCK, name="", phone="", postcode="310012", apart="1")
    assert told["changed"] == {"address": "广东省深圳市南山区粤海街道\n科苑路15号", "name": "王芳", "phone": "13800000000"}
    assert told["says"] == ["Postcodes of 广东省 begin with 51, 52; this one begins with 31. Please compare."]
    assert chosen(told) == ["44", "4403", "440305", "440305007"]
    assert checksum() == before


def test_what_stands_in_the_form_already_is_kept_and_said(sign_in, clerk) -> None:
    told = ask(sign_in(clerk), address=BLOCK, recipient="李雷", apart="1")
    assert set(told["changed"]) == {"address"} and any("王芳" in sentence for sentence in told["says"])
    assert "13800000000" not in str(told) and len(told["says"]) == 2


def test_selects_depend_on_one_another_and_the_district_goes_in_front(sign_in, clerk) -> None:
    browser = sign_in(clerk)
    told = ask(browser, address="文三路12号", within="33")
    assert (chosen(told), told["changed"]) == (["33", ""], {})
    told = ask(browser, address="文三路12号", within="3301")
    assert chosen(told) == ["33", "3301", ""] and ["330106", "西湖区"] in told["levels"][2]["choices"]
    told = ask(browser, address="文三路12号", within="330106")
    assert told["changed"] == {"address": "浙江省杭州市西湖区\n文三路12号"} and chosen(told)[:3] == ["33", "3301", "330106"]
    told = browser.post("/addresses/read", data={"address_field": "address_zh", "address_zh": "1号", "within": "81"}).get_json()
    assert told["changed"] == {"address_zh": "香港特别行政区1号"}


def test_an_id_number_in_a_block_is_refused_with_words(sign_in, clerk) -> None:
    told = ask(sign_in(clerk), address="王芳 110101199003070791", apart="1")
    assert told["changed"] == {} and told["says"][0].startswith("This holds an ID number.")


def test_the_form_shows_what_its_address_says(sign_in, clerk) -> None:
    resident = make_resident(address="杭州西湖区文三路12号")
    db.session.commit()
    page = html.fromstring(sign_in(clerk).get(f"/residents/{resident.public_id}/correct").text)
    shown = page.xpath("//*[@data-address-help='address']//option[@selected]/text()")
    assert shown == ["浙江省", "杭州市", "西湖区"]
    assert page.xpath("//*[@data-address-help]//@name") == []


def steps(page: str, action: str) -> SimpleNamespace:
    """The hidden fields of the form that is sent to `action`, and its buttons in their order."""
    [form] = html.fromstring(page).xpath("//form[@action=$action]", action=action)
    hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    return SimpleNamespace(hidden=hidden, buttons=[one.get("formaction") or "" for one in form.xpath(".//button[not(@type='button')]")])


def test_without_script_the_form_waits_while_its_division_is_chosen(sign_in, clerk) -> None:
    resident = make_resident(address="")
    db.session.commit()
    browser, place = sign_in(clerk), f"/residents/{resident.public_id}/correct"
    form = steps(browser.get(place).text, place)
    assert form.buttons[0] == "" and form.buttons.count("/addresses/aside") == 2
    typed = form.hidden | {"name": "王芳芳", "phone": "", "postcode": "310012", "address": "文三路12号"}
    answer = browser.post("/addresses/aside", data=typed | {"address_step": "choose:address"})
    assert answer.location == "/addresses/choose?field=address"
    assert "文三路12号" in browser.get(answer.location).text
    city = browser.get("/addresses/choose?field=address&within=3301").text
    assert "西湖区" in city and "文三路12号" in city
    answer = browser.post("/addresses/aside", data={"address_step": "use:address", "within": "330106"})
    page = browser.get(answer.location).text
    assert answer.location == place and "Nothing was sent or saved" in page
    fields = html.fromstring(page).xpath("//textarea[@name='address']")[0]
    assert fields.text.strip() == "浙江省杭州市西湖区\n文三路12号" and 'value="王芳芳"' in page
    saved = browser.post(place, data=typed | {"address": "浙江省杭州市西湖区\n文三路12号", "reason": "as on the card"})
    assert saved.status_code == 302 and "Nothing was sent or saved" not in browser.get(place).text


def test_without_script_a_block_is_taken_apart_and_comes_back_to_be_compared(sign_in, clerk) -> None:
    resident = make_resident(address="")
    db.session.commit()
    browser, place = sign_in(clerk), f"/residents/{resident.public_id}/correct"
    typed = steps(browser.get(place).text, place).hidden | {"name": resident.name, "phone": "", "address": BLOCK, "postcode": "310012"}
    answer = browser.post("/addresses/aside", data=typed | {"address_step": "apart:address"})
    page = browser.get(answer.location).text
    assert answer.location == place and "科苑路15号" in page and 'value="13800000000"' in page and "begin with 51, 52" in page
    db.session.expire_all()
    assert (resident.address, resident.open_phone()) == ("", "")


def test_the_page_of_divisions_says_when_no_form_waits(sign_in, clerk) -> None:
    browser = sign_in(clerk)
    assert "No form waits for a district" in browser.get("/addresses/choose").text
    assert browser.post("/addresses/aside", data={"address_step": "use:address", "within": "330106"}).status_code == 409


@pytest.mark.parametrize("within", ["0", "330106999", "x" * 70, "33 01"])
def test_a_code_that_there_is_not_changes_nothing(within: str, sign_in, clerk) -> None:
    browser = sign_in(clerk)
    assert browser.get(f"/addresses/choose?within={within}").status_code == 200
    assert ask(browser, address="文三路12号", within=within)["changed"] == {}


def test_the_fields_go_down_to_the_first_that_nothing_is_chosen_in() -> None:
    assert [(level.name, level.chosen) for level in typed_address.levels("")] == [("province", "")]
    assert [level.chosen for level in typed_address.levels("4419")] == ["44", "4419", "441900", ""]
    assert [level.chosen for level in typed_address.levels("11")] == ["11", "1101", ""]
    assert [level.chosen for level in typed_address.levels("81")] == ["81"]
