"""A block of text from a message or a shop, taken apart into name, phone, postcode and address; a person looks at what came of it."""

import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from admin_app.foundation.typed_text import addresses, characters, divisions, texts
from admin_app.foundation.typed_text.personal_numbers import mobile_numbers_in

_NAME = r"收[件货]人姓名|收[件货]人|联系人|姓名|名字|Recipient|Name"
_OTHERS = (
    r"手机号码?|联系电话|联系方式|电话号码?|手机|电话|Mobile|Phone|Tel|邮政编码|邮编|Postcode|所在地区|所在地|详细地址|收[件货]地址|通讯地址|地址"
    r"|Address"
)
LABELLED_NAME = re.compile(
    rf"(?:{_NAME})\s*[:：]\s*(?P<name>[^,，;；\n\t]{{1,50}}?)(?=\s*(?:[,，;；\n\t]|$|{_OTHERS}|[+0-9]))", re.IGNORECASE
)
LABEL = re.compile(rf"(?:{_NAME}|{_OTHERS})\s*[:：]", re.IGNORECASE)
LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}[- ]?[0-9]{7,8}(?![0-9])")
POSTCODE = re.compile(r"(?<![0-9A-Za-z-])[0-9]{6}(?![0-9A-Za-z-])")
PIECES = re.compile(r"([\s,，;；|、]+)")
MOBILE_DIGITS, LONGEST = 11, 2000
CHINESE_NAME = re.compile("[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,12}(?:[·•・][\u3400-\u9fff]{1,12})+")
PLACE_ENDINGS = frozenset("省市县区镇乡村屯旗盟州里路街巷弄道号栋幢座楼层室厅户组队园苑厦城庄院店站港湾岛旁边口内")
"""How words of an address end; a name that ends so is left in the address, where the person sees it."""


@dataclass(frozen=True)
class Parts:
    """What was found; '' for what was not. Nothing of the text is lost: what is no other part stands in the address."""

    name: str
    phone: str
    postcode: str
    address: str


def taken_apart(text: str, *, field: str = "address") -> Parts:
    """The parts of a pasted block; TextRefused beyond LONGEST characters, and for an ID number in it, which has a field of its own."""
    if len(text) > LONGEST:
        raise texts.TextRefused(_l("At most %(most)s characters are taken apart at once.", most=LONGEST), field=field)
    texts.refuse_id_numbers(text, field)
    labelled = LABELLED_NAME.search(text)
    name = labelled["name"].strip() if labelled else ""
    if labelled:
        text = f"{text[: labelled.start()]}\n{text[labelled.end() :]}"
    text = LABEL.sub("\n", text)
    phone, text = _phone(text)
    postcode, text = _postcode(text)
    pieces = _pieces(text)
    if not name:
        name = next((piece for _before, piece in pieces if _may_be_name(piece)), "")
        at = next((place for place, (_before, piece) in enumerate(pieces) if piece == name), len(pieces))
        pieces = pieces[:at] + pieces[at + 1 :]
    return Parts(name, phone, postcode, _arranged(_joined(pieces)))


def _pieces(text: str) -> list[tuple[str, str]]:
    """What stood before each piece, and the piece; signs alone are none."""
    split = ["", *PIECES.split(text)]
    pairs = zip(split[::2], split[1::2], strict=True)
    return [(before, piece) for before, piece in pairs if any(map(str.isalnum, piece))]


def _phone(text: str) -> tuple[str, str]:
    """The first phone number, and the text with a line break in its place; a second one stays where it is."""
    start, end = next(mobile_numbers_in(text), (0, 0))
    number = re.sub("[^0-9]", "", text[start:end])[-MOBILE_DIGITS:]
    if not end:
        landline = LANDLINE.search(text)
        start, end = landline.span() if landline else (0, 0)
        number = text[start:end]
    return number, f"{text[:start].rstrip('+')}\n{text[end:]}" if end else text


def _postcode(text: str) -> tuple[str, str]:
    """Six digits that stand alone, or touch nothing but a division: 310000浙江省; not those of a house or room (100001室)."""
    for found in POSTCODE.finditer(text):
        after = text[found.end() :]
        if not after.strip() or not addresses.HAN.match(after) or addresses.find(after).code:
            return found[0], f"{text[: found.start()]}\n{after}"
    return "", text


def _may_be_name(piece: str) -> bool:
    if not CHINESE_NAME.fullmatch(piece) or piece[-1] in PLACE_ENDINGS or piece in addresses.COUNTRY:
        return False
    found = addresses.find(piece)
    return not (found.end or found.former) and not any(one.short == piece for one in divisions.within(""))


def _joined(pieces: list[tuple[str, str]]) -> str:
    """The pieces in one line: what stands between Chinese words says nothing, other words keep their commas."""
    line = ""
    for before, piece in pieces:
        is_chinese = bool(line) and addresses.HAN.match(line[-1]) and addresses.HAN.match(piece)
        joint = "" if is_chinese or not line else ", " if before.strip() else " "
        line += joint + piece
    return line


def _arranged(line: str) -> str:
    """The division in the first row, in full, and the rest in the second: as a label is read."""
    found = addresses.find(line)
    front, rest = divisions.written(found.code), line[found.end :].strip()
    if not found.is_complete or found.former:
        return line
    return "\n".join(filter(None, (front, characters.BLANKS.sub(" ", rest))))
