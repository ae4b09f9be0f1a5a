"""Which division a typed address names, what is said of it, and what a pasted block is made of."""

import pytest

from admin_app.foundation.typed_text import addresses, divisions, pasted, texts
from admin_app.foundation.typed_text.addresses import find, placed, postcode_remark, remarks

NAMED = {
    "浙江省杭州市西湖区文三路12号": ("330106", "文三路12号"),
    "浙江 杭州,西湖区\n文三路12号": ("330106", "\n文三路12号"),
    "杭州西湖区文三路12号": ("330106", "文三路12号"),
    "中国北京市市辖区朝阳区": ("110105", ""),
    "上海市上海市黄浦区南京东路1号": ("310101", "南京东路1号"),
    "深圳市南山区粤海街道科苑路15号": ("440305007", "科苑路15号"),
    "东莞市东城街道1号": ("441900003", "1号"),
    "浙江省义乌市稠城街道1号": ("330782001", "1号"),
    "河南省济源市沁园街": ("419001", "沁园街"),
    "吉林市船营区北京路1号": ("220204", "北京路1号"),
    "重庆市云阳县双江街道": ("500235001", ""),
    "广西南宁市青秀区": ("450103", ""),
    "香港特别行政区湾仔区": ("81", "湾仔区"),
    "朝阳区建外街道1号": ("110105001", "1号"),
}


@pytest.mark.parametrize("text", NAMED)
def test_the_division_of_an_address_is_read_and_the_rest_stays_as_typed(text: str) -> None:
    code, rest = NAMED[text]
    found = find(text)
    assert (found.code, text[found.end :], found.is_complete) == (code, rest, True)


@pytest.mark.parametrize("text", ["", "北京路12号", "杭州", "Rm 5, 88 Wensan Rd, Hangzhou", "文三路12号", "🂡" * 600, "，" * 600])
def test_what_names_no_division_is_read_as_none(text: str) -> None:
    assert (find(text).code, find(text).end) == ("", 0)


def test_a_name_of_several_districts_is_not_guessed() -> None:
    found = find("朝阳区建国路88号")
    assert (found.code, {divisions.written(code) for code in found.alike}) == ("", {"北京市朝阳区", "吉林省长春市朝阳区"})
    assert remarks("朝阳区建国路88号", "") == [
        "There are several districts of this name: 北京市朝阳区 · 吉林省长春市朝阳区. Please choose one."
    ]


def test_a_district_that_is_no_more_is_named_with_its_year() -> None:
    assert remarks("杭州市下城区体育场路1号", "") == ["下城区 is no division of its own since 2021. Please choose the district of today."]
    assert find("上海市闸北区天目路").former == divisions.Former("闸北区", "310108", 2015)


def test_the_chosen_district_takes_the_place_of_the_one_that_stands_there() -> None:
    assert placed("杭州西湖区文三路12号", "440305007") == "广东省深圳市南山区粤海街道文三路12号"
    assert placed("文三路12号", "330106") == "浙江省杭州市西湖区\n文三路12号"
    assert placed("", "441900") == "广东省东莞市"
    assert placed("一\n二\n三\n四", "330106") == "浙江省杭州市西湖区一\n二\n三\n四"
    assert placed("文三路12号", "999999") == "文三路12号"


def test_every_district_is_found_by_its_own_full_name() -> None:
    codes = [two.code for one in divisions.within("") for city in divisions.within(one.code) for two in divisions.within(city.code)]
    assert len(codes) == 2978
    assert [code for code in codes if find(divisions.written(code) + "1号").code[:6] != code] == []


def test_a_postcode_of_another_province_is_said_and_one_that_fits_is_not() -> None:
    assert remarks("广东省深圳市南山区", "518057") == []
    assert remarks("广东省深圳市南山区", "310012") == ["Postcodes of 广东省 begin with 51, 52; this one begins with 31. Please compare."]
    assert (postcode_remark("", "440305"), postcode_remark("100", "71"), postcode_remark("310012", "")) == ("", "", "")


def test_an_address_in_latin_letters_is_left_alone() -> None:
    assert remarks("Rm 5, 88 Wensan Rd, Hangzhou", "999999") == []


BLOCKS = {
    "王芳 13800000000 广东省深圳市南山区粤海街道科苑路15号": ("王芳", "13800000000", "", "广东省深圳市南山区粤海街道\n科苑路15号"),
    "王芳13800000000广东省深圳市南山区科苑路15号": ("王芳", "13800000000", "", "广东省深圳市南山区\n科苑路15号"),
    "收件人：王芳\n手机号码：138 0000 0000\n所在地区：广东省深圳市南山区\n详细地址：科苑路15号 3栋402": (
        "王芳", "13800000000", "", "广东省深圳市南山区\n科苑路15号 3栋402",
    ),
    "广东省 深圳市 南山区 科苑路15号，518057，王芳，+86 138-0000-0000": ("王芳", "13800000000", "518057", "广东省深圳市南山区\n科苑路15号"),
    "310000浙江省杭州市西湖区文三路12号100001室 李雷 0571-88888888": (
        "李雷", "0571-88888888", "310000", "浙江省杭州市西湖区\n文三路12号100001室",
    ),
    "买买提·吐尔逊江 13912345678 新疆乌鲁木齐市天山区解放路1号": (
        "买买提·吐尔逊江", "13912345678", "", "新疆维吾尔自治区乌鲁木齐市天山区\n解放路1号",
    ),
    "Name: Wang Fang, Phone: 13800000000, Address: Rm 1, 88 Wensan Rd, Hangzhou 310000": (
        "Wang Fang", "13800000000", "310000", "Rm 1, 88 Wensan Rd, Hangzhou",
    ),
    "13800000000 13900000000 王芳 浙江省杭州市西湖区": ("王芳", "13800000000", "", "13900000000 浙江省杭州市西湖区"),
    "文三路12号": ("", "", "", "文三路12号"),
}  # fmt: skip


@pytest.mark.parametrize("text", BLOCKS)
def test_a_pasted_block_is_taken_apart(text: str) -> None:
    parts = pasted.taken_apart(text)
    assert (parts.name, parts.phone, parts.postcode, parts.address) == BLOCKS[text]


def test_a_block_with_an_id_number_or_of_a_whole_page_is_not_taken_apart() -> None:
    with pytest.raises(texts.NumberRefused):
        pasted.taken_apart("王芳 110101199003070791 北京市朝阳区")
    with pytest.raises(texts.TextRefused):
        pasted.taken_apart("王" * 2001)


def test_the_data_say_their_source_their_date_and_their_licence() -> None:
    assert "china-division 2.7.0" in divisions.SOURCE.read_text("utf-8")[:400] and divisions.as_of() == "2023-06-30"
    assert "DO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE" in divisions.SOURCE.with_name("divisions.LICENSE.txt").read_text("utf-8")
    provinces = {one.code for one in divisions.within("")}
    assert provinces - set(addresses.POSTCODES) == {"71"} and set(addresses.POSTCODES) <= provinces
