"""Names and addresses in the scripts that people of the office write and some that they do not: as many as wanted, always the same."""

import random
from collections.abc import Iterator

from reports.labels.rows import LabelRow

SEED = 20261130
HAN = {
    "the common ones": (0x4E00, 0x9FA5), "A": (0x3400, 0x4DB5), "B": (0x20000, 0x2A6D6), "C": (0x2A700, 0x2B734), "D": (0x2B740, 0x2B81D),
    "E": (0x2B820, 0x2CEA1), "F": (0x2CEB0, 0x2EBE0), "G": (0x30000, 0x3134A), "H": (0x31350, 0x323AF), "I": (0x2EBF0, 0x2EE5D),
    "J": (0x323B0, 0x33479),
}  # fmt: skip
"""Blocks of Han characters, first and last."""
WORDS = {
    "uyghur": "ئەركىن قۇربان تۇرسۇن مەمەت پاتىگۈل ئايشەم ئۈرۈمچى شەھىرى تىيانشان رايونى ئابدۇراخمان يۈسۈپ",
    "tibetan": "བཀྲ་ཤིས་ རྒྱལ་མཚན། བསྟན་འཛིན་ ཚེ་རིང་ ལྷ་ས་ གྲོང་ཁྱེར། པདྨ་ རྡོ་རྗེ་",
    "mongolian": "ᠪᠠᠲᠤ ᠮᠥᠩᠬᠡ ᠪᠠᠶᠠᠷ ᠴᠡᠴᠡᠭ ᠰᠠᠷᠠ ᠨᠠᠷᠠᠨ",
    "yi": "ꆈꌠꉙ ꀉꆏ ꊿꋅ",
    "latin": "Alexandra Þórsdóttir Nguyễn Thị Ánh O’Connor Müller-Groß Şükrü İğdır Zoë Łukasz",
    "kazakh": "Әбдуғали Қосжанов Нұрсұлтан Ғалия",
    "arabic": "محمد عبد الله شارع السلام بن سلمان",
    "emoji": "👨‍👩‍👧 🏠 😀 🇨🇳",
    "marks": "Z̴̢͎g é̂̃ ạ̈̄",
}
"""Script -> words."""
BIDI = "\u202e\u2066\u2069\u200f"
SCRIPTS = ("han", "rare", "mixed", *WORDS)
LONGEST = 60


def people(count: int) -> Iterator[tuple[str, LabelRow]]:
    """So many labels, each with its script; names of 1 to 60 characters."""
    chance = random.Random(SEED)
    for index in range(count):
        script = SCRIPTS[index % len(SCRIPTS)]
        name = _name(script, chance, 1 + index * 7 % LONGEST)
        street = " ".join(chance.choices(WORDS[script].split(), k=3)) if script in WORDS and script != "emoji" else _han(chance, 8)
        lines = (f"{_han(chance, 9)}路{chance.randrange(1, 999)}号", f"{street} {chance.randrange(1, 99)}")
        yield script, LabelRow(f"PX26{index:011d}", name, f"{chance.randrange(10**6):06d}", lines, sender="西湖服务网点")


def _name(script: str, chance: random.Random, length: int) -> str:
    if script == "han":
        words = _han(chance, length)
    elif script == "rare":
        words = "".join(chr(chance.randint(*HAN[chance.choice(list(HAN))])) for _ in range(min(length, 4)))
    elif script == "mixed":
        words = _han(chance, 2) + chance.choice(BIDI) + chance.choice(WORDS["uyghur"].split()) + _han(chance, 2)
    else:
        words = " ".join(chance.choices(WORDS[script].split(), k=12))
    cut = words[:length].strip()
    while cut and not cut[-1].isalnum() and script in ("emoji", "marks", "tibetan", "mongolian", "arabic", "uyghur"):
        cut = cut[:-1]
    return cut or "王"


def _han(chance: random.Random, length: int) -> str:
    return "".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(length))
