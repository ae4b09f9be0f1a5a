"""The help beside an address field as people use it: a pasted block taken apart, another district chosen, in both languages."""

import pytest
from playwright.sync_api import expect

from tests.factories.residents import id_number

pytestmark = pytest.mark.browser


def test_a_pasted_block_is_taken_apart_and_its_district_corrected(person, language):
    clerk = person("intake_clerk")
    page = clerk.open("/residents/")
    page.locator("main [name=id_number]").fill(id_number())
    page.locator("main [name=name]").fill("东方青")
    page.locator("main form button[type=submit]").first.click()
    address, says = page.locator("main [name=address]"), page.locator("main [data-says]")
    address.fill("东方青 13800000000 广东省深圳市南山区科苑路15号")
    page.locator("main [name=postcode]").fill("310012")
    page.locator("main [data-take-apart]").click()
    expect(address).to_have_value("广东省深圳市南山区\n科苑路15号")
    expect(page.locator("main [name=phone]")).to_have_value("13800000000")
    expect(says).to_contain_text("51, 52")
    clerk.check()
    page.locator("main [data-level=province]").select_option("33")
    page.locator("main [data-level=city]").select_option("3301")
    page.locator("main [data-level=district]").select_option("330106")
    expect(address).to_have_value("浙江省杭州市西湖区\n科苑路15号")
    expect(says).to_be_empty()
    expect(page.locator("main [data-level=subdistrict] option", has_text="西溪街道")).to_have_count(1)
    clerk.check()
