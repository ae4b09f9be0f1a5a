"""Texts that have gone wrong somewhere: rare characters, joined scripts, invisible ones; by what they are."""

STAYING = {
    "extension A": "㐱㸌",
    "extension B": "王\U00020bb7𡈽",
    "extension C and D": "\U0002a7dd\U0002b7ae",
    "extension E and F": "\U0002ba86\U0002cef3",
    "extension G": "\U000300a0",
    "extension H, Unicode 15": "郑\U00031350",
    "extension I, Unicode 15.1": "李\U0002ebf0",
    "extension J, Unicode 17": "王\U000323b0\U00033479",
    "private use": "王\ue863",
    "private planes": "刘\U000f0123\U00100abc",
    "compatibility ideographs": "金\uf90a\uf9d1\U0002f80c",
    "variation sequence": "葛\U000e0100",
    "radicals and strokes": "⺮⼀㇏",
    "Yi and Zhuang": "ꆈꌠ\U00031120",
    "Uyghur": "ئۇيغۇر",
    "Persian with a non-joiner": "می\u200cخواهم",
    "Urdu": "غلام محمد",
    "Arabic number sign": "\u0600١٢",
    "Hindi with a joiner": "क्\u200dष",
    "Malayalam, old chillu": "അവന്\u200d",
    "Sinhala with a joiner": "ශ්\u200dරී",
    "Mongolian": "ᠰᠠᠷ\u180eᠠ",
    "Mongolian variant": "ᠠ\u180bᠭ\u180c",
    "Tibetan": "བསྟན་འཛིན",
    "Thai": "น้ำใจ",
    "Vietnamese": "Ngô Bảo Châu",
    "Turkish": "İğdır ı",
    "German": "Groß ſ",
    "old Hangul": "ᄒᆞᆫ",
    "Hebrew": "שָׁלוֹם",
    "stack of marks": "Z̴̢͎g",
    "pictures joined": "A👨\u200d👩\u200d👧",
    "picture, Unicode 17": "A\U0001fac8\U0001faea",
    "flag": "A🇨🇳",
    "apostrophes and dots": "O’Neil·Ann",
    "markup": "<i>&amp;x",
    "SQL": "x'--%_",
    "template": "{{7*7}}",
}
"""What is stored as it is."""

FOLDED = {
    "wide blanks": ("王\u3000芳\u2003a\u00a0b\u202fc", "王 芳 a b c"),
    "line ends": ("d\u2028e\u0085f", None),
    "direction": ("王\u202e龑\u2066g\u2069\u061c", "王龑g"),
    "zero width": ("王\u200b\ufeff龑\u2060h", "王龑h"),
    "soft hyphen and bell": ("i\u00ad\u0007j", "ij"),
    "loose joiners": ("王\u200d龑\u200ck\u180e", "王龑k"),
    "tags": ("m\U000e0067\U000e007fn", "mn"),
    "decomposed": ("Zoe\u0308", "Zoë"),
}
"""Typed -> stored; None: by whether the field has lines."""

IMPOSSIBLE = {"lost on the way": "王\ufffdo", "noncharacter": "王\ufdd0o", "last of a plane": "王\U0002ffffo"}
"""What a field refuses by its code point; NUL is refused before any form is read (web/gate.py)."""


def spellings(number: str) -> list[str]:
    """The number as people paste and scan it, several ways at once; each by itself: tests/foundation/typed_text/test_numbers.py.

    Where it has hyphens of its own, they are typographic ones; otherwise one stands between two digits.
    """
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    middle = len(number) // 2
    small = (number if "-" in number else f"{number[:middle]}-{number[middle:]}").lower().replace("-", "\u2013")
    return [
        "'" + "\u200b".join(wide) + "\u3000",
        f" \ufeff]C1\u202a{small[:-1]}\u00ad\u2009{small[-1:]}\u202c\u2060\u00a0",
    ]
