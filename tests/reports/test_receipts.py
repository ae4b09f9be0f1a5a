"""What a resident takes home."""

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from reports.letters.receipts import application_receipt, loss_report_receipt
from reports.pdf import renderer
from tests.reports.letter_rows import APPLICATION, LOSS


def test_an_application_receipt_says_what_is_here_and_what_is_missing(words):
    printed = words(application_receipt(APPLICATION, "zh"))
    for expected in ("CD-2026-004317", "买买提·吐尔逊江", "**************4317", "身份证正反面", "证件照片", "2026年12月4日", "周静"):
        assert expected in printed


@pytest.mark.parametrize(("url", "content"), [(APPLICATION.status_url, APPLICATION.status_url), ("", APPLICATION.reference)])
def test_the_qr_code_leads_to_the_case(url, content, pictures):
    (page,) = pictures(application_receipt(replace(APPLICATION, status_url=url), "en"))
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [content]


def test_english_receipts_are_english(words):
    printed = words(application_receipt(APPLICATION, "en"))
    assert "Receiptforareplacementcardapplication" in printed and "4December2026" in printed


def test_without_a_promised_date_the_receipt_says_when_the_clock_starts(words):
    assert "startswhenallmaterialsarehere" in words(application_receipt(replace(APPLICATION, promised_on=None), "en"))


def test_a_provisional_report_names_the_hour_it_lapses(words):
    assert "至2026年11月29日12:05止" in words(loss_report_receipt(LOSS, "zh"))


def test_a_formal_report_says_that_the_old_card_is_void(words):
    printed = words(loss_report_receipt(replace(LOSS, is_formal=True, lapses_at=None), "en"))
    assert "Formallossreport" in printed and "Theoldcardisvoid" in printed and "Lapses" not in printed


@pytest.mark.parametrize("is_formal", [False, True])
@pytest.mark.parametrize("is_reported", [False, True])
def test_a_loss_receipt_says_whether_the_bank_side_is_reported(words, is_formal, is_reported):
    row = replace(LOSS, is_formal=is_formal, bank_side_reported=is_reported, lapses_at=None if is_formal else LOSS.lapses_at)
    printed = words(loss_report_receipt(row, "zh"))
    assert ("已向发卡银行挂失" in printed, "请向发卡银行确认" in printed) == (is_reported, not is_reported)


def test_a_provisional_report_without_an_end_is_refused():
    with pytest.raises(ValueError, match="LR-2026-000812"):
        loss_report_receipt(replace(LOSS, lapses_at=None), "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_markup_in_a_name_is_printed_as_it_is_written(language, words):
    assert "<b>王</b>&co" in words(application_receipt(replace(APPLICATION, resident="<b>王</b> & co"), language))


@pytest.mark.parametrize(
    ("name", "latin", "printed"),
    [
        ("孙\U0003134a", "Sun Yan", "孙(Yan)"),
        ("李\U0002ebf0", "", "李(U+2EBF0)"),
        ("王\ue863", "Wang", "王(U+E863)"),
        ("郑\U00031350", "Zheng \U0003134a", "郑(U+31350)"),
        ("王芳", "Wang Fang", "王芳"),
    ],
)
@pytest.mark.parametrize(("receipt", "row"), [(application_receipt, APPLICATION), (loss_report_receipt, LOSS)], ids=["application", "loss"])
def test_a_character_that_no_font_has_is_spelled_out(receipt, row, name, latin, printed, words):
    assert printed in words(receipt(replace(row, resident=name, resident_latin=latin), "zh"))


def test_every_other_text_of_a_receipt_is_spelled_out_as_well(words):
    centre = replace(APPLICATION.centre, name="西湖\ue863")
    printed = words(application_receipt(replace(APPLICATION, centre=centre, clerk="周\ue864", handed_in=("照片\ue865",)), "zh"))
    assert all(f"(U+{point})" in printed for point in ("E863", "E864", "E865"))


@pytest.mark.parametrize("receipt", [application_receipt, loss_report_receipt], ids=["application", "loss report"])
def test_receipts_are_one_a5_page(receipt):
    row = APPLICATION if receipt is application_receipt else LOSS
    with pypdfium2.PdfDocument(receipt(row, "en")) as document:
        assert [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document] == [(148, 210)]


@pytest.mark.parametrize("name", ["Әбдуғали Қосжанов", "Łukasz Đặng", "བཀྲ་ཤིས", "ꆈꌠ"])
def test_residents_whose_names_are_written_in_other_scripts_get_their_receipt(name):
    assert application_receipt(replace(APPLICATION, resident=name), "zh").startswith(b"%PDF-")


LONG_NAMES = {"Han": "买" * 50, "wide": "W" * 50, "spelled out": "\U0003134a" * 50, "stacked": "e\u0301\u0302\u0323\u0308\u0304" * 8}
MATERIALS = ("ID card, both sides, original and a copy", "Household register (head and own page)") * 4


@pytest.mark.parametrize("name", LONG_NAMES.values(), ids=LONG_NAMES)
def test_a_name_of_fifty_characters_leaves_a_receipt_on_one_page(name, pictures):
    application = replace(APPLICATION, resident=name, handed_in=MATERIALS, missing=MATERIALS[:4])
    for content in (application_receipt(application, "en"), loss_report_receipt(replace(LOSS, resident=name), "en")):
        assert len(pictures(content)) == 1


def test_control_the_usual_size_needs_a_second_page(pictures, monkeypatch):
    monkeypatch.setattr(renderer, "page_count", lambda _content: 1)
    assert len(pictures(application_receipt(replace(APPLICATION, resident=LONG_NAMES["Han"], handed_in=MATERIALS), "en"))) == 2
