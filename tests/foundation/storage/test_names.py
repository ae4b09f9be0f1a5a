"""File names: shown, never trusted."""

import pytest

from admin_app.foundation.storage.limits import NAME_LENGTH
from admin_app.foundation.storage.names import FALLBACK, clean_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("loss.pdf", "loss.pdf"),
        ("身份证 正面.jpg", "身份证 正面.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\Users\\li\\scan.png", "scan.png"),
        ("/", FALLBACK),
        ("..", FALLBACK),
        ("", FALLBACK),
        (None, FALLBACK),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066a\u2069.png", "a.png"),
        ("a\r\nSet-Cookie: b=c.png", "a Set-Cookie: b=c.png"),
        ("nul\x00byte.png", "nulbyte.png"),
        ("half\ud800.png", "half.png"),
        ("   many    blanks  .png ", "many blanks .png"),
        ("𰻝.jpg", "𰻝.jpg"),
    ],
)
def test_a_name_is_cleaned_for_display(given, shown):
    assert clean_name(given) == shown


def test_a_long_name_is_shortened_and_keeps_its_extension():
    name = clean_name("x" * 4096 + ".pdf")
    assert len(name) <= NAME_LENGTH
    assert name.endswith("….pdf")


def test_a_long_name_without_extension_is_shortened():
    assert len(clean_name("字" * 4096)) == NAME_LENGTH


def test_html_in_a_name_stays_text_for_the_template_to_escape():
    assert clean_name("<b>x</b>.png") == "b>.png"
