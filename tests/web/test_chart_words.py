"""What the chart library says by itself has a Chinese of ours: every text that its bundle looks up in a dictionary."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUNDLE = next((ROOT / "admin_app/static/vendor").glob("plotly.js-basic-*/plotly-basic.min.js"))
OURS = ROOT / "admin_app/static/desk/charts_zh.js"
LOOKED_UP = (
    "Zoom in",
    "Double-click to zoom back out",
    "Click to enter Plot title",
    "Share chart",
    "Double-click on legend to isolate one trace",
)
"""One text of each of the bundle's short names for the function that looks words up."""
LINE = re.compile(r'^    "([^"]+)": "([^"]+)"', re.MULTILINE)


def words_of_the_bundle(bundle: str) -> set[str]:
    """The texts that the bundle gives to the function that looks words up, by whatever name minifying gave it."""
    text = "|".join(map(re.escape, LOOKED_UP))
    names = {found[1] for found in re.finditer(rf'((?<![\w$])[\w$]{{1,3}}(?:\._)?)\([\w$]{{1,3}},"(?:{text})"\)', bundle)}
    call = "|".join(map(re.escape, names))
    return set(re.findall(rf'(?<![\w$.])(?:{call})\([\w$]{{1,3}}(?:\.[\w$]+)*,"([^"]+)"\)', bundle))


def test_every_text_of_the_chart_library_has_a_chinese_of_ours() -> None:
    ours = dict(LINE.findall(OURS.read_text(encoding="utf-8")))
    english = words_of_the_bundle(BUNDLE.read_text(encoding="utf-8"))
    assert len(english) > 40 and set(LOOKED_UP) <= english
    assert sorted(english - ours.keys()) == []
    assert [text for text in ours.values() if not re.search("[\u4e00-\u9fff]", text)] == []


def test_control_a_text_that_is_new_in_the_library_is_noticed() -> None:
    bundle = BUNDLE.read_text(encoding="utf-8").replace('"Zoom out"', '"Zoom elsewhere"')
    assert "Zoom elsewhere" in words_of_the_bundle(bundle)
